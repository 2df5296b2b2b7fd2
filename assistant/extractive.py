"""The answer without a language model: sentences of the hits that answer the question, or none.

A sentence is judged by its likeness in meaning to the question (cosine of embeddings), by the share of the question's
words that it holds (weighted by how rare they are in the articles) and by the passage it stands in. How far to trust
the best sentence is one estimated probability. Both were fitted on data that is not the project's own; how, and how
well they do elsewhere, is in DECISIONS.md and repeated by ``tests/benchmarks/fit_extractive.py``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.keywords import words
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.embeddings import Embedder
    from index.keywords import KeywordIndex
    from index.types import Article, Hit

SENTENCE_WEIGHTS = (5.0, 6.0, 3.0)
"""Weights of likeness, coverage and the passage's score in a sentence's score."""
TRUST_WEIGHTS = (-8.3, 4.6, 3.9, 5.5, 1.5)
"""Constant, and weights of the features of :func:`trust_features`, in the log-odds of "the sources answer this"."""

MAX_SENTENCES = 3
_CLOSE = 0.8
_MIN_WORDS = 4
_NAME_OR_NUMBER = re.compile(r"(?<![\w'’])(?:[A-Z][\w-]*|\d[\d.,:-]*)")
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer.

    Attributes:
        article: Where it stands.
        start: Its offset there, in code points.
        end: Offset behind it.
        similarity: Cosine between question and sentence.
        coverage: Share of the question's words that are in the sentence or its article's title, by weight, in [0, 1].
        hit_score: Score of the best passage that holds it.
        score: Weighted sum of the three.
    """

    article: Article
    start: int
    end: int
    similarity: float
    coverage: float
    hit_score: float
    score: float

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading the hits gave.

    Attributes:
        sentences: Those that answer best, in the order in which to read them; empty if there were no hits.
        probability: Estimated probability that they answer the question, in [0, 1].
    """

    sentences: tuple[Candidate, ...]
    probability: float


def read(question: str, hits: Sequence[Hit], embedder: Embedder, keywords: KeywordIndex) -> Reading:
    """Finds the sentences of the hits that answer a question.

    Args:
        question: One that stands alone.
        hits: Best first; only what is in them is read.
        embedder: The one that the index was made with.
        keywords: Of the same index; knows how rare words are.
    """
    candidates = rank(question, hits, embedder, keywords)
    if not candidates:
        return Reading((), 0.0)
    probability = _logistic(trust_features(question, candidates, hits), TRUST_WEIGHTS)
    return Reading(_in_reading_order(_pick(candidates)), probability)


def rank(question: str, hits: Sequence[Hit], embedder: Embedder, keywords: KeywordIndex) -> list[Candidate]:
    """All sentences of the hits, best first."""
    spans = _sentences(hits)
    if not spans:
        return []
    texts = [article.text[start:end] for article, start, end in spans]
    asked = {word: keywords.weight(word) for word in dict.fromkeys(words(question))}
    similarities = embedder.encode_passages(texts) @ embedder.encode_question(question)
    found = []
    for (place, hit_score), text, similarity in zip(spans.items(), texts, similarities.tolist(), strict=True):
        article, start, end = place
        held = {*words(text), *words(article.title)}
        coverage = _share(asked, held)
        score = float(np.dot(SENTENCE_WEIGHTS, (similarity, coverage, hit_score)))
        found.append(Candidate(article, start, end, similarity, coverage, hit_score, score))
    return sorted(found, key=lambda candidate: -candidate.score)


def trust_features(
    question: str, candidates: Sequence[Candidate], hits: Sequence[Hit]
) -> tuple[float, float, float, float]:
    """What the probability of an answer is estimated from, each about in [0, 1].

    Likeness of the best sentence; its coverage; likeness of the best passage; share of the question's names and numbers
    that stand in the passages read (1 if there are none).
    """
    best = candidates[0]
    named = {name.lower() for name in _NAME_OR_NUMBER.findall(question[:1].lower() + question[1:])}
    read_text = " ".join(f"{hit.article.title} {hit.passage.text}" for hit in hits).lower()
    present = sum(1 for name in named if name in read_text) / len(named) if named else 1.0
    return best.similarity, best.coverage, max(hit.similarity for hit in hits), present


def _sentences(hits: Sequence[Hit]) -> dict[tuple[Article, int, int], float]:
    """Sentences of the hits' passages with the score of the best passage that holds each; headings left out."""
    spans: dict[tuple[Article, int, int], float] = {}
    for hit in hits:
        for start, end in sentence_spans(hit.passage.text, hit.article.language):
            place = (hit.article, hit.passage.start + start, hit.passage.start + end)
            if not _is_heading(hit.passage.text[start:end]):
                spans[place] = max(spans.get(place, 0.0), hit.score)
    return spans


def _is_heading(text: str) -> bool:
    """Few words and no end: a heading or a stray line, which says nothing that could be quoted alone."""
    return len(text.split()) < _MIN_WORDS or (len(text.split()) < 2 * _MIN_WORDS and not _ENDED.search(text))


def _share(asked: dict[str, float], held: set[str]) -> float:
    total = sum(asked.values())
    return sum(weight for word, weight in asked.items() if word in held) / total if total else 0.0


def _pick(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence and those that come close to it, without one that says the same words."""
    best = candidates[0]
    picked: list[Candidate] = []
    for candidate in candidates[: 2 * MAX_SENTENCES]:
        if candidate.score < _CLOSE * best.score or len(picked) == MAX_SENTENCES:
            break
        if not any(candidate.text == other.text for other in picked):
            picked.append(candidate)
    return picked


def _in_reading_order(picked: list[Candidate]) -> tuple[Candidate, ...]:
    """Articles in the order of their best sentence, sentences of one article as they stand in it."""
    order = {candidate.article.id: place for place, candidate in reversed(list(enumerate(picked)))}
    return tuple(sorted(picked, key=lambda candidate: (order[candidate.article.id], candidate.start)))


def _logistic(features: Sequence[float], weights: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-(weights[0] + float(np.dot(weights[1:], features)))))
