"""How sure it is that a sentence of the passages says what the claim says: features and their weights. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis

VERIFIED_FROM = 0.91
"""Support from which on a sentence is verified."""
WEAK_FROM = 0.3
"""Support from which on it is weak; below it is removed."""
VERIFIED_SOFT, WEAK_SOFT = 0.55, 0.2
"""Mean strength of the partners of its words from which on a sentence may be verified, or weak."""
LEAST_COSINE = 0.3
"""Likeness below which no sentence is evidence, whatever else speaks for it.

Of 335 true claims of the tuning halves that were at least weak none was below. Text that is no prose (a line of JSON in
a hostile article) can mislead the rest.
"""
DOUBTED_FROM = -4.5
"""Margin of a fact asked back, over others of its kind, below which a sentence cannot be verified."""
INSTEAD_COSINE, INSTEAD_HELD = 0.5, 0.4
"""Likeness and share of the claim's words and facts from which on a sentence speaks of what a removed one spoke of.

Chosen by eye on the tuning half of what strong models wrote: of 172 true sentences that were removed some 130 are above
both, nearly always beside a sentence that says what they said; of 17 with an invented or borrowed fact two or four.
"""

INTERCEPT = -3.76
WEIGHTS = {
    "cosine": 0.68, "exact": 1.83, "soft": 1.82, "unmatched": 0.26, "back": 0.89, "adjacent": 0.9, "reading": 0.05,
    "rival": 0.06, "stated": 1.75,
}  # fmt: skip
"""Fitted on what the rules let pass of the tuning halves of three sets whose kinds count alike (DECISIONS.md);
``python tests/benchmarks/claims.py --fit --file … --articles … --answers …`` fits them again (what it is
fitted on depends a little on the weights in use, by which the best of several sentences is chosen)."""


@dataclass(frozen=True, slots=True)
class Features:
    """What support is computed from.

    Attributes:
        cosine: Of the vectors of claim and evidence.
        exact: Share of the claim's content words that the evidence has, or a form of them.
        soft: Mean strength of their partners.
        unmatched: Content words without a partner.
        back: Share of the evidence's content words that are partner of one.
        adjacent: Share of neighbouring content words of the claim whose partners are neighbours, too.
        reading: Margin of a fact asked back over "no answer", by the reading model; 0 where nothing was asked.
        rival: Its margin over any other words of its kind; 0 likewise.
        stated: How surely a passage says the claim, by the reading model, as a logit; 0 without it.
    """

    cosine: float
    exact: float
    soft: float
    unmatched: float
    back: float
    adjacent: float
    reading: float = 0.0
    rival: float = 0.0
    stated: float = 0.0


def features(claim: Analysis, evidence: Sequence[Analysis], pairs: Sequence[Pair], cosine: float) -> Features:
    """Features of a claim and what supports it; ``pairs`` may come from several sentences, best ones only."""
    plain = set(claim.plain)
    strengths = [pair.strength for pair in pairs if pair.claim in plain]
    count = len(strengths) or 1
    content = sum(len(sentence.content) for sentence in evidence) or 1
    near = [
        abs(second.evidence - first.evidence) <= 4
        for first, second in pairwise(pairs)
        if first.strength > 0.5 and second.strength > 0.5
    ]
    return Features(
        cosine=cosine,
        exact=sum(strength >= 0.8 for strength in strengths) / count if strengths else 1.0,
        soft=sum(strengths) / count if strengths else 1.0,
        unmatched=float(sum(strength < 0.45 for strength in strengths)),
        back=len({pair.evidence for pair in pairs if pair.strength > 0.5}) / content,
        adjacent=sum(near) / len(near) if near else 0.5,
    )


def support(found: Features) -> float:
    """Estimated probability that the evidence says what the claim says."""
    total = INTERCEPT + sum(weight * getattr(found, name) for name, weight in WEIGHTS.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def is_close(found: Features) -> bool:
    """Whether the wording is tied closely enough for "verified"."""
    return support(found) >= VERIFIED_FROM and found.soft >= VERIFIED_SOFT and found.rival >= DOUBTED_FROM


def is_near(found: Features) -> bool:
    """Whether it is tied closely enough for "weak"."""
    return support(found) >= WEAK_FROM and found.soft >= WEAK_SOFT and found.cosine >= LEAST_COSINE
