"""What was written for the training of the reading model: whole, and without a word of the texts it is about."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

WRITTEN = Path(__file__).with_name("data") / "written.jsonl.gz"
QUESTIONS = {"P", "D", "K", "N"}
STATEMENTS = {"true", "number", "name", "relation", "negation", "scope", "invented", "mixed"}


@pytest.fixture(scope="module")
def items() -> list[dict[str, Any]]:
    with gzip.open(WRITTEN, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_every_answer_stands_inside_its_passage(items: list[dict[str, Any]]) -> None:
    for item in items:
        length = item["end"] - item["start"]
        for kind, question, *answer in item["questions"]:
            assert kind in QUESTIONS
            assert question.strip()
            assert (kind == "N") == (not answer), question
            assert not answer or 0 <= answer[0] < answer[1] <= length, question


def test_it_holds_places_of_texts_and_no_texts(items: list[dict[str, Any]]) -> None:
    assert {name for item in items for name in item} == {
        "source", "id", "title", "start", "end", "sha256", "questions", "statements",
    }  # fmt: skip
    assert all(len(item["title"]) <= 60 for item in items), "names of articles"
    assert not any(item["title"] for item in items if item["source"] == "news"), "headlines are texts"
    assert {kind for item in items for kind, _ in item["statements"]} == STATEMENTS


def test_counts_are_those_of_the_description(items: list[dict[str, Any]]) -> None:
    told = Path(WRITTEN).with_name("README.md").read_text(encoding="utf-8")
    questions = sum(len(item["questions"]) for item in items)
    statements = sum(len(item["statements"]) for item in items)
    assert f"{questions:,} questions and {statements:,} statements about {len(items):,} passages" in told
