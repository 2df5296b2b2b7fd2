"""Series of trials, counted against what they are to reach: as they run, as a table, as JSON."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Scale = Literal["small", "full"]
COMMAND = "python tests/benchmarks/reliability.py"
_LIBRARIES = ("citewell", "chromadb", "langchain-core", "gradio", "pypdf", "lxml")
_SHOWN = 20
_ON_A_TERMINAL, _IN_A_FILE = 1.0, 20.0
"""Seconds between two reports of how far a series is."""


class Tally:
    """What a series has counted so far.

    Args:
        name: Of the series.
        tell: Is given a line now and then; None to be silent.

    Attributes:
        counts: What was tried, by what it is.
        violations: What must never happen, and did, each in a line.
    """

    def __init__(self, name: str = "", tell: Callable[[str], None] | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.violations: list[str] = []
        self._name = name
        self._tell = tell
        self._every = _ON_A_TERMINAL if sys.stderr.isatty() else _IN_A_FILE
        self._told = time.monotonic()
        self._first: tuple[float, int] | None = None

    def violate(self, what: str) -> None:
        """Notes what must never happen."""
        self.violations.append(" ".join(what.split())[:400])

    @property
    def is_hopeless(self) -> bool:
        """Whether so much is wrong that going on would only take time: what waits, waits for a minute each time."""
        return len(self.violations) > _SHOWN

    @contextmanager
    def trial(self, what: str) -> Iterator[None]:
        """Whatever is raised inside is a violation, and the series goes on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is in the table, and the exit code says so
            self.violate(f"{what}: {type(error).__name__}: {error}")

    def progress(self, done: int, total: int) -> None:
        """Says how far the series is, if it has not just been said."""
        now = time.monotonic()
        # From the first trial on: what comes before it, loading and building, does not come again.
        began, first = self._first = self._first or (now, done)
        if self._tell is None or done <= first or now - self._told < self._every:
            return
        self._told = now
        left = (now - began) / (done - first) * max(0, total - done)
        said = f"about {left / 60:.0f} min left" if left > 90 else f"about {left:.0f} s left"
        bad = f", {len(self.violations)} VIOLATIONS" if self.violations else ""
        self._tell(f"{self._name}: {done:,} of {total:,}, {said}{bad}")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of the table.

    Attributes:
        name: By which it is asked for.
        figure: What is measured, for people.
        good: Counts that make it good, if nothing is violated.
        excellent: Counts that make it excellent.
        small: Sizes for a try in seconds.
        full: Sizes that reach ``excellent``.
        run: Does it: is given the tally, an empty folder, ``seed`` and the sizes.
        seed: Of every random choice.
    """

    name: str
    figure: str
    good: Mapping[str, int]
    excellent: Mapping[str, int]
    small: Mapping[str, int]
    full: Mapping[str, int]
    run: Callable[..., None]
    seed: int = 1

    def go(self, scale: Scale, tell: Callable[[str], None] | None = None) -> Result:
        """Runs it; an interruption ends it with what was counted until then."""
        tally = Tally(self.name, tell)
        started = time.monotonic()
        is_whole = False
        try:
            with tempfile.TemporaryDirectory(prefix="reliability-") as folder, tally.trial("the series broke off"):
                self.run(tally, Path(folder), seed=self.seed, **(self.small if scale == "small" else self.full))
            is_whole = True
        except KeyboardInterrupt:
            pass
        return Result(
            series=self,
            counts=dict(tally.counts),
            violations=tally.violations,
            seconds=time.monotonic() - started,
            scale=scale,
            is_whole=is_whole,
        )


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came out of a series."""

    series: Series
    counts: dict[str, int]
    violations: list[str]
    seconds: float
    scale: Scale
    is_whole: bool = True
    at: str = field(default_factory=lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))

    @property
    def grade(self) -> str:
        """``VIOLATED``, what was reached without a violation, or ``-`` if it was too little to say."""
        if self.violations:
            return "VIOLATED"
        for grade, aim in (("excellent", self.series.excellent), ("good", self.series.good)):
            if all(self.counts.get(name, 0) >= least for name, least in aim.items()):
                return grade
        return "-"

    @property
    def command(self) -> str:
        """What repeats it."""
        return f"{COMMAND} {self.series.name} --scale {self.scale}"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "name": self.series.name,
            "figure": self.series.figure,
            "good": dict(self.series.good),
            "excellent": dict(self.series.excellent),
            "reached": self.counts,
            "grade": self.grade,
            "violations": self.violations,
            "whole": self.is_whole,
            "seconds": round(self.seconds, 1),
            "seed": self.series.seed,
            "scale": self.scale,
            "command": self.command,
            "at": self.at,
        }


def as_table(results: list[Result]) -> str:
    """The results in Markdown, violations below."""
    lines = [
        "| figure | good | excellent | reached | grade | s | seed | command |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        series = result.series
        reached = f"{_listed(result.counts)}, {len(result.violations):,} violations"
        reached += "" if result.is_whole else " (interrupted)"
        cells = (series.figure, _listed(series.good), _listed(series.excellent), reached, result.grade,
                 f"{result.seconds:.0f}", str(series.seed), f"`{result.command}`")  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    for result in results:
        shown = result.violations[:_SHOWN]
        lines += [f"\n{result.series.name} violated:"] if shown else []
        lines += [f"- {line}" for line in shown]
        if len(result.violations) > len(shown):
            lines.append(f"- and {len(result.violations) - len(shown):,} more")
    return "\n".join(lines)


def as_json(results: list[Result]) -> dict[str, Any]:
    """The results with what they were measured on."""
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    return {"machine": machine, "versions": versions, "results": [result.to_dict() for result in results]}


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
