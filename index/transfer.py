"""One request to an address that has been checked: the socket, the time, the amount.

Nothing of the environment takes part: no proxies, cookies, passwords or ``.netrc``. ``http.client`` knows none of them
and takes any socket, so we open it ourselves, to the very IP address that was checked; the usual clients look the name
up again on their own. It is also what the deadline and the caps rest on: every byte comes through :class:`_Meter`,
while the timeouts of the usual clients begin anew with each byte.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from importlib.metadata import version
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast

from index.addresses import shown
from index.errors import SourceError
from index.readers.limits import MAX_FILE_BYTES, megabytes

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from index.addresses import Target

Connect = Callable[[str, int, float], socket.socket]
"""From an IP address, a port and a time limit in seconds to a connected socket. Raises OSError."""

_BLOCK = 65_536
_READ_AHEAD = 8_192
_MAX_TRIED = 4
_ACCEPT = "text/html, application/xhtml+xml, application/xml, text/markdown, text/plain, application/pdf, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much time and how many bytes an address may cost.

    Attributes:
        seconds: For everything together, lookups and redirects included.
        connect_seconds: For one connection, its encryption included.
        head: Bytes of an answer before its content.
        content: Bytes of the content, as sent and as unpacked.
        redirects: How often an address may lead on to another.
    """

    seconds: float = 30.0
    connect_seconds: float = 10.0
    head: int = 65_536
    content: int = MAX_FILE_BYTES
    redirects: int = 5


class Deadline:
    """A point in time by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, at_most: float = float("inf")) -> float:
        """Seconds that are left, more than 0.

        Raises:
            TimeoutError: If there are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, at_most)


class _BadReplyError(Exception):
    """An answer is not as it should be; the text is for people."""


class _TooMuchError(_BadReplyError):
    """More came than may come."""


class _Meter(io.RawIOBase):
    """What comes over a socket, by the deadline and no more than ``allowance`` bytes."""

    def __init__(self, sock: socket.socket, deadline: Deadline, allowance: int) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline
        self.allowance = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self.allowance -= count
        if self.allowance < 0:
            raise _TooMuchError("the header of its answer is too large")
        return count


class _Wire:
    """As much of a socket as ``http.client`` uses; whoever opened the real one closes it."""

    def __init__(self, sock: socket.socket, deadline: Deadline, meter: _Meter) -> None:
        self._sock = sock
        self._deadline = deadline
        self._meter = meter

    def sendall(self, content: bytes) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._meter, _READ_AHEAD)

    def close(self) -> None:
        """Nothing: the content is yet to be read."""


class Reply:
    """An answer whose content has not been read yet.

    Attributes:
        status: Of HTTP.
    """

    def __init__(self, response: HTTPResponse, meter: _Meter, deadline: Deadline, caps: Caps) -> None:
        self.status = response.status
        self._response = response
        self._meter = meter
        self._deadline = deadline
        self._caps = caps

    def header(self, name: str) -> str:
        """A header's value; several of the name are joined by commas, none is empty."""
        values = ", ".join(self._response.headers.get_all(name, []))
        return values.encode("latin-1", "replace").decode("utf-8", "replace").strip()

    def read(self) -> bytes:
        """All of the content, unpacked; what is wrong with it :func:`request` tells."""
        try:
            return self._read()
        except _TooMuchError as error:
            raise _TooMuchError(f"is larger than {megabytes(self._caps.content)}; not read") from error

    def _read(self) -> bytes:
        declared, packed, coding = self._declared(), 0, self.header("content-encoding").lower()
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise _BadReplyError(f"its content is packed as {coding[:80]!r}, which is not read")
        if declared is not None and declared > self._caps.content:
            raise _TooMuchError
        # What wraps the content in pieces may add to it, but not without end.
        self._meter.allowance = 2 * self._caps.content + _BLOCK
        unpack = None if coding in ("", "identity") else zlib.decompressobj(47)  # 47: of gzip or zlib, as it begins
        content = bytearray()
        while block := self._block():
            packed += len(block)
            if packed > self._caps.content:
                raise _TooMuchError
            content += block if unpack is None else self._unpacked(unpack, block, self._caps.content - len(content))
            if len(content) > self._caps.content:
                raise _TooMuchError
        if (declared is not None and packed != declared) or (unpack is not None and not unpack.eof):
            raise _BadReplyError("its content ended before it was complete; try again")
        return bytes(content)

    def _block(self) -> bytes:
        try:
            return self._response.read(_BLOCK)
        except (HTTPException, ValueError) as error:  # ValueError: a piece of less than no bytes
            raise _BadReplyError("its content is damaged or ended before it was complete; try again") from error

    def _unpacked(self, unpack: zlib._Decompress, block: bytes, room: int) -> bytes:
        self._deadline.left()
        try:
            content = unpack.decompress(block, room + 1)
        except zlib.error as error:
            raise _BadReplyError("its content is packed, and damaged") from error
        if unpack.unused_data:
            raise _BadReplyError("its content is packed, and more follows behind its end")
        return content

    def _declared(self) -> int | None:
        """The length that the answer claims, if it counts."""
        if coding := self.header("transfer-encoding"):
            if coding.lower() != "chunked":
                raise _BadReplyError(f"its content is sent as {coding[:80]!r}, which is not understood")
            return None
        lengths = {length.strip() for length in self.header("content-length").split(",")}
        if lengths == {""}:
            return None
        length = lengths.pop()
        if lengths or not (length.isascii() and length.isdigit() and len(length) < 20):
            raise _BadReplyError("its answer contradicts itself about its length")
        return int(length)


