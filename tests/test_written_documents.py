"""The documents that the reading model learns from: whole, and apart from those that judge."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index.readers.markdown import read_markdown

# On the path no longer than that: its load.py and reliability.py would hide the folders of tests that are called so.
with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(Path(__file__).with_name("benchmarks"))
    from written_documents import place, read_as

DATA = Path(__file__).with_name("data")
WRITTEN = DATA / "written_documents.jsonl.gz"
ALIKE = 8
"""Words in a row that two documents hardly share by chance."""


@pytest.fixture(scope="module")
def items() -> list[dict[str, Any]]:
    with gzip.open(WRITTEN, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_every_answer_stands_where_it_should(items: list[dict[str, Any]]) -> None:
    missed = 0
    for number, item in enumerate(items):
        article = read_markdown(item["text"], f"{number}.md")
        assert article
        assert article.title == item["title"]
        for kind, question, *said in item["questions"]:
            assert kind in {"D", "P", "K", "N"}
            assert question.strip()
            assert (kind == "N") == (not said), question
            found = place(article, said[1], said[0]) if said else None
            missed += bool(said) and not found
            if found:
                read = read_as("Lead", article.text, found)
                answer = read["answers"][0]
                assert read["context"][answer["start"] :].startswith(answer["text"])
    assert missed <= len(items) / 20, "copied with marks that the reader takes away"


def test_no_document_that_judges_is_among_them(items: list[dict[str, Any]]) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[at : at + ALIKE]) for at in range(len(words) - ALIKE)}

    learned = set().union(*(runs(item["text"]) for item in items))
    titles = {item["title"].lower() for item in items}
    for path in [*(DATA / "documents").rglob("*.*"), *(DATA.parent.parent / "seeds").glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        assert not any(title in text.lower() for title in titles), path
        assert len(runs(text) & learned) < len(runs(text)) / 50, path


def test_counts_are_those_of_the_description(items: list[dict[str, Any]]) -> None:
    told = " ".join((DATA / "README.md").read_text(encoding="utf-8").split())
    questions = sum(len(item["questions"]) for item in items)
    statements = sum(len(item["statements"]) for item in items)
    assert len({item["title"] for item in items}) == len(items)
    assert f"{len(items)} documents with {questions:,} questions and {statements:,} statements" in told
