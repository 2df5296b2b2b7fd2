"""To what a number, date or name of a sentence belongs, told by the words around it. Pure."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from assistant.verification.beginnings import begin_alike
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.verification.analysis import Analysis

_BIND_FROM = 1.35
"""How many times better another number's surroundings must fit for the number to belong to something else."""
_BIND_GAP = 0.15
"""By how much they must fit better, too."""
_VERBATIM = 4
"""Words beside a fact that are the same in the same order, on both sides together, from which it is the same fact."""
_BESIDE = 40
"""Words on each side of a fact that are looked at for that."""
_PUT_IN = 3
"""Words that the claim may have put in right behind a fact: ``five park and ride sites`` for ``five sites``."""
_TURNING = listed(
    """
    between more less than before after about from to by per of over under each every until since
    """
)
"""Function words that tell numbers apart."""


def belongs_elsewhere(
    claim: Analysis, ours: range, evidence: Analysis, partners: Mapping[int, int],
    equal: Sequence[range], others: Sequence[range],
) -> bool:  # fmt: skip
    """Whether the surroundings of a fact fit another fact of the evidence better than the same one."""
    if not equal or not others:
        return False
    before, behind = list(_words_beside(claim, ours, -1)), list(_words_beside(claim, ours, 1))
    kept = [behind[more:] for more in range(_put_in(claim, ours) + 1)]
    here, there = (max(_repeated(before, kept, evidence, place) for place in places) for places in (equal, others))
    if max(here, there) >= _VERBATIM and here != there:
        return there > here
    weights = _surroundings(claim, ours)
    own = max(_fit(claim, weights, partners, evidence, place) for place in equal)
    best = max(_fit(claim, weights, partners, evidence, place) for place in others)
    return best > _BIND_FROM * own and best - own > _BIND_GAP


def _repeated(before: Sequence[str], behind: Sequence[Sequence[str]], evidence: Analysis, theirs: range) -> int:
    """How many words beside a fact are those beside another one, in the same order, up to the first that is not.

    Args:
        before: Words before the fact, the nearest first.
        behind: Those behind it, in each way to leave out what may be put in.
        evidence: The sentence of the other fact.
        theirs: Its tokens there.
    """
    most = max(begin_alike(words, _words_beside(evidence, theirs, 1)) for words in behind)
    return most + begin_alike(before, _words_beside(evidence, theirs, -1))


def _put_in(claim: Analysis, fact: range) -> int:
    """How many words behind a fact may be put in: none from a sign, name or other number on, whose own they may be."""
    facts = [(one.first, one.last) for one in claim.quantities] + [(one.first, one.last) for one in claim.names]
    others = {at for first, last in facts for at in range(first, last + 1)}
    places = range(fact.stop, min(fact.stop + _PUT_IN, len(claim.tokens)))
    return sum(1 for _ in takewhile(lambda at: claim.tokens[at].is_word and at not in others, places))


def _words_beside(sentence: Analysis, fact: range, step: int) -> Iterator[str]:
    places = range(fact.stop, len(sentence.tokens)) if step > 0 else range(fact.start - 1, -1, -1)
    return islice((sentence.tokens[at].lower for at in places if sentence.tokens[at].is_word), _BESIDE)


def _surroundings(sentence: Analysis, fact: range) -> dict[int, float]:
    """Content words with weights that fall with the distance from a fact; a break counts like several words."""
    weights: dict[int, float] = {}
    for step, first in ((1, fact.stop), (-1, fact.start - 1)):
        distance = 0.0
        at = first
        while 0 <= at < len(sentence.tokens) and distance < 12:
            token = sentence.tokens[at]
            distance += 4.0 if token.lower in (",", ";", "and", "but", "while", ":", "(", ")") else 1.0
            if at in sentence.content:
                weights[at] = 1.0 / (1.0 + distance / 2)
            elif token.lower in _TURNING:
                weights[at] = 0.5 / (1.0 + distance / 2)
            at += step
    return weights


def _fit(
    claim: Analysis, weights: Mapping[int, float], partners: Mapping[int, int], evidence: Analysis, fact: range
) -> float:
    theirs = _surroundings(evidence, fact)
    small: dict[str, float] = {}
    for at, weight in theirs.items():
        word = evidence.tokens[at].lower
        if word in _TURNING:
            small[word] = max(small.get(word, 0.0), weight)
    return sum(
        weight * (theirs.get(partners[at], 0.0) if at in partners else small.get(claim.tokens[at].lower, 0.0))
        for at, weight in weights.items()
    )
