"""Where an answer stands, and whether what was answered is it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles as any_articles

from assistant.answers.citations import cite
from assistant.evaluation.gold import Gold, articles_named, find_gold, find_quote
from assistant.evaluation.judging import judge
from assistant.evaluation.outcomes import Outcome
from assistant.evaluation.questions import Question, parse_rows
from assistant.types import Answer, Segment
from index.types import Article, Passage

OWLS = Article(
    title="About owls",
    source="birds/owls-of-the-north.md",
    text="The grey owl hunts at night.\nIt eats 2 mice a day. It sleeps in the  old\nbarn. It has 2 eyes.",
)
FOXES = Article(
    title="About foxes", source="foxes.txt", text="The red fox sleeps by day. It eats mice, eggs and berries."
)
ARTICLES = {article.id: article for article in (OWLS, FOXES)}
# The old barn lies across the last two; the sentence before it is in two of them.
CUTS = {OWLS.id: [(0, 28), (29, 50), (29, 75), (51, 94)], FOXES.id: [(0, 57)]}
PASSAGES = {name: [Passage.of(ARTICLES[name], *cut) for cut in cuts] for name, cuts in CUTS.items()}


def asked(**row: Any) -> Question:
    return parse_rows([{"question": "What?", **row}]).questions[0]


def gold_of(**row: Any) -> Gold:
    return find_gold(asked(**row), ARTICLES, PASSAGES)


def answered(*quotes: tuple[Article, str], confidence: float = 0.9, bold: str = "") -> Answer:
    citations = tuple(
        cite(number, article, at := article.text.index(quote), at + len(quote))
        for number, (article, quote) in enumerate(quotes, 1)
    )
    segments = tuple(Segment(text=one.quote, marks=(one.number,)) for one in citations)
    if bold:
        at = segments[0].text.index(bold)
        segments = (replace(segments[0], emphasis=(at, at + len(bold))), *segments[1:])
    return Answer(
        question="What?", standalone="What?", status="answered", reason="", segments=segments, citations=citations,
        confidence=confidence, timings={"total": 0.1},
    )  # fmt: skip


REFUSED = Answer(
    question="What?",
    standalone="What?",
    status="abstained",
    reason="",
    segments=(Segment(text="The sources do not say."),),
)


def judged(answer: Answer, threshold: float = 0.5, found: tuple[Passage, ...] = (), **row: Any) -> Outcome:
    question = asked(**row)
    gold = find_gold(question, ARTICLES, PASSAGES)
    return judge(question, gold, answer, found, ARTICLES, threshold=threshold)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("About owls", [OWLS]),
        ("about OWLS", [OWLS]),
        ("birds/owls-of-the-north.md", [OWLS]),
        ("owls-of-the-north.md", [OWLS]),
        ("owls-of-the-north", [OWLS]),
        ("birds/owls-of-the-north", [OWLS]),
        ("owls", [OWLS]),
        (FOXES.id, [FOXES]),
        ("both", [OWLS, FOXES]),
        ("north", []),
        ("bears", []),
    ],
)
def test_an_article_is_named_in_many_ways(name: str, expected: list[Article]) -> None:
    assert articles_named(name, ARTICLES.values()) == expected


def test_both_means_something_only_where_there_are_two() -> None:
    assert articles_named("both", [OWLS]) == []
    named_so = Article(title="Both", text="x")
    assert articles_named("both", [OWLS, named_so]) == [named_so]


def test_a_quote_is_found_however_its_words_are_spaced() -> None:
    [(article_id, start, end)] = find_quote("the old barn.", ARTICLES.values())
    assert article_id == OWLS.id
    assert OWLS.text[start:end] == "the  old\nbarn."
    assert len(find_quote("It", [OWLS])) == 3
    assert find_quote("no such words", ARTICLES.values()) == []
    assert find_quote("  ", ARTICLES.values()) == []
    assert find_quote("2 mice (a day", ARTICLES.values()) == []


@given(any_articles.filter(lambda article: bool(article.text.strip())), st.data())
def test_whatever_stands_in_an_article_is_found_there(article: Article, data: st.DataObject) -> None:
    words = article.text.split()
    first = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    for _, start, end in find_quote(quote, [article]):
        assert article.text[start:end].split() == quote.split()


def test_gold_by_quote_are_the_passages_that_hold_it() -> None:
    gold = gold_of(quote="It eats 2 mice a day.")
    assert gold.level == "passage"
    assert gold.passages == {PASSAGES[OWLS.id][1].id, PASSAGES[OWLS.id][2].id}
    assert gold.total == 2
    assert gold.relevant(PASSAGES[OWLS.id]) == [False, True, True, False]


def test_of_a_quote_that_no_passage_holds_whole_those_with_the_most_count() -> None:
    gold = gold_of(quote="night. It eats 2 mice a day. It sleeps in the old barn. It has")
    assert gold.passages == {PASSAGES[OWLS.id][2].id}


def test_gold_by_article_counts_it_once() -> None:
    gold = gold_of(article="owls", answers=["mice"])
    assert (gold.level, gold.total) == ("article", 1)
    assert gold.relevant([*PASSAGES[FOXES.id], *PASSAGES[OWLS.id]]) == [False, True, False, False, False]
    either = gold_of(article=["owls", "About foxes"])
    assert either.relevant([*PASSAGES[FOXES.id], *PASSAGES[OWLS.id]]) == [True, False, False, False, False]


def test_what_the_index_does_not_hold_is_told() -> None:
    assert gold_of(article="bears", quote="It eats 2 mice a day.") == Gold(unknown=("bears",), is_quote_missing=True)
    assert gold_of(quote="It eats bears.", article="owls").is_quote_missing
    assert gold_of(quote="It eats bears.", article="owls").level == "article"
    assert not gold_of(evidence="It eats bears.", answers=["x"]).is_quote_missing
    assert gold_of(evidence="It eats 2 mice a day.", answers=["x"]).level == "passage"
    assert gold_of(answers=["x"]).level is None
    assert gold_of(answerable=False, article="owls") == Gold()


def test_right_by_short_answer() -> None:
    found = judged(answered((OWLS, "It eats 2 mice a day."), bold="2 mice"), answers=["two mice", "2 mice"])
    assert (found.is_right, found.judged_by, found.short) == (True, "answers", "2 mice")
    assert (found.exact_match, found.token_f1, found.is_first_right, found.is_shown) == (1, 1, True, True)
    assert found.are_exact == (True,)
    whole = judged(answered((OWLS, "It eats 2 mice a day.")), answers=["2 mice"])
    assert whole.short == "It eats 2 mice a day."
    assert whole.exact_match == 0
    assert whole.token_f1 == pytest.approx(2 * 2 / (5 + 2))


def test_right_by_quote_not_by_the_same_word_elsewhere() -> None:
    row: dict[str, Any] = {"quote": "It eats 2 mice a day.", "answers": ["2"]}
    assert judged(answered((OWLS, "It has 2 eyes.")), **row).is_right is False
    second = judged(answered((OWLS, "It has 2 eyes."), (OWLS, "It eats 2 mice")), **row)
    assert (second.is_right, second.is_first_right, second.is_shown, second.judged_by) == (True, False, True, "quote")
    assert second.are_supporting == (False, True)


def test_right_by_what_must_be_quoted_in_all_quotes_together() -> None:
    answer = answered((OWLS, "It eats 2 mice a day."), (OWLS, "It has 2 eyes."))
    assert judged(answer, must=["mice|rats", "EYE"], answers=["bears"]).is_right is True
    assert judged(answer, must=["mice", "wings"]).is_right is False
    assert judged(answer, must=["mice"]).is_first_right is None


def test_lists_by_recall_and_precision_of_items() -> None:
    answer = answered((FOXES, "It eats mice, eggs and berries."), (FOXES, "The red fox sleeps by day."))
    found = judged(answer, items=["mouse|mice", "egg", "fish", "birds"])
    assert (found.item_recall, found.item_precision, found.is_right) == (0.5, 0.5, False)
    assert (found.exact_match, found.judged_by, found.is_first_right) == (None, "items", True)
    assert judged(answer, items=["mice", "eggs"]).is_right is True


def test_right_by_article_alone_and_by_nothing() -> None:
    assert judged(answered((FOXES, "The red fox")), article="foxes").is_right is True
    assert judged(answered((FOXES, "The red fox")), article="owls").is_right is False
    unknown = judged(answered((FOXES, "The red fox")), answerable=True)
    assert (unknown.is_right, unknown.would_be_right, unknown.judged_by) == (None, None, "")
    assert judged(answered((FOXES, "The red fox")), answers=["yes"]).is_right is None


def test_the_threshold_holds_an_answer_back_but_it_is_judged_all_the_same() -> None:
    answer = answered((OWLS, "It eats 2 mice a day."), confidence=0.4)
    held_back = judged(answer, answers=["2 mice"])
    assert (held_back.is_refused, held_back.is_right, held_back.would_be_right) == (True, False, True)
    assert judged(answer, 0.4, answers=["2 mice"]).is_right is True
    nothing = judged(answer, answerable=False)
    assert (nothing.is_refused, nothing.is_right, nothing.would_be_right) == (True, True, False)
    assert judged(answer, 0.3, answerable=False).is_right is False


def test_an_answer_that_was_refused_outright() -> None:
    found = judged(REFUSED, 0.0, answers=["2 mice"], items=["mice"])
    assert (found.is_refused, found.is_right, found.confidence) == (True, False, 0)
    assert (found.text, found.short, found.exact_match, found.item_recall) == ("", "", 0, 0)
    assert (found.is_first_right, found.is_shown, found.item_precision) == (False, False, None)
    assert judged(REFUSED, 0.0, answerable=False).is_right is True


def test_a_quote_that_is_not_in_the_article_is_noticed() -> None:
    answer = answered((OWLS, "It eats 2 mice a day."))
    changed = replace(answer, citations=(replace(answer.citations[0], quote="It eats 3 mice a day."),))
    assert judged(changed, answers=["3 mice"]).are_exact == (False,)
    elsewhere = replace(answer, citations=(replace(answer.citations[0], article_id="0"),))
    assert judged(elsewhere, answers=["2 mice"]).are_exact == (False,)


def test_ranks() -> None:
    passages = tuple(PASSAGES[OWLS.id])
    found = judged(REFUSED, found=passages, quote="It eats 2 mice a day.")
    assert (found.rank, found.level) == (2, "passage")
    assert found.ndcg is not None
    assert 0 < found.ndcg < 1
    assert judged(REFUSED, found=(), article="owls").rank is None
    assert judged(REFUSED, found=(), article="owls").ndcg == 0
    assert judged(REFUSED, found=passages, answers=["x"]).ndcg is None
