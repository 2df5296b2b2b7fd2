"""Questions of programs wait for their turn, are answered a few at a time, and not for who has left."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest
from fakes.programs import ASKS, EndlessService, last_of, leave, small_app
from fakes.service import FakeService

from assistant.desk.desk import Desk
from assistant.desk.places import BUSY, Limits
from assistant.types import Answer, Turn
from assistant.web.problems import ProblemError

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
    assert service.ended.wait(30)
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
    assert service.ended.wait(30)


def test_a_silent_wait_is_kept_alive_and_who_leaves_then_is_noticed() -> None:
    service = EndlessService(is_silent=True)
    sent = leave(small_app(service, tick=0.05), "/api/ask", {"question": "Why?", "stream": True}, after=5)
    assert service.ended.wait(30)
    assert [message.get("body") for message in sent[2:4]] == [b": the work goes on\n\n"] * 2


def test_what_waits_for_the_models_is_told_so_once_and_then_answered() -> None:
    service = FakeService()
    service.gate.clear()

    async def asking() -> list[str]:
        told = []
        async for answer in Desk(service, Limits(tick=0.2)).answers("When?", ()):
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
    # One caller may fill half of the line, so there are three who wait.
    app = small_app(service, at_once=2, waiting=5)

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
    desk = Desk(service, Limits(at_once=1, waiting=0))

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
    desk = Desk(service, Limits(at_once=1, patience=0.1, tick=0.05))

    async def asking() -> None:
        first = desk.answers("One?", ())
        assert (await anext(first)) is not None
        with pytest.raises(ProblemError, match=BUSY) as problem:
            async for _ in desk.answers("Two?", ()):
                pass
        assert problem.value.status == 503
        assert desk.refused == {"waited": 1}
        await first.aclose()

    asyncio.run(asking())
    assert service.ended.wait(30)


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


def test_callers_take_turns_and_one_cannot_fill_the_line() -> None:
    service = FakeService()
    service.gate.clear()
    desk = Desk(service, Limits(at_once=1, waiting=8, tick=0.05))

    async def asking() -> list[str]:
        asked = [asyncio.create_task(last_of(desk, f"many {number}", "many")) for number in range(9)]
        await asyncio.sleep(0.1)
        asked += [asyncio.create_task(last_of(desk, f"{name} 0", name)) for name in ("one", "two")]
        await asyncio.sleep(0.1)
        service.gate.set()
        return await asyncio.gather(*asked)

    said = asyncio.run(asking())
    assert said == ["answered"] * 5 + [BUSY] * 4 + ["answered"] * 2
    assert desk.refused == {"full": 4}
    assert [question for question, _ in service.asked] == [
        "many 0", "many 1", "one 0", "two 0", "many 2", "many 3", "many 4",
    ]  # fmt: skip


def test_who_leaves_the_line_is_skipped() -> None:
    service = FakeService()
    service.gate.clear()
    desk = Desk(service, Limits(at_once=1, tick=0.05))

    async def asking() -> list[str]:
        asked = [asyncio.create_task(last_of(desk, question)) for question in ("One?", "Two?", "Three?")]
        await asyncio.sleep(0.1)
        asked[1].cancel()
        await asyncio.sleep(0.05)
        assert desk.waiting == 1
        service.gate.set()
        return [await asked[0], await asked[2]]

    assert asyncio.run(asking()) == ["answered", "answered"]
    assert [question for question, _ in service.asked] == ["One?", "Three?"]


def test_where_far_too_many_ask_nobody_waits_long() -> None:
    """Hundreds at once, and again: each is answered or told to come again within a moment, and then all is well."""
    service = FakeService(steps=0.02)
    desk = Desk(service, Limits(at_once=2, waiting=50, patience=60, hurry=0.4, tick=0.1))
    took: list[tuple[float, str]] = []

    async def one(number: int) -> None:
        until = time.monotonic() + 2
        while time.monotonic() < until:
            began = time.monotonic()
            said = await last_of(desk, "When?", str(number))
            took.append((time.monotonic() - began, said))
            await asyncio.sleep(0.05 if said == BUSY else 0)

    async def asking() -> str:
        await asyncio.gather(*[one(number) for number in range(300)])
        return await last_of(desk, "And now?")

    assert asyncio.run(asking()) == "answered"
    assert {said for _, said in took} == {"answered", BUSY}
    assert sum(said == "answered" for _, said in took) > 30, "it goes on answering"
    assert max(seconds for seconds, _ in took) < 20, "far less than the patience"
    assert desk.waiting == 0


def test_a_question_is_told_when_the_system_gives_no_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(FakeService())

    def refuses(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuses)
        assert asyncio.run(last_of(desk, "When?")) == BUSY
    assert desk.in_work == 0
    assert asyncio.run(last_of(desk, "When?")) == "answered"


def wait_for(has_happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not has_happened():
        assert time.monotonic() < until
        time.sleep(0.01)
