"""Reads files in a process of its own, which may be as badly off as a hostile file can make it.

The parent sends a file's bytes, the child answers with articles as JSON. The child has limits on memory, processor
time, open files and output, may write no file and open no connection, and is killed when it takes too long; the next
file then gets a new one. What goes wrong with one file is that file's named refusal, never a neighbour's.

On the pipe each message is four bytes of length, big-endian, and UTF-8 JSON; a file's bytes follow its message.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Any, NoReturn, Self

from index.errors import SourceError
from index.readers.formats import prepare, read
from index.readers.limits import MAX_ARTICLE_CHARACTERS, megabytes
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10.0
"""What reading a file may take, and for each megabyte of it ..."""
SECONDS_A_MEGABYTE = 5.0
"""... so much more: a PDF of a thousand pages is no attack."""
MEMORY_BYTES = 1024**3
_OUTPUT_BYTES = 256 * 1024 * 1024
_OPEN_FILES = 64
_BLOCK = 1 << 16
_LENGTH = struct.Struct(">I")


def seconds_for(size: int) -> float:
    """How long reading a file of so many bytes may take."""
    return SECONDS + SECONDS_A_MEGABYTE * size / 1024 / 1024


class Parser:
    """The parent's side: a child process that is started when it is needed and again after each death.

    A context manager. Not to be used by two threads at once.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the child, so that it is ready when the first file comes."""
        if self._child is None:
            command = [sys.executable, "-P", "-B", "-m", "index.parsing"]
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
            for pipe in (self._stdin, self._stdout):
                os.set_blocking(pipe.fileno(), False)

    def read(self, content: bytes, name: str, ending: str = "") -> list[Article | Skipped]:
        """Reads a file.

        Args:
            content: Its bytes.
            name: By which people know it.
            ending: Of its format, if the name does not tell.

        Raises:
            SourceError: If it is no good, or reading it took too much of anything.
        """
        limit = seconds_for(len(content))
        deadline = time.monotonic() + limit
        found: list[Article | Skipped] = []
        header = json.dumps({"name": name, "ending": ending, "size": len(content), "seconds": limit}).encode()
        try:
            self.start()
            self._send(_LENGTH.pack(len(header)) + header, deadline)
            self._send(content, deadline)
            found, problem = self._collect(deadline)
        except TimeoutError:
            self.close()
            problem = f"reading it took longer than {limit:.0f} s, so it was given up"
        except (BrokenPipeError, EOFError, ValueError, TypeError):
            problem = self._cause_of_death(limit)
        except BaseException:
            self.close()  # in the middle of an answer, so that the next file's would be mistaken
            raise
        if problem:
            raise SourceError(name, problem)
        return found

    def _collect(self, deadline: float) -> tuple[list[Article | Skipped], str]:
        """What the child answers: what is in the file, and what is wrong with it as a whole."""
        found: list[Article | Skipped] = []
        left = _OUTPUT_BYTES
        while True:
            message, size = self._receive(deadline)
            left -= size
            if "error" in message:
                return [], message["error"]
            if "end" in message:
                return found, ""
            found.append(_record(message))
            if left < 0:
                self.close()
                return [], f"holds more than {megabytes(_OUTPUT_BYTES)} of text; split it"

    def close(self) -> None:
        """Ends the child; may be called twice."""
        if self._child is not None:
            child, self._child = self._child, None
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._child is not None  # noqa: S101 - start() was called
        assert self._child.stdin is not None  # noqa: S101
        return self._child.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._child is not None  # noqa: S101
        assert self._child.stdout is not None  # noqa: S101
        return self._child.stdout

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        descriptor = self._stdin.fileno()
        while view:
            _wait_for(write=descriptor, deadline=deadline)
            view = view[os.write(descriptor, view[:_BLOCK]) :]

    def _receive(self, deadline: float) -> tuple[dict[str, Any], int]:
        (size,) = _LENGTH.unpack(self._take(_LENGTH.size, deadline))
        if size > _OUTPUT_BYTES:
            raise EOFError
        message: dict[str, Any] = json.loads(self._take(size, deadline))
        return message, size

    def _take(self, size: int, deadline: float) -> bytes:
        descriptor = self._stdout.fileno()
        parts: list[bytes] = []
        while size:
            _wait_for(read=descriptor, deadline=deadline)
            part = os.read(descriptor, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _cause_of_death(self, limit: float) -> str:
        child = self._child
        if child is None:
            return "reading it failed"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1)
        status = child.returncode
        self.close()
        if status == -signal.SIGXCPU:
            return f"reading it took longer than {limit:.0f} s, so it was given up"
        if status == _OUT_OF_MEMORY:
            return f"reading it took more than {megabytes(MEMORY_BYTES)} of memory, so it was given up"
        return "reading it made the reader crash, so it was left out"


def _wait_for(*, read: int | None = None, write: int | None = None, deadline: float) -> None:
    """Returns when a pipe is ready; poll() and not select(), which fails where many files are open."""
    poll = select.poll()
    poll.register(read if read is not None else write or 0, select.POLLIN if read is not None else select.POLLOUT)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError


def _record(message: dict[str, Any]) -> Article | Skipped:
    if "skipped" in message:
        return Skipped(**message["skipped"])
    values = message["article"]
    return Article(**{**values, "questions": tuple(values["questions"])})


# The child's side

_OUT_OF_MEMORY = 77
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.remove",
              "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "shutil.", "ctypes.dlopen",
              "ftplib.", "urllib.", "http.", "webbrowser.", "pty.")  # fmt: skip


_guarded = threading.Event()
"""Set while a file is read; libraries that are imported look around on the machine first."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: reading needs no connection, no process and no file that is written."""
    if not _guarded.is_set():
        return
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while reading a file")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError("writing is not allowed while reading a file")


