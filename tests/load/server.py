"""The server as a process of its own, and what it uses: processor, memory, threads, open files."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ASSISTANT = Path(sys.executable).parent / "assistant"
INSIDE = Path(__file__).parent / "inside.py"
"""Serves with a clock inside; see there."""
READY_WITHIN = 180.0


@dataclass(frozen=True)
class Use:
    """What a process uses at a moment.

    Attributes:
        cpu: Seconds of processor time so far.
        memory: Bytes in memory.
    """

    cpu: float
    memory: int
    threads: int
    files: int


@dataclass
class Server:
    """A server that runs.

    Attributes:
        process: Its process.
        port: On this machine.
        started: Seconds from its start until it answered questions.
        log: What it wrote.
    """

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    started: float = 0.0
    highest: int = 0
    _end: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def start(cls, command: Sequence[str | Path], port: int, log: Path, environment: Mapping[str, str]) -> Self:
        """Starts it and waits until it is ready.

        Raises:
            RuntimeError: If it ends, or is not ready in time.
        """
        began = time.monotonic()
        with log.open("ab") as out:
            process = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=out)
        server = cls(process, port, log)
        try:
            server.wait_until_ready()
        except BaseException:
            server.kill()
            raise
        server.started = time.monotonic() - began
        threading.Thread(target=server._watch, daemon=True).start()
        return server

    def health(self) -> dict[str, object]:
        """What it says of itself; empty if it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5) as response:
                found: dict[str, object] = json.load(response)
                return found
        except (urllib.error.URLError, OSError, ValueError):
            return {}

    def wait_until_ready(self, seconds: float = READY_WITHIN) -> None:
        """Waits until questions are answered at once."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"The server ended with {self.process.returncode}: {self.tail()}")
            if self.health().get("status") == "ready":
                return
            time.sleep(0.1)
        raise RuntimeError(f"The server was not ready in time: {self.tail()}")

    def use(self) -> Use:
        """What it uses now, with processes that it started."""
        process = psutil.Process(self.process.pid)
        times = process.cpu_times()
        children = 0.0
        for child in process.children(recursive=True):
            with suppress(psutil.Error):
                found = child.cpu_times()
                children += found.user + found.system
        cpu = times.user + times.system + times.children_user + times.children_system + children
        return Use(cpu, process.memory_info().rss, process.num_threads(), process.num_fds())

    def tail(self, characters: int = 600) -> str:
        """The end of what it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:]

    def tracebacks(self) -> int:
        """How many it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent call last)")

    def stop(self) -> None:
        """Ends it in good order."""
        self._end.set()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it at once."""
        self._end.set()
        self.process.kill()
        self.process.wait()

    def _watch(self) -> None:
        """Notes the most memory that it had."""
        with suppress(psutil.Error):
            process = psutil.Process(self.process.pid)
            while not self._end.wait(0.5):
                self.highest = max(self.highest, process.memory_info().rss)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Launch:
    """How a server is started, again and again if need be.

    Attributes:
        home: With an index.
        log: Where what it writes goes.
        variables: Settings, ``ASSISTANT_…``, and others.
        inside: Options for :data:`INSIDE`, which is then started in place of the command.
        port: On this machine.
    """

    home: Path
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    inside: Sequence[str | Path] | None = None
    port: int = field(default_factory=free_port)

    def start(self) -> Server:
        """Starts it and waits until it is ready."""
        options: list[str | Path] = ["--home", self.home, "--port", str(self.port)]
        command: list[str | Path] = [ASSISTANT, "serve", "--no-browser", *options]
        if self.inside is not None:
            command = [sys.executable, INSIDE, *options, *self.inside]
        others = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        return Server.start(command, self.port, self.log, {**others, **self.variables})

    @contextmanager
    def running(self) -> Iterator[Server]:
        """A server until the block ends."""
        self.log.unlink(missing_ok=True)
        server = self.start()
        try:
            yield server
        finally:
            server.stop()
