"""Builds that are killed, or of which an operation fails, at any moment: the old index answers or the new one, wholly.

The functions that end in an assertion are what ``tests/index/test_kill.py`` is made of; the series count them.
"""

from __future__ import annotations

import errno
import random
import shutil
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from fakes.corpora import CORPORA, corpus_of, make, opened, write
from fakes.interference import ALL, CHANGING
from fakes.nursery import working_here
from fakes.nursing import Nursery
from reliability.asking import ReaderProcess, corpora_by_generation
from reliability.table import Series

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.table import Tally

SIGKILLED = -9
KINDS = (errno.EIO, errno.ENOSPC, errno.EMFILE)
STEPS = {
    "while it is written": ("mkdir", 2),
    "before the files are on the disk": ("fsync", 1),
    "checked, but still in building/": ("rename", 1),
    "a generation by now, but not the current one": ("replace", 1),
    "the current one, and the oldest is to go": ("rename", 2),
    "while the oldest goes": ("unlink", 18),
}
"""Moments of a build: an operation, and which of its kind."""
_PATIENT = 20
"""Every so many kills the killed process has first to finish a build over what the one before it left."""


def answering(home: Path) -> str:
    """The corpus that the index answers from, wholly and with nothing to complain of."""
    with opened(home) as index:
        assert index.notice is None
        return corpus_of(index)


def has_failed(events: list[dict[str, Any]]) -> bool:
    """Whether a build said that it could not be done."""
    return any(event["event"] == "failed" for event in events)


def killed_once(
    home: Path,
    sources: tuple[Path, Path],
    nursery: Nursery,
    now: str,
    after: float,
    *,
    quick: bool,
    patient: bool = True,
) -> str:
    """Kills a child that builds A and B by turns for ever.

    Args:
        home: Of the index.
        sources: Folders of A and B.
        nursery: Where the child is from.
        now: The corpus that answers.
        after: Seconds.
        quick: Whether it reads and checks in its own process.
        patient: Whether it is first let finish a build, which must succeed over what the one before left.

    Returns:
        The corpus that answers then.
    """
    pid = nursery.start(home, *(sources[::-1] if now == "A" else sources), forever=True, quick=quick)
    if patient:
        nursery.wait_for("built")
    events = nursery.kill(pid, after=after)
    assert events[-1]["status"] == SIGKILLED, events
    assert not has_failed(events), events
    assert not (home / "index" / "set-aside").exists()
    return answering(home)


def killed_at(
    home: Path, source: Path, nursery: Nursery, at: int, *, names: tuple[str, ...] = CHANGING, **order: object
) -> bool:
    """Kills a build before its operation ``at`` of those in ``names``; False if it has less of them.

    After the kill the index must answer, and the same build must succeed with no more ado. ``order``: see
    :mod:`fakes.nursery`.
    """
    before = answering(home)
    after = "B" if before == "A" else "A"
    events = nursery.run(home, source, **{"names": names, "at": at, "quick": True, **order})
    assert not has_failed(events), events
    if events[-1]["status"] != SIGKILLED:
        assert answering(home) == after
        return False
    assert answering(home) in (before, after), at
    assert not (home / "index" / "set-aside").exists(), at
    assert not has_failed(nursery.run(home, source, quick=True)), at
    assert answering(home) == after, at
    return True


def fails_at(
    home: Path, source: Path, nursery: Nursery, at: int, error: int, before: str, *, again: bool = True
) -> tuple[int, str]:
    """Lets operation ``at`` of a build fail.

    Args:
        home: Of the index.
        source: Of the corpus that does not answer now.
        nursery: Where the child is from.
        at: From 1.
        error: Number of the system's error.
        before: The corpus that answers now.
        again: Whether the same build must then succeed.

    Returns:
        How many operations there were, and the corpus that answers then.
    """
    after = "B" if before == "A" else "A"
    events = nursery.run(home, source, names=ALL, at=at, error=error, quick=True)
    first, done, gone = events
    assert gone["status"] == 0, (at, error, events)
    assert first["event"] in ("built", "failed"), (at, error, events)
    now = answering(home)
    assert now == (after if first["event"] == "built" else before), (at, error, events)
    assert not (home / "index" / "set-aside").exists(), (at, error)
    if first["event"] == "failed":
        assert len(first["message"].splitlines()) == 1, first
        if again:
            assert not has_failed(nursery.run(home, source, quick=True)), (at, error)
            now = answering(home)
            assert now == after, (at, error)
    return int(done["count"]), now


def published(folder: Path) -> tuple[Path, tuple[Path, Path]]:
    """An index of B after A, and the folders of both."""
    sources = (write(folder / "a", CORPORA["A"]), write(folder / "b", CORPORA["B"]))
    with working_here():
        for source in sources:
            make(folder / "home", source)
    return folder / "home", sources


