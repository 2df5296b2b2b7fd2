from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.citations import check, cite, is_exact
from assistant.errors import CitationError
from assistant.types import Answer, Segment
from index.types import Article

ARTICLE = Article(title="On foxes", text="The fox sleeps. The fox runs.\nThe owl sees it.", published="2024-11-22")
ARTICLES = {ARTICLE.id: ARTICLE}
FIRST, SECOND = cite(1, ARTICLE, 0, 15), cite(2, ARTICLE, 16, 29)
ANSWER = Answer(
    question="q",
    standalone="q",
    status="answered",
    reason="r",
    segments=(Segment(text=FIRST.quote, marks=(1,)), Segment(text=SECOND.quote, marks=(2,))),
    citations=(FIRST, SECOND),
)
WRITTEN = replace(
    ANSWER, mode="model", segments=(Segment(text="The fox does two things.", marks=(1, 2), state="weak", reason="r"),)
)


def test_a_citation_has_the_exact_words_and_where_they_are_from() -> None:
    assert FIRST.quote == "The fox sleeps."
    assert (FIRST.title, FIRST.published, FIRST.number) == ("On foxes", "2024-11-22", 1)


@given(st.integers(-5, 60), st.integers(-5, 60))
def test_nothing_outside_the_article_can_be_cited(start: int, end: int) -> None:
    if 0 <= start < end <= len(ARTICLE.text) and ARTICLE.text[start:end].strip():
        assert is_exact(cite(1, ARTICLE, start, end), ARTICLE)
    else:
        with pytest.raises(CitationError):
            cite(1, ARTICLE, start, end)


def test_a_true_answer_passes() -> None:
    assert check(ANSWER, ARTICLES) is ANSWER
    assert check(WRITTEN, ARTICLES) is WRITTEN
    below = replace(ANSWER, segments=(replace(ANSWER.segments[0], heading="On foxes (2024-11-22)"), ANSWER.segments[1]))
    assert check(below, ARTICLES) is below


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (replace(ANSWER, citations=(replace(FIRST, quote="The fox sleeps!"), SECOND)), "word for word"),
        (replace(ANSWER, citations=(replace(FIRST, start=1), SECOND)), "word for word"),
        (replace(ANSWER, citations=(replace(FIRST, end=400), SECOND)), "word for word"),
        (replace(ANSWER, citations=(replace(FIRST, article_id="0" * 16), SECOND)), "word for word"),
        (replace(ANSWER, citations=(SECOND, FIRST)), "must"),
        (replace(ANSWER, citations=(FIRST,)), "differ"),
        (replace(ANSWER, segments=(Segment(text="The fox sleeps.", marks=(1,)),)), "differ"),
        (replace(ANSWER, segments=(*ANSWER.segments, Segment(text="It is red.", marks=(7,)))), "differ"),
        (replace(ANSWER, segments=(*ANSWER.segments, Segment(text="It is red."))), "no citation"),
        (replace(ANSWER, segments=(replace(ANSWER.segments[0], heading="On owls"), ANSWER.segments[1])), "another"),
        (replace(ANSWER, segments=(), citations=()), "no citation"),
        (replace(ANSWER, status="abstained"), "abstention"),
        (replace(ANSWER, segments=(replace(ANSWER.segments[0], text="The fox naps."), ANSWER.segments[1])), "cites"),
        (replace(ANSWER, segments=(replace(ANSWER.segments[0], marks=(2, 1)), ANSWER.segments[1])), "cites"),
        (replace(ANSWER, segments=(replace(ANSWER.segments[0], state="unchecked"), ANSWER.segments[1])), "not checked"),
        (replace(WRITTEN, segments=(replace(WRITTEN.segments[0], state="unchecked"),)), "not checked"),
        (replace(WRITTEN, segments=(replace(WRITTEN.segments[0], marks=()),)), "differ"),
        (replace(WRITTEN, segments=(*WRITTEN.segments, Segment(text="It is red."))), "no citation"),
    ],
)
def test_an_untrue_answer_does_not_pass(broken: Answer, why: str) -> None:
    with pytest.raises(CitationError, match=why):
        check(broken, ARTICLES)


def test_a_changed_article_makes_its_citations_false() -> None:
    changed = Article(title="On foxes", text="The fox wakes. The fox runs.\nThe owl sees it.", published="2024-11-22")
    assert not is_exact(FIRST, changed)
    with pytest.raises(CitationError):
        check(ANSWER, {changed.id: changed})


def test_brackets_in_a_source_are_no_marks() -> None:
    article = Article(title="Comets", text="The comet was seen in 1910 [7].")
    answer = Answer(
        question="q",
        standalone="q",
        status="answered",
        reason="r",
        segments=(Segment(text=article.text, marks=(1,)),),
        citations=(cite(1, article, 0, len(article.text)),),
    )
    assert answer.text == "The comet was seen in 1910 (7). [1]"
    assert answer.citations[0].quote.endswith("[7].")
