"""What was written for the training of the reading model: whole, and without a word of the texts it is about."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

# On the path no longer than that: its load.py and reliability.py would hide the folders of tests that are called so.
with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(Path(__file__).with_name("benchmarks"))
    from written import is_aside, whole

WRITTEN = Path(__file__).with_name("data") / "written.jsonl.gz"
QUESTIONS = {"P", "D", "K", "N"}
STATEMENTS = {
    "true",
    "number",
    "name",
    "relation",
    "negation",
    "scope",
    "invented",
    "mixed",
    "opposite",
    "added",
    "crossed",
    "roles",
}
LONGEST_TITLE = 60


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
    assert all(len(item["title"]) <= LONGEST_TITLE for item in items), "names of articles"
    assert not any(item["title"] for item in items if item["source"] == "news"), "headlines are texts"
    assert {kind for item in items for kind, _ in item["statements"]} == STATEMENTS


def test_statements_name_what_they_quote_by_its_place(items: list[dict[str, Any]]) -> None:
    told = [(item, said) for item in items for _, said in item["statements"]]
    quoting = [(item, said) for item, said in told if not isinstance(said, str)]
    assert quoting
    for item, said in quoting:
        text = "one two three four five " * 1000
        places = [part for part in said if not isinstance(part, str)]
        assert places
        assert all(0 <= start < end <= item["end"] - item["start"] for start, end in places)
        assert len(whole(said, text)) == sum(len(p) if isinstance(p, str) else p[1] - p[0] for p in said)


def test_counts_are_those_of_the_description(items: list[dict[str, Any]]) -> None:
    told = Path(WRITTEN).with_name("README.md").read_text(encoding="utf-8")
    questions = sum(len(item["questions"]) for item in items)
    statements = sum(len(item["statements"]) for item in items)
    assert f"{questions:,} questions and {statements:,} statements about {len(items):,} passages" in told


def test_the_sets_for_judging_are_those_of_the_description() -> None:
    told = " ".join(WRITTEN.with_name("README.md").read_text(encoding="utf-8").split())
    with gzip.open(WRITTEN.with_name("claims_answers.jsonl.gz"), "rt", encoding="utf-8") as file:
        claims = [json.loads(line) for line in file]
    asked = [json.loads(line) for line in WRITTEN.with_name("asked.jsonl").read_text(encoding="utf-8").splitlines()]
    assert f"`claims_answers.jsonl.gz`: {len(claims)} sentences" in told
    assert f"`asked.jsonl`: {len(asked)} questions" in told
    for rows in (claims, asked):
        assert len({row["id"] for row in rows}) == len(rows)
        assert {row["split"] for row in rows} == {"tune", "judge"}
    assert all(1 <= mark <= len(row["passages"]) for row in claims for mark in row["marks"])
    assert all(row["supported"] == ("wrong" not in row["kind"]) for row in claims)
    halves = {half: {row["article"] for row in asked if row["split"] == half} for half in ("tune", "judge")}
    assert not halves["tune"] & halves["judge"]
    for row in asked:
        assert (row["kind"] == "miss") == (not row["answers"])
        assert all(0 <= start < end <= row["end"] for start, end in row["answers"])


def test_nothing_was_written_for_training_about_articles_that_are_judged(items: list[dict[str, Any]]) -> None:
    with gzip.open(WRITTEN.with_name("claims_answers.jsonl.gz"), "rt", encoding="utf-8") as file:
        places = {(place[0], place[1]) for line in file for place in json.loads(line)["passages"]}
    asked = WRITTEN.with_name("asked.jsonl").read_text(encoding="utf-8").splitlines()
    places |= {("space", json.loads(line)["article"]) for line in asked}
    about = [item for item in items if (item["source"], item["id"]) in places]
    assert all(is_aside(item["title"]) for item in about if item["title"])
