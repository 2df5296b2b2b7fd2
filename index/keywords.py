"""Search by words; the only home of BM25 (bm25s) and of the stemmer."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Self

import bm25s
import numpy as np
import Stemmer

from index.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_WORD = re.compile(r"\w+(?:['’]\w+)?", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_STEMMER = "english"

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
"""English words that say nothing about the subject of a question."""


def words(text: str) -> list[str]:
    """Words of a text as they are compared: lower case, without stop words, reduced to their stems."""
    return _stems(_WORD.findall(text.lower()), {})


def _stems(found: list[str], known: dict[str, str | None]) -> list[str]:
    """Stems of words; None stands for a stop word in ``known``, which spares doing a word twice."""
    new = [word for word in dict.fromkeys(found) if word not in known]
    bare = [_POSSESSIVE.sub("", word) for word in new]
    for word, plain, stem in zip(new, bare, Stemmer.Stemmer(_STEMMER).stemWords(bare), strict=True):
        known[word] = None if plain in STOP_WORDS else stem
    return [stem for word in found if (stem := known[word]) is not None]


def write_keywords(folder: Path, texts: Sequence[str]) -> None:
    """Writes a keyword index over texts, which are later named by their place in the sequence."""
    # It sets its own logger to speak of every step.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    index = bm25s.BM25(method="lucene")
    # A text without words (or an index where no text has one) cannot be indexed; the empty word stands in.
    known: dict[str, str | None] = {}
    index.index([_stems(_WORD.findall(text.lower()), known) or [""] for text in texts], show_progress=False)
    index.save(str(folder), show_progress=False)


class KeywordIndex:
    """An opened keyword index, for reading."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Opens the index in a folder.

        Raises:
            IndexDamagedError: If its files cannot be read.
        """
        try:
            return cls(bm25s.BM25.load(str(folder), load_corpus=False, mmap=False))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise IndexDamagedError(f"The keyword part of the index cannot be read ({error}).") from error

    def scores(self, question: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """BM25 scores of all texts, shape ``(n,)``, 0 where no word of the question occurs."""
        asked = [word for word in dict.fromkeys(words(question)) if word in self._index.vocab_dict]
        if not asked:
            return np.zeros(len(self), dtype=np.float32)
        return np.asarray(self._index.get_scores(asked), dtype=np.float32)

    def highest(self, question: str) -> float:
        """The score that no text can surpass: each word of the question weighs its inverse document frequency at most.

        BM25 multiplies that weight with a factor below 1 in the form used here. Words that no text holds count too, so
        that a text is measured against the whole question.
        """
        return sum(self.weight(word) for word in dict.fromkeys(words(question)))

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word as :func:`words` gives it: ln(1 + (n - df + 0.5) / (df + 0.5)).

        The weight that BM25 in Lucene's form gives a word [1]; largest for words that no text holds.

        [1] https://www.elastic.co/blog/practical-bm25-part-2-the-bm25-algorithm-and-its-variables
        """
        frequency = self._document_frequency(word)
        return float(np.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5)))

    def holds(self, word: str) -> bool:
        """Whether a text has a word, given as :func:`words` gives it."""
        return self._document_frequency(word) > 0

    def _document_frequency(self, word: str) -> int:
        token, starts = self._index.vocab_dict.get(word), self._index.scores["indptr"]
        # The last of the vocabulary can be the empty word, for which nothing is kept.
        return 0 if token is None or token + 1 >= len(starts) else int(starts[token + 1] - starts[token])

    def __len__(self) -> int:
        """Number of texts."""
        return int(self._index.scores["num_docs"])
