"""The page waits at the desk: places are given back when a tab is closed, and Gradio refuses nobody by itself.

Real sockets and the real page; what the browser's script sends is sent by :mod:`load.tab`.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from fakes.programs import EndlessService
from fakes.service import FakeService
from load.spoiled import listening
from load.tab import Tab

from assistant.desk import tabs as tabs_of
from assistant.desk.desk import Desk
from assistant.desk.places import Limits
from assistant.page import ui
from assistant.web import app as web

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch) -> list[Desk]:
    """Every desk that an application makes."""
    made: list[Desk] = []

    class Known(Desk):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(web, "Desk", Known)
    return made


def asked(app: ASGIApp, tabs: int, question: str, leave_after: float | None = None) -> list[str]:
    """Opens so many tabs, asks in all of them at once, and closes them; what became of the questions."""

    async def asking(port: int) -> list[str]:
        opened = [Tab(port, patience=60, looks=False) for _ in range(tabs)]
        for tab in opened:
            await tab.open()
        replies = await asyncio.gather(*[tab.ask(question, leave_after) for tab in opened])
        for tab in opened:
            await tab.close()
        return [reply.kind if reply.kind != "failed" else reply.trouble for reply in replies]

    with listening(app) as port:
        return asyncio.run(asking(port))


def wait_for(has_happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not has_happened():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.slow
def test_more_tabs_than_gradio_would_let_in_are_answered_in_turn() -> None:
    app = web.create_app(FakeService(steps=0.01), limits=Limits(patience=60, waiting=100))
    assert asked(app, 60, "When will the asteroid pass?") == ["answered"] * 60


def test_who_has_no_turn_soon_is_told_so_on_the_page() -> None:
    app = web.create_app(FakeService(steps=0.3), limits=Limits(at_once=1, waiting=2, patience=60))
    kinds = asked(app, 8, "When will the asteroid pass?")
    assert set(kinds) == {"answered", "busy"}
    assert kinds.count("answered") >= 3


def test_a_tab_that_is_closed_gives_back_its_place_and_its_place_in_line(desks: list[Desk]) -> None:
    service = EndlessService()
    app = web.create_app(service, limits=Limits(at_once=1, patience=60, tick=0.2))

    async def asking(port: int) -> None:
        opened = [Tab(port, patience=60, looks=False) for _ in range(3)]
        for tab in opened:
            await tab.open()
        left = [asyncio.create_task(tab.ask("Why?", 3)) for tab in opened]
        while desks[0].waiting < 2:  # noqa: ASYNC110 - other threads do it
            await asyncio.sleep(0.01)
        assert desks[0].in_work == 1
        await asyncio.gather(*left)

    with listening(app) as port:
        asyncio.run(asking(port))
        wait_for(lambda: (desks[0].waiting, desks[0].in_work) == (0, 0))
        assert service.ended.is_set()


def noted_tabs(monkeypatch: pytest.MonkeyPatch) -> list[tabs_of.Tabs]:
    """Those of the applications that are made from now on, by which Gradio's queue can be looked at."""
    made: list[tabs_of.Tabs] = []

    class Known(tabs_of.Tabs):
        def __init__(self, queue: object) -> None:
            super().__init__(queue)
            made.append(self)

    monkeypatch.setattr(ui, "Tabs", Known)
    return made


def test_nothing_is_kept_of_tabs_that_were_closed_during_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio by itself keeps their calls for ever, and what they were to be told until 2,000 others have come."""
    made = noted_tabs(monkeypatch)
    monkeypatch.setattr(tabs_of, "_GRACE", 0.0)
    app = web.create_app(FakeService(steps=0.2), limits=Limits(patience=60))
    queue = made[0]._queue
    with listening(app) as port:

        async def leave(many: int, after: float) -> None:
            opened = [Tab(port, patience=60, looks=False) for _ in range(many)]
            for tab in opened:
                await tab.open()
            await asyncio.gather(*[tab.ask("When will the asteroid pass?", after) for tab in opened])

        asyncio.run(leave(6, 0.3))
        assert len(queue.pending_event_ids_session) + len(queue.pending_messages_per_session) > 2

        def is_forgotten() -> bool:
            asyncio.run(leave(1, 5.0))
            return max(len(queue.pending_event_ids_session), len(queue.pending_messages_per_session)) <= 1

        wait_for(is_forgotten)


def test_a_conversation_keeps_each_part_of_the_page_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio would keep what a part of the page showed at each turn, as long as the tab is open."""
    made = noted_tabs(monkeypatch)
    app = web.create_app(FakeService(steps=0.01), limits=Limits(patience=60))

    async def asking(port: int) -> list[int]:
        tab = Tab(port, patience=60, looks=False)
        await tab.open()
        counts = []
        for _ in range(4):
            await tab.ask("When will the asteroid pass?")
            (session,) = made[0]._queue.server_app.state_holder.session_data.values()
            counts.append(len(session.config_values))
        await tab.close()
        return counts

    with listening(app) as port:
        counts = asyncio.run(asking(port))
    assert counts[0] > 10
    assert counts == [counts[0]] * 4
