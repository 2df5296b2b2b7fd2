"""Questions as people type them: search words, without capitals, with a slip of the finger. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.keywords import STOP_WORDS

if TYPE_CHECKING:
    import random

KEYWORD_SHARE, PLAIN_SHARE, SLIP_SHARE = 0.07, 0.07, 0.05
"""Of the questions, how many are typed as search words, without capitals, or with a slip."""
_MIN_WORDS = 3


def typed(question: str, chance: random.Random) -> str:
    """A question as some people type it."""
    draw = chance.random()
    if draw < KEYWORD_SHARE:
        kept = [word for word in re.findall(r"[\w'’.-]*\w", question) if word.lower() not in STOP_WORDS]
        if len(kept) >= _MIN_WORDS:
            question = " ".join(kept)
            question = question.lower() if chance.random() < 0.5 else question
    elif draw < KEYWORD_SHARE + PLAIN_SHARE:
        question = question.rstrip(" ?").lower()
    elif draw < KEYWORD_SHARE + PLAIN_SHARE + SLIP_SHARE:
        question = slip(question, chance)
    return question


def slip(question: str, chance: random.Random) -> str:
    """The question with one slip of the finger in a long word: a letter left out, doubled, or two exchanged."""
    places = list(re.finditer(r"[a-z]{6,}", question))
    if not places:
        return question
    match = chance.choice(places)
    at = match.start() + chance.randrange(1, len(match.group()) - 2)
    kind = chance.randrange(3)
    middle = (question[at + 1], question[at] * 2 + question[at + 1], question[at + 1] + question[at])[kind]
    return question[:at] + middle + question[at + 2 :]
