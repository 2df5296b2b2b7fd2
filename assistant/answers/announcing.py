"""What announces that which a question asks for: "What to bring", "You can pay:", "two lessons". Pure, English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answers.kinds import things_asked
from assistant.answers.outline import LISTED, Line, leads_of, line_of, outline, run_of
from index.keywords import words
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.types import Article, Hit

MOST_SENTENCES = 5
"""Sentences, at most, that are shown behind one that says how many things there are."""
MOST_LISTS = 4
"""Lists, at most, that are shown where several articles have one of the same heading."""
MOST_ASKED_FOR = 30
"""Items, at most, of a list that is shown whole because a question is for it."""
_LIGHT = frozenset(
    words(
        "make give need take get list tell name mention say thing should must following myself yourself"
        " report document article page text"
    )
)
"""Words of a question that say nothing of what is asked for, as words are compared."""
_DENIED = re.compile(r"\b(?:not|never|no|without|except|cannot)\b|n['’]t\b", re.IGNORECASE)
_ASKED_BY = re.compile(r"\b(who|whom|whose|where|when|why)\b", re.IGNORECASE)
_OF_A_LIST = re.compile(
    r"\W*(?:(?:in|on|at|by|from|for|to|of|with|under|into)\s+)?"
    r"(?:what|which|who|where|when|why|how(?!\s+(?:many|much|long|old|far|big|often)\b))\b",
    re.IGNORECASE,
)
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SEVERAL = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|several|[2-9])\s+(?P<things>(?:[\w’'-]+\s+){{0,2}}?[\w’'-]+s)\b", re.IGNORECASE
)
_COUNTED_UP = re.compile(r":\s*\S|,")


def is_asked_for(question: str, article: Article, at: int) -> bool:
    """Whether the heading of a list, and what stands before it, say no less than a question asks.

    All words of the question that mean something stand there or in the article's title, one of them at least in the
    former, and both deny or neither does: then the question is for the list, whichever of its items is nearest.

    Args:
        question: One that stands alone.
        article: The article.
        at: Place of an item, see :func:`assistant.answers.outline.outline`.
    """
    told = " ".join(article.text[line.start : line.end] for line in leads_of(article, at))
    asked, said = set(words(question)) - _LIGHT, set(words(told))
    if not asked & said or not asked <= said | set(words(article.title)):
        return False
    return bool(_DENIED.search(question)) == bool(_DENIED.search(told))


def lists_asked_for(question: str, hits: Sequence[Hit]) -> list[tuple[Hit, Line]]:
    """The first item of each list that a question is for, with its hit; those of the best hit's article first.

    Several articles may each have one, and so may parts of one article: all are asked for, but no more than
    :data:`MOST_LISTS` are given. Who, where, when and why are answered by such a list only if the line before it asks
    the same.
    """
    if not _OF_A_LIST.match(question):
        return []
    by = {word.lower() for word in _ASKED_BY.findall(question)}
    found: dict[str, dict[int, tuple[Hit, Line]]] = {}
    for hit in hits:
        lines = outline(hit.article)
        begin = line_of(hit.article, hit.passage.start)
        for at in range(max(0, begin), len(lines)):
            if lines[at].start >= hit.passage.end:
                break
            first = lines[at].first
            lists = found.setdefault(hit.article.id, {})
            if lines[at].letter not in LISTED or first in lists or not is_asked_for(question, hit.article, first):
                continue
            told = " ".join(hit.article.text[line.start : line.end] for line in leads_of(hit.article, first))
            is_short = len(run_of(hit.article, first, MOST_ASKED_FOR)) <= MOST_ASKED_FOR
            if is_short and {word.lower() for word in _ASKED_BY.findall(told)} == by:
                lists[first] = (hit, lines[first])
    return [one for of_article in found.values() for _, one in sorted(of_article.items())][:MOST_LISTS]


def announced(question: str, article: Article, start: int, end: int) -> list[Line]:
    """What follows a sentence that counts it without naming it: "Two locomotives will share the work", and then which.

    Args:
        question: One that asks for several of what the sentence counts; otherwise there is nothing.
        article: The article.
        start: Where the sentence begins.
        end: Where it ends.

    Returns:
        The items of the list below it, or as many sentences of its paragraph as it says there are things, at most
        :data:`MOST_SENTENCES`.
    """
    things = things_asked(question)
    found = _SEVERAL.search(article.text, start, end)
    if not things or not found or things.isdisjoint(words(found["things"])):
        return []
    if _COUNTED_UP.search(article.text, found.end(), end):
        return []
    at = line_of(article, start)
    own = outline(article)[at]
    number = found["number"].lower()
    count = _NUMBERS.index(number) + 2 if number in _NUMBERS else int(number) if number.isdigit() else 3
    below = list(_sentences(article, own, end))[: min(count, MOST_SENTENCES)]
    return below or list(_items_below(article, at, count))


def _sentences(article: Article, line: Line, behind: int) -> Iterator[Line]:
    for first, last in sentence_spans(article.text[line.start : line.end], article.language):
        if line.start + first >= behind:
            yield Line(line.letter, line.start + first, line.start + last)


def _items_below(article: Article, at: int, count: int) -> Iterator[Line]:
    for line in outline(article)[at + 1 : at + 1 + count]:
        if line.letter not in LISTED:
            return
        yield line