def system_connect(address: str, port: int, seconds: float) -> socket.socket:
    """Connects to an IP address; names are not looked up."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


@contextmanager
def request(
    target: Target,
    addresses: list[str],
    *,
    connect: Connect,
    deadline: Deadline,
    caps: Caps,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Reply]:
    """Asks for a page; the reply can be read while the context is open.

    Args:
        target: What is asked for.
        addresses: IP addresses of its host, checked; the first that can be reached is asked.
        connect: Opens the connection.
        deadline: By when all must be done.
        caps: How much may come.
        tls: Whom to believe about names; None is the machine's certificates.

    Raises:
        SourceError: For everything that goes wrong on the way, inside the context too.
    """
    name = shown(target.url)
    try:
        with closing(_dial(target, addresses, connect, deadline, caps)) as plain:
            sock = plain
            if target.scheme == "https":
                plain.settimeout(deadline.left(caps.connect_seconds))
                sock = (tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=target.host)
            with closing(sock):
                meter = _Meter(sock, deadline, caps.head + _READ_AHEAD)
                yield Reply(_ask(target, _Wire(sock, deadline, meter)), meter, deadline, caps)
    except _BadReplyError as error:
        raise SourceError(name, str(error)) from error
    except TimeoutError as error:
        raise SourceError(name, "did not answer in time; try again later") from error
    except ssl.SSLCertVerificationError as error:
        reason = f"its certificate cannot be trusted ({error.verify_message}); it may not be the site it claims to be"
        raise SourceError(name, reason) from error
    except HTTPException as error:
        raise SourceError(name, "did not answer as a web server does") from error
    except OSError as error:
        reason = f"cannot be reached ({error.strerror or error}); check the address and your connection, then try again"
        raise SourceError(name, reason) from error


def _dial(target: Target, addresses: list[str], connect: Connect, deadline: Deadline, caps: Caps) -> socket.socket:
    problem: OSError | None = None
    for address in addresses[:_MAX_TRIED]:
        try:
            sock = connect(address, target.port, deadline.left(caps.connect_seconds))
        except OSError as error:
            problem = error
            continue
        # The last line of defence: whatever stands between, the other end must be the one that was checked.
        peer = str(sock.getpeername()[0])
        if ip_address(peer) != ip_address(address):
            sock.close()
            raise SourceError(shown(target.url), f"the connection led to {peer} instead of {address}; nothing was sent")
        return sock
    raise problem or OSError("no address")


def _ask(target: Target, wire: _Wire) -> HTTPResponse:
    connection = HTTPConnection(target.host, target.port)
    connection.auto_open = 0
    connection.sock = cast("Any", wire)
    connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
    for header, value in {
        "Host": target.host_header,
        "User-Agent": f"citewell/{version('citewell')}",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }.items():
        connection.putheader(header, value)
    connection.endheaders()
    return connection.getresponse()
