"""A Python that has everything imported and forks for whoever orders it: a process of its own that begins at once.

What is ordered runs as ``python -c`` would run it, up to the interpreter's own end. The process that forks has no
threads, and whoever is forked has nothing of any other but what was imported.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal

_ADDRESS = "WARM_PYTHON"
_TESTS = Path(__file__).parents[1]
_PATIENCE = 120.0


@functools.cache
def _address() -> str:
    """Where to order; of the process that began the tests, or of one that is started now and ends with this one."""
    if _ADDRESS in os.environ:
        return os.environ[_ADDRESS]
    address = str(Path(tempfile.mkdtemp(prefix="warm-")) / "orders")
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(_TESTS)]))
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, address],
        env={**os.environ, "PYTHONPATH": path, _ADDRESS: address},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl+C at the keyboard is not for it; it ends with its standard input
    )
    assert process.stdin
    assert process.stdout
    stdin, stdout = process.stdin, process.stdout

    def end() -> None:
        stdin.close()
        process.wait(30)
        stdout.close()

    atexit.register(end)
    assert stdout.readline() == b"ready\n", "the warm Python did not start"
    return address


def environment() -> dict[str, str]:
    """With which a process that is started otherwise orders from the same one."""
    return {_ADDRESS: _address()}


class Born:
    """A process that was ordered, with what is used of :class:`subprocess.Popen`; its pipes are text.

    Args:
        code: Python that it runs.
        variables: Of its environment, besides those of this process.
        arguments: What ``sys.argv`` holds behind ``-c``.
        errors: Where standard error goes: into a pipe, to standard output, or where that of this process goes.
    """

    def __init__(
        self,
        code: str,
        variables: Mapping[str, str] | None = None,
        *arguments: str,
        errors: Literal["pipe", "output", "ours"] = "pipe",
    ) -> None:
        self.returncode: int | None = None
        (read_in, write_in), (read_out, write_out) = os.pipe(), os.pipe()
        read_err, write_err = os.pipe() if errors == "pipe" else (-1, write_out if errors == "output" else 2)
        order = {"code": code, "arguments": arguments, "variables": {**os.environ, **(variables or {})}}
        body = json.dumps(order).encode()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(_PATIENCE)
        self._line.connect(_address())
        socket.send_fds(self._line, [len(body).to_bytes(4, "big")], [read_in, write_out, write_err])
        self._line.sendall(body)
        for end in {read_in, write_out, write_err} - {2}:
            os.close(end)
        self.stdin: IO[str] = os.fdopen(write_in, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(read_out, encoding="utf-8")
        self.stderr: IO[str] | None = None if read_err < 0 else os.fdopen(read_err, encoding="utf-8")
        self._told = self._line.makefile("rb")
        self.pid = int(self._told.readline())

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended; its exit code, or the negative number of the signal."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a warm process", timeout or 0)
            self.returncode = int(self._told.readline())
            self._told.close()
            self._line.close()
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """As :meth:`subprocess.Popen.send_signal`."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, text: str = "") -> tuple[str, str]:
        """Gives it a short text, and waits for its end; what it wrote."""
        if not self.stdin.closed:
            with suppress(BrokenPipeError):
                self.stdin.write(text)
                self.stdin.flush()
            with suppress(BrokenPipeError):
                self.stdin.close()
        pipes = [pipe for pipe in (self.stdout, self.stderr) if pipe]
        said = ["" if pipe.closed else pipe.read() for pipe in pipes]
        self.wait()
        for pipe in pipes:
            pipe.close()
        return said[0], "".join(said[1:])


# The warm process


def _prepare() -> None:
    """Imports, and makes an application once, for much is imported only then."""
    from index.settings import go_offline

    go_offline()
    for name in ("fakes.faulty", "fakes.watched", "reliability.asking", "index.check", "assistant.web.serving"):
        importlib.import_module(name)
    from fakes.service import FakeService

    from assistant.web.app import create_app

    create_app(FakeService())
    gc.collect()
    gc.freeze()
    assert len(os.listdir("/proc/self/task")) == 1, "a thread would be missing after a fork"  # noqa: PTH208


def _next_order(listener: socket.socket) -> socket.socket | None:
    """The line of who orders next; None when standard input ends."""
    ready, _, _ = select.select([listener.fileno(), 0], [], [])
    return listener.accept()[0] if listener.fileno() in ready else None


def _take(line: socket.socket) -> dict[str, object] | None:
    """Forks; the order in the process that is to run it, and None, when that has ended, in the one beside it."""
    head, ends, *_ = socket.recv_fds(line, 4, 3)
    body = b""
    while len(body) < int.from_bytes(head, "big"):
        body += line.recv(1 << 20)
    pid = os.fork()
    if pid:
        for end in ends:
            os.close(end)
        with suppress(OSError):  # nobody waits any more
            line.sendall(b"%d\n" % pid)
            line.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        return None
    line.close()
    for place, end in enumerate(ends):
        os.dup2(end, place)
    for end in ends:
        os.close(end)
    found: dict[str, object] = json.loads(body)
    return found


def _serve(address: str) -> str | None:
    """Takes orders; returns, with code, in a process that is to run it, and None in all others."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(100)
        os.write(1, b"ready\n")
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who stands beside is not waited for
        while line := _next_order(listener):
            if os.fork():
                line.close()
                continue
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            order = _take(line)
            if order is None:
                os._exit(0)
            os.environ.clear()
            os.environ.update(order["variables"])  # type: ignore[call-overload]
            sys.argv = ["-c", *order["arguments"]]  # type: ignore[misc]
            return str(order["code"])
    Path(address).unlink()
    Path(address).parent.rmdir()
    return None


if __name__ == "__main__":
    _prepare()
    if (ordered := _serve(sys.argv[1])) is not None:
        exec(compile(ordered, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - as python -c does
