"""Sentences of other articles that answer the same question, each for its own article. Pure.

Of three leases that each name a deposit, one deposit is no answer to "How much is the deposit?": it is that of one
flat, and nothing in the sentence says of which. So every article that answers is quoted, below its title.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answers.candidates import SURE_ALONE
from assistant.answers.trust import probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.candidates import Candidate
    from index.types import Hit

MOST_ARTICLES = 5
"""Articles that are quoted each for itself, at most."""
LIKELY_ALONE = 0.5
"""Probability from which on an article is quoted beside another one, if nothing but its own passages is looked at."""


def others(question: str, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> list[Candidate]:
    """The best sentence of each other article that would answer the question if it were the only one, best first.

    What the question names must be told of the other article, too: asked for the rent of Flat 3, nobody wants that of
    Flat 5.

    Args:
        question: One that stands alone.
        candidates: Best first.
        hits: What they were found in.
    """
    best = candidates[0]
    if best.margin <= 0:
        return []
    found: dict[str, Candidate] = {}
    for other in candidates[1:]:
        article = other.article.id
        is_new = article != best.article.id and article not in found and len(found) + 1 < MOST_ARTICLES
        if other.margin < SURE_ALONE or not (is_new and best.named <= other.named):
            continue
        own = [hit for hit in hits if hit.article.id == article]
        said = [one for one in candidates if one.article.id == article and one.score <= other.score]
        if probability(question, said, own, read=True) >= LIKELY_ALONE:
            found[article] = other
    return list(found.values())