def _limit() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then ends us
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _limit_time(seconds: float) -> None:
    """Processor time from now on; a loop in C code, which no exception could end, ends with the process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, hard))


def _answer(out: IO[bytes], message: dict[str, object]) -> None:
    data = json.dumps(message).encode()
    out.write(_LENGTH.pack(len(data)) + data)


def _values(item: Article | Skipped) -> dict[str, object]:
    values = dataclasses.asdict(item)
    values.pop("id", None)
    return values


def _read_one(content: bytes, name: str, ending: str) -> Iterator[dict[str, object]]:
    try:
        for item in read(content, name, ending):
            if isinstance(item, Article) and len(item.text) > MAX_ARTICLE_CHARACTERS:
                reason = f"its text has more than {MAX_ARTICLE_CHARACTERS:,} characters; split it"
                yield {"skipped": _values(Skipped(item.source, reason))}
            else:
                yield {"article" if isinstance(item, Article) else "skipped": _values(item)}
        yield {"end": True}
    except SourceError as error:
        yield {"error": error.reason}
    except RecursionError:
        yield {"error": "is nested too deeply to be read"}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - libraries raise anything for broken files; each is a named refusal
        yield {"error": f"cannot be read; it seems to be damaged ({type(error).__name__})"}


def main() -> NoReturn:
    """Reads files from standard input until it ends."""
    incoming, out = sys.stdin.buffer, sys.stdout.buffer
    _limit()
    sys.addaudithook(_refuse)
    try:
        while length := incoming.read(_LENGTH.size):
            order = json.loads(incoming.read(_LENGTH.unpack(length)[0]))
            content = incoming.read(order["size"])
            _guarded.clear()
            prepare(order["name"], order["ending"])
            _guarded.set()
            _limit_time(order["seconds"])
            for message in _read_one(content, order["name"], order["ending"]):
                _answer(out, message)
            out.flush()
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except BrokenPipeError:
        pass
    os._exit(0)  # nothing is worth tidying up, and nothing of a hostile file's objects is run


if __name__ == "__main__":
    main()
