"""Requests byte for byte, and applications that make the mistakes which a series of them has to find."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: Its number; 0 if the connection was closed without one.
        headers: Names in small letters.
        body: All of it.
    """

    status: int
    headers: Headers
    body: bytes

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value.decode("latin-1") for key, value in self.headers if key == name.encode()]


def ask_app(app: ASGIApp, method: str, target: str, headers: Headers, body: bytes = b"") -> Reply:
    """An answer without a socket, to a request of which nothing was checked or set by a server."""
    return asyncio.run(_ask_app(app, method, target, headers, body))


async def _ask_app(app: ASGIApp, method: str, target: str, headers: Headers, body: bytes) -> Reply:
    parts = urlsplit(target)
    told: list[Message] = []
    left = asyncio.Event()

    async def receive() -> Message:
        if not received:
            received.append(True)
            return {"type": "http.request", "body": body, "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message)
        if message["type"] == "http.response.start":
            left.set()  # a stream without an end is not waited for

    received: list[bool] = []
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote_to_bytes(parts.path).decode("utf-8", "replace"), "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 7860), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    start = told[0]
    sent = b"".join(message.get("body", b"") for message in told[1:])
    return Reply(start["status"], [(name.lower(), value) for name, value in start.get("headers", [])], sent)


def ask_socket(address: tuple[str, int], request: bytes) -> Reply:
    """An answer to bytes that no client has put in order; the request has to ask for the connection's end.

    Raises:
        TimeoutError: If it has no end within 30 seconds.
    """
    until = time.monotonic() + 30
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(request)
        said = bytearray()
        try:
            while piece := connection.recv(1 << 16):
                said += piece
                if time.monotonic() > until:
                    raise TimeoutError(request[:200])
        except ConnectionResetError:  # what was said before the rest of a request had been read
            pass
    head, _, body = bytes(said).partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    pairs = [line.partition(b":") for line in lines]
    status = int(first.split()[1]) if first.startswith(b"HTTP/1.1 ") else 0
    return Reply(status, [(name.lower(), value.strip()) for name, _, value in pairs], body)


def request_of(method: str, target: bytes, body: bytes = b"", kind: str = "application/json") -> bytes:
    """A request to this machine whose target stands in it byte for byte."""
    sent = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n".encode() if method == "POST" else b""
    return (
        method.encode()
        + b" "
        + target
        + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + sent
        + b"\r\n"
        + body
    )


class Trusting:
    """A wrong application: believes what a request says of its host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"])
        host = given.get(b"x-forwarded-host", given.get(b"host", b"")).split(b":")[0]
        # "Begins with localhost", as guards that were written in a hurry say.
        headers = [pair for pair in scope["headers"] if pair[0] != b"host"]
        if host.lower().startswith((b"localhost", b"127.")):
            headers.append((b"host", b"localhost"))
        await self._app({**scope, "headers": headers}, receive, send)


class Echoing:
    """A wrong application: lets every origin read what it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = dict(scope["headers"]).get(b"origin", b"*")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"access-control-allow-origin", origin)]}
            await send(message)

        await self._app(scope, receive, sending)


class NaiveFiles:
    """A wrong application: joins what it is asked for to a folder, for routes that begin with any of ``prefixes``."""

    def __init__(self, folder: Path, prefixes: Sequence[str]) -> None:
        self._folder, self._prefixes = folder, prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        body: Any = b""
        for prefix in self._prefixes:
            if path.startswith(prefix):
                # Decoded once more, with backslashes as on Windows and Java's path parameters: each a known mistake.
                name = unquote_to_bytes(path[len(prefix) :]).decode("utf-8", "replace").replace("\\", "/")
                found = self._folder / name.replace(";", "").partition("\0")[0]
                body = found.read_bytes() if len(name) < 1000 and found.is_file() else b""
        await send({"type": "http.response.start", "status": 200 if body else 404, "headers": []})
        await send({"type": "http.response.body", "body": body})
