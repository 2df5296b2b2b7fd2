"""Items of a list and rows of a table with the line that says what they are, and lists shown whole. Pure."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from assistant.answers.announcing import MOST_ASKED_FOR, announced, is_asked_for, lists_asked_for
from assistant.answers.candidates import Candidate
from assistant.answers.choosing import Shown
from assistant.answers.kinds import things_asked
from assistant.answers.outline import LISTED, Line, is_lead, leads_of, line_of, outline, run_of
from assistant.answers.quotable import lists
from index.keywords import words
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answers.kinds import Kind
    from index.types import Article, Hit

MOST_ITEMS = 12
"""Of a list that is shown whole; of a longer one only the items that were chosen."""
_COUNTED = re.compile(
    r"(?:first|second|third|fourth|fifth|last)(?:ly)?\b|finally\b|the (?:first|second|third|fourth|fifth|last|other)\b"
    r"|(?:one|another) (?:\w+ ){0,2}(?:is|was|are|were)\b",
    re.IGNORECASE,
)
"""How a sentence begins that is one of several counted up."""
_MOST_OF_SENTENCE = 8
"""Items of a list that is one sentence, at most, where it is shown whole whatever is asked."""
_WHOLE: tuple[Kind, ...] = ("list", "explanation")
"""Kinds of question that a whole list can answer."""


def with_leads(question: str, kind: Kind, shown: Sequence[Shown]) -> list[Shown]:
    """What was chosen, with the lines without which its lists and tables cannot be understood.

    Before a row stands the head of its table, before an item the line that ends with a colon and leads to its list.
    Behind such a line stand the items of its list; and all of them do where a question for several, or for how, is
    answered by two of them, or by one below a heading that has a word of the question. The same holds of what a
    paragraph counts up. Nothing is shown twice.

    Args:
        question: One that stands alone.
        kind: What is asked for.
        shown: In reading order.
    """
    found: dict[tuple[str, int], Shown] = {}
    for item in shown:
        article = item.sentence.article
        for line in _around(question, kind, item, shown):
            of_line = [one for one in shown if _is_in(one, article, line)]
            if not of_line:
                of_line = [Shown(_quoted(article, line, item.sentence.hit_score))]
            for one in of_line:
                found.setdefault((article.id, one.sentence.start), one)
    return list(found.values())


def lists_for(question: str, hits: Sequence[Hit]) -> list[Shown]:
    """An item of each list that a question is for, see :func:`lists_asked_for`; the rest comes :func:`with_leads`."""
    return [Shown(_quoted(hit.article, item, hit.score)) for hit, item in lists_asked_for(question, hits)]


def _around(question: str, kind: Kind, item: Shown, shown: Sequence[Shown]) -> Iterator[Line]:
    """The line of a sentence with those that belong to it, in order."""
    article = item.sentence.article
    at = line_of(article, item.sentence.start)
    own = outline(article)[at]
    leads = is_lead(article, own) and item.sentence.end == own.end
    lead = own if leads else next(reversed(leads_of(article, at)), None)
    is_asked = own.letter in LISTED and is_asked_for(question, article, at)
    most = MOST_ASKED_FOR if is_asked else MOST_ITEMS
    run = run_of(article, at, most) if leads or own.letter in LISTED else []
    if own.letter == "t" and lists(article, own.start, things_asked(question)):
        run = list(takewhile(lambda line: line.letter == "t", outline(article)[own.first : own.first + MOST_ITEMS + 1]))
    is_whole = bool(run) and len(run) <= most
    if lead is not own and own.letter != "t":
        chosen = sum(_is_in(one, article, line) for one in shown for line in run)
        told = set(words(article.text[lead.start : lead.end])) if lead else set()
        is_near = kind in _WHOLE and (chosen > 1 or not told.isdisjoint(words(question)))
        is_whole = is_whole and (is_near or is_asked)
    if run and lead and lead is not own and len(run) <= _MOST_OF_SENTENCE and _is_one_sentence(article, lead, run):
        is_whole = True
    # A heading is no sentence that could be quoted; what is no item of a list is understood without it.
    if lead and lead is not own and (lead.letter == "T" or (run and lead.letter != "h")):
        yield lead
    if lead is own or not is_whole:
        alone = [Line(own.letter, item.sentence.start, item.sentence.end)]
        yield from (kind in _WHOLE and _enumerated(article, own, item.sentence)) or alone
        yield from announced(question, article, item.sentence.start, item.sentence.end)
    if is_whole:
        yield from run


def _is_one_sentence(article: Article, lead: Line, run: Sequence[Line]) -> bool:
    """Whether a list is one sentence that was broken into lines: of "Do not take it if:" one item alone misleads."""
    begin = (article.text[line.start : line.end].lstrip("-–—*•· ")[:1] for line in run)
    return article.text[lead.start : lead.end].endswith(":") and all(first.islower() for first in begin)


def _enumerated(article: Article, line: Line, sentence: Candidate) -> list[Line]:
    """What is counted up around a sentence ("three reasons. First, … Second, …"), with the sentence before it."""
    spans = sentence_spans(article.text[line.start : line.end], article.language)
    sentences = [Line(line.letter, line.start + start, line.start + end) for start, end in spans]
    counted = [bool(_COUNTED.match(article.text[one.start : one.end])) for one in sentences]
    at = next(place for place, one in enumerate(sentences) if sentence.start < one.end)
    first = at if counted[at] else at + 1
    while first > 0 and counted[first - 1]:
        first -= 1
    last = first
    while last < len(sentences) and counted[last]:
        last += 1
    return sentences[max(0, first - 1) : last] if 1 < last - first <= MOST_ITEMS else []


def _is_in(item: Shown, article: Article, line: Line) -> bool:
    return item.sentence.article.id == article.id and line.start <= item.sentence.start < line.end


def _quoted(article: Article, line: Line, hit_score: float) -> Candidate:
    """A line that is shown for the sake of another one, not for its own likeness to the question."""
    start = line.start + len(article.text[line.start : line.end]) - len(article.text[line.start : line.end].lstrip())
    return Candidate.for_another(article, start, line.end, hit_score)
