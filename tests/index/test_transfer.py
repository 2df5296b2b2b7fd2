"""Slow, endless, damaged and lying servers, over real sockets; see fakes.web."""

from __future__ import annotations

import gzip
import itertools
import re
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fakes.web import PUBLIC_V4, Web, answer, moved

from index.errors import SourceError
from index.fetching import Fetched, fetch
from index.transfer import Caps, Deadline

PAGE = "http://public.example/"
CAPS = Caps(seconds=60, head=20_000, content=200_000)
SOON = 20.0
"""Seconds: far less than anything here would last, and time enough for a busy machine."""
SHORT = replace(CAPS, seconds=0.3, connect_seconds=0.2)
ROOM = 8_000_000
"""Bytes that a server may have sent into the buffers of the operating system before it notices."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ZIPPED = "Content-Encoding: gzip"
ZEROS = gzip.compress(bytes(50_000_000))
NOTHING = gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 60_000 + b"\1\0\0\xff\xff" + bytes(8)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


def get(web: Web, caps: Caps = CAPS) -> Fetched:
    return fetch(PAGE, allowed=True, resolve=web.resolve, connect=web.connect, caps=caps)


def drip(start: bytes, piece: bytes = b"x") -> Callable[[Web, socket.socket], None]:
    """A piece each twentieth of a second for ever: each comes long before a timeout that begins anew with it."""

    def play(web: Web, connection: socket.socket) -> None:
        web.play(connection, start)
        while True:
            web.play(connection, piece)
            time.sleep(0.05)

    return play


def flood(start: bytes, piece: bytes = b"x" * 65_536) -> Callable[[Web, socket.socket], None]:
    """Pieces as fast as they go, for ever."""

    def play(web: Web, connection: socket.socket) -> None:
        web.play(connection, start)
        while True:
            web.play(connection, piece)

    return play


def silence(_: Web, connection: socket.socket) -> None:
    connection.recv(1)


SLOW = {
    "silent": silence,
    "status line": drip(b"HTTP/1.1 2"),
    "header": drip(HEAD + b"X: "),
    "headers": drip(HEAD, b"X: y\r\n"),
    "continues": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "content with a length": drip(HEAD + b"Content-Length: 100000\r\n\r\n"),
    "content without a length": drip(HEAD + b"\r\n"),
    "pieces": drip(CHUNKED, b"1\r\nx\r\n"),
    "one piece": drip(CHUNKED + b"fff\r\n"),
    "size of a piece": drip(CHUNKED, b"0"),
    "trailer": drip(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n"),
    "packed": drip(HEAD + b"Content-Encoding: gzip\r\n\r\n" + ZEROS[:10], b"\0"),
    "redirect": drip(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nX: "),
}
HUGE = {
    "status line": flood(b"HTTP/1.1 200 "),
    "header": flood(HEAD + b"X: "),
    "headers": flood(HEAD, b"X: y\r\n" * 1_000),
    "long headers": flood(HEAD, b"X: " + b"y" * 5_000 + b"\r\n"),
    "continues": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
    "content": flood(HEAD + b"\r\n"),
    "length": flood(HEAD + b"Content-Length: 99999999999\r\n\r\n"),
    "pieces": flood(CHUNKED, (b"1000\r\n" + b"x" * 4_096 + b"\r\n") * 16),
    "small pieces": flood(CHUNKED, b"1;" + b"x" * 200 + b"\r\nx\r\n"),
    "one piece": flood(CHUNKED + b"fffffffffff\r\n"),
    "size of a piece": flood(CHUNKED, b"0" * 65_536),
    "size below zero": flood(CHUNKED + b"-1\r\n"),
    "trailer": flood(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 1_000),
    "packed nothing": flood(HEAD + b"Content-Encoding: gzip\r\n\r\n" + ZEROS[:10], b"\0\0\0\xff\xff" * 10_000),
}
TOO_LARGE = {
    "a bomb": answer(ZEROS, "200 OK", ZIPPED),
    "a bomb of zlib": answer(zlib.compress(bytes(50_000_000)), "200 OK", "Content-Encoding: deflate"),
    "a bomb in pieces": CHUNKED[:-2] + b"Content-Encoding: gzip\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(ZEROS), ZEROS),
    "too large": answer(b"x" * 200_001),
    "too large, without a length": HEAD + b"\r\n" + b"x" * 200_001,
    "a length too large": answer(b"x", "200 OK", "Content-Length: 200001"),
    "too large, but packs nothing": HEAD + ZIPPED.encode() + b"\r\n\r\n" + NOTHING,
}  # fmt: skip
BAD = {
    "a bomb in a bomb": answer(gzip.compress(ZEROS), "200 OK", "Content-Encoding: gzip, gzip"),
    "a hundred thousand headers": answer(b"x", "200 OK", *["X: y"] * 100_000),
    "101 headers": answer(b"x", "200 OK", *["X: y"] * 101),
    "a large header": answer(b"x", "200 OK", "X: " + "y" * 60_000),
    "a short content": answer(b"x", "200 OK", "Content-Length: 2"),
    "no content": answer(b"", "200 OK", "Content-Length: 2"),
    "two lengths": answer(b"xy", "200 OK", "Content-Length: 1", "Content-Length: 2"),
    "two lengths in one": answer(b"xy", "200 OK", "Content-Length: 1, 2"),
    "a negative length": answer(b"x", "200 OK", "Content-Length: -1"),
    "a length with a sign": answer(b"x", "200 OK", "Content-Length: +1"),
    "a length in words": answer(b"x", "200 OK", "Content-Length: one"),
    "a length of foreign digits": answer(b"x", "200 OK", "Content-Length: \u0661"),
    "a length too long to read": answer(b"x", "200 OK", "Content-Length: " + "9" * 5_000),
    "no pieces": CHUNKED,
    "pieces of nonsense": CHUNKED + b"zz\r\nx\r\n0\r\n\r\n",
    "pieces that are no pieces": CHUNKED + b"<p>Hello</p>",
    "a piece cut off": CHUNKED + b"5\r\nab",
    "no last piece": CHUNKED + b"1\r\nx\r\n",
    "a piece of less than nothing": CHUNKED + b"-5\r\nx\r\n0\r\n\r\n",
    "gzip in transfer": answer(b"x", "200 OK", "Transfer-Encoding: gzip, chunked"),
    "a transfer unknown": answer(b"x", "200 OK", "Transfer-Encoding: xchunked"),
    "brotli": answer(b"x", "200 OK", "Content-Encoding: br"),
    "zstd": answer(b"x", "200 OK", "Content-Encoding: zstd"),
    "an unknown packing": answer(b"x", "200 OK", "Content-Encoding: \x1b[31m" + "y" * 500),
    "gzip that is none": answer(b"<p>Hello</p>", "200 OK", ZIPPED),
    "gzip cut off": answer(gzip.compress(b"Hello" * 99)[:-9], "200 OK", ZIPPED),
    "gzip damaged": answer(gzip.compress(b"Hello" * 99)[:-8] + bytes(8), "200 OK", ZIPPED),
    "gzip and more": answer(gzip.compress(b"Hello") + b"more", "200 OK", ZIPPED),
    "gzip twice": answer(gzip.compress(b"Hello") * 2, "200 OK", ZIPPED),
    "gzip of nothing": answer(b"", "200 OK", ZIPPED),
    "nothing": b"",
    "no web server": b"SSH-2.0-OpenSSH_9.2\r\n",
    "an old answer": b"<p>Hello</p>",
    "an odd status": b"HTTP/1.1 20x OK\r\n\r\n",
    "an odd version": b"HTTP/9.9 200 OK\r\n\r\nx",
    "only a status": b"HTTP/1.1 200 OK\r\n",
    "a header without a name": b"HTTP/1.1 200 OK\r\n: x\r\n\r\nx",
    "zero bytes": bytes(5_000),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_server_is_left_at_the_deadline(web: Web, name: str) -> None:
    web.pages["public.example"] = lambda connection: SLOW[name](web, connection)
    began = time.monotonic()
    with pytest.raises(SourceError, match="did not answer in time"):
        get(web, caps=SHORT)
    assert 0.25 < time.monotonic() - began < SOON


def test_without_the_deadline_a_drip_goes_on(web: Web) -> None:
    """The guard's proof: a timeout for each read, as most clients have it, never ends such an answer."""
    web.pages["public.example"] = lambda connection: SLOW["content without a length"](web, connection)
    with web.connect(PUBLIC_V4, 80, 0.3) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: public.example\r\n\r\n")
        began = time.monotonic()
        while time.monotonic() - began < 0.8:
            assert sock.recv(100)


