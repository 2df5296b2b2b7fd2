"""An embedding model without a model: a hashed bag of words."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.embeddings import Vector, Vectors

DIMENSION = 64
KEPT = 1_000
_WORD = re.compile(r"\w+")


class WordEmbedder:
    """Satisfies :class:`index.embeddings.Embedder`: texts that share words are near each other.

    Attributes:
        embedded: The last texts that were embedded as passages, in order; all of them would be a leak of its own in a
            server that answers for hours.
        calls: How often passages were embedded.
    """

    def __init__(
        self,
        fingerprint: str = "words-1",
        *,
        name: str = "words",
        precision: str = "fp32",
        max_tokens: int = 512,
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.precision = precision
        self.dimension = DIMENSION
        self.max_tokens = max_tokens
        self.embedded: list[str] = []
        self.calls = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.calls += 1
        self.embedded = [*self.embedded, *texts][-KEPT:]
        vectors: Vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.encode_question(text)
        if progress:
            progress(len(texts))
        return vectors

    def encode_question(self, text: str) -> Vector:
        vector: Vector = np.zeros(DIMENSION, dtype=np.float32)
        for word in _WORD.findall(text.lower()) or [""]:
            # crc32, since hash() differs from process to process.
            vector[zlib.crc32(word.encode()) % DIMENSION] += 1.0
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
