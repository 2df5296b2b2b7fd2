"""How many users are held: more and more of them ask, and what they wait is compared with what one user waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import psutil
from load.bench import may_open_many_files, show, signed_in, verdicts, words
from load.figures import Row, summary
from load.users import Plan, Run, put_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load.bench import Bench
    from load.server import Server

HELD = 5.0
"""Times as long as one user waits; with this a number of users counts as held, if nothing else goes wrong."""
HELD_WELL = (3.0, 1.0)
"""Times as long, and seconds, with which it is held well."""
ALONE = 1.0
"""Seconds that the one user thinks whose waiting is compared with; so that enough questions come together."""
_MUST_NOT = ("errors", "busy", "unopened", "mixed", "foreign", "wrong")


def loaded(
    server: Server, plan: Plan, questions: Sequence[str], *, until: Callable[[], bool] | None = None
) -> tuple[Run, Row]:
    """Puts a load on and sums it up, with what server and generator took of the processor, as shares of all cores."""
    may_open_many_files()
    before = server.use()
    run = asyncio.run(put_on(server.port, plan, questions, until=until))
    after = server.use()
    lasted = max(run.seconds, 0.001)
    cores = psutil.cpu_count() or 1
    row: Row = {
        "users": plan.users,
        **summary(run.replies, lasted),
        "unopened": len(run.unopened),
        "server cpu": round((after.cpu - before.cpu) / lasted / cores, 2),
        "client cpu": round(run.cpu / lasted / cores, 2),
        "server cpu s": round(after.cpu - before.cpu, 1),
        "client cpu s": round(run.cpu, 1),
        "MB": round(after.memory / 1e6),
    }
    return run, row


def warm(server: Server, plan: Plan, questions: Sequence[str]) -> None:
    """A few questions first: what the first one after a start costs is not what is asked here."""
    some = replace(plan, users=1, seconds=5, think=0.1, opening=0.0, most=5)
    asyncio.run(put_on(server.port, some, list(questions[:5])))


def with_cookie(bench: Bench, port: int) -> Plan:
    """The common plan, for somebody who has signed in if that was asked for."""
    if bench.person is None:
        return bench.plan
    return replace(bench.plan, cookie=asyncio.run(signed_in(port, *bench.person)))


def hold(bench: Bench, numbers: Sequence[int]) -> dict[str, Any]:
    """One user first, then each number of users, every question a new one."""
    source = iter(bench.home.questions[5:])
    rows: list[Row] = []
    runs: list[Run] = []
    base = 0.0
    with bench.launch().running() as server:
        plan = with_cookie(bench, server.port)
        warm(server, plan, bench.home.questions)
        for number in numbers if numbers[0] == 1 else (1, *numbers):
            think = min(ALONE, plan.think) if number == 1 else plan.think
            most = round(number * plan.seconds / max(think, 0.1) * 1.2) + 2 * number
            some = list(islice(source, most)) or bench.home.questions
            run, row = loaded(server, replace(plan, users=number, think=think), some)
            base = base or row["p95"]
            row["times one"] = round(row["p95"] / base, 2) if base else 0.0
            rows.append(row)
            runs.append(run)
        tracebacks = server.tracebacks()
    told = []
    for row, run in zip(rows, runs, strict=True):
        found = bench.check([run], by_api=bench.plan.by_api)
        row.update(verdicts(found))
        told += words([run], found)
    result = {**verdict(rows), "tracebacks": tracebacks}
    show("users", rows, *told, str(result))
    return {"rows": rows, "result": result, "words": told}


def verdict(rows: Sequence[Row]) -> Row:
    """The largest numbers of users that are held."""
    clean = [row for row in rows if row["questions"] and not any(row.get(name) for name in _MUST_NOT)]
    held = [row["users"] for row in clean if row["times one"] <= HELD]
    well = [row["users"] for row in clean if row["times one"] <= HELD_WELL[0] and row["p95"] <= HELD_WELL[1]]
    return {"held (p95 <= 5x one)": max(held, default=0), "held well (<= 3x and <= 1 s)": max(well, default=0)}
