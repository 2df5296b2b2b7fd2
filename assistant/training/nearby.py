"""Texts that share words with a question or a statement, and do not answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bm25s
import numpy as np

from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOKED_AT = 8
"""Nearest texts from which those are taken that do not answer."""
CHOSEN_FROM = 3
"""Of these the nearest, from which one is chosen by chance."""


class Nearby:
    """Texts by the words that they share with another.

    Args:
        texts: All that there are; repeated ones count once.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(dict.fromkeys(texts))
        self._index = bm25s.BM25(method="lucene")
        if not self._texts:
            return
        self._index.index([words(text) or [""] for text in self._texts], show_progress=False)

    def near(self, asked: str, lacking: str) -> list[str]:
        """The nearest texts by BM25, best first, at most :data:`CHOSEN_FROM`; none if no word is known.

        Args:
            asked: A question or statement.
            lacking: What must not stand in them, whatever its case.
        """
        known = [word for word in words(asked) if self._texts and word in self._index.vocab_dict]
        if not known:
            return []
        order = np.argsort(-self._index.get_scores(known), kind="stable")[:LOOKED_AT].tolist()
        found = [self._texts[place] for place in order]
        return [text for text in found if lacking.lower() not in text.lower()][:CHOSEN_FROM]
