"""People whom an article names in full once, and by their last name afterwards. Pure."""

from __future__ import annotations

import re

_FULL = re.compile(r"\b[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)+")
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.?|[a-z].*")


def full_names(question: str) -> list[tuple[str, str]]:
    """Names of more than one word in a question, each as what stands before its last word, and that word."""
    found = [name.rpartition(" ") for name in _FULL.findall(question[:1].lower() + question[1:])]
    return [(first, last.removesuffix("'s").removesuffix("’s")) for first, _, last in found]


def first_names(names: list[tuple[str, str]], text: str, sentence: str) -> str:
    """What a sentence leaves out of the names, because the article has told it elsewhere.

    Args:
        names: As :func:`full_names` gives them.
        text: Of the article.
        sentence: One of its sentences.
    """
    return " ".join(
        first for first, last in names if f"{first} {last}" in text and _stands_alone(last, first, sentence)
    )


def _stands_alone(last: str, first: str, sentence: str) -> bool:
    """Whether a word stands in a sentence without another name right before it ("Reed", not "Ann Reed")."""
    for found in re.finditer(rf"(?:(\S+) )?\b{re.escape(last)}\b", sentence):
        before = found[1]
        if before is None or _TITLE.fullmatch(before) or not before[0].isalpha():
            return before != first
    return False
