"""Malformed files in hundreds: each is read or refused by name, and its neighbours are indexed."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING
from unittest import mock

from fakes.corpora import make, opened, write
from fakes.documents import docx, epub, html, jsonl, pdf, rss, zip_of
from fakes.hostile import hostile
from fakes.mutants import mutants as make_mutants
from fakes.nursery import CheckHere
from reliability.table import Series

from index.parsing import Parser
from index.readers.formats import is_supported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reliability.table import Tally

    from index.types import Article, Skipped

LOT = 60
"""Files of a build, so that neighbours stand among all of them."""
HANG = 12.0
"""Seconds: the ten that a file may take, and a new process for the next one."""


def timed_parser(times: dict[str, float]) -> type[Parser]:
    """A parser that notes how long each file took, by its name."""

    class Timed(Parser):
        def read(self, content: bytes, name: str, ending: str = "") -> list[Article | Skipped]:
            started = time.monotonic()
            try:
                return super().read(content, name, ending)
            finally:
                times[name] = time.monotonic() - started

    return Timed


def neighbours(number: int) -> dict[str, tuple[bytes, str]]:
    """A well-formed file of each format for a lot, and the sentence that is to be found in it."""
    found: dict[str, tuple[bytes, str]] = {}
    for ending in ("md", "txt", "html", "pdf", "docx", "epub", "jsonl", "xml", "zip"):
        said = f"The neighbour of lot {number} in the format {ending} counted {number * 7} boats that day."
        text = f"{said} Nobody had expected so many of them in the {ending} harbour."
        content = _written(ending, text)
        found[f"neighbour-{number}-{ending}.{ending}"] = (content, said)
    return found


def _written(ending: str, text: str) -> bytes:
    writers: dict[str, Callable[[], bytes]] = {
        "md": f"# Good\n\n{text}".encode,
        "txt": f"Good\n\n{text}".encode,
        "html": lambda: html(f"<article><h1>Good</h1><p>{text}</p></article>", "Good"),
        "pdf": lambda: pdf([[f"{line}." for line in text.removesuffix(".").split(". ")]]),
        "docx": lambda: docx([("Normal", text)]),
        "epub": lambda: epub([f"<p>{text}</p>"], title="Good"),
        "jsonl": lambda: jsonl({"title": "Good", "text": text}),
        "xml": lambda: rss({"title": "Good", "description": text}),
        "zip": lambda: zip_of({"inside.txt": f"Good\n\n{text}".encode()}),
    }
    return writers[ending]()


def check_lot(home: Path, folder: Path, bad: Mapping[str, bytes], number: int, tally: Tally) -> None:
    """Builds an index of malformed files and their neighbours, and says what is wrong with it."""
    good = neighbours(number)
    write(folder, {**bad, **{name: content for name, (content, _) in good.items()}})
    report = make(home, folder)
    with opened(home) as index:
        texts = {article.source: article.text for article in index.articles.values()}
    read = {_file(source) for source in texts}
    refused = {_file(item.source): item.reason for item in report.skipped}
    for name, (_, said) in good.items():
        if not any(_file(source) == _stem(name) and said in text for source, text in texts.items()):
            tally.violate(f"the good {name} is not indexed: {refused.get(_stem(name), 'no reason')}")
    for name in bad:
        if _stem(name) in read:
            tally.counts["read"] += 1
        elif len(refused.get(_stem(name), "")) > 8:
            tally.counts["refused by name"] += 1
        elif is_supported(name):
            tally.violate(f"{name} is neither indexed nor named: {refused.get(_stem(name))!r}")
        if "crash" in refused.get(_stem(name), ""):
            tally.violate(f"{name}: {refused[_stem(name)]}")


def _file(source: str) -> str:
    """The file that an article or a refusal is from: one file may hold several."""
    return _stem(source.split("#", maxsplit=1)[0].split(".zip/", maxsplit=1)[0])


def _stem(name: str) -> str:
    return name.removesuffix(".zip")


def inputs(
    tally: Tally,
    folder: Path,
    *,
    seed: int,
    mutants: int,
    every: int,
    make_parser: Callable[[dict[str, float]], type[Parser]] = timed_parser,
) -> None:
    """Builds indexes of malformed files.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Decides what happened to the files.
        mutants: How many of :func:`fakes.mutants.mutants`.
        every: 1 for all of :func:`fakes.hostile.hostile`, 10 for a tenth of them, 0 for none.
        make_parser: See :func:`timed_parser`.
    """
    known = [item for place, item in enumerate(hostile().items()) if place % every == 0] if every else []
    files = [*known, *make_mutants(mutants, seed).items()]
    times: dict[str, float] = {}
    with (
        mock.patch("index.check.CheckProcess", CheckHere),
        mock.patch("index.pipeline.Parser", make_parser(times)),
    ):
        for number, first in enumerate(range(0, len(files), LOT), 1):
            lot = dict(files[first : first + LOT])
            with tally.trial(f"the build of lot {number}"):
                check_lot(folder / "home", folder / "lot", lot, number, tally)
            tally.counts["files"] += len(lot)
            tally.progress(tally.counts["files"], len(files))
    tally.counts["formats"] = len(Counter(name.rpartition(".")[2] for name, _ in files))
    slowest = max(times, key=lambda name: times[name])
    tally.counts["ms the slowest took"] = round(times[slowest] * 1000)
    for name, seconds in times.items():
        if seconds > HANG:
            tally.violate(f"{name} took {seconds:.1f} s")


SERIES = Series(
    name="inputs",
    figure="malformed files: none crashes a build or hangs, each is read or named, good neighbours are indexed",
    good={"files": 300},
    excellent={"files": 500},
    small={"mutants": 42, "every": 16},
    full={"mutants": 560, "every": 1},
    run=inputs,
    seed=6,
)
