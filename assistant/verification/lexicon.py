"""Words that mean the same, and words that mean the opposite, compared by stem. Pure, English."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from assistant.verification.synonyms import OPPOSITE, SAME
from assistant.verification.tokens import stem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")


def _stems(words: str) -> list[str]:
    return [stem_of(word) for word in words.split()]


@cache
def _groups() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(SAME.split("/")):
        for stem in _stems(line):
            found.setdefault(stem, set()).add(number)
    return {stem: frozenset(groups) for stem, groups in found.items()}


@cache
def _sides() -> Mapping[str, frozenset[int]]:
    """Stem → sides of pairs, ``n + 1`` for the left of pair ``n`` and ``-(n + 1)`` for its right."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(OPPOSITE.split("/"), 1):
        left, _, right = line.partition(":")
        for stem in _stems(left):
            found.setdefault(stem, set()).add(number)
        for stem in _stems(right):
            found.setdefault(stem, set()).add(-number)
    return {stem: frozenset(sides) for stem, sides in found.items()}


def same(one: str, other: str) -> bool:
    """Whether two stems are listed as meaning the same."""
    groups = _groups()
    return bool(groups.get(one, frozenset()) & groups.get(other, frozenset()))


def opposite(one: str, other: str) -> bool:
    """Whether two stems are listed as meaning the opposite, or differ by a prefix of negation alone."""
    if one == other:
        return False
    sides = _sides()
    if any(-side in sides.get(other, frozenset()) for side in sides.get(one, frozenset())):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and any(long == prefix + short for prefix in _NEGATIVE_PREFIXES)


def kin(one: str, other: str) -> bool:
    """Whether two stems look like forms of one word: ``explor`` and ``explorat``, ``sign`` and ``signatur``."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    common = 0
    while common < len(short) and short[common] == long[common]:
        common += 1
    return common >= 4 and common >= len(short) - 1 and common >= 0.6 * len(long)
