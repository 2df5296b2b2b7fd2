"""Articles and passages as lines of JSON, as they lie in a generation."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamagedError
from index.types import Article, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

ARTICLES = "articles.jsonl"
PASSAGES = "passages.jsonl"


def write_articles(folder: Path, articles: Iterable[Article]) -> None:
    """Writes one line for each article."""
    _write(folder / ARTICLES, (dataclasses.asdict(article) for article in articles))


def read_articles(folder: Path) -> dict[str, Article]:
    """Reads articles back, by id, in the order they were written.

    Raises:
        IndexDamagedError: If a line is no article, or not the one whose id it carries.
    """
    articles: dict[str, Article] = {}
    for values in _read(folder / ARTICLES):
        expected = values.pop("id", None)
        try:
            article = Article(**{**values, "questions": tuple(values["questions"])})
        except (TypeError, KeyError) as error:
            raise IndexDamagedError(f"The articles of index generation {folder.name} cannot be read.") from error
        if article.id != expected:
            raise IndexDamagedError(f"Article {expected} of index generation {folder.name} is not as it was written.")
        articles[article.id] = article
    return articles


def write_passages(folder: Path, passages: Iterable[Passage]) -> None:
    """Writes one line for each passage: where it is, not what it says, so that it can never say anything else."""
    _write(folder / PASSAGES, ([passage.article_id, passage.start, passage.end] for passage in passages))


def read_passages(folder: Path, articles: Mapping[str, Article]) -> Sequence[Passage]:
    """Reads passages back, cut out of their articles, in the order they were written.

    Raises:
        IndexDamagedError: If a line names an article or a stretch that is not there.
    """
    passages: list[Passage] = []
    for values in _read(folder / PASSAGES):
        try:
            article_id, start, end = values
            article = articles[article_id]
        except (TypeError, ValueError, KeyError) as error:
            raise IndexDamagedError(f"The passages of index generation {folder.name} cannot be read.") from error
        if not 0 <= start < end <= len(article.text):
            raise IndexDamagedError(f"A passage of index generation {folder.name} lies outside its article.")
        passages.append(Passage.of(article, start, end))
    return passages


def _write(path: Path, records: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _read(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path.name} of index generation {path.parent.name} cannot be read.") from error
