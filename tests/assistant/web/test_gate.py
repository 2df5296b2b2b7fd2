"""The gate in front of Gradio, without the page: what it lets through, and that it decides as the desk would."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from fakes.raw import ask_app
from fakes.service import FakeService

from assistant.access.callers import Caller
from assistant.access.door import KEY
from assistant.desk.desk import Desk
from assistant.desk.places import BUSY, Job, Limits, Places
from assistant.web.gate import Gate
from assistant.web.problems import ProblemError
from assistant.web.routes import JOIN

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send
ASKS, OTHER = 7, 8
"""Numbers of an event that takes a question, and of one that does not."""


class Behind:
    """Stands where Gradio would, takes what comes, and never brings it to the desk."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def joining(number: int, *, tab: str = "tab", question: str = "Why?") -> bytes:
    """An event as the page sends it; the spaces are to be kept."""
    return json.dumps({"data": [question, None], "fn_index": number, "session_hash": tab}, indent=1).encode()


def refused(gate: Gate, body: bytes, path: str = JOIN) -> bool:
    return ask_app(gate, "POST", path, [], body).status == 503


@pytest.mark.parametrize(("coming", "let_through"), [(60.0, 3 + 20), (-1.0, 500)])
def test_of_a_burst_only_as_many_are_let_through_as_there_is_room_for(coming: float, let_through: int) -> None:
    behind = Behind()
    desk = Desk(FakeService(), Limits(at_once=3, waiting=20, coming=coming))
    gate = Gate(behind, desk, {ASKS})
    bodies = [joining(ASKS, tab=f"tab{number}") for number in range(500)]
    turned_away = sum(refused(gate, body) for body in bodies)
    # Where nothing is expected, as in the second case, the whole burst comes before the desk sees the first of it.
    assert behind.bodies == bodies[:let_through], "and each as it was sent"
    assert turned_away == 500 - let_through
    assert desk.refused["full"] == turned_away


@pytest.mark.parametrize(
    "body",
    [
        joining(OTHER), b'{"fn_index": 7', b"[7]", b'{"fn_index": "7", "session_hash": "tab"}', b"\xff", b"",
        b'{"fn_index": [7], "session_hash": "tab"}', b"[" * 64_000,
    ],
    ids=["another event", "cut off", "no event", "no number", "no text", "nothing", "a list", "nested deeply"],
)  # fmt: skip
def test_what_is_no_question_goes_on_as_it_is(body: bytes) -> None:
    behind = Behind()
    gate = Gate(behind, Desk(FakeService(), Limits(at_once=0, waiting=0)), {ASKS})
    assert refused(gate, joining(ASKS))
    assert not refused(gate, body)
    assert not refused(gate, joining(ASKS), JOIN.replace("join", "data")), "nor what is sent elsewhere"
    assert behind.bodies == [body, joining(ASKS)]


@pytest.mark.parametrize("values", ['{"0": 1}', "7", "[[]]", "null"])
def test_a_question_that_is_none_is_refused_like_one(values: str) -> None:
    gate = Gate(Behind(), Desk(FakeService(), Limits(at_once=0, waiting=0)), {ASKS})
    body = f'{{"data": {values}, "fn_index": {ASKS}, "session_hash": "tab"}}'
    assert refused(gate, body.encode())


def test_what_has_come_is_expected_no_more_and_what_never_comes_not_for_long() -> None:
    desk = Desk(FakeService(), Limits(at_once=1, waiting=0, coming=0.2))
    desk.expect("a", "tab a")
    with pytest.raises(ProblemError, match=BUSY):
        desk.expect("b", "tab b")
    desk.came("tab b")  # it was never let through, and takes nobody's place away
    with pytest.raises(ProblemError, match=BUSY):
        desk.expect("b", "tab b")
    desk.came("tab a")
    desk.expect("b", "tab b")

    async def waiting() -> None:
        await asyncio.sleep(0.25)
        desk.expect("c", "tab c")
        answers = desk.answers("Why?", (), "c", sign="tab c")
        assert await anext(answers), "it has its place"
        await answers.aclose()

    asyncio.run(waiting())


def test_it_is_decided_as_at_the_desk_whatever_is_going_on_there() -> None:
    chance = random.Random(7)
    # Without hurry, since both would count as turned away, and the second might be the one that is too many.
    limits = Limits(at_once=2, waiting=12, patience=3, hurry=3)

    def entered(places: Places, caller: str) -> Job | None:
        job = Job("Why?", (), lambda _: None)
        with suppress(ProblemError):
            places.enter(job, caller)
            return job
        return None

    def expected(places: Places, caller: str) -> bool:
        with suppress(ProblemError):
            places.expect(caller, "tab")
            places.came("tab")
            return True
        return False

    outcomes = Counter[tuple[bool, str]]()
    for _ in range(300):
        places = Places(limits, FakeService(), lambda _: None)
        jobs = [job for _ in range(chance.randrange(20)) if (job := entered(places, chance.choice("abc")))]
        if jobs and chance.random() < 0.7:
            # One that took its time: from now on it is known how long one waits.
            jobs[0].since -= chance.uniform(0.1, 5)
            places.end(jobs[0])
        for caller in "abcd":
            is_expected, before = expected(places, caller), places.refused.copy()
            job = entered(places, caller)
            assert is_expected == bool(job)
            outcomes[is_expected, "".join(places.refused - before)] += 1
            if job:
                places.leave(job)
                places.end(job)
    assert set(outcomes) == {(True, ""), (False, "full"), (False, "slow")}


def is_refused(gate: Gate, name: str) -> bool:
    """Whether a question of a user is, who has signed in."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        await gate({**scope, KEY: Caller(name=name, role="reader", way="password")}, receive, send)

    return ask_app(named, "POST", JOIN, [], joining(ASKS)).status == 503


def test_a_user_who_has_half_of_the_line_is_refused_and_another_is_not() -> None:
    service = FakeService()
    service.gate.clear()
    desk = Desk(service, Limits(at_once=1, waiting=4, patience=60))
    gate = Gate(Behind(), desk, {ASKS})

    async def has_left() -> bool:
        return False

    async def waiting() -> list[bool]:
        asked = [asyncio.create_task(desk.answer("Why?", (), has_left, "anna")) for _ in range(3)]
        while desk.waiting < 2:  # noqa: ASYNC110 - the others go on meanwhile
            await asyncio.sleep(0.01)
        found = await asyncio.to_thread(lambda: [is_refused(gate, "anna"), is_refused(gate, "bob")])
        service.gate.set()
        await asyncio.gather(*asked)
        return found

    assert asyncio.run(waiting()) == [True, False]


def test_a_user_whose_questions_never_come_shuts_nobody_out() -> None:
    gate = Gate(Behind(), Desk(FakeService(), Limits(at_once=1, waiting=20)), {ASKS})
    assert sum(not is_refused(gate, "anna") for _ in range(100)) == 1 + 10
    assert [is_refused(gate, name) for name in ("bob", "carl", "anna")] == [False, False, True]
