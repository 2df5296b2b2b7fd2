"""Questions of programs wait for their turn, are answered a few at a time, and not for who has left."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence

import httpx
import pytest
from fakes.programs import ASKS, EndlessService, leave, small_app
from fakes.service import FakeService

from assistant.desk import BUSY, Desk
from assistant.problems import ProblemError
from assistant.types import Answer, Turn

HERE = "http://localhost"


class CountingService(FakeService):
    """Knows how many questions it answered at once, at most."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most = 0
        self.lock = threading.Lock()

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        try:
            yield from super().stream(question, history)
        finally:
            with self.lock:
                self.inside -= 1


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("path", ASKS)
def test_who_leaves_is_not_worked_for(path: str, stream: bool) -> None:  # noqa: FBT001
    service = EndlessService()
    body = {"question": "Why?"} if path == "/api/ask" else {"messages": [{"role": "user", "content": "Why?"}]}
    sent = leave(small_app(service), path, {**body, "stream": stream}, after=4 if stream else 0)
    assert service.ended.wait(5)
    assert len(sent) < 1000
    if not stream:
        assert sent[0]["status"] == 499


def test_who_leaves_before_anything_is_said_is_not_worked_for() -> None:
    class Mute(EndlessService):
        def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
            time.sleep(0.3)
            yield from super().stream(question, history)

    service = Mute()
    sent = leave(small_app(service, tick=0.05), "/api/ask", {"question": "Why?", "stream": True}, after=0)
    assert sent[0]["status"] == 499
    assert service.ended.wait(5)


def test_a_silent_wait_is_kept_alive_and_who_leaves_then_is_noticed() -> None:
    service = EndlessService(is_silent=True)
    sent = leave(small_app(service, tick=0.05), "/api/ask", {"question": "Why?", "stream": True}, after=5)
    assert service.ended.wait(5)
    assert [message.get("body") for message in sent[2:4]] == [b": the work goes on\n\n"] * 2


def test_what_waits_for_the_models_is_told_so_once_and_then_answered() -> None:
    service = FakeService()
    service.gate.clear()

    async def asking() -> list[str]:
        told = []
        async for answer in Desk(service, tick=0.2).answers("When?", ()):
            told.append(answer.reason if answer else "…")
            if answer is None:
                service.gate.set()
        return told

    assert [reason for reason in asyncio.run(asking()) if reason != "…"] == [
        "Loading the models", "Searching 2 articles", "Reading 2 passages", "Quoted word for word from the articles.",
    ]  # fmt: skip


def test_only_a_few_questions_are_answered_at_once_and_few_wait() -> None:
    service = CountingService()
    service.gate.clear()
    app = small_app(service, at_once=2, waiting=3)

    async def asking() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
            asked = [asyncio.create_task(client.post("/api/ask", json={"question": f"{n}?"})) for n in range(8)]
            while sum(task.done() for task in asked) < 3:
                await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED, timeout=0.05)
            refused, waiting = [task for task in asked if task.done()], [task for task in asked if not task.done()]
            service.gate.set()
            return await asyncio.gather(*refused, *waiting)

    answers = asyncio.run(asking())
    assert [answer.status_code for answer in answers] == [503] * 3 + [200] * 5
    assert service.most == 2
    for answer in answers[:3]:
        assert answer.json() == {"error": BUSY}
        assert answer.headers["retry-after"] == "5"


def test_a_place_is_free_again_once_its_question_is_answered_or_given_up() -> None:
    service = FakeService()
    desk = Desk(service, at_once=1, waiting=0)

    async def asking(question: str) -> str:
        async for answer in desk.answers(question, ()):
            if answer and "leave" in question:
                break
        return answer.status if answer else ""

    def asked(question: str) -> str:
        until = time.monotonic() + 5
        while True:  # the place is given back by the thread that answered
            try:
                return asyncio.run(asking(question))
            except ProblemError as problem:
                if problem.status != 503 or time.monotonic() > until:
                    raise

    assert [asked(question) for question in ("One?", "leave", "Two?", "Three?")] == [
        "answered", "working", "answered", "answered",
    ]  # fmt: skip
    with pytest.raises(ProblemError, match="Something went wrong"):
        asked("explode")
    assert asked("Four?") == "answered"


def test_who_waited_too_long_for_a_turn_is_told() -> None:
    service = EndlessService()
    desk = Desk(service, at_once=1, patience=0.1)

    async def asking() -> None:
        first = desk.answers("One?", ())
        assert (await anext(first)) is not None
        with pytest.raises(ProblemError, match=BUSY) as problem:
            await anext(desk.answers("Two?", ()))
        assert problem.value.status == 503
        await first.aclose()

    asyncio.run(asking())
    assert service.ended.wait(5)


def test_others_are_served_while_a_question_is_answered() -> None:
    service = FakeService()
    service.gate.clear()
    app = small_app(service)

    async def asking() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
            question = asyncio.create_task(client.post("/api/ask", json={"question": "When?"}))
            while not service.asked:  # noqa: ASYNC110 - another thread does it
                await asyncio.sleep(0.01)
            assert (await client.get("/api/articles")).status_code == 200
            assert not question.done()
            service.gate.set()
            assert (await question).json()["status"] == "answered"

    asyncio.run(asyncio.wait_for(asking(), 20))
