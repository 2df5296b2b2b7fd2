from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.candidates import Candidate
from assistant.answers.choosing import MOST, choose
from assistant.answers.kinds import Kind
from index.types import Article

MILL = Article(
    title="The mill of Corvik",
    text=(
        "The mill of Corvik was built in 1907. The miller was Aksel Brun. The wheel has a diameter of four metres. "
        "The mill ground barley. The mill ground oats. The mill ground rye for the whole valley."
    ),
    published="1998-05-01",
)
GUIDE = Article(title="A guide to Corvik", text="Built in 1907, the mill burned down. The mill dates from 1911.")


def candidate(article: Article, text: str, score: float, answer: str = "", margin: float | None = None) -> Candidate:
    start = article.text.index(text)
    place = article.text.index(answer, start) if answer else 0
    return Candidate(
        article=article,
        start=start,
        end=start + len(text),
        similarity=0.5,
        coverage=0.5,
        hit_score=0.5,
        margin=(3.0 if answer else -3.0) if margin is None else margin,
        answer=(place, place + len(answer)) if answer else None,
        score=score,
    )


BUILT = candidate(MILL, "The mill of Corvik was built in 1907.", 9.0, "1907")
MILLER = candidate(MILL, "The miller was Aksel Brun.", 7.9)
GRAINS = [
    candidate(MILL, f"The mill ground {grain}", score)
    for grain, score in (("rye for the whole valley.", 9.0), ("barley.", 8.0), ("oats.", 7.0))
]
AGREES = candidate(GUIDE, "Built in 1907, the mill burned down.", 8.6, "1907")
DIFFERS = candidate(GUIDE, "The mill dates from 1911.", 8.6, "1911")


def texts(kind: Kind, *candidates: Candidate) -> list[str]:
    return [item.sentence.text for item in choose(kind, candidates).shown]


def test_a_fact_is_one_sentence_when_nothing_comes_close() -> None:
    assert texts("fact", BUILT, MILLER) == [BUILT.text]


def test_a_list_takes_what_scores_lower_too_in_the_order_of_the_article() -> None:
    assert texts("list", *GRAINS) == [GRAINS[1].text, GRAINS[2].text, GRAINS[0].text]
    assert texts("decision", *GRAINS) == [GRAINS[1].text, GRAINS[0].text]


def test_the_short_answer_comes_first_whatever_the_order_in_the_article() -> None:
    late = candidate(MILL, "The mill ground rye for the whole valley.", 9.5, "rye")
    assert texts("open", late, BUILT) == [late.text, BUILT.text]


def test_two_articles_that_agree_are_both_cited_and_one_is_shown() -> None:
    choice = choose("fact", [BUILT, AGREES])
    assert [(item.sentence, item.agreeing) for item in choice.shown] == [(BUILT, (AGREES,))]
    assert not choice.differing


def test_the_same_words_in_one_article_are_shown_once() -> None:
    again = candidate(MILL, "The mill of Corvik was built in 1907.", 8.9, "1907")
    choice = choose("list", [BUILT, again])
    assert [(item.sentence, item.agreeing) for item in choice.shown] == [(BUILT, ())]


def test_two_articles_that_differ_are_both_shown() -> None:
    choice = choose("fact", [BUILT, DIFFERS, AGREES])
    assert [item.sentence for item in choice.shown] == [BUILT, DIFFERS]
    assert choice.differing


@pytest.mark.parametrize(
    "other",
    [
        candidate(GUIDE, "The mill dates from 1911.", 8.6, "1911", margin=-1.0),  # the reading model is not sure
        candidate(GUIDE, "The mill dates from 1911.", 7.5, "1911", margin=2.9),  # it fits the question less
        candidate(GUIDE, "The mill dates from 1911.", 8.6, "mill", margin=2.9),  # it answers something of another kind
        candidate(MILL, "The miller was Aksel Brun.", 8.6, "Aksel"),  # the same article
    ],
)
def test_what_may_mean_something_else_is_no_difference(other: Candidate) -> None:
    assert not choose("fact", [BUILT, other]).differing
    assert not choose("list", [BUILT, DIFFERS]).differing


FLATS = [
    Article(title=f"Lease of Flat {number}", text=f"{wording} The rent is due on the first.")
    for number, wording in (
        (1, "The deposit is 900 euros."),
        (2, "We hold 750 euros."),
        (3, "The deposit is 900 euros."),
    )
]


def test_each_article_that_answers_is_shown_with_what_agrees_and_what_else_it_says() -> None:
    first, second, third = (
        candidate(article, article.text.split(". ")[0] + ".", 9.0 - place, "750" if place == 1 else "900")
        for place, article in enumerate(FLATS)
    )
    due = candidate(FLATS[1], "The rent is due on the first.", 8.5)
    choice = choose("fact", [first, due, second, third], [second, third])
    shown = [[one.article.title[-1] for one in (item.sentence, *item.agreeing)] for item in choice.shown]
    assert shown == [["1", "3"], ["2"], ["2"]]
    assert [item.has_short for item in choice.shown] == [True, True, False]
    assert (choice.apart, choice.differing) == (True, True)
    assert choose("decision", [first, second], [second]).apart
    assert not choose("fact", [first, third], [third]).apart


def test_nothing_to_choose_from() -> None:
    assert choose("fact", []).shown == ()


@given(
    st.sampled_from(sorted(MOST)),
    st.lists(st.sampled_from([BUILT, MILLER, *GRAINS, AGREES, DIFFERS]), min_size=1, unique_by=id),
)
def test_few_different_sentences_the_best_among_them(kind: Kind, given_candidates: list[Candidate]) -> None:
    candidates = sorted(given_candidates, key=lambda found: -found.score)
    shown = [item.sentence for item in choose(kind, candidates).shown]
    assert candidates[0] in shown
    assert len(shown) <= max(MOST[kind], len({sentence.article.id for sentence in shown}))
    assert len({sentence.text for sentence in shown}) == len(shown)


@pytest.mark.parametrize("kind", ["fact", "open", "list", "explanation", "decision"])
def test_only_what_a_few_words_can_answer_has_a_short_answer(kind: Kind) -> None:
    shorts = [item.has_short for item in choose(kind, [BUILT, *GRAINS]).shown]
    assert any(shorts) is (kind in ("fact", "open"))
    assert not any(item.has_short for item in choose(kind, [GRAINS[0]]).shown)
