"""Readers over swaps: whatever generation an answer names, all of it is from the corpus of that generation."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from functools import partial
from typing import TYPE_CHECKING

import psutil
from fakes.corpora import CORPORA, make, write
from fakes.nursery import working_here
from reliability.asking import ReaderProcess, Readers
from reliability.table import Series

from index.generations import IndexFolder
from index.manifest import MANIFEST, read_manifest, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from reliability.table import Tally

THREADS = 2
_HASTE = 10
"""Every so many swaps one follows at once, so that a reader is overtaken while it opens the other."""
_PATIENCE = 60.0
_WARM = 0.2
"""Share of the swaps after which handles and memory are taken for what a reader needs."""
_MORE_HANDLES = 40
"""More than that cannot be chance: each reader has one generation open, and perhaps the next."""


Reading = Readers | ReaderProcess


class Publisher:
    """Publishes one of two ready-made generations, as a build does, under the next name.

    Args:
        home: Of the index that is published to.
        scratch: For what is made once.

    Attributes:
        holds: The corpus of each generation, by its name; known before it can be seen.
    """

    def __init__(self, home: Path, scratch: Path) -> None:
        self.holds: dict[str, str] = {}
        self._folder = IndexFolder(home)
        self._ready: dict[str, Path] = {}
        with working_here():
            for corpus, texts in CORPORA.items():
                made = scratch / f"made-{corpus}"
                report = make(made, write(scratch / f"sources-{corpus}", texts))
                self._ready[corpus] = IndexFolder(made).generations / report.generation

    def publish(self, corpus: str) -> None:
        """The steps of a build from where its files are written."""
        ready = self._ready[corpus]
        with self._folder.write_lock():
            name = self._folder.next_name()
            building = self._folder.new_building()
            shutil.copytree(ready, building, dirs_exist_ok=True)
            manifest = dataclasses.replace(read_manifest(ready), generation=name)
            (building / MANIFEST).unlink()
            sha256 = write_manifest(building, manifest)
            self.holds[name] = corpus
            self._folder.publish(building, name, sha256)
            self._folder.remove_old()


def swaps(tally: Tally, folder: Path, *, seed: int, swaps: int, answers: int) -> None:
    """Swaps A and B by turns while threads of this process and one of another ask.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Nothing here is left to chance but the time.
        swaps: How many generations are published.
        answers: At least so many are waited for, spread over the swaps.
    """
    home = folder / "home"
    publisher = Publisher(home, folder)
    publisher.publish("A")
    with Readers(home, THREADS) as threads, ReaderProcess(home) as process:
        readers = (threads, process)
        try:
            _swap(tally, publisher, readers, swaps, answers)
        finally:
            tally.counts["answers"] = sum(reader.answers for reader in readers)
    tally.counts["answers"] = sum(reader.answers for reader in readers)
    tally.counts["of them of another process"] = process.answers
    tally.counts["generations seen"] = len({name for reader in readers for name, _ in reader.seen})
    judge(tally, publisher.holds, readers)
    if left := [entry.name for entry in IndexFolder(home).readers.glob("*") if str(os.getpid()) not in entry.name]:
        tally.violate(f"the reading process left {left}")


def judge(tally: Tally, holds: dict[str, str], readers: Sequence[Reading]) -> None:
    """Compares what readers have seen with what each generation holds."""
    for reader in readers:
        for complaint in reader.complaints:
            tally.violate(complaint)
        for (generation, corpus), count in sorted(reader.seen.items()):
            if corpus != (held := holds.get(generation)):
                tally.violate(f"{count} answers of generation {generation}, which holds {held}, were from {corpus}")


def _swap(tally: Tally, publisher: Publisher, readers: tuple[Reading, ...], swaps: int, answers: int) -> None:
    """Publishes, keeping pace with the answers, until the readers have seen the last generation."""
    us = psutil.Process()
    warm: tuple[int, int] | None = None
    for number in range(1, swaps + 1):
        if tally.is_hopeless or any(reader.is_hopeless for reader in readers):
            break
        publisher.publish("AB"[number % 2])
        tally.counts["swaps"] += 1
        if number % _HASTE:
            due = answers * number / swaps
            _wait_until(partial(_are_answered, readers, due), tally, "the answers have stopped")
        if warm is None and number >= swaps * _WARM:
            warm = us.num_fds(), us.memory_info().rss
        tally.progress(number, swaps)
    last = max(publisher.holds.items())
    for reader in readers:
        _wait_until(partial(_is_seen, reader, last), tally, f"generation {last[0]} was never seen")
    if warm:
        tally.counts["more open files"] = max(0, us.num_fds() - warm[0])
        tally.counts["more MB"] = max(0, (us.memory_info().rss - warm[1]) // 2**20)
        if tally.counts["more open files"] > _MORE_HANDLES:
            tally.violate(f"{tally.counts['more open files']} more files are open than at the beginning")


def _are_answered(readers: tuple[Reading, ...], due: float) -> bool:
    return sum(reader.answers for reader in readers) >= due


def _is_seen(reader: Reading, what: tuple[str, str]) -> bool:
    return what in reader.seen


def _wait_until(holds: Callable[[], bool], tally: Tally, otherwise: str) -> None:
    patience = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > patience:
            tally.violate(otherwise)
            return
        time.sleep(0.002)


SERIES = Series(
    name="swaps",
    figure="readers over swaps (2 threads and another process; the index goes from corpus A to B and back)",
    good={"swaps": 1000},
    excellent={"swaps": 1000, "answers": 100_000},
    small={"swaps": 20, "answers": 400},
    full={"swaps": 1000, "answers": 100_000},
    run=swaps,
)
