"""What can be asked: questions made clean, and a sentence for those that cannot be answered as they are. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from assistant.settings import MAX_QUESTION
from index.cleaning import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

_SAMPLE = 20_000
_SHARE = 0.01
_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
"""What colours text in a terminal and comes along when it is copied (ECMA-48, control sequences)."""


def clean_question(question: str) -> str:
    """The question on one line, without control and format characters."""
    # Cleaning costs time in proportion to the length, and what is too long is refused anyway.
    return one_line(_TERMINAL.sub("", question[: 2 * MAX_QUESTION]))


def problem_with(question: str, raw_length: int, known_scripts: Set[str]) -> str | None:
    """A sentence for people if the question cannot be answered as it is, else None.

    Args:
        question: As :func:`clean_question` gives it.
        raw_length: Characters of the question as it came.
        known_scripts: See :func:`scripts`; empty if not known.
    """
    if raw_length > MAX_QUESTION:
        return f"The question has {raw_length:,} characters; at most {MAX_QUESTION:,} can be read. Please shorten it."
    if not question:
        return "The question is empty. Ask something about the articles."
    letters = [char for char in question if char.isalpha()]
    if not letters and not any(char.isdigit() for char in question):
        return "The question has no words. Ask something about the articles."
    foreign = sum(1 for char in letters if script(char) not in known_scripts)
    if known_scripts and foreign > len(letters) / 2:
        return "The question is in another script than the articles. Ask in the language of the articles."
    return None


def scripts(texts: Iterable[str]) -> frozenset[str]:
    """Scripts in which the articles are written: those of at least 1 % of the letters at their beginnings."""
    counts: dict[str, int] = {}
    for text in texts:
        for char in text[:_SAMPLE]:
            if char.isalpha():
                name = script(char)
                counts[name] = counts.get(name, 0) + 1
    total = sum(counts.values())
    return frozenset(name for name, count in counts.items() if count >= total * _SHARE)


def script(char: str) -> str:
    """Script of a letter by the first word of its Unicode name, such as ``LATIN``, ``CYRILLIC`` or ``CJK``."""
    if char.isascii():
        return "LATIN"
    return unicodedata.name(char, "UNKNOWN").split()[0]
