"""A server on this machine that plays the whole public internet, and the only way to it.

What fetches is given :meth:`Web.resolve` and :meth:`Web.connect`; every name asked for and every address
dialled is noted. Whatever is dialled, the server answers, so that only the rules stand between a forbidden address
and an answer.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ssl

PUBLIC_V4 = "93.184.215.14"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
PUBLIC = [PUBLIC_V4, PUBLIC_V6]

Play = Callable[[socket.socket], None]
"""What happens on a connection after the request was read."""


def answer(
    content: bytes = b"<p>Hello</p>", status: str = "200 OK", *headers: str, content_type: str | None = "text/html"
) -> bytes:
    """A whole answer; its length is given unless a header says something about it."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def moved(place: str, status: str = "302 Found") -> bytes:
    """An answer that leads on."""
    return answer(b"", status, f"Location: {place}")


class Dialled(socket.socket):
    """A connection to the server of the test which says that it leads to the address that was asked for."""

    peer: tuple[str, int]

    def getpeername(self) -> Any:
        return self.peer


class Web:
    """The server, a name server and the connections.

    Attributes:
        pages: What is answered, by host and path (``public.example/news``) or else by host.
        names: Addresses of names; those that are not here have a private one.
        asked: Names that were looked up, in order.
        dialled: Addresses that were connected to, in order.
        requests: What the server was sent, in order.
        sent: Bytes that it sent.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, bytes | Play] = {}
        self.names: dict[str, list[str]] = {"public.example": PUBLIC, "other.example": [PUBLIC_V4]}
        self.asked: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self.requests: list[bytes] = []
        self.sent = 0
        self._tls = tls
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)

    def resolve(self, name: str) -> Iterable[str]:
        self.asked.append(name)
        return self.names.get(name, ["127.0.0.1"])

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.dialled.append((address, port))
        sock = Dialled(socket.AF_INET, socket.SOCK_STREAM)
        sock.settimeout(seconds)
        sock.connect(self._server.getsockname())
        sock.peer = (address, port)
        return sock

    def play(self, connection: socket.socket, content: bytes) -> None:
        """Sends, and counts."""
        connection.sendall(content)
        self.sent += len(content)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed at the end of the test
            while True:
                connection, _ = self._server.accept()
                thread = threading.Thread(target=self._answer, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _answer(self, connection: socket.socket) -> None:
        # The other side hangs up when it has had enough: that is what many tests are about.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(5)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    block = connection.recv(65_536)
                    if not block:
                        return
                    request += block
                self.requests.append(request)
                page = self.pages.get(self._place(request), self.pages.get(self._host(request), answer()))
                if callable(page):
                    page(connection)
                else:
                    self.play(connection, page)

    @staticmethod
    def _host(request: bytes) -> str:
        return next(line[6:].decode() for line in request.split(b"\r\n") if line.lower().startswith(b"host: "))

    @classmethod
    def _place(cls, request: bytes) -> str:
        return cls._host(request) + request.split(b" ")[1].decode()
