"""Servers that do it wrong, each in its own way, to prove that the generator of the load notices."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from load.server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.service import Service
    from assistant.types import Answer, Turn

Spoil = Callable[["Answer", "Answer | None"], "Answer"]
DATA, JOIN = "/queue/data", "/queue/join"


class Spoiled:
    """A service that changes finished answers, or takes its time, as long as it is told to.

    Args:
        service: The real one.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._spoil: Spoil | None = None
        self._seconds = 0.0
        self._former: Answer | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)

    @contextmanager
    def spoiled_by(self, spoil: Spoil) -> Iterator[None]:
        """Given an answer and the one given before it, to whomever; gives what is said instead."""
        self._spoil, self._former = spoil, None
        try:
            yield
        finally:
            self._spoil = None

    @contextmanager
    def slowed_by(self, seconds: float) -> Iterator[None]:
        """Every answer takes so much longer."""
        self._seconds = seconds
        try:
            yield
        finally:
            self._seconds = 0.0

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        for answer in self._service.stream(question, history):
            if answer.status == "working" or not self._spoil:
                time.sleep(self._seconds)
                yield answer
            else:
                yield self._spoil(answer, self._former)
                self._former = answer


def of_somebody_else(answer: Answer, former: Answer | None) -> Answer:
    """What the one before was told."""
    return replace(former, question=answer.question) if former else answer


def of_another_generation(answer: Answer, _: Answer | None) -> Answer:
    """Says that another generation answered."""
    return replace(answer, generation="000099")


def without_its_last_sentence(answer: Answer, _: Answer | None) -> Answer:
    """Says less."""
    return replace(answer, segments=answer.segments[:-1] or answer.segments, confidence=0.01)


class Cut:
    """An application whose streams of messages break off, or never end.

    Args:
        app: The real one.

    Attributes:
        how: ``drop`` ends the connection in the midst of a stream, ``hang`` sends nothing more from then on, ``refuse``
            takes no event, ``break`` answers every event with an error; empty to pass everything on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.how = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.endswith(JOIN) and self.how in ("refuse", "break"):
            await send({"type": "http.response.start", "status": 503 if self.how == "refuse" else 500, "headers": []})
            await send({"type": "http.response.body", "body": b"no"})
            return

        async def cut(message: Message) -> None:
            if b"cw-card" in message.get("body", b""):
                if self.how == "hang":
                    await asyncio.Event().wait()
                raise ConnectionAbortedError("cut, as it was meant")
            await send(message)

        await self._app(scope, receive, cut if path.endswith(DATA) and self.how in ("drop", "hang") else send)


@contextmanager
def listening(app: ASGIApp) -> Iterator[int]:
    """Serves an application from a thread of this process, and gives the port."""
    import uvicorn

    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, log_level="critical", ws="none", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="server of a test", daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("The server did not start.")
            threading.Event().wait(0.02)
        yield port
    finally:
        server.should_exit = True
        thread.join(15)
