"""How lists of words are written in this package: as text, words between spaces."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())
