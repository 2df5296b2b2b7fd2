"""Which word of the evidence a word of the claim stands for. Pure but for the likeness it is given."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from assistant.verification.lexicon import kin, opposite, same
from assistant.verification.names import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.verification.analysis import Analysis

EXACT, KIN, LISTED = 1.0, 0.9, 0.85
LIKE_FROM = 0.45
"""Cosine of two words' vectors from which on they may stand for each other."""
NEAR_EXACT = 0.8
"""Strength from which on two words surely mean the same."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of the claim and what it stands for.

    Attributes:
        claim: Its place in the claim.
        evidence: Place of its partner in the evidence; -1 if there is none there.
        strength: From 0 (no partner) to 1 (the same word).
        is_opposite: Whether the partner means the opposite.
    """

    claim: int
    evidence: int
    strength: float
    is_opposite: bool = False


def align(
    claim: Analysis,
    evidence: Analysis,
    likeness: Callable[[str, str], float],
    around: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Pair, ...]:
    """A pair for each content word of the claim.

    Args:
        claim: Sentence of the answer.
        evidence: Sentence of a passage.
        likeness: Cosine of two words' vectors.
        around: Stems that the evidence need not repeat, since its title or the sentence before has them, with the
            strength that they count with.
    """
    pairs: list[Pair] = []
    exact = {claim.tokens[at].stem for at in claim.content}
    for at in claim.content:
        word = claim.tokens[at]
        best, best_at = 0.0, -1
        against = -1
        for place in evidence.content:
            other = evidence.tokens[place]
            strength = _strength(word.lower, word.stem, other.lower, other.stem)
            if strength < NEAR_EXACT and opposite(word.stem, other.stem):
                if other.stem not in exact:
                    against = place
                continue
            if strength == 0 and best < NEAR_EXACT and not word.is_capital and not other.is_capital:
                like = likeness(word.lower, other.lower)
                strength = 0.8 * like if like >= LIKE_FROM else 0.0
            if strength > best or (strength == best > 0 and _is_nearer(claim, at, evidence, place, best_at)):
                best, best_at = strength, place
        if against >= 0 and best < NEAR_EXACT:
            pairs.append(Pair(at, against, 0.0, is_opposite=True))
        elif best < (borrowed := around.get(word.stem, 0.0)):
            pairs.append(Pair(at, -1, borrowed))
        else:
            pairs.append(Pair(at, best_at, best))
    return tuple(pairs)


def _strength(word: str, stem: str, other: str, other_stem: str) -> float:
    if stem == other_stem or canonical(word) == canonical(other):
        return EXACT
    if same(stem, other_stem):
        return LISTED
    return KIN if kin(stem, other_stem) else 0.0


def _is_nearer(claim: Analysis, at: int, evidence: Analysis, place: int, former: int) -> bool:
    """Of two places of one word, the one with more of the claim's neighbours beside it."""
    around = {claim.tokens[near].stem for near in range(max(0, at - 3), min(len(claim.tokens), at + 4)) if near != at}

    def neighbours(centre: int) -> int:
        window = evidence.tokens[max(0, centre - 3) : centre + 4]
        return sum(token.is_content and token.stem in around for token in window)

    return neighbours(place) > neighbours(former)


def coverage(pairs: tuple[Pair, ...]) -> float:
    """Mean strength; 1 for a claim without content words."""
    return sum(pair.strength for pair in pairs) / len(pairs) if pairs else 1.0
