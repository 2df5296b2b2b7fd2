"""One order from two: hits by meaning and hits by words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYWORD_WEIGHT = 0.4
"""Share of BM25 in a fused score; chosen on question sets that are not used for reporting, see DECISIONS.md."""


def fuse(similarities: Mapping[str, float], keyword_scores: Mapping[str, float]) -> dict[str, float]:
    """Fused scores in [0, 1]: ``0.6 * cosine + 0.4 * BM25 / best BM25``.

    Args:
        similarities: Cosine of every candidate, by id; negative ones count as 0.
        keyword_scores: BM25 score of candidates that share a word with the question; the others count as 0.
    """
    best = max(keyword_scores.values(), default=0.0)
    return {
        name: (1 - KEYWORD_WEIGHT) * min(max(similarity, 0.0), 1.0)
        + (KEYWORD_WEIGHT * keyword_scores.get(name, 0.0) / best if best > 0 else 0.0)
        for name, similarity in similarities.items()
    }
