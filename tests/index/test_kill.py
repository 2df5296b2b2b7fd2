"""A build that dies or fails at any moment: the old index answers or the new one, wholly, and the next build works."""

from __future__ import annotations

import errno
import random
import shutil
from itertools import count, cycle
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import corpus_of, opened
from fakes.interference import ALL, CHANGING
from fakes.scale import scaled
from reliability.kills import KINDS, SIGKILLED, STEPS, answering, fails_at, has_failed, killed_at, killed_at_random

if TYPE_CHECKING:
    from pathlib import Path

    from fakes.nursing import Nursery

OPENING = (errno.EMFILE, errno.ENOMEM, errno.EIO, errno.EACCES)
KILLS = 3
QUICK_KILLS = 6
SLOW_KILLS = scaled(4, 20)
BUILD_SECONDS = 1.6
"""About how long a build of the small corpora takes, most of it in the process that checks it."""
QUICK_SECONDS = 0.3
"""The same without that process."""


@pytest.mark.slow
def test_killed_at_random_moments(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    sources = (folder_a, folder_b)
    killed_at_random(home, sources, nursery, KILLS, seed=1, seconds=BUILD_SECONDS, quick=False)
    killed_at_random(home, sources, nursery, QUICK_KILLS, seed=3, seconds=QUICK_SECONDS, quick=True)


@pytest.mark.slow
def test_killed_at_many_random_moments(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    sources = (folder_a, folder_b)
    killed_at_random(home, sources, nursery, SLOW_KILLS, seed=2, seconds=BUILD_SECONDS, quick=False)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        step if step[0] in ("fsync", "replace") else pytest.param(*step, marks=pytest.mark.slow)
        for step in STEPS.values()
    ],
    ids=STEPS,
)
def test_killed_at_named_steps(home: Path, folder_a: Path, nursery: Nursery, name: str, at: int) -> None:
    assert killed_at(home, folder_a, nursery, at, names=(name,))


@pytest.mark.slow
def test_killed_at_the_first_build(
    tmp_path: Path, published: Path, folder_a: Path, folder_b: Path, nursery: Nursery
) -> None:
    """There is nothing yet that could answer; what is there afterwards is nothing, or the new index."""
    steps = 0
    for at in range(1, 200, 10):
        home = tmp_path / str(at)
        events = nursery.run(home, folder_a, names=CHANGING, at=at, quick=True)
        if events[-1]["status"] != SIGKILLED:
            break
        steps += 1
        assert not has_failed(nursery.run(home, folder_a, quick=True)), at
        assert answering(home) == "A"
    assert steps > 3


@pytest.mark.slow
def test_killed_at_one_step_after_the_other(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    """At full scale at each, else at every other."""
    for at, source in zip(count(1, scaled(2, 1)), cycle([folder_a, folder_b]), strict=False):
        if not killed_at(home, source, nursery, at, quick=False, warm=True):
            break
    assert at > 40


@pytest.mark.slow
@pytest.mark.parametrize("error", KINDS, ids=errno.errorcode.get)
def test_some_operations_of_a_build_fail(
    home: Path, folder_a: Path, folder_b: Path, nursery: Nursery, error: int
) -> None:
    chance = random.Random(error)
    for source, before in ((folder_a, "B"), (folder_b, "A"), (folder_a, "B"), (folder_b, "A")):
        fails_at(home, source, nursery, chance.randint(1, 200), error, before)


@pytest.mark.slow
def test_the_first_operations_of_a_build_fail(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    """Those that read the index as it is: another generation must not be taken for the current one."""
    for at, (source, before) in zip(range(1, 13), cycle([(folder_a, "B"), (folder_b, "A")]), strict=False):
        fails_at(home, source, nursery, at, errno.EIO, before)


@pytest.mark.slow
@pytest.mark.parametrize("error", KINDS, ids=errno.errorcode.get)
def test_operations_of_a_build_fail_once(
    home: Path, folder_a: Path, folder_b: Path, nursery: Nursery, error: int
) -> None:
    """Others for each kind of failure; the series of the reliability table takes every operation."""
    step = scaled(12, 4)
    steps = count(1 + KINDS.index(error) * step // len(KINDS), step)
    for at, (source, before) in zip(steps, cycle([(folder_a, "B"), (folder_b, "A")]), strict=False):
        if fails_at(home, source, nursery, at, error, before)[0] < at:
            break
    assert at > 100


@pytest.mark.slow
@pytest.mark.parametrize("error", OPENING, ids=errno.errorcode.get)
def test_operations_of_an_opening_fail_once(published: Path, tmp_path: Path, nursery: Nursery, error: int) -> None:
    """A shortage is never blamed on the files; what cannot be read is passed over for the generation before.

    At full scale each operation for each error, else each for one of a shortage and one of what cannot be read.
    """
    for at in count(1 + OPENING.index(error) % scaled(2, 1), scaled(2, 1)):
        home = shutil.copytree(published, tmp_path / str(at))
        first, done, _ = nursery.run(home, names=ALL, at=at, error=error)
        if int(done["count"]) < at:
            break
        if first["event"] == "answered":
            assert first["corpus"] == "B" or error in (errno.EIO, errno.EACCES), (at, first)
        else:
            assert (first["event"], first["kind"]) == ("failed", "StorageError"), (at, first)
        if error in (errno.EMFILE, errno.ENOMEM):
            assert answering(home) == "B", at
        else:
            with opened(home) as index:
                assert corpus_of(index) in ("A", "B"), at
    assert at > 20
