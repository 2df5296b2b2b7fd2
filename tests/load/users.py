"""Users of the page: each opens a tab, asks, reads, thinks, and asks again."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from load.replies import Reply, TroubleError
from load.tab import Tab
from load.wire import BROKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

THINK = 5.0
"""Seconds between an answer and the next question of its reader."""
GRACE = 30.0
"""Seconds that the last answers are waited for."""


@dataclass(frozen=True)
class Plan:
    """How a load is put on.

    Attributes:
        users: Tabs at once.
        seconds: For how long questions are asked.
        think: Seconds of thinking, on average; from half of it to one and a half.
        most: Questions in all, at most.
        leaving: Share of questions whose tab is closed while they are answered, and replaced by another tab.
        patience: Seconds after which a question counts as never answered.
        by_api: Whether programs ask, instead of tabs.
        cookie: Of somebody who has signed in.
        opening: Seconds over which the tabs open.
        pause: Seconds until a tab that was asked to come again does, at least.
        seed: Of every random choice.
    """

    users: int
    seconds: float
    think: float = THINK
    most: int = 100_000
    leaving: float = 0.0
    patience: float = 60.0
    by_api: bool = False
    cookie: str = ""
    opening: float = 2.0
    pause: float = 0.5
    seed: int = 1


@dataclass
class Run:
    """What came of it.

    Attributes:
        replies: Of all tabs, in the order in which they came.
        began: When the first question could be asked.
        seconds: From then to the last answer.
        unopened: Tabs that could not be opened, with the reasons.
        cpu: Seconds of processor time that this process took.
        asking: Questions that are under way, by their tab, with the moment of their beginning.
    """

    replies: list[Reply] = field(default_factory=list)
    began: float = 0.0
    seconds: float = 0.0
    unopened: list[str] = field(default_factory=list)
    cpu: float = 0.0
    asking: dict[str, tuple[str, float]] = field(default_factory=dict)


async def put_on(port: int, plan: Plan, questions: Sequence[str], *, until: Callable[[], bool] | None = None) -> Run:
    """Puts a load on the server and ends it by itself.

    Args:
        port: Of the server.
        plan: See there.
        questions: Taken in order, each once, then from the beginning again.
        until: Asked now and then whether to end before the time.
    """
    run = Run()
    cpu = time.process_time()
    source = _round(questions, plan.most)
    chance = random.Random(plan.seed)
    opened = asyncio.Event()
    users = [
        asyncio.create_task(_user(port, plan, source, run, random.Random(chance.random()), opened))
        for _ in range(plan.users)
    ]
    await asyncio.sleep(plan.opening + min(2.0, 0.02 * plan.users))
    run.began = time.monotonic()
    opened.set()
    try:
        while time.monotonic() < run.began + plan.seconds and not all(user.done() for user in users):
            if until is not None and until():
                break
            await asyncio.sleep(0.1)
        # Nobody asks any more; what was asked is waited for.
        source.close()
        until_when = time.monotonic() + min(GRACE, plan.patience)
        while run.asking and time.monotonic() < until_when:  # noqa: ASYNC110 - nobody knows who will be the last
            await asyncio.sleep(0.05)
    finally:
        for user in users:
            user.cancel()
        ended = await asyncio.gather(*users, return_exceptions=True)
    for tab, (question, began) in run.asking.items():
        run.replies.append(Reply(tab, question, "failed", began, time.monotonic() - began, trouble="never ended"))
    for failure in ended:
        if isinstance(failure, BaseException) and not isinstance(failure, asyncio.CancelledError):
            raise failure
    run.seconds = max((reply.began + reply.seconds for reply in run.replies), default=run.began) - run.began
    run.cpu = time.process_time() - cpu
    return run


async def _user(
    port: int, plan: Plan, source: Iterator[str], run: Run, chance: random.Random, opened: asyncio.Event
) -> None:
    await asyncio.sleep(plan.opening * chance.random())
    tab = await _opened(port, plan, run)
    try:
        await opened.wait()
        await asyncio.sleep(plan.think * chance.random())
        for question in source:
            if tab is None:
                await asyncio.sleep(plan.pause)
                tab = await _opened(port, plan, run)
                continue
            leaves = chance.random() < plan.leaving
            run.asking[tab.name] = (question, time.monotonic())
            reply = await tab.ask(question, chance.uniform(0.0, 0.5) if leaves else None)
            del run.asking[tab.name]
            run.replies.append(reply)
            if leaves or reply.kind == "failed":
                # Who sees an error loads the page again.
                await tab.close()
                tab = await _opened(port, plan, run)
            await asyncio.sleep(max(plan.think * chance.uniform(0.5, 1.5), plan.pause * (reply.kind == "busy")))
    finally:
        if tab is not None:
            await tab.close()


async def _opened(port: int, plan: Plan, run: Run) -> Tab | None:
    tab = Tab(port, patience=plan.patience, by_api=plan.by_api, cookie=plan.cookie)
    try:
        async with asyncio.timeout(plan.patience):
            await tab.open()
    except (*BROKEN, TroubleError, TimeoutError) as error:
        run.unopened.append(f"{type(error).__name__} {error}")
        with suppress(*BROKEN):
            await tab.close()
        return None
    return tab


def _round(questions: Sequence[str], most: int) -> Generator[str]:
    for number in range(most):
        yield questions[number % len(questions)]
