"""Bit rot: files of a generation are changed, cut, blanked or deleted, and nothing is ever answered from them."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

from fakes.corpora import corpus_of, opened
from reliability.kills import published
from reliability.table import Series

from index.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reliability.table import Tally


def flip(path: Path, chance: random.Random) -> None:
    """Changes one bit."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(path: Path, chance: random.Random) -> None:
    """Takes the end away."""
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def lengthen(path: Path, chance: random.Random) -> None:
    """Adds to the end."""
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.randint(1, 100)))


def blank(path: Path, chance: random.Random) -> None:
    """Makes zeros of a block, as after a power cut."""
    content = bytearray(path.read_bytes())
    start = chance.randrange(len(content))
    content[start : start + 512] = bytes(len(content[start : start + 512]))
    changed = bytes(content) != path.read_bytes()
    path.write_bytes(bytes(content) if changed else bytes(content) + b"\x00")


def delete(path: Path, chance: random.Random) -> None:
    """Takes the file away."""
    path.unlink()


WAYS: list[Callable[[Path, random.Random], None]] = [flip, flip, cut, lengthen, blank, delete]


def suffer(ready: Path, scratch: Path, number: int) -> str:
    """Damages one file of the current generation; every second time there is no other generation.

    Args:
        ready: An index of A and then B; stays as it is.
        scratch: Where to work.
        number: Decides which file, how, and where in it; so many as there are files try each of them.

    Returns:
        What was damaged.
    """
    chance = random.Random(number)
    home = shutil.copytree(ready, scratch / str(number), copy_function=os.link)
    current = home / "index" / "generations" / "000002"
    files = sorted(path for path in current.rglob("*") if path.is_file() and path.stat().st_size)
    path = files[number // 2 % len(files)]
    way = chance.choice(WAYS)
    shutil.copyfile(path, scratch / "one")
    path.unlink()  # or the original, which is the same file, would be damaged, too
    shutil.move(scratch / "one", path)
    way(path, chance)
    said = f"number {number}: {way.__name__} {path.relative_to(current)}"
    try:
        if number % 2:
            shutil.rmtree(home / "index" / "generations" / "000001")
            refused = ""
            try:
                opened(home).close()
            except IndexDamagedError as error:
                refused = str(error)
            assert "assistant index rebuild" in refused, said
        else:
            with opened(home) as index:
                assert corpus_of(index) == "A", said
                assert index.notice is not None, said
        assert (home / "index" / "set-aside" / "000002").is_dir(), said
    finally:
        shutil.rmtree(home)
    return path.relative_to(current).as_posix()


def damage(tally: Tally, folder: Path, *, seed: int, cases: int) -> None:
    """Damages an index so many times.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Number of the first case.
        cases: How many.
    """
    ready, _ = published(folder)
    scratch = folder / "scratch"
    scratch.mkdir()
    damaged: set[str] = set()
    for done, number in enumerate(range(seed, seed + cases), 1):
        with tally.trial(f"case {number}"):
            damaged.add(suffer(ready, scratch, number))
        tally.counts["damages"] += 1
        tally.counts["files"] = len(damaged)
        tally.progress(done, cases)


SERIES = Series(
    name="damage",
    figure="a bit flipped, a block zeroed, a file cut, lengthened or deleted: noticed, and fallen back",
    good={"damages": 500},
    excellent={"damages": 2000},
    small={"cases": 60},
    full={"cases": 2000},
    run=damage,
)
