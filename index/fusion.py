"""One order from two: hits by meaning and hits by words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYWORD_WEIGHT = 0.55
"""Share of BM25 in a fused score; chosen on question sets that are not used for reporting, see DECISIONS.md."""


def fuse(similarities: Mapping[str, float], keyword_scores: Mapping[str, float], highest: float) -> dict[str, float]:
    """Fused scores in [0, 1]: ``0.45 * cosine + 0.55 * BM25 / highest possible BM25``.

    Measured against what a passage could reach, not against what the best one did reach: when the question is in
    other words than the articles, even the best shares few of them, and meaning must decide.

    Args:
        similarities: Cosine of every candidate, by id; negative ones count as 0.
        keyword_scores: BM25 score of candidates that share a word with the question; the others count as 0.
        highest: What BM25 gives a text at most for this question; see :meth:`index.keywords.KeywordIndex.highest`.
    """
    return {
        name: (1 - KEYWORD_WEIGHT) * min(max(similarity, 0.0), 1.0)
        + (KEYWORD_WEIGHT * min(keyword_scores.get(name, 0.0) / highest, 1.0) if highest > 0 else 0.0)
        for name, similarity in similarities.items()
    }
