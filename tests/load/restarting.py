"""The server is killed while users ask, and started again: how long they are without it, and what has to be mended."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from load.bench import may_open_many_files, show, verdicts, words
from load.figures import Row, answered, percentile, summary
from load.holding import with_cookie
from load.replies import Reply, TroubleError
from load.tab import Tab
from load.users import put_on
from load.wire import BROKEN

if TYPE_CHECKING:
    from load.bench import Bench
    from load.server import Launch, Server

BETWEEN = (4.0, 8.0)
"""Seconds for which it is left alone."""


@dataclass
class Outages:
    """Kills a server again and again, from a thread of its own.

    Attributes:
        spans: When it was killed, and when it answered a question again.
        ready: Seconds from each start until it said that it was ready.
        notices: What it said of its index after each.
    """

    launch: Launch
    server: Server
    question: str
    spans: list[tuple[float, float]] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)
    failure: BaseException | None = None

    def go_on(self, times: int) -> None:
        """Kills it so many times."""
        chance = random.Random(3)
        try:
            for _ in range(times):
                time.sleep(chance.uniform(*BETWEEN))
                began = time.monotonic()
                self.server.kill()
                self.server = self.launch.start()
                asyncio.run(_first_answer(self.launch.port, self.question))
                self.spans.append((began, time.monotonic()))
                self.ready.append(self.server.started)
                self.notices.add(str(self.server.health().get("notice", "")))
            time.sleep(BETWEEN[0])
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            self.failure = error


def restart(bench: Bench, users: int, times: int) -> dict[str, Any]:
    """Users ask all the time; whoever gets an error opens the page again."""
    questions = bench.home.questions
    with bench.copied() as home:
        launch = bench.launch(home)
        launch.log.unlink(missing_ok=True)
        server = launch.start()
        outages = Outages(launch, server, questions[0])
        try:
            plan = replace(with_cookie(bench, launch.port), users=users, seconds=120.0 * times, think=2.0)
            may_open_many_files()
            killer = threading.Thread(target=outages.go_on, args=(times,))
            killer.start()
            run = asyncio.run(put_on(launch.port, plan, questions[1:], until=lambda: not killer.is_alive()))
            killer.join()
        finally:
            outages.server.stop()
        if outages.failure:
            raise outages.failure
        set_aside = home.path / "index" / "set-aside"
        broken = sorted(path.name for path in set_aside.iterdir()) if set_aside.exists() else []
        # The copy is opened, too: after all of it, its index must be whole.
        found = bench.check([run], home)
        left = sorted(path.name for path in (home.path / "index").iterdir())
    outside = [reply for reply in run.replies if reply.kind == "failed" and not _meets(reply, outages.spans)]
    again = [_first_after(run.replies, end) - begin for begin, end in outages.spans]
    row: Row = {"users": users, "kills": times, **summary(run.replies, run.seconds), **verdicts(found)}
    result = {
        "ready after s": round(percentile(outages.ready, 1.0), 1),
        "first good answer after s": round(max(end - begin for begin, end in outages.spans), 1),
        "users answered again after s": round(max(again), 1),
        "errors outside of the outages": len(outside),
        "notices": sorted(outages.notices - {""}),
        "set aside": broken,
        "in the index folder": left,
    }
    told = words([replace(run, replies=outside, unopened=[])], found)
    show("restart", [row], *told, str(result))
    return {"rows": [row], "result": result, "words": told}


async def _first_answer(port: int, question: str) -> None:
    """Asks until there is an answer."""
    while True:
        tab = Tab(port, patience=20, looks=False)
        try:
            await tab.open()
            if (await tab.ask(question)).kind in ("answered", "abstained"):
                return
        except (*BROKEN, TroubleError):
            await asyncio.sleep(0.1)
        finally:
            await tab.close()


def _meets(reply: Reply, spans: list[tuple[float, float]]) -> bool:
    return any(reply.began <= end and reply.began + reply.seconds >= begin for begin, end in spans)


def _first_after(replies: list[Reply], moment: float) -> float:
    """When the first question that was asked after a moment had its answer."""
    return min((item.began + item.seconds for item in answered(replies) if item.began >= moment), default=moment)
