"""Questions that do not come to an end, and what takes no place from others."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from fakes.programs import EndlessService, last_of
from fakes.service import FakeService

from assistant.desk.desk import Desk
from assistant.desk.places import BUSY, TOO_LONG, Limits
from assistant.types import Answer, Turn

HERE = "http://localhost"


class StuckService(FakeService):
    """Does not come back from a question that says "stick", until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        if "stick" in question:
            self.let_go.wait(20)
        yield from super().stream(question, history)


def test_what_does_not_come_to_an_end_loses_its_place(caplog: pytest.LogCaptureFixture) -> None:
    service = StuckService()
    desk = Desk(service, Limits(at_once=1, deadline=0.5, tick=0.05))

    async def asking() -> list[str]:
        return list(await asyncio.gather(last_of(desk, "stick"), last_of(desk, "When?")))

    try:
        with caplog.at_level(logging.ERROR):
            assert asyncio.run(asking()) == [TOO_LONG, "answered"]
        assert "may be stuck" in caplog.text
        assert desk.stuck == 1
        assert not desk.is_blocked
        assert desk.refused["late"] == 1
    finally:
        service.let_go.set()
    wait_for(lambda: desk.stuck == 0 and desk.in_work == 0)


def test_only_so_many_that_are_stuck_give_back_their_places() -> None:
    service = StuckService()
    desk = Desk(service, Limits(at_once=1, deadline=0.5, patience=0.3, stuck=1, tick=0.05))

    async def asking() -> list[str]:
        said = [await last_of(desk, "stick one"), await last_of(desk, "When?"), await last_of(desk, "stick two")]
        return [*said, await last_of(desk, "Where?")]

    try:
        assert asyncio.run(asking()) == [TOO_LONG, "answered", TOO_LONG, BUSY]
        assert desk.stuck == 2
        assert desk.is_blocked
    finally:
        service.let_go.set()
    wait_for(lambda: not desk.is_blocked and desk.stuck == 0)
    assert asyncio.run(last_of(desk, "Who?")) == "answered", "it goes on by itself"


def test_an_answer_that_grows_for_ever_is_given_up_too() -> None:
    service = EndlessService()
    desk = Desk(service, Limits(deadline=0.2, tick=5))
    assert asyncio.run(last_of(desk, "Why?")) == TOO_LONG
    assert service.ended.wait(30)


def test_nothing_is_slow_while_the_models_are_loading() -> None:
    service = StuckService()
    service.state = "warming"
    desk = Desk(service, Limits(at_once=1, deadline=0.1, patience=0.1, tick=0.05))

    async def asking() -> list[str]:
        asked = asyncio.gather(last_of(desk, "stick"), last_of(desk, "When?"))
        await asyncio.sleep(0.5)
        service.let_go.set()
        service.state = "ready"
        return list(await asked)

    assert asyncio.run(asking()) == ["answered", "answered"]


class WritingService(FakeService):
    """Has every answer written by a language model that is silent until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        for answer in super().stream(question, history):
            if "write" in question and answer.reason.startswith("Reading"):
                yield replace(answer, mode="model")
                self.let_go.wait(20)
            yield answer


def test_who_waits_for_a_silent_language_model_takes_no_place_from_others() -> None:
    service = WritingService()
    desk = Desk(service, Limits(at_once=1, writing=2, patience=0.3, deadline=5, tick=0.05))

    async def asking() -> list[str]:
        written = [asyncio.create_task(last_of(desk, f"write {number}")) for number in range(2)]
        await asyncio.sleep(0.2)
        said = [await last_of(desk, "When?")]
        written.append(asyncio.create_task(last_of(desk, "write, but too many are written")))
        await asyncio.sleep(0.2)
        said.append(await last_of(desk, "Where?"))
        service.let_go.set()
        return [*said, *await asyncio.gather(*written)]

    assert asyncio.run(asking()) == ["answered", BUSY, "answered", "answered", "answered"]


def wait_for(has_happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not has_happened():
        assert time.monotonic() < until
        time.sleep(0.01)
