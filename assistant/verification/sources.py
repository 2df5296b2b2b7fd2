"""Sentences of the cited passages, each with what it may borrow from what stands before it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.verification.analysis import Analysis, analyse
from assistant.verification.names import address_forms
from assistant.verification.naming import Context
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import Article, Hit

_LOOKED_BACK = 3
_GAP = 12
"""Characters between two sentences of which one still follows the other: a space, or a line's end."""
IN_TITLE, BEFORE = 0.6, 0.75
"""What a word counts that stands only in the title, or in the sentence before one that points back."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a cited passage.

    Attributes:
        hit: Number of its passage as the model saw it.
        article: Where it stands.
        start: Its offset there.
        end: Offset behind it.
        sentence: Its analysis.
        passage: Text of the passage.
        context: What it may borrow.
        before: The nearest cited sentence before it that has names, as number of its passage and offsets; None if
            there is none.
    """

    hit: int
    article: Article
    start: int
    end: int
    sentence: Analysis
    passage: str
    context: Context = field(default_factory=Context)
    before: tuple[int, int, int] | None = None


def cited_sentences(numbers: Sequence[int], hits: Sequence[Hit]) -> list[Source]:
    """Sentences of the hits with these numbers (from 1), each stretch of an article once, in order of the articles."""
    found: dict[tuple[str, int, int], Source] = {}
    for number in numbers:
        hit = hits[number - 1]
        for first, last in sentence_spans(hit.passage.text, hit.article.language):
            start, end = hit.passage.start + first, hit.passage.start + last
            sentence = analyse(hit.article.text[start:end])
            source = Source(number, hit.article, start, end, sentence, hit.passage.text)
            found.setdefault((hit.article.id, start, end), source)
    ordered = [found[place] for place in sorted(found)]
    return [_with_context(source, ordered[max(0, at - _LOOKED_BACK) : at]) for at, source in enumerate(ordered)]


def together(sources: Sequence[Source]) -> Source:
    """Several sentences as if they were one, in order of the articles."""
    ordered = sorted(sources, key=lambda source: (source.hit, source.start))
    first = ordered[0]
    stems: dict[str, float] = {}
    for source in ordered:
        stems |= source.context.stems
    return replace(
        first,
        sentence=analyse(" ".join(source.sentence.text for source in ordered)),
        context=replace(
            first.context,
            names=frozenset().union(*(source.context.names for source in ordered)),
            title=frozenset().union(*(source.context.title for source in ordered)),
            stems=stems,
        ),
    )


def _about(title: Analysis) -> frozenset[str]:
    """Forms of what an article is about by its title; none of a headline, which tells of several."""
    return title.forms if len(title.names) == 1 else address_forms(title.text)


def _with_context(source: Source, earlier: Sequence[Source]) -> Source:
    """Adds what a sentence may borrow from its title and from those that it follows without a gap."""
    following: list[Source] = []
    start = source.start
    for other in reversed(earlier):
        if other.article.id != source.article.id or not 0 <= start - other.end <= _GAP:
            break
        following.append(other)
        start = other.start
    named = next((other for other in following if other.sentence.names), None)
    used = [other.sentence for other in (*following[:1], named) if other]
    title = analyse(source.article.title)
    stems = dict.fromkeys((title.tokens[at].stem for at in title.content), IN_TITLE)
    if source.sentence.opens_with_anaphor:
        stems |= {one.tokens[at].stem: BEFORE for one in used for at in one.content}
    # "Its revenue" is that of the company named last, not that of the headline.
    names = frozenset(form for one in (used if named else (title, *used)) for form in one.forms)
    year = int(match[0]) if (match := re.match(r"\d{4}", source.article.published or "")) else 0
    return replace(
        source,
        context=Context(names, stems, year, _about(title)),
        before=(named.hit, named.start, named.end) if named else None,
    )
