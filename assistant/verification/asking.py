"""A fact of a claim, asked back: would the reading model find the same words in the passage? Pure but for the reader.

A name, number or date of the claim gives way to a question word; whoever reads the passage for that question should
come upon the same name, number or date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.verification.analysis import analyse
from assistant.verification.names import holds

if TYPE_CHECKING:
    from collections.abc import Collection

    from assistant.reader import Reading
    from assistant.verification.analysis import Analysis
    from assistant.verification.dates import Date
    from assistant.verification.holdings import Holding
    from assistant.verification.names import Name
    from assistant.verification.quantities import Quantity

LIMIT = 8.0
"""Margins beyond this, in logits, are no surer."""
_PREPOSITION = re.compile(r"\b(?:in|on|at|since|by|until|from|before|after)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made of a claim.

    Attributes:
        question: What to read for.
        answer: What the claim says instead.
        said: Every form in which the claim can be said to hold a name: what it says itself is no rival of the answer.
    """

    question: str
    answer: str
    said: frozenset[str] = frozenset()


def ask_back(claim: Analysis) -> Asked | None:
    """The question for one fact: the name it begins with, else a number, a date, another name; None without any."""
    opening = next((at for at, token in enumerate(claim.tokens) if token.is_word), 0)
    if claim.names and (claim.names[0].first <= opening + 1 or not (claim.dates or claim.quantities)):
        return _for_name(claim, claim.names[0])
    numbers = [number for number in claim.quantities if not number.is_soft]
    if numbers:
        return _for_number(claim, numbers[0])
    return _for_date(claim, claim.dates[0]) if claim.dates else None


def ask_for(claim: Analysis, items: Collection[Holding]) -> list[Asked]:
    """A question for each name, number and date of a claim that is among some holdings."""
    return [
        *(_for_name(claim, name) for name in claim.names if any(("name", part) in items for part in name.parts)),
        *(
            _for_number(claim, number)
            for number in claim.quantities
            if not number.is_soft and ("number", number.text) in items
        ),
        *(_for_date(claim, date) for date in claim.dates if ("date", date.text) in items),
    ]


def _for_name(claim: Analysis, name: Name) -> Asked:
    start, end = claim.tokens[name.first].start, claim.tokens[name.last].end
    return _asked(claim, start, end, "who" if len(name.parts) > 1 else "what")


def _for_number(claim: Analysis, number: Quantity) -> Asked:
    return _asked(claim, claim.tokens[number.first].start, claim.tokens[number.last].end, "how many")


def _for_date(claim: Analysis, date: Date) -> Asked:
    before = _PREPOSITION.sub("", claim.text[: date.start])
    rest = f"{before}{claim.text[date.end :]}".strip(" ,.")
    return Asked(f"When {rest}?", date.text)


def _asked(claim: Analysis, start: int, end: int, word: str) -> Asked:
    question = f"{claim.text[:start]}{word}{claim.text[end:]}".rstrip(" .")
    return Asked(f"{question[0].upper()}{question[1:]}?", claim.text[start:end], claim.forms)


def margins(asked: Asked, reading: Reading, text: str) -> tuple[float, float]:
    """By how much the claimed words are preferred to "no answer", and to any others of their kind.

    Both in logits within ±LIMIT.
    """
    ours = analyse(asked.answer)
    own = other = float("-inf")
    for span in reading.spans:
        theirs = analyse(text[span.start : span.end])
        if _says_same(ours, theirs):
            own = max(own, span.score)
        elif _is_of_kind(ours, theirs) and not _is_said(asked, theirs):
            other = max(other, span.score)
    lowest = min((span.score for span in reading.spans), default=0.0)
    was_found = own > float("-inf")
    own = max(own, lowest - 1.0)
    against_none = _limited(own - reading.no_answer_score)
    if other > float("-inf"):
        return against_none, _limited(own - other)
    # Where nothing else of its kind was found, that speaks for the claimed words, unless they were not found either.
    return against_none, LIMIT / 2 if was_found else against_none


def _limited(difference: float) -> float:
    return max(-LIMIT, min(LIMIT, difference))


def _is_of_kind(ours: Analysis, theirs: Analysis) -> bool:
    """Whether two answers could stand for each other: numbers for numbers, dates for dates, names for names."""
    if ours.dates or ours.quantities:
        return bool(theirs.dates) if ours.dates else bool(theirs.quantities)
    return any(token.is_capital for token in theirs.tokens)


def _is_said(asked: Asked, theirs: Analysis) -> bool:
    """Whether the claim has these names itself: ``A, B and C took part`` names B beside A, not instead."""
    parts = [part for name in theirs.names for part in name.parts]
    return bool(parts) and all(holds(part, asked.said) for part in parts)


def _says_same(ours: Analysis, theirs: Analysis) -> bool:
    if ours.dates:
        return any(mine.is_held_by(date) or date.is_held_by(mine) for mine in ours.dates for date in theirs.dates)
    if ours.quantities:
        return any(mine.value == number.value for mine in ours.quantities for number in theirs.quantities)
    parts = [token.lower for token in ours.tokens if token.is_content]
    return any(holds(part, theirs.forms) for part in parts)
