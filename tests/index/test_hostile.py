"""Hundreds of malformed and hostile files: each is refused by name or read, and harms nothing beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.corpora import make, opened
from fakes.hostile import few, good, hostile

from index.errors import SourceError
from index.parsing import Parser
from index.readers.formats import is_supported
from index.types import Article, Skipped

GOOD = good()
LIMIT = 12.0
"""Seconds: the ten that a file may take, and a new process for the next one."""


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as one:
        yield one


def outcome(parser: Parser, content: bytes, name: str) -> tuple[list[Article | Skipped], str | None]:
    try:
        return parser.read(content, name), None
    except SourceError as error:
        return [], error.reason


@pytest.mark.slow
def test_there_are_hundreds_of_every_kind() -> None:
    bad = hostile()
    assert len(bad) >= 380
    for ending in ("md", "txt", "html", "pdf", "docx", "epub", "jsonl", "xml", "zip"):
        assert sum(name.endswith(f".{ending}") for name in bad) >= 20, ending


@pytest.mark.parametrize("name", GOOD)
def test_the_well_formed_ones_are_read(parser: Parser, name: str) -> None:
    (article,) = parser.read(GOOD[name], name)
    assert isinstance(article, Article)
    assert "The mission number 7 was launched in the year 1957 by the agency of the coast." in article.text


@pytest.mark.parametrize("files", [few, pytest.param(hostile, marks=pytest.mark.slow)])
def test_each_is_read_or_refused_with_a_reason(parser: Parser, files: Callable[[], dict[str, bytes]]) -> None:
    slow, crashed = {}, {}
    for name, content in files().items():
        started = time.monotonic()
        items, reason = outcome(parser, content, name)
        assert reason is None or (reason.isprintable() and 8 < len(reason) < 400), (name, reason)
        if reason and "crash" in reason:
            crashed[name] = reason
        for item in items:
            if isinstance(item, Skipped):
                assert len(item.reason) > 8, name
            else:
                assert item.text.strip(), name
                assert item.title, name
        seconds = time.monotonic() - started
        if seconds > LIMIT:
            slow[name] = seconds
        assert [type(item) for item in parser.read(GOOD["good.txt"], "good.txt")] == [Article], f"after {name}"
    assert not slow
    assert not crashed


@pytest.mark.slow
def test_a_folder_of_them_is_indexed_with_every_refusal_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in (few() | GOOD).items():
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "pipe.txt")
    (folder / "circle.txt").symlink_to(folder / "circle.txt")
    (folder / "out.txt").symlink_to(Path(__file__))
    (folder / "-rf.md").write_text("# Options\n\nThe name begins like an option.")
    (folder / "<img src=x onerror=alert(1)>.txt").write_text("The name is markup.")
    (folder / ("n" * 240 + ".txt")).write_text("The name is as long as it can be.")
    report = make(tmp_path / "home", folder)
    with opened(tmp_path / "home") as index:
        sources = {article.source.split("#")[0].split(".zip/")[0] for article in index.articles.values()}
    named = {item.source.split("#")[0].split(".zip/")[0] for item in report.skipped}
    reasons = {item.source: item.reason for item in report.skipped}
    for name in GOOD:
        is_twin = "has the same content as" in reasons.get(name, "")  # one of the others was hardly damaged
        assert is_twin or name in sources or name.removesuffix(".zip") in sources, f"{name} was lost"
    for name in ("-rf.md", "<img src=x onerror=alert(1)>.txt", "n" * 240 + ".txt"):
        assert name in sources
    assert "pipe.txt" in named
    assert not {"circle.txt", "out.txt"} & (named | sources), "links are passed over"
    missing = {name for name in few() if is_supported(name) and name.removesuffix(".zip") not in
               {found.removesuffix(".zip") for found in sources | named}}  # fmt: skip
    assert not missing, "neither indexed nor named"
    assert all(item.reason for item in report.skipped)
