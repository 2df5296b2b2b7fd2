"""A request to a language model, and what is answered to it in the protocols of OpenAI, Ollama and Anthropic."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

PROTOCOLS = {"/v1/chat/completions": "openai", "/api/chat": "ollama", "/v1/messages": "anthropic"}


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        """What its messages say, the system's first."""
        system = [self.body["system"]] if "system" in self.body else []
        return [*system, *(message["content"] for message in self.body["messages"])]


class Exchange:
    """One request and what is answered to it.

    Attributes:
        request: As it came.
        stopped: Set when the test is over.
    """

    def __init__(self, handler: BaseHTTPRequestHandler, request: Request, stopped: threading.Event) -> None:
        self.request = request
        self.stopped = stopped
        self._handler = handler
        self._protocol = PROTOCOLS[request.path]
        self._is_chunked = True
        self._has_begun = False

    def begin(self, *, is_chunked: bool = True) -> None:
        """Sends the head of a good answer, once; one that is not chunked ends with the connection."""
        if self._has_begun:
            return
        self._is_chunked, self._has_begun = is_chunked, True
        usual = "application/x-ndjson" if self._protocol == "ollama" else "text/event-stream"
        self._head(200, {"Content-Type": usual})
        if self._protocol == "anthropic":
            usage = {"input_tokens": 1, "output_tokens": 1}
            message = {"id": "m", "type": "message", "role": "assistant", "model": "x", "content": [], "usage": usage}
            self._event({"type": "message_start", "message": message})
            self._event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})

    def piece(self, text: str) -> None:
        """Sends a piece of the answer."""
        if self._protocol == "openai":
            self._event(_openai_chunk({"role": "assistant", "content": text}, None))
        elif self._protocol == "ollama":
            self.raw(_line({"model": "x", "message": {"role": "assistant", "content": text}, "done": False}))
        else:
            self._event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})

    def end(self, why: str = "stop") -> None:
        """Ends the answer as the protocol does. ``why`` is ``stop`` or ``length``."""
        if self._protocol == "openai":
            self._event(_openai_chunk({}, why))
            self.raw(b"data: [DONE]\n\n")
        elif self._protocol == "ollama":
            self.raw(
                _line({"model": "x", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": why})
            )
        else:
            reason = {"stop": "end_turn", "length": "max_tokens"}[why]
            delta = {"stop_reason": reason, "stop_sequence": None}
            self._event({"type": "content_block_stop", "index": 0})
            self._event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 2}})
            self._event({"type": "message_stop"})
        self.close()

    def close(self) -> None:
        """Ends what is sent in HTTP's way."""
        if self._is_chunked:
            self._handler.wfile.write(b"0\r\n\r\n")

    def report(self, message: str) -> None:
        """Reports an error in the middle of an answer."""
        if self._protocol == "ollama":
            self.raw(_line({"error": message}))
        else:
            error = {"type": "error", "error": {"type": "api_error", "message": message}}
            self._event(error, name="error")

    def fail(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        """Answers with an error."""
        error: dict[str, Any] = {"error": {"message": message, "type": "some_error", "code": None}}
        if self._protocol == "ollama":
            error = {"error": message}
        elif self._protocol == "anthropic":
            error["type"] = "error"
        self.whole(status, json.dumps(error).encode(), {"Content-Type": "application/json", **(headers or {})})

    def whole(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        """Answers with anything."""
        self._is_chunked = False
        self._head(status, {**headers, "Content-Length": str(len(content))})
        self.raw(content)

    def raw(self, content: bytes) -> None:
        """Sends bytes, in the framing of the answer."""
        out = self._handler.wfile
        out.write(b"%x\r\n%s\r\n" % (len(content), content) if self._is_chunked else content)
        out.flush()

    def bare(self, content: bytes) -> None:
        """Sends bytes as they are, instead of an answer."""
        self._handler.wfile.write(content)

    def wait(self, seconds: float) -> None:
        """Waits, but not longer than the client; raises when that hangs up."""
        step = 0.02
        while seconds > 0 and not self.stopped.wait(min(step, seconds)):
            seconds -= step
            connection = self._handler.connection
            if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError

    def _event(self, content: dict[str, Any], name: str = "") -> None:
        head = f"event: {name or content['type']}\n".encode() if self._protocol == "anthropic" else b""
        self.raw(head + b"data: " + json.dumps(content).encode() + b"\n\n")

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        framing = {"Transfer-Encoding": "chunked"} if self._is_chunked else {}
        for name, value in {**headers, **framing, "Connection": "close"}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()


Play = Callable[[Exchange], None]


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _openai_chunk(delta: dict[str, str], why: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": why}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "x", "choices": [choice]}
