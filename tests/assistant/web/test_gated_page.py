"""A question that the desk would refuse is refused in front of Gradio; every other event goes through.

Real sockets, the real page and its own numbers of events.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes.service import FakeService
from fakes.team import HERE, SAME, sign_in
from fakes.users import home_with
from load.spoiled import listening
from load.tab import Tab
from starlette.testclient import TestClient

from assistant.access.entrance import Entrance
from assistant.access.terms import Terms
from assistant.desk.desk import Desk
from assistant.desk.places import BUSY, Limits
from assistant.desk.talk import Talks
from assistant.page.ui import make_page
from assistant.page.welcome import MAX_EXAMPLES
from assistant.web.app import create_app
from assistant.web.routes import JOIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from load.page import Event, Page
    from load.wire import Response

FULL = Limits(at_once=1, waiting=0, patience=60)
"""A desk at which one question is answered and none waits."""


@asynccontextmanager
async def tab_at(port: int) -> AsyncIterator[Tab]:
    tab = Tab(port, patience=20, looks=False)
    await tab.open()
    try:
        yield tab
    finally:
        await tab.close()


def page_of(tab: Tab) -> Page:
    assert tab.page is not None
    return tab.page


async def send(tab: Tab, event: Event, question: str = "") -> Response:
    """What is answered to an event; a question is its first value."""
    values: list[str | None] = [None] * len(event.inputs)
    body = {
        "data": [question, *values[1:]] if question else values, "event_data": None, "fn_index": event.number,
        "trigger_id": event.trigger, "session_hash": tab.name,
    }  # fmt: skip
    return await tab.net.request("POST", f"{page_of(tab).prefix}/queue/join", json.dumps(body).encode())


@asynccontextmanager
async def held_up(port: int, service: FakeService) -> AsyncIterator[Tab]:
    """Another tab, while a question of the first one is being answered."""
    async with tab_at(port) as first, tab_at(port) as second:
        asking = asyncio.create_task(first.ask("One?"))
        while not service.asked:  # noqa: ASYNC110 - a thread does it
            await asyncio.sleep(0.02)
        yield second
        service.gate.set()
        assert (await asking).kind == "answered"


@pytest.mark.parametrize("is_gated", [True, False])
def test_when_there_is_no_room_a_question_does_not_reach_gradio_and_every_other_event_does(
    is_gated: bool,  # noqa: FBT001
) -> None:
    service = FakeService()
    service.gate.clear()

    async def trying(port: int) -> None:
        async with held_up(port, service) as tab:
            page = page_of(tab)
            (asks,) = page.on("cw-box", "submit")
            response = await send(tab, asks, "Where “is” it?")
            if is_gated:
                assert (response.status, response.headers["retry-after"]) == (503, "5")
                assert json.loads(response.body) == {"error": BUSY, "question": "Where “is” it?"}
                assert response.headers["x-content-type-options"] == "nosniff"
            else:
                assert json.loads(response.body)["event_id"], "Gradio has it"
            names = ("cw-stop", "cw-new", "cw-changed", "cw-resume")
            others = [event for name in names for event in page.on(name, "click") if event.takes]
            assert len(others) == len(names)
            for event in (*others, *page.after(asks), *page.on_load()):
                assert json.loads((await send(tab, event)).body)["event_id"]

    with listening(create_app(service, limits=FULL, guarded=is_gated)) as port:
        asyncio.run(trying(port))


def test_every_event_upon_which_an_answer_is_begun_is_looked_at() -> None:
    async def making() -> tuple[set[int], set[int]]:
        page, asking = make_page(Desk(FakeService()), Talks())
        begins = {event.trigger_after for event in page.fns.values() if event.trigger_after is not None}
        return begins, {number for number, event in page.fns.items() if event.fn in asking}

    begins, asking = asyncio.run(making())
    assert begins == asking
    assert len(asking) == 1 + MAX_EXAMPLES


def test_a_tab_is_told_and_asks_again_when_there_is_room() -> None:
    service = FakeService()
    service.gate.clear()

    async def asking(port: int) -> list[str]:
        async with held_up(port, service) as tab:
            told = await tab.ask("Two?")
            assert told.trouble.startswith("503"), "it was refused where events are sent, and so it is counted"
        async with tab_at(port) as tab:
            # What was no question is not waited for, or the next would be refused.
            empty = await tab.ask("  ")
            return [told.kind, empty.kind, *[(await tab.ask(f"{number}?")).kind for number in range(3)]]

    with listening(create_app(service, limits=replace(FULL, coming=60))) as port:
        assert asyncio.run(asking(port)) == ["busy", "failed", "answered", "answered", "answered"]


def test_a_stranger_is_not_told_whether_there_is_room(tmp_path: Path) -> None:
    entrance = Entrance.of(Terms(sign_in="users"), tmp_path, users=home_with(tmp_path, anna="editor"))
    app = create_app(FakeService(), entrance=entrance, limits=Limits(at_once=0, waiting=0))
    client = TestClient(app, base_url=HERE, follow_redirects=False, client=("127.0.0.1", 4000), headers=SAME)
    body = {"data": ["Why?", None], "fn_index": 0, "session_hash": "tab"}
    assert client.post(JOIN, json=body).status_code == 401
    sign_in(client, "anna")
    assert client.post(JOIN, json=body).json() == {"error": BUSY, "question": "Why?"}