@pytest.mark.parametrize("name", HUGE)
def test_an_endless_server_is_left_soon(web: Web, name: str) -> None:
    web.pages["public.example"] = lambda connection: HUGE[name](web, connection)
    began = time.monotonic()
    with pytest.raises(SourceError):
        get(web)
    assert time.monotonic() - began < SOON
    assert web.sent < ROOM


@pytest.mark.parametrize("name", TOO_LARGE)
def test_too_much_is_refused_without_being_held(web: Web, name: str) -> None:
    web.pages["public.example"] = TOO_LARGE[name]
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="is larger than 0 MB; not read"):
            get(web)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", BAD)
def test_a_lying_or_damaged_answer_is_refused_in_words(web: Web, name: str) -> None:
    web.pages["public.example"] = BAD[name]
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        get(web)
    assert time.monotonic() - began < SOON
    assert str(caught.value).isprintable()
    assert re.match(r"http://public\.example/: \w.{10,250}$", str(caught.value))


@pytest.mark.parametrize("name", ["a bomb", "a bomb of zlib", "too large, without a length"])
def test_without_the_cap_it_would_all_be_read(web: Web, name: str) -> None:
    """The guard's proof."""
    web.pages["public.example"] = TOO_LARGE[name]
    assert len(get(web, caps=Caps(content=60_000_000)).content) >= 200_001


