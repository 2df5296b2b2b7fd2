"""The answer without a language model: sentences of the hits that answer the question, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answers.candidates import rank
from assistant.answers.choosing import AGREES_WITHIN, DISTANCE, Shown, choose
from assistant.answers.deciding import what_decides
from assistant.answers.kinds import kind_of
from assistant.answers.listing import lists_for, with_leads
from assistant.answers.quotable import sentences_of
from assistant.answers.reasons import with_reasons
from assistant.answers.said import about, may_answer_yet, said_in, with_speakers, with_turns
from assistant.answers.several import others
from assistant.answers.speech import speech_asked
from assistant.answers.trust import probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.kinds import Kind
    from assistant.answers.said import Said
    from assistant.answers.speech import Speech
    from assistant.reader import Reader
    from index.embeddings import Embedder
    from index.keywords import KeywordIndex
    from index.types import Hit

LIST_ASKED_FOR = 0.9
"""Probability that a list answers whose heading says all that is asked."""
SURE = 0.85
"""Probability above which a short answer is shown rather than such a list."""
LIKELY = 0.5
"""Probability from which on an answer "according to" somebody is taken from what they say."""
SAID_THAT = 0.85
"""Probability that what somebody says answers what is asked, if the speaker is the one and the topic is named."""
SAID_BY_NONE = 0.4
"""The most that a sentence is trusted that is not said by whom is asked about."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen from the hits.

    Attributes:
        shown: The sentences that answer best, in the order in which to read them; empty if there were no hits.
        probability: Estimated probability that they answer the question, in [0, 1].
        apart: Whether several articles answer, each for itself.
        differing: Whether their short answers differ.
    """

    shown: tuple[Shown, ...]
    probability: float
    apart: bool = False
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
    sources = _Sources(hits, embedder, keywords, reader)
    if speech := speech_asked(question):
        return _said(question, speech, sources)
    kind = kind_of(question)
    found = _select(question, kind, sources)
    if kind != "decision" or reader is None or not (instead := what_decides(question)):
        return found
    decided = _select(instead, "fact", sources)
    return decided if decided.has_short and decided.probability > found.probability else found


@dataclass(frozen=True, slots=True)
class _Sources:
    """What :func:`select` finds sentences in, and with what."""

    hits: Sequence[Hit]
    embedder: Embedder
    keywords: KeywordIndex
    reader: Reader | None


def _select(question: str, kind: Kind, sources: _Sources, among: Sequence[Said] | None = None) -> Selection:
    """The answer from all sentences of the hits, or from what somebody says in them."""
    hits, reader = sources.hits, sources.reader
    places = None if among is None else {one.place: one.hit_score for one in among}
    reach = max(DISTANCE[kind], AGREES_WITHIN)
    candidates = rank(question, hits, sources.embedder, sources.keywords, reader, reach, places)
    if not candidates:
        return Selection((), 0.0)
    choice = choose(kind, candidates, others(question, candidates, hits) if reader else ())
    trust = probability(question, candidates, hits, read=reader is not None)
    shown, apart, differing = choice.shown, choice.apart, choice.differing
    if kind == "explanation" and among is None:
        shown = tuple(with_reasons(question, shown, sentences_of(hits)))
    if among is None and kind != "decision" and (whole := lists_for(question, hits)):
        if not (choice.shown[0].has_short and trust > SURE):
            shown = tuple(whole)
            apart, differing = len({item.sentence.article.id for item in whole}) > 1, False
        trust = max(trust, LIST_ASKED_FOR)
    shown = tuple(with_leads(question, kind, shown))
    shown = tuple(with_turns(with_speakers(shown, among) if among else shown))
    return Selection(shown, trust, apart, differing)


def _said(question: str, speech: Speech, sources: _Sources) -> Selection:
    """The answer to a question about somebody's words: from these, if there are any on what is asked."""
    said = said_in(sources.hits, speech.who)
    asked = about(speech, said, sources.keywords)
    if speech.core:
        found = _select(speech.core, kind_of(speech.core), sources, said)
        is_found = found.probability >= LIKELY
    else:
        found = _select(question, kind_of(question), sources, asked)
        is_found = bool(asked)
        found = replace(found, probability=max(found.probability, SAID_THAT)) if is_found else found
    if is_found:
        return found
    other = _select(question, kind_of(question), sources)
    if speech.is_person and not may_answer_yet(speech, other.shown, said):
        return replace(other, probability=min(other.probability, SAID_BY_NONE))
    return other
