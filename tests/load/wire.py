"""HTTP/1.1 as a browser's tab speaks it, by hand: hundreds of tabs must cost their own process little.

Nothing but this machine can be named: an address is a port.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

HOST = "127.0.0.1"
_LINE = 64 * 1024
BROKEN = (OSError, EOFError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
"""What a connection raises when the other side is gone or does not speak HTTP."""


@dataclass(frozen=True)
class Response:
    """A whole response."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class _Stream:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass
class Connections:
    """The connections of one tab; what is finished is used again, as a browser does.

    Attributes:
        port: Of the server.
        headers: Sent with every request.
    """

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    _idle: list[_Stream] = field(default_factory=list)
    _all: set[asyncio.StreamWriter] = field(default_factory=set)

    async def request(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> Response:
        """Sends a request and reads the whole response; once more on a new connection if the old one had ended."""
        while True:
            is_used = bool(self._idle)
            stream = self._idle.pop() if is_used else await self._open()
            try:
                status, headers = await self._begin(stream, method, path, body, kind)
                content = b"".join([block async for block in _blocks(stream.reader, headers)])
            except BROKEN:
                self._drop(stream)
                if not is_used:
                    raise
            except BaseException:
                self._drop(stream)
                raise
            else:
                self._keep(stream, headers)
                return Response(status, headers, content)

    @asynccontextmanager
    async def stream(
        self, method: str, path: str, body: bytes | None = None
    ) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """The status of a response and its lines as they come; leaving early closes the connection."""
        stream = await self._open()
        is_whole = False
        try:
            status, headers = await self._begin(stream, method, path, body, "application/json")

            async def lines() -> AsyncIterator[bytes]:
                nonlocal is_whole
                rest = b""
                async for block in _blocks(stream.reader, headers):
                    *whole, rest = (rest + block).split(b"\n")
                    for line in whole:
                        yield line
                is_whole = True

            yield status, lines()
        finally:
            if is_whole:
                self._keep(stream, headers)
            else:
                self._drop(stream)

    def close(self) -> None:
        """Closes all of them, also those in use."""
        for writer in self._all:
            writer.close()
        self._all.clear()
        self._idle.clear()

    async def _open(self) -> _Stream:
        reader, writer = await asyncio.open_connection(HOST, self.port, limit=_LINE)
        self._all.add(writer)
        return _Stream(reader, writer)

    async def _begin(
        self, stream: _Stream, method: str, path: str, body: bytes | None, kind: str
    ) -> tuple[int, dict[str, str]]:
        headers = {"Host": f"{HOST}:{self.port}", **self.headers}
        if body is not None:
            headers |= {"Content-Type": kind, "Content-Length": str(len(body))}
        stream.writer.write(_head(method, path, headers) + (body or b""))
        await stream.writer.drain()
        first, *lines = (await stream.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = (line.partition(":") for line in lines if line)
        return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in found}

    def _keep(self, stream: _Stream, headers: Mapping[str, str]) -> None:
        if headers.get("connection") == "close":
            self._drop(stream)
        else:
            self._idle.append(stream)

    def _drop(self, stream: _Stream) -> None:
        self._all.discard(stream.writer)
        stream.writer.close()


def _head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    return "".join([f"{method} {path} HTTP/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in headers.items()), "\r\n"]).encode()


async def _blocks(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The body, piece by piece.

    Raises:
        EOFError: If it ends before its end.
    """
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            yield await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return
    if "content-length" not in headers:
        raise EOFError("A response says nothing of its length.")
    left = int(headers["content-length"])
    while left:
        block = await reader.read(min(left, _LINE))
        if not block:
            raise EOFError(f"{left} bytes are missing.")
        left -= len(block)
        yield block
