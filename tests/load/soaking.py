"""Many questions, tabs that come and go, answers that nobody waits for: what is left of it in the server."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fakes.embedder import WordEmbedder
from load.bench import Bench, show, verdicts, words
from load.corpus import own, prepare
from load.figures import answered, summary
from load.holding import with_cookie
from load.oracle import Oracle, check
from load.stub import without_models
from load.users import Run, put_on

if TYPE_CHECKING:
    from pathlib import Path

    from load.figures import Row
    from load.server import Server, Use

WARM = 0.1
"""Share of the questions, at least, after which memory is first looked at: caches fill up once."""
PARTS = 9
"""How often it is looked at after that, at most."""
AT_MOST = 900.0
"""Seconds of each part."""
REST = 3.0
"""Seconds without load before memory, threads and files are counted."""
LOOKS = 3
"""Looks at the beginning and at the end that are compared, the least of each."""
POOL = 10
"""Chroma opens its database again for those who ask at the same time, never oftener than this, and closes it with the
index."""


def soak(bench: Bench, questions: int, users: int, *, real: bool, tabs: int = 0, parts: int = PARTS) -> dict[str, Any]:
    """Asks so many questions, and looks at the server again and again.

    The server keeps the conversations of many closed tabs, so its memory grows until there are so many. What grows
    after that is a leak; to see it, more tabs must have come and gone in the warm-up than are kept.

    Args:
        bench: Its home is asked only if that is said.
        questions: How many.
        users: Tabs at once; they do not think.
        real: Whether the home is asked with its models; otherwise a small one is made that needs none.
        tabs: Conversations that are kept; 0 for as many as usual. About ten questions for each are the least warm-up.
        parts: How often it is looked at after the warm-up.
    """
    kept: list[str] = ["--tabs", str(tabs)] if tabs else []
    warm = min(0.5, max(WARM, 10 * tabs / questions))
    shares = [warm, *[(1 - warm) / parts] * parts]
    if real:
        return _soak(bench, questions, users, kept, shares, stub=False)
    home = prepare(bench.work / "soaked", own(400), 400, embedder=WordEmbedder())
    return _soak(replace(bench, home=home, _oracle=None), questions, users, ["--stub", *kept], shares, stub=True)


def _soak(
    bench: Bench, questions: int, users: int, inside: list[str], shares: list[float], *, stub: bool
) -> dict[str, Any]:
    temporary = bench.work / "temporary"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    launch = bench.launch(inside=inside or None)
    launch.variables = {**launch.variables, "TMPDIR": str(temporary)}
    rows: list[Row] = []
    runs: list[Run] = []
    with launch.running() as server:
        plan = replace(with_cookie(bench, server.port), users=users, seconds=AT_MOST, think=0.0, leaving=0.1)
        first: Use | None = None
        asked = 0
        for part, share in enumerate(shares):
            some = replace(plan, most=round(questions * share), seed=part)
            begin = asked % len(bench.home.questions)
            run = asyncio.run(put_on(server.port, some, bench.home.questions[begin:] + bench.home.questions[:begin]))
            asked += some.most
            use = _rested(server)
            first = first or use
            rows.append({**_row(run, asked, use, first), "temporary files": _count(temporary)})
            runs.append(run)
        peak, tracebacks = server.highest, server.tracebacks()
    told = words(runs, None)
    found = _check(bench, runs, stub=stub)
    result = {
        "questions": asked,
        "memory growth %": rows[-1]["growth %"],
        **{f"{name} left": _left(rows, name) for name in ("files", "threads", "temporary files")},
        "most MB": round(peak / 1e6),
        "errors": sum(row["errors"] for row in rows),
        "tracebacks": tracebacks,
        **found,
    }
    show("soak", rows, *told, str(result))
    return {"rows": rows, "result": result, "words": told}


def _left(rows: list[Row], name: str) -> int:
    """By how much there are more at the end: workers of a pool come and go, but what leaks is there at every look."""
    return int(min(row[name] for row in rows[-LOOKS:]) - min(row[name] for row in rows[:LOOKS]))


def _rested(server: Server) -> Use:
    """What it uses when nobody is there: the last connections have been closed by then."""
    time.sleep(REST)
    return server.use()


def _row(run: Run, asked: int, use: Use, first: Use) -> Row:
    found = summary(run.replies, run.seconds)
    return {
        "asked": asked,
        "answered": len(answered(run.replies)),
        "left": sum(reply.kind == "left" for reply in run.replies),
        **{name: found[name] for name in ("busy", "errors", "a second", "p50", "p95")},
        "MB": round(use.memory / 1e6, 1),
        "growth %": round(100 * (use.memory / first.memory - 1), 2),
        "files": use.files,
        "threads": use.threads,
    }


def _check(bench: Bench, runs: list[Run], *, stub: bool) -> Row:
    if not bench.checked:
        return {}
    if not stub:
        return verdicts(bench.check(runs))
    with without_models():
        return verdicts(check([reply for run in runs for reply in run.replies], [Oracle.open(bench.home.path, 10**6)]))


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*"))
