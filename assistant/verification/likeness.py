"""Vectors of sentences and words, computed in batches and remembered, for the check."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.embeddings import Embedder, Vector

KEPT = 8_192
"""Vectors remembered; the oldest go first."""


class Likeness:
    """Cosine of two texts; safe to use from several threads.

    Args:
        embedder: What computes the vectors.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vector] = OrderedDict()

    def learn(self, texts: Iterable[str]) -> None:
        """Computes, in one batch, the vectors of the texts that are not known."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if not new:
            return
        vectors = self._embedder.encode_passages(new)
        with self._lock:
            self._known.update(zip(new, vectors, strict=True))
            while len(self._known) > KEPT:
                self._known.popitem(last=False)

    def __call__(self, one: str, other: str) -> float:
        """Cosine of two texts; of those that were not learnt first, the vectors are computed one by one."""
        return float(self._vector(one) @ self._vector(other))

    def _vector(self, text: str) -> Vector:
        with self._lock:
            found = self._known.get(text)
        return self._embedder.encode_passages([text])[0] if found is None else found