def kills(tally: Tally, folder: Path, *, seed: int, timed: int, each_step: int) -> None:
    """Kills builds while another process asks.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Decides when.
        timed: Kills at random moments of a build.
        each_step: Kills at each of :data:`STEPS`.
    """
    home, sources = published(folder)
    chance = random.Random(seed)
    total = timed + each_step * len(STEPS)
    with Nursery() as nursery, ReaderProcess(home) as reader:
        started = time.monotonic()
        nursery.run(home, *sources, quick=True)
        seconds = (time.monotonic() - started) / 2
        now = answering(home)
        try:
            for number in range(1, timed + 1):
                if tally.is_hopeless:
                    break
                patient = number % _PATIENT == 0
                after = chance.uniform(0, seconds * 1.2)
                with tally.trial(f"timed kill {number}, seed {seed}, after {after:.3f} s"):
                    now = killed_once(home, sources, nursery, now, after, quick=True, patient=patient)
                tally.counts["timed kills"] += 1
                tally.counts["builds over what was left"] += patient
                tally.progress(number, total)
            for number, (said, (name, at)) in enumerate(STEPS.items()):
                for turn in range(0 if tally.is_hopeless else each_step):
                    with tally.trial(f"killed at {name} {at}, {said}, turn {turn}"):
                        source = sources[1] if answering(home) == "A" else sources[0]
                        assert killed_at(home, source, nursery, at, names=(name,)), "there is no such step"
                    tally.counts["kills at named steps"] += 1
                    tally.progress(timed + number * each_step + turn + 1, total)
        finally:
            tally.counts["answers meanwhile"] = reader.answers
    for complaint in reader.complaints:
        tally.violate(complaint)
    for generation, corpora in corpora_by_generation(reader.seen).items():
        if len(corpora) > 1:
            tally.violate(f"generation {generation} answered from {sorted(corpora)}")
    if not reader.answers:
        tally.violate("nobody was answered meanwhile")
    tally.counts["answers meanwhile"] = reader.answers


def operations(tally: Tally, folder: Path, *, seed: int, step: int, kinds: int) -> None:
    """Lets one operation of a build after the other fail, for each kind of error.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Nothing here is left to chance.
        step: 1 for every operation, 10 for every tenth.
        kinds: Of errors, at most three.
    """
    ready, sources = published(folder)
    with Nursery() as nursery:
        counted = nursery.run(shutil.copytree(ready, folder / "counted"), sources[0], names=ALL, quick=True)
        of_a_build = int(counted[-2]["count"])
        tally.counts["operations of a build"] = of_a_build
        for kind, error in enumerate(KINDS[:kinds]):
            home = shutil.copytree(ready, folder / errno.errorcode[error])
            now = "B"
            for at in count(1 + (step > 1) * kind, step):
                there_are = of_a_build
                with tally.trial(f"operation {at}, {errno.errorcode[error]}"):
                    # What a failed build left is built over by the next, which fails a step later, and now and then by
                    # one that must succeed.
                    source = sources[1] if now == "A" else sources[0]
                    there_are, now = fails_at(home, source, nursery, at, error, now, again=at % 10 == 1)
                if there_are < at or tally.is_hopeless:
                    break
                tally.counts["operations failed"] += 1
                tally.progress(kind * of_a_build + at, kinds * of_a_build)
            tally.counts["kinds"] += 1


def killed_at_random(
    home: Path, sources: tuple[Path, Path], nursery: Nursery, kills: int, seed: int, seconds: float, *, quick: bool
) -> None:
    """Kills so many children, each after some part of so many seconds."""
    chance = random.Random(seed)
    now = answering(home)
    for number in range(kills):
        after = chance.uniform(0, seconds)
        now = killed_once(home, sources, nursery, now, after, quick=quick)
        assert now in ("A", "B"), (seed, number)


KILLS = Series(
    name="kills",
    figure="kill -9 while rebuilding, another process asking all the time",
    good={"timed kills": 100},
    excellent={"timed kills": 1000, "kills at named steps": 10 * len(STEPS)},
    small={"timed": 10, "each_step": 1},
    full={"timed": 1000, "each_step": 10},
    run=kills,
    seed=2,
)
OPERATIONS = Series(
    name="operations",
    figure="the i-th file operation of a build fails (EIO, ENOSPC, EMFILE)",
    good={"operations failed": 100, "kinds": 1},
    excellent={"operations failed": 500, "kinds": 3},
    small={"step": 40, "kinds": 3},
    full={"step": 1, "kinds": 3},
    run=operations,
)
