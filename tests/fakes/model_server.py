"""A server that speaks the streaming protocols of OpenAI, Ollama and Anthropic, and misbehaves on order.

What happens to a request is a play, which is the same for all three protocols: it tells an exchange what to say, and
the exchange puts it into the protocol that the path of the request belongs to; see fakes.exchange.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self, cast

from fakes.exchange import Exchange, Play, Request

if TYPE_CHECKING:
    from assistant.generation.access import ChatModel

KEYS = {"openai": "sk-openai-k3y", "anthropic": "sk-ant-k3y", "ollama": "ollama-k3y"}
"""By provider; in its own variable wherever a model is tested."""
PROMPT = [("system", "You are brief."), ("human", "When? {braces} \u2014 ünï")]
SOON = 15.0
"""Seconds: far less than any server here would make one wait, and time enough for a busy machine."""
OpenModel = Callable[..., "ChatModel"]
"""Opens a model at a server; by the fixture ``open_model``."""


class ModelServer:
    """The server; use it as a context.

    Args:
        plays: What happens to the first, second, … request; the last also to all that follow.

    Attributes:
        requests: What came, in order.
        hung_up: Set when a client left before the answer was complete.
    """

    def __init__(self, *plays: Play) -> None:
        self.plays = list(plays) or [says("Ready.")]
        self.requests: list[Request] = []
        self.hung_up = threading.Event()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False  # so that closing waits for them
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def address_for(self, provider: str) -> str:
        """What ``ASSISTANT_MODEL_URL`` has to be for a provider."""
        return f"{self.url}/v1" if provider == "openai" else self.url

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.answer(self)

            def do_GET(self) -> None:
                content = json.dumps({"object": "list", "data": [{"id": "x", "object": "model"}]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        request = Request(
            handler.path, {name.lower(): value for name, value in handler.headers.items()}, json.loads(body)
        )
        self.requests.append(request)
        play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        handler.close_connection = True
        try:
            play(Exchange(handler, request, self._stopped))
        except OSError:  # the client had enough: that is what many tests are about
            self.hung_up.set()
            with contextlib.suppress(OSError):
                cast("socket.socket", handler.connection).shutdown(socket.SHUT_RDWR)


def says(*pieces: str, pause: float = 0, why: str = "stop") -> Play:
    """A good answer, or one that ends for another reason."""

    def play(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces:
            exchange.wait(pause)
            exchange.piece(piece)
        exchange.end(why)

    return play


def breaks_off(*pieces: str, is_chunked: bool = True) -> Play:
    """Ends in the middle; where the end of the connection ends the answer, nothing but the protocol tells."""

    def play(exchange: Exchange) -> None:
        exchange.begin(is_chunked=is_chunked)
        for piece in pieces:
            exchange.piece(piece)

    return play


def fails(status: int, message: str = "", **headers: str) -> Play:
    return lambda exchange: exchange.fail(status, message, {k.replace("_", "-"): v for k, v in headers.items()})


def reports(message: str, *pieces: str) -> Play:
    """An error in the middle of the answer."""

    def play(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces:
            exchange.piece(piece)
        exchange.report(message)
        exchange.close()

    return play


def silent(exchange: Exchange) -> None:
    """Not even a head."""
    exchange.wait(30)


def stops_in_the_middle(exchange: Exchange) -> None:
    exchange.begin()
    exchange.piece("The answer ")
    exchange.wait(30)


def drips(exchange: Exchange) -> None:
    """An answer without end."""
    exchange.begin()
    while not exchange.stopped.is_set():
        exchange.piece("and ")
        exchange.wait(0.02)


def drips_nothing(exchange: Exchange) -> None:
    """Always alive, but never a word: what keeps timeouts that begin anew with each byte from ending."""
    exchange.begin()
    while not exchange.stopped.is_set():
        exchange.raw(b" " if exchange.request.path == "/api/chat" else b": still here\n\n")
        exchange.wait(0.02)


def floods(exchange: Exchange) -> None:
    """One line that never ends, as fast as it can."""
    exchange.begin()
    exchange.raw(b"data: ")
    while not exchange.stopped.is_set():
        exchange.raw(b"x" * 2**16)


def writes_a_book(exchange: Exchange) -> None:
    exchange.begin()
    for _ in range(100_000):
        exchange.piece("A long story. " * 20)
    exchange.end()


def sends_rubbish(exchange: Exchange) -> None:
    exchange.bare(bytes(range(256)) * 4)


def sends_wrong_json(exchange: Exchange) -> None:
    exchange.begin()
    exchange.raw(
        b'data: {"choices": [{"delta": {"content": 7\n\n' if exchange.request.path != "/api/chat" else b'{"a": \n'
    )
    exchange.close()


def sends_other_json(exchange: Exchange) -> None:
    """JSON, but not of the protocol."""
    exchange.begin()
    exchange.raw(b'data: ["what", 7]\n\n' if exchange.request.path != "/api/chat" else b'["what", 7]\n')
    exchange.close()


def sends_a_page(exchange: Exchange) -> None:
    exchange.whole(200, b"<!doctype html><title>Welcome</title>", {"Content-Type": "text/html"})


def sends_elsewhere(url: str, status: int = 307) -> Play:
    return lambda exchange: exchange.whole(status, b"", {"Location": url + exchange.request.path})


def repeats_what_it_got(status: int) -> Play:
    """An error that repeats the key, as servers with too much zeal for debugging do."""

    def play(exchange: Exchange) -> None:
        exchange.fail(status, f"bad request\x1b[31m\r\n{json.dumps(exchange.request.headers)}")

    return play
