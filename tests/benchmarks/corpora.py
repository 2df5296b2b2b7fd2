"""Question sets over long articles, made of extractive question sets in JSON lines.

A row is ``{"title", "question", "context", "answers": [{"text", "start"}]}``; rows without answers are unanswerable.
The paragraphs of one title make one article, so that a question has to find its paragraph among all of them.
"""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.build import build
from index.cleaning import clean
from index.search import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from index.settings import IndexSettings
    from index.types import Article


@dataclass(frozen=True)
class Asked:
    """A question with where its answer stands; ``spans`` is empty if the corpus has no answer."""

    text: str
    article_id: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Corpus:
    index: Index
    questions: list[Asked]


def read_rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def make_corpus(paths: Sequence[Path], home: Path, settings: IndexSettings) -> Corpus:
    """Writes the articles of some question files as text, builds an index of them and places every answer in it."""
    rows = [row for path in paths for row in read_rows(path)]
    contexts: dict[str, dict[str, None]] = {}
    for row in rows:
        contexts.setdefault(_title(row), {})[clean(row["context"]).replace("\n", " ")] = None
    folder = home / "articles"
    folder.mkdir(parents=True, exist_ok=True)
    names = {title: f"{number:03}.txt" for number, title in enumerate(contexts)}
    for title, paragraphs in contexts.items():
        (folder / names[title]).write_text("\n\n".join([title, *paragraphs]), encoding="utf-8")
    build([folder], home=home, settings=settings)
    index = Index.open(home, settings=settings)
    by_name = {article.source: article for article in index.articles.values()}
    articles = {title: by_name[name] for title, name in names.items()}
    return Corpus(index, [question for row in rows if (question := _place(row, articles))])


def _title(row: dict[str, Any]) -> str:
    return " ".join(clean(row["title"].replace("_", " ")).split()) or "Untitled"


def _place(row: dict[str, Any], articles: dict[str, Article]) -> Asked | None:
    article = articles[_title(row)]
    context = clean(row["context"]).replace("\n", " ")
    at = article.text.find(context)
    if at < 0:
        return None
    spans = set()
    for answer in row["answers"]:
        text = clean(answer["text"])
        # Cleaning can move an answer by a few characters; the occurrence nearest to where it was is the one meant.
        places = [place for place in range(len(context)) if text and context.startswith(text, place)]
        if places:
            start = at + min(places, key=lambda place: abs(place - answer["start"]))
            spans.add((start, start + len(text)))
    if row["answers"] and not spans:
        return None
    return Asked(row["question"].strip(), article.id, tuple(sorted(spans)))


def sample(questions: Iterable[Asked], size: int, seed: int = 7) -> list[Asked]:
    """Some questions, the same each time."""
    pool = list(questions)
    random.Random(seed).shuffle(pool)
    return pool[:size]