@pytest.mark.parametrize(
    ("page", "content"),
    [
        (answer(gzip.compress(b"Hello" * 9_999), "200 OK", ZIPPED), b"Hello" * 9_999),
        (answer(zlib.compress(b"Hello"), "200 OK", "Content-Encoding: Deflate"), b"Hello"),
        (answer(b"Hello", "200 OK", "Content-Encoding: identity"), b"Hello"),
        (answer(b"Hello and more", "200 OK", "Content-Length: 5"), b"Hello"),
        (answer(b"Hello", "200 OK", "Content-Length: 5", "Content-Length: 5"), b"Hello"),
        (HEAD + b"\r\nHello", b"Hello"),
        (CHUNKED + b"5;x=y\r\nHello\r\n0\r\nX: y\r\n\r\n", b"Hello"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"Hello"), b"Hello"),
        (answer(b""), b""),
        (answer(b"x" * 200_000), b"x" * 200_000),
        (answer(b"Hello", "200 OK", *["X: " + "y" * 900] * 20), b"Hello"),
    ],
)
def test_what_is_well_formed_is_read_whole(web: Web, page: bytes, content: bytes) -> None:
    web.pages["public.example"] = page
    assert get(web).content == content


def test_the_deadline_is_one_for_all_redirects(web: Web) -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.1)
        web.play(connection, moved(f"/{next(steps)}"))

    steps = itertools.count()
    web.pages["public.example"] = slow
    began = time.monotonic()
    with pytest.raises(SourceError, match="did not answer in time"):
        get(web, caps=SHORT)
    assert time.monotonic() - began < SOON


def test_a_slow_lookup_and_a_slow_connection_are_left(web: Web) -> None:
    def resolve(name: str) -> list[str]:
        is_over.wait(60)
        return [PUBLIC_V4]

    is_over = threading.Event()
    limits: list[float] = []

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        limits.append(seconds)
        time.sleep(seconds)
        raise TimeoutError

    began = time.monotonic()
    with pytest.raises(SourceError, match="was not found in time"):
        fetch(PAGE, allowed=True, resolve=resolve, connect=web.connect, caps=SHORT)
    assert time.monotonic() - began < SOON
    is_over.set()
    with pytest.raises(SourceError, match="did not answer in time"):
        fetch(PAGE, allowed=True, resolve=web.resolve, connect=connect, caps=Caps(seconds=1.5, connect_seconds=1.0))
    assert 0 < limits[1] <= 0.5 < limits[0] <= 1.0
    assert not web.dialled

    def late(name: str) -> list[str]:
        raise TimeoutError

    with pytest.raises(SourceError, match="was not found in time"):
        fetch(PAGE, allowed=True, resolve=late, connect=web.connect)
    with pytest.raises(TimeoutError):
        Deadline(0).left()


def test_an_unknown_name_is_told(web: Web) -> None:
    def resolve(name: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(SourceError, match=r"public\.example cannot be looked up \(Name or service not known\)"):
        fetch(PAGE, allowed=True, resolve=resolve, connect=web.connect)
