"""The answer without a language model: sentences of the hits that answer the question, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answers.candidates import rank, sentences_of
from assistant.answers.choosing import AGREES_WITHIN, DISTANCE, Shown, choose
from assistant.answers.deciding import what_decides
from assistant.answers.kinds import kind_of
from assistant.answers.listing import with_leads
from assistant.answers.reasons import with_reasons
from assistant.answers.trust import probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.kinds import Kind
    from assistant.reader import Reader
    from index.embeddings import Embedder
    from index.keywords import KeywordIndex
    from index.types import Hit


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen from the hits.

    Attributes:
        shown: The sentences that answer best, in the order in which to read them; empty if there were no hits.
        probability: Estimated probability that they answer the question, in [0, 1].
        differing: Whether two are different short answers of two articles.
    """

    shown: tuple[Shown, ...]
    probability: float
    differing: bool = False

    @property
    def has_short(self) -> bool:
        """Whether a sentence holds a short answer to the question."""
        return any(item.has_short for item in self.shown)


def select(
    question: str, hits: Sequence[Hit], embedder: Embedder, keywords: KeywordIndex, reader: Reader | None = None
) -> Selection:
    """Finds the sentences of the hits that answer a question.

    Args:
        question: One that stands alone.
        hits: Best first; only what is in them is read.
        embedder: The one that the index was made with.
        keywords: Of the same index; knows how rare words are.
        reader: The reading model, if there is one.
    """
    kind = kind_of(question)
    found = _select(question, kind, hits, embedder, keywords, reader)
    if kind != "decision" or reader is None or not (instead := what_decides(question)):
        return found
    decided = _select(instead, "fact", hits, embedder, keywords, reader)
    return decided if decided.has_short and decided.probability > found.probability else found


def _select(
    question: str,
    kind: Kind,
    hits: Sequence[Hit],
    embedder: Embedder,
    keywords: KeywordIndex,
    reader: Reader | None,
) -> Selection:
    candidates = rank(question, hits, embedder, keywords, reader, reach=max(DISTANCE[kind], AGREES_WITHIN))
    if not candidates:
        return Selection((), 0.0)
    choice = choose(kind, candidates)
    trust = probability(question, candidates, hits, read=reader is not None)
    shown = choice.shown
    if kind == "explanation":
        shown = tuple(with_reasons(question, shown, sentences_of(hits)))
    return Selection(tuple(with_leads(question, kind, shown)), trust, choice.differing)
