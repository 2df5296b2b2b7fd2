"""Far too many at once: what they are told and when, and how soon the page is as before."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from load.bench import show, verdicts, words
from load.figures import answered, percentile
from load.holding import loaded, warm, with_cookie

if TYPE_CHECKING:
    from collections.abc import Sequence

    from load.bench import Bench
    from load.figures import Row
    from load.replies import Reply
    from load.users import Run

WINDOW = 4.0
"""Seconds of questions whose p95 says whether the page is as before."""
AS_BEFORE = 1.2
"""Times the p95 of before."""


def overload(bench: Bench, users: int, few: int = 50) -> dict[str, Any]:
    """A usual load, then far too much without a pause, then the usual load again at once."""
    questions = bench.home.questions
    third = len(questions) // 3
    with bench.launch().running() as server:
        plan = with_cookie(bench, server.port)
        usual = replace(plan, users=few, seconds=min(plan.seconds, 30.0))
        warm(server, plan, questions)
        before, row = loaded(server, usual, questions[5:third])
        rows: list[Row] = [{"load": "before", **row}]
        crowd = replace(plan, users=users, think=0.0, pause=1.0, opening=5.0)
        crowded, row = loaded(server, crowd, questions[third : 2 * third])
        rows.append({"load": "crowd", **row})
        ended = time.monotonic()
        # These tabs are opened before the crowd has gone, so that nothing is lost to their opening.
        after, row = loaded(server, replace(usual, opening=0.5), questions[2 * third :])
        rows.append({"load": "after", **row})
        alive = server.process.poll() is None
        tracebacks = server.tracebacks()
    runs = [before, crowded, after]
    for row, run in zip(rows, runs, strict=True):
        row.update(verdicts(bench.check([run], by_api=bench.plan.by_api)))
    result = {
        **told_within(crowded),
        "p95 before": rows[0]["p95"],
        "recovered after s": recovered(after.replies, ended, AS_BEFORE * rows[0]["p95"]),
        "alive": alive,
        "tracebacks": tracebacks,
    }
    told = words(runs, None)
    show("overload", rows, *told, str(result))
    return {"rows": rows, "result": result, "words": told}


def told_within(run: Run) -> Row:
    """Seconds until somebody was answered or asked to come again; and until the latter alone."""
    any_end = [reply.seconds for reply in run.replies if reply.kind in ("answered", "abstained", "busy")]
    busy = [reply.seconds for reply in run.replies if reply.kind == "busy"]
    found: Row = {}
    for name, times in (("told", any_end), ("busy", busy)):
        for share in (0.5, 0.95, 1.0):
            found[f"{name} p{round(100 * share)}"] = round(percentile(times, share), 3)
    found["told within 2 s"] = round(sum(seconds <= 2 for seconds in any_end) / max(len(run.replies), 1), 4)
    return found


def recovered(replies: Sequence[Reply], since: float, limit: float) -> float | None:
    """Seconds after which the questions of a while wait no longer than before; None if they always do."""
    good = answered(replies)
    for begin in sorted({round(reply.began - since, 1) for reply in replies}):
        some = [reply.seconds for reply in good if begin <= reply.began - since < begin + WINDOW]
        all_in = [reply for reply in replies if begin <= reply.began - since < begin + WINDOW]
        if len(some) == len(all_in) and percentile(some, 0.95) <= limit:
            return begin
    return None
