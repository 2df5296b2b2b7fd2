"""The documents that the reading model learns from, and those that judge: whole, and apart from one another."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.readers.markdown import read_markdown

# On the path no longer than that: its load.py and reliability.py would hide the folders of tests that are called so.
with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(Path(__file__).with_name("benchmarks"))
    from written_documents import place, plain, read_as

DATA = Path(__file__).with_name("data")
WRITTEN = DATA / "written_documents.jsonl.gz"
FRESH = DATA / "fresh_documents.jsonl.gz"
ALIKE = 8
"""Words in a row that two documents hardly share by chance."""


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def written() -> list[dict[str, Any]]:
    return read(WRITTEN)


@pytest.fixture(scope="module")
def fresh() -> list[dict[str, Any]]:
    return read(FRESH)


@pytest.mark.parametrize(("path", "kinds"), [(WRITTEN, "DPKN"), (FRESH, "DPKNL")])
def test_every_answer_stands_where_it_should(path: Path, kinds: str) -> None:
    items = read(path)
    missed = 0
    for number, item in enumerate(items):
        article = read_markdown(item["text"], f"{number}.md")
        assert article
        assert article.title == item["title"]
        for kind, question, *said in item["questions"]:
            assert kind in kinds
            assert question.strip()
            assert (kind == "N") == (not said), question
            if kind == "L":
                assert all(plain(listed) in plain(article.text) for listed in said[0]), question
                continue
            found = place(article, said[1], said[0]) if said else None
            missed += bool(said) and not found
            if found:
                learned = read_as("Lead", article.text, found)
                answer = learned["answers"][0]
                assert learned["context"][answer["start"] :].startswith(answer["text"])
    assert missed <= len(items) / 20, "copied with marks that the reader takes away"


def test_no_document_that_judges_is_among_those_learned_from(
    written: list[dict[str, Any]], fresh: list[dict[str, Any]]
) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[at : at + ALIKE]) for at in range(len(words) - ALIKE)}

    learned = set().union(*(runs(item["text"]) for item in written))
    titles = {item["title"].lower() for item in written}
    paths = [*(DATA / "documents").rglob("*.*"), *(DATA.parent.parent / "seeds").glob("*.md")]
    for text in [path.read_text(encoding="utf-8") for path in paths] + [item["text"] for item in fresh]:
        assert not any(title in text.lower() for title in titles), text[:80]
        assert len(runs(text) & learned) < len(runs(text)) / 50, text[:80]


def test_halves_of_the_fresh_ones_are_apart(fresh: list[dict[str, Any]]) -> None:
    halves = {item["index"]: item["split"] for item in fresh}
    assert set(halves.values()) == {"tune", "judge"}
    assert all(halves[item["index"]] == item["split"] for item in fresh)
    for item in fresh:
        kinds = Counter(kind for kind, *_ in item["questions"])
        assert kinds["L"] == 2, "one in the words of its heading and one in others"


@pytest.mark.parametrize(("path", "said"), [(WRITTEN, ""), (FRESH, "more documents of the same sorts, ")])
def test_counts_are_those_of_the_description(path: Path, said: str) -> None:
    items = read(path)
    told = " ".join((DATA / "README.md").read_text(encoding="utf-8").split())
    questions = sum(len(item["questions"]) for item in items)
    statements = sum(len(item["statements"]) for item in items)
    assert len({item["title"] for item in items}) == len(items)
    of = said or "documents "
    assert f"{len(items)} {of}with {questions:,} questions and {statements:,} statements" in told
