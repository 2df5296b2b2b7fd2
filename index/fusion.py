"""One order from two: hits by meaning and hits by words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RANK_CONSTANT = 60
"""From Cormack, Clarke and Buettcher, Reciprocal Rank Fusion, SIGIR 2009; results hardly depend on it."""


def fuse(similarities: Mapping[str, float], keyword_scores: Mapping[str, float]) -> dict[str, float]:
    """Reciprocal rank fusion of two scorings, scaled so that first in both gives 1."""
    scores: dict[str, float] = {}
    for ranking in (similarities, keyword_scores):
        for rank, name in enumerate(sorted(ranking, key=lambda name: -ranking[name]), 1):
            scores[name] = scores.get(name, 0.0) + (RANK_CONSTANT + 1) / (RANK_CONSTANT + rank) / 2
    return scores
