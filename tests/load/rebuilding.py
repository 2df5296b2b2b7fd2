"""A rebuild while users ask: what it costs them, and whether any answer is made of two generations."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from load.bench import show, verdicts, words
from load.corpus import second_edition
from load.holding import loaded, warm, with_cookie
from load.server import ASSISTANT

if TYPE_CHECKING:
    from pathlib import Path

    from load.bench import Bench
    from load.figures import Row

AT_MOST = 600.0
"""Seconds that a rebuild may take."""
AFTERWARDS = 8.0
"""Seconds of load on the new generation."""


def rebuild(bench: Bench, users: int, share: float) -> dict[str, Any]:
    """The same load without and with a rebuild beside it, until the server answers from the new generation.

    Args:
        bench: See there.
        users: Tabs at once.
        share: Of the articles that are new in the second edition; the others are not embedded again.
    """
    questions = bench.home.questions
    half = len(questions) // 2
    with bench.copied() as home:
        edition = second_edition(bench.home, bench.work / "edition", share)
        with bench.launch(home).running() as server:
            plan = replace(with_cookie(bench, server.port), users=users)
            warm(server, plan, questions)
            quiet, row = loaded(server, plan, questions[5:half])
            rows: list[Row] = [{"load": "without", **row}]
            former = server.health().get("generation")
            command: list[str | Path] = [
                "nice",
                "-n",
                "10",
                ASSISTANT,
                "index",
                "rebuild",
                edition,
                "--home",
                home.path,
            ]
            with (bench.work / "rebuild.log").open("wb") as out:
                began = time.monotonic()
                builder = subprocess.Popen(command, stdout=out, stderr=out)
                built = changed = 0.0

                def is_over() -> bool:
                    nonlocal built, changed
                    if not built and builder.poll() is not None:
                        built = time.monotonic() - began
                    if built and not changed and server.health().get("generation") != former:
                        changed = time.monotonic() - began
                    return bool(changed) and time.monotonic() - began > changed + AFTERWARDS

                busy, row = loaded(server, replace(plan, seconds=AT_MOST), questions[half:], until=is_over)
                builder.kill()
                builder.wait()
            rows.append({"load": "with", **row})
            tracebacks = server.tracebacks()
        told = []
        for row, run in zip(rows, (quiet, busy), strict=True):
            found = bench.check([run], home, by_api=plan.by_api)
            row.update(verdicts(found))
            told += words([run], found)
    generations = Counter(reply.said.generation for reply in busy.replies if reply.said and reply.said.generation)
    result = {
        "p95 ratio": round(rows[1]["p95"] / rows[0]["p95"], 2) if rows[0]["p95"] else None,
        "errors": rows[1]["errors"],
        "mixed": rows[1].get("mixed"),
        "rebuilt after s": round(built, 1),
        "exit code": builder.returncode,
        "changed over after s": round(changed, 1),
        "answers by generation": dict(generations),
        "tracebacks": tracebacks,
    }
    show("rebuild", rows, *told, str(result))
    return {"rows": rows, "result": result, "words": told}
