from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from assistant.generation.wire import Line


class Stream:
    """A connection as httpcore has it, which always has something to read."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.timeouts: list[float | None] = []

    def get_extra_info(self, name: str) -> socket.socket:
        assert name == "socket"
        return self.connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append(timeout)
        return b"x" * max_bytes


class Request:
    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.extensions: dict[str, dict[str, float]] = {}


@pytest.fixture
def pair() -> Iterator[tuple[Stream, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(1)
        yield Stream(ours), theirs


def take(line: Line, stream: Stream) -> None:
    line._trace("connection.connect_tcp.complete", {"return_value": stream})


def test_a_request_gets_the_time_that_is_left() -> None:
    request = Request()
    Line(5).carry(request)
    assert 4 < request.extensions["timeout"]["read"] <= 5
    assert 4 < request.extensions["timeout"]["connect"] <= 5
    assert request.headers == {"Connection": "close", "Accept-Encoding": "identity"}


def test_nothing_is_read_behind_the_deadline_even_if_there_is_something(pair: tuple[Stream, socket.socket]) -> None:
    line = Line(0.5)
    take(line, pair[0])
    assert pair[0].read(3, 60) == b"xxx"
    timeout = pair[0].timeouts[0]
    assert timeout is not None
    assert timeout <= 0.5, "not what the client asked for"
    time.sleep(0.51)
    with pytest.raises(TimeoutError):
        pair[0].read(3, 60)


def test_nothing_is_read_beyond_the_limit(pair: tuple[Stream, socket.socket]) -> None:
    line = Line(5, max_bytes=10)
    take(line, pair[0])
    pair[0].read(10)
    assert not line.is_overfull
    with pytest.raises(ConnectionAbortedError):
        pair[0].read(1)
    assert line.is_overfull


def test_what_is_cut_is_shut_and_not_read(pair: tuple[Stream, socket.socket]) -> None:
    line = Line(5)
    take(line, pair[0])
    line.cut()
    assert pair[1].recv(1) == b"", "the other side sees the end"
    with pytest.raises(TimeoutError):
        pair[0].read(3)


def test_a_connection_that_comes_after_the_cut_is_shut_at_once(pair: tuple[Stream, socket.socket]) -> None:
    line = Line(5)
    line.cut()
    take(line, pair[0])
    assert pair[1].recv(1) == b""


def test_a_pause_ends_with_the_line() -> None:
    line = Line(0.5)
    assert line.pause(0.01)
    started = time.monotonic()
    assert not line.pause(60)
    assert time.monotonic() - started < 10
    cut = Line(60)
    cut.cut()
    assert not cut.pause(60)
