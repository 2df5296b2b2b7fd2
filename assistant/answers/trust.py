"""How far to trust an answer: one calibrated probability that the sources answer the question. Pure.

How the weights were fitted is in DECISIONS.md and repeated by ``tests/benchmarks/trusting.py``; how well they do
elsewhere, by ``measure.py`` beside it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from assistant.answers.candidates import TOLD_BEFORE
from assistant.answers.naming import (
    first_names,
    full_names,
    is_namesake,
    names_and_numbers,
    opened_by,
    telling,
    unknown,
)
from assistant.answers.restrictions import is_of_another
from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.candidates import Candidate
    from index.types import Hit

TRUST_WEIGHTS = (-3.55, 2.5, 3.75, 0.75, -1.55, 0.95, 0.23, -2.85, -2.0)
"""Constant, and weights of the features of :func:`trust_features`, in the log-odds of "the sources answer this"."""
TRUST_WEIGHTS_UNREAD = (-5.3, 4.6, 3.5, 1.8, -3.0)
"""The same of the first four features, for when there is no reading model."""

_NEAR = 1.5
"""How much lower than the best a sentence may score whose margin counts."""


def probability(question: str, candidates: Sequence[Candidate], hits: Sequence[Hit], *, read: bool) -> float:
    """Estimated probability that the best candidate answers the question, in [0, 1].

    Args:
        question: One that stands alone.
        candidates: Best first; at least one.
        hits: What they were found in.
        read: Whether the reading model took part.
    """
    features = trust_features(question, candidates, hits)
    return (
        _logistic(features, TRUST_WEIGHTS)
        if read
        else _logistic(features[: len(TRUST_WEIGHTS_UNREAD) - 1], TRUST_WEIGHTS_UNREAD)
    )


def trust_features(question: str, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> tuple[float, ...]:
    """What the probability of an answer is estimated from.

    Likeness of the best sentence; likeness of the best passage; share of the question's names and numbers that stand in
    the best sentence, its article's title, the lines that lead to it or right before it (1 if there are none); whether
    the question asks for a sort of value of which the best sentence has none; its coverage of the question's words; all
    about in [0, 1]. Then the highest margin of the sentences near the best, for an answer may be told twice; and
    whether the question asks for another one of several, and whether it names what the article tells of nowhere.
    """
    best = candidates[0]
    named = {name.lower() for name in names_and_numbers(question)}
    before = best.article.text[max(0, best.start - TOLD_BEFORE) : best.start]
    first = first_names(full_names(question), best.article.text, best.text)
    opened = opened_by(best.article)
    opening = " ".join(name for name in names_and_numbers(question) if opened.issuperset(words(name)))
    told = f"{best.article.title} {opening} {before} {first} {best.text_with_leads}"
    present = sum(1 for name in named if name in told.lower()) / len(named) if named else 1.0
    nearest = max(hit.similarity for hit in hits)
    is_other = is_of_another(question, best.text, told) or is_namesake(question, best.article) or best.is_elsewhere
    margin = max(candidate.margin for candidate in candidates if candidate.score >= best.score - _NEAR)
    is_unknown = bool(unknown(telling(question, hits), best.article))
    said = best.similarity, nearest, present, float(best.is_lacking), best.coverage, margin
    return *said, float(is_other), float(is_unknown)


def _logistic(features: Sequence[float], weights: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-(weights[0] + float(np.dot(weights[1:], features)))))
