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
    from assistant.reader import Reading
    from assistant.verification.analysis import Analysis

LIMIT = 8.0
"""Margins beyond this, in logits, are no surer."""
_PREPOSITION = re.compile(r"\b(?:in|on|at|since|by|until|from|before|after)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made of a claim.

    Attributes:
        question: What to read for.
        answer: What the claim says instead.
    """

    question: str
    answer: str


def ask_back(claim: Analysis) -> Asked | None:
    """The question for one fact: the name it begins with, else a number, a date, another name; None without any."""
    opening = next((at for at, token in enumerate(claim.tokens) if token.is_word), 0)
    if claim.names and (claim.names[0].first <= opening + 1 or not (claim.dates or claim.quantities)):
        name = claim.names[0]
        start, end = claim.tokens[name.first].start, claim.tokens[name.last].end
        return _asked(claim.text, start, end, "who" if len(name.parts) > 1 else "what")
    if claim.quantities:
        number = claim.quantities[0]
        return _asked(claim.text, claim.tokens[number.first].start, claim.tokens[number.last].end, "how many")
    if claim.dates:
        date = claim.dates[0]
        before = _PREPOSITION.sub("", claim.text[: date.start])
        rest = f"{before}{claim.text[date.end :]}".strip(" ,.")
        return Asked(f"When {rest}?", date.text)
    return None


def _asked(text: str, start: int, end: int, word: str) -> Asked:
    question = f"{text[:start]}{word}{text[end:]}".rstrip(" .")
    return Asked(f"{question[0].upper()}{question[1:]}?", text[start:end])


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
        elif _is_of_kind(ours, theirs):
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


def _says_same(ours: Analysis, theirs: Analysis) -> bool:
    if ours.dates:
        return any(mine.is_held_by(date) or date.is_held_by(mine) for mine in ours.dates for date in theirs.dates)
    if ours.quantities:
        return any(mine.value == number.value for mine in ours.quantities for number in theirs.quantities)
    parts = [token.lower for token in ours.tokens if token.is_content]
    return any(holds(part, theirs.forms) for part in parts)
