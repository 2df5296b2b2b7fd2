"""The questions of all sets that weights are fitted on, with an assistant over their articles that refuses none."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asked as asked_set
import documents as documents_set
import fresh_documents as fresh_set
import seed_questions as seeds_set
from corpora import Asked, make_corpus, read_rows, sample
from written import FILES, read_originals

from assistant import Answer, Assistant, Settings, Turn
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.types import Article

SQUAD_TITLES = {
    "tune": ("Victoria (Australia)", "Packet switching"),
    "judge": ("Fresno, California", "Amazon rainforest"),
}
OTHER = {"tune": "judge", "judge": "tune"}
FOREIGN = "foreign"
"""Sort of a question about something of which the articles know nothing."""


@dataclass(frozen=True)
class Put:
    """A question that is put to an assistant; without ``is_right`` nothing answers it."""

    sort: str
    question: str
    is_right: Callable[[Answer], bool] | None = None
    history: tuple[Turn, ...] = ()


def _opened(home: Path) -> Assistant:
    return Assistant.open(home, settings=Settings(threshold=0.0, index=IndexSettings(home=home)))


def _lines(path: Path, split: str) -> list[dict[str, Any]]:
    return [row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if row["split"] == split]


def documents(split: str, home: Path, _: Path) -> Iterator[tuple[Assistant, list[Put]]]:
    """All but the turns of conversations, which depend on what was answered before them."""
    build([documents_set.DOCUMENTS / split], home=home, settings=IndexSettings(home=home))

    def is_right(row: dict[str, Any], answer: Answer) -> bool:
        return documents_set.verdict(row, answer) == "right"

    rows = [row for row in _lines(documents_set.QUESTIONS, split) if not row["thread"]]
    yield (
        _opened(home),
        [Put(row["sort"], row["question"], partial(is_right, row) if row["must"] else None) for row in rows],
    )


def seeds(split: str, home: Path, _: Path) -> Iterator[tuple[Assistant, list[Put]]]:
    """The questions over the two seeds, with what was said before them."""
    puts = []
    for row in _lines(seeds_set.QUESTIONS, split):
        turns = tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history", []))
        is_right = partial(seeds_set.holds, must=row["must"]) if row["article"] else None
        puts.append(Put(row["kind"], row["question"], is_right, turns))
    yield _opened(home), puts


def asked(split: str, home: Path, data: Path) -> Iterator[tuple[Assistant, list[Put]]]:
    """Questions as people ask them, over articles among others."""
    rows = _lines(asked_set.QUESTIONS, split)
    originals = read_originals(data)
    asked_set.write_articles([*rows, *_lines(asked_set.QUESTIONS, OTHER[split])], originals, home / "own")
    make_corpus([data / FILES["wiki"]], home, IndexSettings())
    build([home / "own", home / "articles"], home=home, settings=IndexSettings())

    def is_right(row: dict[str, Any], answer: Answer) -> bool:
        return asked_set.is_right(row, answer, originals["space", row["article"]][1][: row["end"]])

    yield (
        _opened(home),
        [Put(row["kind"], row["question"], partial(is_right, row) if row["answers"] else None) for row in rows],
    )


def fresh(split: str, home: Path, _: Path) -> Iterator[tuple[Assistant, list[Put]]]:
    """Every collection of fresh documents, asked its own questions but for lists, and forty of the others'."""
    groups: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in fresh_set.rows(split):
        groups[row["index"]].append(row)

    def is_right(sort: str, said: list[Any], article: Article, answer: Answer) -> bool:
        return fresh_set.verdict(sort, said, answer, article) == "right"

    chance = random.Random(11)
    for number, group in groups.items():
        folder = home / str(number)
        fresh_set.write_documents(group, folder / "own")
        build([folder / "own"], home=folder, settings=IndexSettings(home=folder))
        assistant = _opened(folder)
        articles = {article.source: article for article in assistant.index.articles.values()}
        puts = []
        for place, document in enumerate(group):
            for sort, question, said in fresh_set.questions_of(document):
                if sort not in fresh_set.LISTS:
                    article = articles[f"{place:03}.md"]
                    puts.append(Put(sort, question, partial(is_right, sort, said, article) if said else None))
        pool = [
            question
            for document in chain.from_iterable(found for other, found in groups.items() if other != number)
            for sort, question, said in fresh_set.questions_of(document)
            if said and sort not in fresh_set.LISTS
        ]
        yield assistant, puts + [Put(FOREIGN, question) for question in chance.sample(pool, 40)]


def squad(split: str, home: Path, data: Path) -> Iterator[tuple[Assistant, list[Put]]]:
    """SQuAD 2.0 over two titles among many others, with foreign questions of FairytaleQA (odd or even ones)."""
    files = [data / "reader/squad2-dev.jsonl.gz", data / "reader/squadshifts-new-wiki.jsonl.gz"]
    corpus = make_corpus(files, home, IndexSettings(home=home))
    titles = {article.id: article.title for article in corpus.index.articles.values()}
    corpus.index.close()
    rows = [question for question in corpus.questions if titles[question.article_id] in SQUAD_TITLES[split]]
    foreign = read_rows(data / "reader/fairytaleqa-train.jsonl.gz")[split == "judge" :: 2]

    def is_right(question: Asked, answer: Answer) -> bool:
        own = [citation for citation in answer.citations if citation.article_id == question.article_id]
        return any(one.start < end and start < one.end for one in own for start, end in question.spans)

    answerable = sample((row for row in rows if row.spans), 300)
    adversarial = sample((row for row in rows if not row.spans), 200)
    yield (
        _opened(home),
        [
            *(Put("answerable", question.text, partial(is_right, question)) for question in answerable),
            *(Put("adversarial", question.text) for question in adversarial),
            *(Put(FOREIGN, row["question"].strip()) for row in random.Random(3).sample(foreign, 200)),
        ],
    )


SETS = {"documents": documents, "seeds": seeds, "asked": asked, "fresh": fresh, "squad": squad}
