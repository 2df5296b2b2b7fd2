"""The connection of one answer: it can be cut from another thread, ends at its deadline, and carries only so much.

Clients of language models read with timeouts that begin anew with every byte, so that a server that drips can hold
them for ever. Here each read is given what is left until the deadline instead.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECT_SECONDS = 10.0
MAX_BYTES = 8 * 2**20
"""Of one answer as sent: a piece of text travels in a few hundred bytes of JSON."""

_CURRENT: ContextVar[Line | None] = ContextVar("line", default=None)


class Line:
    """All connections that are opened for one answer.

    Args:
        seconds: Until the deadline, from now.
        max_bytes: That may be received before it.

    Attributes:
        seconds: As given.
        ends: The deadline on the clock of :func:`time.monotonic`.
        is_overfull: Whether it ended because too much was received.
    """

    def __init__(self, seconds: float, max_bytes: int = MAX_BYTES) -> None:
        self.seconds = seconds
        self.ends = time.monotonic() + seconds
        self.is_overfull = False
        self._bytes_left = max_bytes
        self._cut = threading.Event()
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    @property
    def remaining(self) -> float:
        """Seconds until the deadline, not less than 0."""
        return max(0.0, self.ends - time.monotonic())

    @property
    def is_open(self) -> bool:
        """Whether it was not cut and has time left."""
        return not self._cut.is_set() and self.remaining > 0

    def cut(self) -> None:
        """Ends every connection at once, also one that a thread is reading from."""
        with self._lock:
            self._cut.set()
            for one in self._sockets:
                _shut(one)

    def pause(self, seconds: float) -> bool:
        """Waits, unless it is cut meanwhile; says whether it is still open."""
        self._cut.wait(min(seconds, self.remaining))
        return self.is_open

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Requests that this thread makes inside are on this line."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def carry(self, request: Any) -> None:  # noqa: ANN401 - httpx or httpx2, as the provider's client has it
        """Puts a request on the line before it is sent."""
        # A connection of its own: a kept one would be announced to no one, and could not be cut.
        request.headers["Connection"] = "close"
        # What is counted is what is received; packed, it could be a thousand times as much.
        request.headers["Accept-Encoding"] = "identity"
        left = max(self.remaining, 0.001)
        request.extensions["timeout"] = {
            "connect": min(CONNECT_SECONDS, left), "read": left, "write": left, "pool": left,
        }  # fmt: skip
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by httpcore of every step; takes hold of a connection as soon as there is one."""
        if not event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            return
        stream = info["return_value"]
        with self._lock:
            self._sockets.append(stream.get_extra_info("socket"))
            if self._cut.is_set():
                _shut(self._sockets[-1])
        read = stream.read

        def read_limited(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG001 - httpcore's own
            if not self.is_open:
                raise TimeoutError
            received: bytes = read(max_bytes, max(self.remaining, 0.001))
            self._bytes_left -= len(received)
            if self._bytes_left < 0:
                self.is_overfull = True
                raise ConnectionAbortedError
            return received

        stream.read = read_limited


def carry(request: Any) -> None:  # noqa: ANN401 - as Line.carry
    """Hook of an HTTP client: puts the request on the line that is in use, if one is."""
    line = _CURRENT.get()
    if line is not None:
        line.carry(request)


def _shut(one: socket.socket) -> None:
    """Wakes whoever reads. Closing would not, and SSLSocket's own method would pull the rug out under the reader."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(one, socket.SHUT_RDWR)
