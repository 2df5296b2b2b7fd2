"""A build that dies or fails at any moment: the old index answers or the new one, wholly, and the next build works."""

from __future__ import annotations

import errno
import random
import shutil
from itertools import count, cycle
from typing import TYPE_CHECKING, Any

import pytest
from fakes.corpora import corpus_of, opened
from fakes.interference import ALL, CHANGING

if TYPE_CHECKING:
    from pathlib import Path

    from fakes.nursing import Nursery

KILLS = 3
QUICK_KILLS = 6
SLOW_KILLS = 100
BUILD_SECONDS = 1.6
"""About how long a build of the small corpora takes, most of it in the process that checks it."""
QUICK_SECONDS = 0.3
"""The same without that process."""
SIGKILLED = -9


def answering(home: Path) -> str:
    """The corpus that the index answers from, wholly and with nothing to complain of."""
    with opened(home) as index:
        assert index.notice is None
        return corpus_of(index)


def has_failed(events: list[dict[str, Any]]) -> bool:
    return any(event["event"] == "failed" for event in events)


def killed_at_random(
    home: Path, folder_a: Path, folder_b: Path, nursery: Nursery, kills: int, seed: int, *, quick: bool = False
) -> None:
    """Each child builds A and B by turns for ever; its first build, over what the one before left, must succeed."""
    chance = random.Random(seed)
    for number in range(kills):
        now = answering(home)
        order = [folder_b, folder_a] if now == "A" else [folder_a, folder_b]
        pid = nursery.start(home, *order, forever=True, quick=quick)
        nursery.wait_for("built")
        events = nursery.kill(pid, after=chance.uniform(0, QUICK_SECONDS if quick else BUILD_SECONDS))
        assert events[-1]["status"] == SIGKILLED, (seed, number)
        assert not has_failed(events), (seed, number, events)
        assert answering(home) in ("A", "B"), (seed, number)
        assert not (home / "index" / "set-aside").exists(), (seed, number)


@pytest.mark.slow
def test_killed_at_random_moments(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    killed_at_random(home, folder_a, folder_b, nursery, KILLS, seed=1)
    killed_at_random(home, folder_a, folder_b, nursery, QUICK_KILLS, seed=3, quick=True)


@pytest.mark.slow
def test_killed_at_a_hundred_random_moments(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    killed_at_random(home, folder_a, folder_b, nursery, SLOW_KILLS, seed=2)


def killed_at(
    home: Path, source: Path, nursery: Nursery, at: int, *, names: tuple[str, ...] = CHANGING, quick: bool = True
) -> bool:
    """Kills a build before its operation ``at`` of those in ``names``; False if it has less of them.

    After the kill the index must answer, and the same build must succeed with no more ado.
    """
    before = answering(home)
    after = "B" if before == "A" else "A"
    events = nursery.run(home, source, names=names, at=at, quick=quick)
    assert not has_failed(events), events
    if events[-1]["status"] != SIGKILLED:
        assert answering(home) == after
        return False
    assert answering(home) in (before, after), at
    assert not (home / "index" / "set-aside").exists(), at
    assert not has_failed(nursery.run(home, source, quick=True)), at
    assert answering(home) == after, at
    return True


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("mkdir", 2),  # while it is written
        ("fsync", 1),  # before the files are on the disk
        ("rename", 1),  # checked, but still in building/
        ("replace", 1),  # a generation by now, but not the current one
        ("rename", 2),  # the current one, and the oldest is to go
        ("unlink", 18),  # while it goes
    ],
)
def test_killed_at_named_steps(home: Path, folder_a: Path, nursery: Nursery, name: str, at: int) -> None:
    assert killed_at(home, folder_a, nursery, at, names=(name,))


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
def test_killed_at_every_step(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    for at, source in enumerate(cycle([folder_a, folder_b]), 1):
        if not killed_at(home, source, nursery, at, quick=False):
            break
    assert at > 40


def fails_at(home: Path, source: Path, nursery: Nursery, at: int, error: int) -> int:
    """Lets operation ``at`` of a build fail; gives how many there were."""
    before = answering(home)
    after = "B" if before == "A" else "A"
    events = nursery.run(home, source, names=ALL, at=at, error=error, quick=True)
    first, done, gone = events
    assert gone["status"] == 0, (at, error, events)
    assert first["event"] in ("built", "failed"), (at, error, events)
    assert answering(home) == (after if first["event"] == "built" else before), (at, error, events)
    assert not (home / "index" / "set-aside").exists(), (at, error)
    if first["event"] == "failed":
        assert len(first["message"].splitlines()) == 1, first
        assert not has_failed(nursery.run(home, source, quick=True)), (at, error)
        assert answering(home) == after, (at, error)
    return int(done["count"])


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EMFILE], ids=errno.errorcode.get)
def test_some_operations_of_a_build_fail(
    home: Path, folder_a: Path, folder_b: Path, nursery: Nursery, error: int
) -> None:
    chance = random.Random(error)
    for source in (folder_a, folder_b, folder_a, folder_b):
        fails_at(home, source, nursery, chance.randint(1, 200), error)


@pytest.mark.slow
def test_the_first_operations_of_a_build_fail(home: Path, folder_a: Path, folder_b: Path, nursery: Nursery) -> None:
    """Those that read the index as it is: another generation must not be taken for the current one."""
    for at, source in zip(range(1, 13), cycle([folder_a, folder_b]), strict=False):
        fails_at(home, source, nursery, at, errno.EIO)


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EMFILE], ids=errno.errorcode.get)
def test_every_operation_of_a_build_fails_once(
    home: Path, folder_a: Path, folder_b: Path, nursery: Nursery, error: int
) -> None:
    for at, source in enumerate(cycle([folder_a, folder_b]), 1):
        if fails_at(home, source, nursery, at, error) < at:
            break
    assert at > 100


@pytest.mark.parametrize("error", [errno.EMFILE, errno.EIO], ids=errno.errorcode.get)
def test_some_operations_of_an_opening_fail(published: Path, tmp_path: Path, nursery: Nursery, error: int) -> None:
    opening_fails(published, tmp_path, nursery, error, step=5)


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.EMFILE, errno.ENOMEM, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_every_operation_of_an_opening_fails_once(
    published: Path, tmp_path: Path, nursery: Nursery, error: int
) -> None:
    opening_fails(published, tmp_path, nursery, error, step=1)


def opening_fails(published: Path, tmp_path: Path, nursery: Nursery, error: int, step: int) -> None:
    """A shortage is never blamed on the files; what cannot be read is passed over for the generation before."""
    for at in count(1, step):
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
