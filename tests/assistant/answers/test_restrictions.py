from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.candidates import Candidate
from assistant.answers.restrictions import is_of_another
from assistant.answers.trust import TRUST_WEIGHTS, probability, trust_features
from index.types import Article, Hit, Passage

TOLD = [
    ("Who was the first keeper of the light?", "The keeper was Ann Reed.", "Ann Reed was its original keeper."),
    ("What was the second cheapest offer?", "The lowest was £4,350.", "The two lowest were £4,350 and £4,600."),
    ("Who is the former owner?", "The owner is Reed & Sons.", "Until 2019 it was owned by Reed & Sons."),
    ("When did its last keeper leave?", "The keeper left in 1990.", "The keeper left in 1990, when the service ended."),
    ("Who is the deputy harbour master?", "The harbour master is Ann Reed.", "Ann Reed is vice master of the harbour."),
    ("Which bell is the heaviest?", "The bell weighs 900 kg.", "No bell weighs more than Mary, the largest of nine."),
    ("Who won the race in 2016?", "Ann Reed won the race in 2018.", "In 2016 the race was won by Ann Reed."),
    ("When was Petrel-1 launched?", "Petrel-2 was launched in May.", "Petrel-1 was launched in May."),
    ("What is the rent of Unit 7?", "The rent of Unit 9 is £900.", "Unit 7 is let for £900."),
    ("What does error code E2 mean?", "E1 | The pump is blocked", "E2 | The pump is blocked"),
    ("What is the melting point of wax?", "The boiling point is 370 °C.", "At 60 °C its melting point is reached."),
    ("Who is chief financial officer?", "Ann Reed is chief press officer.", "Ann Reed, chief financial officer"),
    ("Who is the treasurer?", "Tom Reed is chairman.", "The treasurer, once its chairman, is Tom Reed."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "other", "same"), TOLD)
def test_what_is_told_of_another_one_is_noticed(question: str, other: str, same: str) -> None:
    assert is_of_another(question, other, other)
    assert not is_of_another(question, same, same)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many boats pass every second?", "Nine boats pass the light."),
        ("How long did the storm last?", "The storm blew for nine hours."),
        ("Will the mill open before 2030?", "The mill is to open in 2026."),
        ("What did Reed build in the 1950's?", "Reed built the mill in the fifties."),
        ("Did the guests rest in the west of the forest?", "They slept among the trees."),
        ("How much does the keeper weigh in kilograms?", "The keeper weighs 70 kg."),
        ("Which of 7 bells is cast in 3 parts?", "The bell Mary is cast in 2 parts, of 9 bells."),
        ("What is the cost of the ferry?", "The ferry costs £9."),
        ("Who is the mayor of Reed?", "Reed is led by Tom Holt."),
        ("", ""),
    ],
)
def test_what_names_none_of_several_is_left(question: str, told: str) -> None:
    assert not is_of_another(question, told, told)


def test_what_leads_to_a_sentence_says_which_one_it_is_of() -> None:
    row = "Boiling point | 101 °C"
    assert is_of_another("What is the boiling point of S2?", row, f"Data of S1 {row}")
    assert not is_of_another("What is the boiling point of S2?", row, f"Data of S2 {row}")


def test_an_answer_about_another_one_is_trusted_less() -> None:
    article = Article(title="Petrels", text="Petrel-2 was launched in May from Kourou.")
    sentence = Candidate(article, 0, len(article.text), 0.7, 0.9, 1.0, 0.0, None, 9.0)
    hit = Hit(
        passage=Passage(article_id=article.id, start=0, end=len(article.text), text=article.text, title=article.title),
        article=article, score=1.0, similarity=0.8, keyword_score=3.0,
    )  # fmt: skip
    trusted = [
        probability(question, [sentence], [hit], read=True)
        for question in ("When was Petrel-2 launched?", "When was Petrel-1 launched?")
    ]
    assert trusted[0] > 0.5 > trusted[1]
    assert [trust_features("When was Petrel-1 launched?", [sentence], [hit])[6], TRUST_WEIGHTS[7] < 0] == [1.0, True]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_taken(question: str, told: str) -> None:
    assert is_of_another(question, told, told) in {True, False}
