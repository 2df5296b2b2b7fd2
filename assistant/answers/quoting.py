"""What was chosen from the hits, made into an answer of exact quotes, or into an abstention. Pure."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answers.citations import cite
from assistant.answers.outline import line_of, outline
from assistant.types import Answer, Citation, NearestArticle, Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.candidates import Candidate
    from assistant.answers.extractive import Selection
    from index.types import Article, Hit

NOT_SAID = "The sources do not say."
"""The whole text of an abstention; what is near is named apart from it."""
DIFFERENT = "{} articles answer this differently."
LONGEST_HEADING = 100
"""Characters of a title that stands before what its article says."""
MAX_NEAREST = 3
NEAR = 0.25
"""Cosine from which on an article is named as near: of 300 questions about other subjects two in three stay below 0.3
for every article, of 400 that the articles answer one in thirty."""
_LINES = "lmitT"
"""Items of lists and rows of tables, as letters of :class:`index.types.Article`."""
_SHORT_SHARE = 0.6
"""A "short answer" of more than this share of its sentence would only make the sentence bold."""


def quoted(draft: Answer, selection: Selection) -> Answer:
    """A draft finished with the sentences that were chosen, word for word."""
    numbers = itertools.count(1)
    citations: list[Citation] = []
    segments = []
    for before, item in zip((None, *selection.shown), selection.shown, strict=False):
        cited = [
            cite(next(numbers), sentence.article, sentence.start, sentence.end)
            for sentence in (item.sentence, *item.agreeing)
        ]
        citations += cited
        emphasis = _emphasis(item.sentence) if item.has_short else None
        marks = tuple(citation.number for citation in cited)
        is_line = outline(item.sentence.article)[line_of(item.sentence.article, item.sentence.start)].letter in _LINES
        is_first = selection.apart and (before is None or before.sentence.article.id != item.sentence.article.id)
        heading = _heading(cited, selection) if is_first else ""
        segment = Segment(text=cited[0].quote, marks=marks, emphasis=emphasis, is_line=is_line, heading=heading)
        segments.append(segment)
    reason = f"Quoted word for word from {count(len({citation.article_id for citation in citations}), 'article')}."
    return replace(
        draft,
        status="answered",
        reason=reason,
        note=DIFFERENT.format(len({item.sentence.article.id for item in selection.shown}))
        if selection.differing
        else "",
        segments=tuple(segments),
        citations=tuple(citations),
    )


def _heading(cited: Sequence[Citation], selection: Selection) -> str:
    """The articles that say what is quoted, with their dates if any article of the answer has one."""
    shown = {one.article.id: one.article for item in selection.shown for one in (item.sentence, *item.agreeing)}
    is_dated = any(article.published for article in shown.values())
    has_twins = len({article.title for article in shown.values()}) < len(shown)
    found = []
    for article in (shown[citation.article_id] for citation in cited):
        title = article.title
        title = title if len(title) <= LONGEST_HEADING else f"{title[:LONGEST_HEADING].rstrip()}…"
        told = [article.source] * has_twins + [article.published or "no date"] * is_dated
        found.append(f"{title} ({', '.join(told)})" if told else title)
    return " · ".join(found)


def abstained(draft: Answer) -> Answer:
    """A draft finished by saying that the sources do not say, with the articles that come near."""
    nearest = _nearest(draft.hits)
    why = "No passage of the articles answers this question well enough to quote it."
    return replace(
        draft,
        status="abstained",
        reason=why if nearest else "No passage of the articles comes near this question.",
        segments=(Segment(text=NOT_SAID),),
        nearest=nearest,
    )


def _emphasis(sentence: Candidate) -> tuple[int, int] | None:
    """The short answer in a sentence, if the reading model is sure of it and it is a part of the sentence only."""
    if sentence.answer is None or sentence.margin <= 0:
        return None
    start, end = (offset - sentence.start for offset in sentence.answer)
    return (start, end) if 0 < end - start < _SHORT_SHARE * len(sentence.text) else None


def _nearest(hits: Sequence[Hit]) -> tuple[NearestArticle, ...]:
    articles: dict[str, Article] = {hit.article.id: hit.article for hit in hits if hit.similarity >= NEAR}
    return tuple(
        NearestArticle(
            article_id=article.id, title=article.title, publisher=article.publisher, published=article.published
        )
        for article in list(articles.values())[:MAX_NEAREST]
    )


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
