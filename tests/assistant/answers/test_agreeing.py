"""What may be cited with a sentence that is shown: an article that says the same, and none that says something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.answers.agreeing import Relation, relation, relation_by_answer
from index.embeddings import SentenceEmbedder

LEASES = {
    "seven.md": "# Lease of Unit 7\n\nThe rent is 1,200 euros a month, payable on the first working day.\n",
    "eight.md": "# Lease of Unit 8\n\nThe rent is 1,450 euros a month, payable on the first working day.\n",
    "copy.md": "# Letter about Unit 8\n\nThe rent is 1,450 euros a month, payable on the first working day of it.\n",
}


@pytest.mark.parametrize(
    ("shown", "sentence", "expected"),
    [
        (
            "Staff may book rooms of up to 140 euros a night.",
            "Staff may book rooms of up to 140 euros a night.",
            "same",
        ),
        (
            "Staff may book rooms of up to 140 euros a night.",
            "Staff may book rooms of up to 110 euros a night.",
            "other",
        ),
        (
            "Rooms may cost staff two hundred euros a night.",
            "Rooms may cost staff two hundred pounds a night.",
            "other",
        ),
        ("The pool opens on 3 May for swimming clubs.", "The pool opens on 5 May for swimming clubs.", "other"),
        ("Visitors may feed the goats in the yard.", "Visitors may not feed the goats in the yard.", "other"),
        ("All visitors may feed goats in the yard.", "Some visitors may feed goats in the yard.", "other"),
        ("The harbour office sends the bill weekly.", "The harbour office sends the bill monthly.", "other"),
        ("Brun sold the old mill to Aker for little.", "Aker sold the old mill to Brun for little.", "other"),
        ("The tide rose from 3 to 5 metres overnight.", "The tide rose from 5 to 3 metres overnight.", "other"),
        ("Brun sold the old mill to Aker.", "Brun sold the old mill to Aker in 1907.", "same"),
        ("Brun sold the old mill to Aker in 1907.", "Brun sold the old mill to Aker.", "part"),
        ("The mill burned down.", "The guests danced until morning.", "other"),
    ],
)
def test_a_sentence_beside_one_that_is_shown(shown: str, sentence: str, expected: Relation) -> None:
    assert relation(shown, sentence) == expected


def test_what_the_title_says_need_not_be_said_again() -> None:
    assert relation("The Corvik mill ground barley and oats.", "The mill ground barley and oats.", "Corvik") == "same"
    assert relation("The Corvik mill ground barley and oats.", "The mill ground barley and oats.") == "part"


@pytest.mark.parametrize(
    ("shown", "sentence", "expected"),
    [
        ("Brun built the mill.", "The builder of the mill was Brun.", "same"),
        ("Brun built the mill in 1907.", "The builder of the mill was Brun.", "part"),
        ("Brun built the mill in 1907.", "The builder in 1911 was Brun.", "other"),
    ],
)
def test_the_same_short_answer_vouches_for_no_other_number(shown: str, sentence: str, expected: Relation) -> None:
    assert relation_by_answer(shown, sentence) == expected


@pytest.fixture(scope="module")
def leases(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(LEASES, tmp_path_factory.mktemp("leases"), embedder)


def test_no_mark_leads_to_an_article_that_says_another_number(leases: Assistant) -> None:
    answer = leases.ask("What is the rent?")
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert answer.status == "answered"
    shown = {segment.text for segment in answer.segments}
    assert any("1,200" in text for text in shown)
    assert any("1,450" in text for text in shown)
    for segment in answer.segments:
        number = "1,200" if "1,200" in segment.text else "1,450"
        assert all(number in quotes[mark] for mark in segment.marks)
