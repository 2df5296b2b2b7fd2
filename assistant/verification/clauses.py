"""A claim taken apart, for when two sentences of the passages support it together. Pure, English."""

from __future__ import annotations

import re

_JOINTS = re.compile(
    r"[,;:—–]\s+(?:and|but|while|whereas|which|who|where|although|though|because|so)\s+|;\s+|\s[—–]\s|[.!?]\s+(?=[A-Z])"
    r"|\s+(?:and|but|while|whereas)\s+(?=(?:\w+(?:ed|s)|will|was|were|is|are|has|have|cost|took|made|led|won|lost|rose|fell|gave|held|said|called)\b)|,\s+",
)
_APPOSITION = re.compile(r"^([A-Z][^,;]{1,60}), ([^,;]{4,120}), ([^,;]+)$")
_RELATIVE = re.compile(r"(?:who|which|that)\s+")
_LEAST = 4
"""Words of a part, at least."""


def clauses(text: str) -> list[tuple[str, str]]:
    """Ways to cut a text in two at a joint; both parts have some words.

    ``X, the head of Y, did Z`` becomes ``X did Z`` and ``X is the head of Y``.
    """
    found = []
    if match := _APPOSITION.match(text):
        relative = _RELATIVE.match(match[2])
        told = match[2][relative.end() :] if relative else f"is {match[2]}"
        found.append((f"{match[1]} {match[3]}", f"{match[1]} {told}"))
    for match in _JOINTS.finditer(text):
        left, right = text[: match.start()].strip(), text[match.end() :].strip()
        if min(len(left.split()), len(right.split())) >= _LEAST:
            found.append((left, right))
    return found
