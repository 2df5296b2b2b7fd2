"""A follow-up question made to stand alone, by rules. Pure.

First version: what the question before was about is added in brackets. It never adds what was *answered*, so that a
wrong answer cannot become a premise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.keywords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Turn

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_POINTERS = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|one|ones|same|former|latter)\b",
    re.IGNORECASE,
)
_OPENERS = re.compile(r"(and|or|but|so|then|what about|how about|what else|who else|since when)\b", re.IGNORECASE)
# "that" after one of these introduces a clause and points to nothing: "Who said that ESA …?"
_CLAUSE_THAT = re.compile(r"\b(say|says|said|state|states|stated|know|mean|means|so|such)\s+that\b", re.IGNORECASE)
_QUESTION_WORDS = {"many", "much", "long", "tell", "please", "give", "name", "list", "explain", "describe", "else"}


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched.

    Args:
        question: As asked.
        history: Earlier turns, oldest first; their questions are best those that were already made to stand alone.

    Returns:
        The question itself if it stands alone or there is no history; else with the subject of the last turn behind it
        in brackets, as in ``"Who signed it? (joint statement ESA JAXA)"``.
    """
    if not history or not _depends(question):
        return question
    present = {word.lower() for word in _WORD.findall(question)}
    words = [word for word in _WORD.findall(history[-1].question) if _is_content(word) and word.lower() not in present]
    topic = " ".join(dict.fromkeys(words))
    return f"{question} ({topic})" if topic else question


def _depends(question: str) -> bool:
    """Whether a question cannot be understood without what was said before."""
    text = _CLAUSE_THAT.sub(" ", question.strip())
    content = [word for word in _WORD.findall(text) if _is_content(word)]
    # "And when does the depot close?" says what it is about; "And the president?" does not.
    is_fragment = not content or (len(content) == 1 and bool(_OPENERS.match(text)))
    return is_fragment or bool(_POINTERS.search(text))


def _is_content(word: str) -> bool:
    lower = word.lower()
    return lower not in STOP_WORDS and lower not in _QUESTION_WORDS and not _POINTERS.fullmatch(lower)
