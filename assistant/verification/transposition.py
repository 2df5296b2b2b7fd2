"""Two pieces of a sentence that changed places while all around them stayed: ``A owns B`` for ``B owns A``. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from assistant.verification.findings import Finding
from assistant.verification.relations import MUTUAL
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from assistant.verification.analysis import Analysis

_LEAST_SAME = 4
"""Words that stay, at least; with fewer, two sentences are alike by chance."""
_SHARE_SAME = 0.5
"""Share of the claim's words, likewise."""
_LONGEST = 4
"""Words of a piece, at most."""
_ARTICLES = frozenset(["the", "a", "an"])
_MUTUAL = MUTUAL | listed(
    """
    while whereas but same equal equals versus vs near beside married met borders border differs differ resembles
    """
)
"""The same between two pieces that changed places."""


class _Change(NamedTuple):
    """A piece of the claim in place of one of the evidence; ``first`` and ``last`` bound it in the claim."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    first: int
    last: int


def check_transposition(claim: Analysis, evidence: Analysis) -> list[Finding]:
    """Two pieces that stand in each other's place, with nothing else put in place of anything between them."""
    ours, theirs = _words(claim), _words(evidence)
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    same = sum(last - first for kind, first, last, _, _ in codes if kind == "equal")
    if same < max(_LEAST_SAME, _SHARE_SAME * len(ours)):
        return []
    changes = [
        _Change(_piece(ours[first:last]), _piece(theirs[start:stop]), first, last)
        for kind, first, last, start, stop in codes if kind == "replace"
    ]  # fmt: skip
    for one, other in pairwise(changes):
        between = ours[one.last : other.first]
        if (
            one.ours == other.theirs and one.theirs == other.ours and one.ours and one.theirs
            and max(len(one.ours), len(one.theirs)) <= _LONGEST
            and not _MUTUAL & set(between)
        ):  # fmt: skip
            pieces = f"“{' '.join(one.ours)}” and “{' '.join(other.ours)}”"
            return [Finding("relation", f"The cited passages have {pieces} the other way round.")]
    return []


def _words(sentence: Analysis) -> list[str]:
    return [token.lower for token in sentence.tokens if token.is_word]


def _piece(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _ARTICLES)
