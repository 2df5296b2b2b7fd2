"""Articles of one kind: each answers for itself, unless one is named, and none for one that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.answers.candidates import Candidate
from assistant.answers.several import MOST_ARTICLES, others
from index.embeddings import SentenceEmbedder
from index.types import Article, Hit, Passage

WORDINGS = ("The deposit is 900 euros.", "We hold a deposit of 750 euros.", "A deposit of 400 euros is paid.")
HALLS = {
    "ash.md": "# Ash House\n\nThe warden of the house is Ilse Marchetti.\n\nThe alarm is tested on Tuesdays at 10.\n",
    "birch.md": "# Birch House\n\nTobias Okonjo is the warden.\n\nThe alarm is tested on Fridays at 14:00.\n",
    "cedar.md": "# Cedar House\n\nThe warden, Anneke Lindqvist, can be called at any hour.\n\nThere is a garden.\n",
}


def of_flat(number: int, score: float = 7.0) -> Candidate:
    wording = WORDINGS[number % len(WORDINGS)]
    article = Article(title=f"Lease of Flat {number}", text=f"{wording} The rent is due on the first.")
    return Candidate(article, 0, len(wording), 0.7, 0.9, 0.8, 4.0, (15, 18), score)


def hits_of(*candidates: Candidate) -> list[Hit]:
    return [
        Hit(
            passage=Passage(
                article_id=one.article.id, start=0, end=one.end, text=one.text, title=one.article.title
            ),
            article=one.article, score=0.9, similarity=0.8, keyword_score=3.0,
        )
        for one in candidates
    ]  # fmt: skip


BEST = replace(of_flat(1, 9.0), named=frozenset({"flat", "1"}))


def test_every_other_article_answers_once_and_not_too_many() -> None:
    flats = [of_flat(number, 9 - number / 10) for number in range(12)]
    again = replace(flats[1], start=2)
    found = others("How much is the deposit?", [flats[0], flats[1], again, *flats[2:]], hits_of(*flats))
    assert found == flats[1:MOST_ARTICLES]


@pytest.mark.parametrize(
    ("best", "other"),
    [
        (of_flat(1, 9.0), replace(of_flat(2), margin=2.9)),  # the reading model is not sure enough
        (of_flat(1, 9.0), replace(of_flat(2), similarity=0.0, coverage=0.0, is_lacking=True)),  # not likely
        (BEST, replace(of_flat(2), named=frozenset({"flat"}))),  # another flat is asked about
        (replace(of_flat(1, 9.0), margin=-0.1), of_flat(2)),  # the best one is no answer itself
        (of_flat(1, 9.0), replace(of_flat(1), start=2)),  # the same article
    ],
)
def test_what_would_not_answer_alone_is_left_out(best: Candidate, other: Candidate) -> None:
    hits = hits_of(best, other)
    assert others("How much is the deposit?", [best, other], hits) == []
    as_good = replace(of_flat(3), named=best.named)
    assert others("How much is the deposit?", [replace(best, margin=4.0), as_good], hits_of(best, as_good)) == [as_good]


MINUTES = {
    "a.md": "# Monthly meeting\n\nWe met on Tuesday 2 May at the Plough.\n\nThere are 24 people on the waiting list.\n",
    "b.md": "# June minutes\n\nHeld in the hut.\n\nThe waiting list has grown to 27 people.\n\nThe skip cost £240.\n",
}


@pytest.fixture(scope="module")
def minutes(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(MINUTES, tmp_path_factory.mktemp("minutes"), embedder)


def test_a_month_is_that_with_which_an_article_opens(minutes: Assistant) -> None:
    for month, number in (("may", "24"), ("june", "27")):
        answer = minutes.ask(f"How many people were on the waiting list in {month}?")
        assert [number in segment.text for segment in answer.segments] == [True]
    assert minutes.ask("What did the skip cost at the May meeting?").status == "abstained"
    assert "240" in minutes.ask("What did the skip cost at the June meeting?").text


@pytest.fixture(scope="module")
def halls(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(HALLS, tmp_path_factory.mktemp("halls"), embedder)


def test_all_that_answer_are_quoted_below_their_titles(halls: Assistant) -> None:
    answer = halls.ask("Who is the warden?")
    shown = {segment.heading: segment.text for segment in answer.segments}
    assert {heading: name in text for (heading, text), name in zip(
        sorted(shown.items()), ("Ilse Marchetti", "Tobias Okonjo", "Anneke Lindqvist"), strict=True
    )} == {"Ash House": True, "Birch House": True, "Cedar House": True}  # fmt: skip
    assert answer.note == "3 articles answer this differently."


def test_who_names_one_gets_that_one(halls: Assistant) -> None:
    for question in ("Who is the warden of Birch House?", "warden birch house"):
        answer = halls.ask(question)
        assert [(segment.heading, segment.text) for segment in answer.segments] == [
            ("", "Tobias Okonjo is the warden.")
        ]
        assert not answer.note


def test_who_names_none_of_them_gets_none(halls: Assistant) -> None:
    assert halls.ask("Who is the warden of Elm House?").status == "abstained"
    assert halls.ask("When is the alarm of Cedar House tested?").status == "abstained"
