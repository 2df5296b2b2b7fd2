"""Programs that ask over HTTP or at the desk: what they are told, and one that leaves in the middle of it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from fakes.service import FakeService, working
from fastapi import FastAPI

from assistant.desk.desk import Desk
from assistant.desk.places import Limits
from assistant.web.api import add_api_routes, add_error_shapes
from assistant.web.openai_routes import add_openai_routes
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.types import ASGIApp, Message

    from assistant.types import Answer, Turn


ASKS = ("/api/ask", "/v1/chat/completions")


def small_app(service: FakeService, **limits: float) -> FastAPI:
    """Only the routes for programs, which is quick to make."""
    app = FastAPI(openapi_url=None)
    desk = Desk(service, Limits(**limits))  # type: ignore[arg-type]
    add_error_shapes(app)
    add_api_routes(app, desk)
    add_openai_routes(app, desk)
    return app


def events_of(body: str) -> list[tuple[str, Any]]:
    """Names and JSON of a stream's events, read as its standard says: lines, an empty one at the end of each event."""
    found = []
    name = ""
    data: list[str] = []
    for line in body.replace("\r\n", "\n").split("\n"):
        field, _, value = line.partition(":")
        if not line:
            if data:
                text = "\n".join(data)
                found.append((name, text if text == "[DONE]" else json.loads(text)))
            name, data = "", []
        elif field == "event":
            name = value.removeprefix(" ")
        elif field == "data":
            data.append(value.removeprefix(" "))
        else:
            assert line.startswith(":"), f"no line of a stream of events: {line!r}"
    assert not data, "the last event ends"
    return found


class EndlessService(FakeService):
    """Never comes to an answer; knows whether it was left alone."""

    def __init__(self, *, is_silent: bool = False) -> None:
        super().__init__()
        self.is_silent = is_silent
        self.ended = threading.Event()

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        try:
            for number in range(2000):
                yield working(question, "" if self.is_silent else f"Step {number}")
                time.sleep(0.01)
        finally:
            self.ended.set()


def leave(app: ASGIApp, path: str, content: dict[str, Any], after: int) -> list[Message]:
    """Asks and leaves when so many messages of the response have come, or after a moment if there are none.

    Returns:
        What was sent, also after that.
    """
    body = json.dumps(content).encode()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    sent: list[Message] = []

    async def asking() -> None:
        has_left, leaving = asyncio.Event(), time.monotonic() + 0.05
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            if message := next(given, None):
                return message
            if after:
                await has_left.wait()
            elif time.monotonic() < leaving:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if after and len(sent) >= after:
                has_left.set()

        await asyncio.wait_for(app(scope, receive, send), 10)

    asyncio.run(asking())
    return sent


async def last_of(desk: Desk, question: str, caller: str = "") -> str:
    """What a question comes to: the status of its answer, or the sentence that it gets in place of one."""
    try:
        async with aclosing(desk.answers(question, (), caller)) as answers:
            async for answer in answers:
                if answer and answer.status != "working":
                    return answer.status
    except ProblemError as problem:
        return str(problem)
    return ""
