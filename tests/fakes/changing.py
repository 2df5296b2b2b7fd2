"""An index that is added to and removed from, and what is said and kept of it."""

from __future__ import annotations

from pathlib import Path

from fakes.corpora import opened, settings_of
from fakes.embedder import WordEmbedder

from index.build import add, remove
from index.generations import IndexFolder
from index.library import Library, read_library
from index.reports import BuildReport


def put(home: Path, *names: Path | str, embedder: WordEmbedder | None = None, dry_run: bool = False) -> BuildReport:
    return add(names, settings=settings_of(home), embedder=embedder or WordEmbedder(), dry_run=dry_run)


def drop(home: Path, *names: Path | str, dry_run: bool = False) -> BuildReport:
    return remove(names, settings=settings_of(home), embedder=WordEmbedder(), dry_run=dry_run)


def library_of(home: Path) -> Library:
    folder = IndexFolder(home)
    manifest = folder.manifest()
    return read_library(folder.generations / manifest.generation, manifest)


def names(home: Path) -> list[str]:
    with opened(home) as index:
        return sorted(article.source for article in index.articles.values())


def changes(report: BuildReport) -> list[tuple[str, str]]:
    return [(change.kind, change.source) for change in report.changes]


def reasons(report: BuildReport) -> dict[str, str]:
    return {item.source: item.reason for item in report.skipped}
