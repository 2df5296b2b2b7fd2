"""The command ``python tests/benchmarks/load.py SCENARIO``.

Scenarios: ``users`` (how many are held), ``rebuild`` (while the index is built anew), ``overload`` (far too many),
``freeze`` (the longest time without any service), ``soak`` (what is left of many questions), ``restart`` (kill -9 under
load), and ``all`` of them, in about a quarter of an hour.

Without files of others, articles and questions are made of sentences of our own. The files can also be named by
LOAD_ARTICLES and LOAD_QUESTIONS (several, with ":" between them). The home is made once and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from load.bench import Bench, show
from load.corpus import Home, borrowed, own, prepare
from load.freezing import freeze
from load.holding import hold
from load.overloading import overload
from load.rebuilding import rebuild
from load.restarting import restart
from load.soaking import soak
from load.users import THINK, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    Scenario = Callable[[Bench, argparse.Namespace], dict[str, Any]]

STEPS = [1, 10, 25, 50, 75, 100]
SCENARIOS: dict[str, Scenario] = {
    "users": lambda bench, asked: hold(bench, asked.users or STEPS),
    "rebuild": lambda bench, asked: rebuild(bench, _number(asked, 25), asked.share),
    "overload": lambda bench, asked: overload(bench, _number(asked, 500), asked.few),
    "freeze": lambda bench, asked: freeze(bench, _number(asked, 25)),
    "soak": lambda bench, asked: soak(bench, asked.count, _number(asked, 20), real=asked.real, tabs=asked.tabs),
    "restart": lambda bench, asked: restart(bench, _number(asked, 10), asked.times),
}
SHORTER = {"users": 40.0, "rebuild": 25.0, "overload": 30.0, "freeze": 60.0}
"""Seconds of each load in ``all``, if none are given."""


def main() -> None:
    asked = _parser().parse_args()
    home = _home(asked)
    started = time.monotonic()
    print(f"{home.passages} passages, {len(home.questions)} questions, home {home.path}; this generator shares the "
          f"{psutil.cpu_count()} cores with the server and is as urgent", flush=True)  # fmt: skip
    found: dict[str, Any] = {"machine": f"{platform.machine()}, {psutil.cpu_count()} cores", "passages": home.passages}
    for name in SCENARIOS if asked.scenario == "all" else (asked.scenario,):
        seconds = asked.seconds or (SHORTER.get(name, 60.0) if asked.scenario == "all" else 60.0)
        found[name] = SCENARIOS[name](_bench(asked, home, seconds), asked)
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=2, default=str), encoding="utf-8")
    if asked.scenario == "all":
        figures = [
            {"scenario": name, "figure": figure, "value": str(value)}
            for name in SCENARIOS
            for figure, value in found[name]["result"].items()
        ]
        show("all", figures, f"{(time.monotonic() - started) / 60:.0f} minutes")


def _bench(asked: argparse.Namespace, home: Home, seconds: float) -> Bench:
    plan = Plan(users=1, seconds=seconds, think=asked.think, by_api=asked.by_api)
    person = tuple(asked.sign_in.split(":", 1)) if asked.sign_in else None
    bench = Bench(home, asked.work, plan, dict(pair.split("=", 1) for pair in asked.set), person)
    return replace(bench, checked=asked.checked)


def _home(asked: argparse.Namespace) -> Home:
    named = asked.questions or os.environ.get("LOAD_QUESTIONS", "").split(os.pathsep)
    questions = [Path(name) for name in named if name]
    articles = asked.articles or os.environ.get("LOAD_ARTICLES")
    path = asked.home or asked.work / f"home-{asked.passages}"
    material = None
    if not (path / "load.json").exists():
        print(f"preparing {path}, once …", flush=True)
        material = borrowed(Path(articles) if articles else None, questions) if questions else own(asked.passages)
    return prepare(path, material, asked.passages)


def _number(asked: argparse.Namespace, usual: int) -> int:
    return int(asked.users[-1]) if asked.users and asked.scenario != "all" else usual


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    option = parser.add_argument
    option("scenario", choices=[*SCENARIOS, "all"])
    option("--home", type=Path, help="made once, then used again; never changed")
    option("--passages", type=int, default=10_000, help="of a home that is made")
    option("--articles", type=Path, help="lines of {title, text}, gzipped")
    option("--questions", type=Path, nargs="+", help="lines of {title, question, context}, gzipped")
    option("--users", type=lambda text: [int(part) for part in text.split(",")], help="10, or 1,10,25")
    option("--seconds", type=float, help="of each load (60; less in all)")
    option("--think", type=float, default=THINK, help="seconds between an answer and the next question")
    option("--few", type=int, default=50, help="overload: users before and after")
    option("--share", type=float, default=0.25, help="rebuild: of the articles that are new")
    option("--count", type=int, default=5000, help="soak: questions")
    option("--tabs", type=int, default=30, help="soak: conversations that are kept; 0 for as many as usual")
    option("--real", action="store_true", help="soak: with the models, over the home")
    option("--times", type=int, default=3, help="restart: kills")
    option("--by-api", action="store_true", help="ask by /api/ask with stream, as programs do")
    option("--sign-in", metavar="NAME:PASSWORD", help="as this user of the home")
    option("--checked", type=int, default=5000, help="right answers that are computed at most; 0: do not judge")
    option("--set", action="append", default=[], metavar="ASSISTANT_X=Y", help="a setting of the server")
    option("--work", type=Path, default=Path(tempfile.gettempdir()) / "citewell-load", help="for copies and logs")
    option("--json", type=Path, help="write all figures there")
    return parser
