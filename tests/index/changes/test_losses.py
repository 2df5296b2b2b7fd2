"""Files, folders, addresses and libraries that are gone or unreadable cost nothing that the index has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fakes.changing import changes, drop, names, put, reasons
from fakes.corpora import CORPORA, answering, corpus_of, make, opened, write
from fakes.embedder import WordEmbedder

from index.build import add, build, remove
from index.errors import SourceError
from index.fetching import Fetched
from index.generations import IndexFolder
from index.manifest import write_manifest
from index.settings import IndexSettings


def test_one_bad_file_among_several_that_were_named(home: Path, tmp_path: Path) -> None:
    more = write(tmp_path / "more", {"good.txt": "Something good.", "bad.txt": b"\x00"})
    report = put(home, more / "bad.txt", more / "good.txt")
    assert (report.added, reasons(report)) == (1, {"bad.txt": "is a binary file, not text"})
    assert report.skipped[0].is_problem
    with pytest.raises(SourceError, match=r"^bad.txt: is a binary file, not text. The index is as it was before.$"):
        put(home, more / "bad.txt")


def test_a_file_that_cannot_be_read_any_more_keeps_its_former_version(home: Path, sources: Path) -> None:
    (sources / "harbour.txt").write_bytes(b"\x00 cut off while it was downloaded")
    report = make(home)
    assert reasons(report) == {"harbour.txt": "is a binary file, not text; its former version stays in the index"}
    assert (report.articles, report.removed) == (3, 0)
    assert answering(home) == "A"
    assert reasons(make(home)) == reasons(report), "and this is said each time"


def test_a_file_that_was_named_and_is_gone_is_removed_but_a_folder_is_not(
    home: Path, sources: Path, tmp_path: Path
) -> None:
    more = write(tmp_path / "more", {"a.txt": "Something good.", "b.txt": "Something better."})
    put(home, more / "a.txt")
    (more / "a.txt").unlink()
    assert changes(make(home)) == [("removed", "a.txt")]
    sources.rename(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="no such file or folder"):
        make(home)
    assert answering(home) == "A"


def test_a_folder_that_cannot_be_opened_costs_its_neighbours_nothing(
    home: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = write(sources / "inner", CORPORA["B"])
    make(home)
    assert len(names(home)) == 7
    real = os.scandir

    def scandir(path: Any = ".") -> Any:
        if not isinstance(path, int) and Path(path) == inner:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    report = make(home)
    assert (report.articles, report.removed) == (7, 0)
    assert "the folder cannot be opened" in reasons(report)["inner"]
    assert report.skipped[0].is_problem


def forget_the_library(home: Path) -> None:
    """Makes the current generation one from before there were libraries."""
    folder = IndexFolder(home)
    manifest = folder.manifest()
    generation = folder.generations / manifest.generation
    for name in ("library.json", "sketches.npy", "manifest.json"):
        (generation / name).unlink()
    folder.current.write_text(f"{manifest.generation} {write_manifest(generation, manifest)}\n")


def test_an_index_from_before_there_were_libraries_is_taken_over(home: Path) -> None:
    """Its articles and vectors are; that its files are read again is the price."""
    forget_the_library(home)
    with opened(home) as index:
        assert corpus_of(index) == "A"
    with pytest.raises(SourceError, match="assistant index rebuild"):
        drop(home, "harbour.txt")
    embedder = WordEmbedder()
    report = make(home, embedder=embedder)
    assert (report.articles, report.changes, embedder.embedded) == (3, (), [])
    assert answering(home) == "A"


@pytest.mark.parametrize("harm", ["no library", "damaged"])
def test_adding_to_an_index_that_cannot_be_taken_over_loses_nothing(home: Path, tmp_path: Path, harm: str) -> None:
    if harm == "no library":
        forget_the_library(home)
    else:
        articles = IndexFolder(home).generations / "000001" / "articles.jsonl"
        articles.write_bytes(articles.read_bytes()[:-50])
    report = put(home, write(tmp_path / "more", CORPORA["B"]))
    assert report.articles == 7
    assert len(names(home)) == 7


class Web:
    """Stands in for the network: what each address holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **pages: str) -> None:
        self.pages = pages
        monkeypatch.setattr("index.pipeline.fetch", self.fetch)

    def fetch(self, url: str, *, allowed: bool) -> Fetched:
        assert allowed
        name = url.rpartition("/")[2]
        if name not in self.pages:
            raise SourceError(url, "the server says 404")
        return Fetched(url=url, content=self.pages[name].encode(), content_type="text/markdown", ending=".md")


def test_an_address_is_added_replaced_and_kept_when_it_is_gone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(monkeypatch, owls="# About owls\n\nThe owl hunts at night.")
    settings = IndexSettings(home=home, passage_size=48, network="on")
    url = "https://news.example/owls"
    report = add([url], settings=settings, embedder=WordEmbedder())
    assert [(change.kind, change.title) for change in report.changes] == [("added", "About owls")]
    with opened(home) as index:
        (article,) = (article for article in index.articles.values() if article.title == "About owls")
    assert (article.url, article.source) == (url, url)
    assert build(settings=settings, embedder=WordEmbedder()).changes == ()
    web.pages["owls"] = "# About owls\n\nThe owl sleeps by day."
    report = build(settings=settings, embedder=WordEmbedder())
    assert [change.kind for change in report.changes] == ["replaced"]
    web.pages.clear()
    report = build(settings=settings, embedder=WordEmbedder())
    assert (report.articles, report.changes) == (4, ())
    assert reasons(report) == {url: "the server says 404; its former version stays in the index"}
    assert changes(remove([url], settings=settings, embedder=WordEmbedder())) == [("removed", url)]


def test_no_address_is_fetched_unless_it_is_allowed(home: Path) -> None:
    with pytest.raises(SourceError, match="ASSISTANT_NETWORK=on"):
        put(home, "https://news.example/owls")
    assert answering(home) == "A"
