"""Sentences of the hits as answers to a question, ranked.

A sentence is judged by its likeness in meaning to the question (cosine of embeddings), by the share of the question's
words that it holds (weighted by how rare they are in the articles), by the passage it stands in, by what the reading
model finds in it, and by whether it has a value of the sort that is asked for, if one is. Without that model (its
weights are missing or damaged) the rest decides alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from assistant.answers.asked import Asked
from assistant.answers.attribution import asked_before
from assistant.answers.deciding import decided_by, predicate
from assistant.answers.kinds import things_asked
from assistant.answers.naming import (
    first_names,
    full_names,
    is_of_another_time,
    opened_by,
    telling,
    times_asked,
    unknown,
)
from assistant.answers.outline import LONGEST_LEAD, leads_of, line_of, outline
from assistant.answers.quotable import is_labelled, lists, sentences_of
from assistant.answers.rows import ADDRESSED, read_rows
from assistant.answers.tables import row_at
from assistant.answers.values import may_hold, value_asked
from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.answers.outline import Line, Place
    from assistant.reader import Reader
    from index.embeddings import Embedder
    from index.keywords import KeywordIndex
    from index.types import Article, Hit

SENTENCE_WEIGHTS = (4.7, 2.3, 6.4)
"""Weights of likeness, coverage and the passage's score in a sentence's score."""
MARGIN_WEIGHT = 0.4
"""Weight of the reading model's margin beside them."""
LACKING_WEIGHT = -0.5
"""Weight of having no value of the sort that is asked for, or nothing that decides a yes-or-no question."""
ELSEWHERE_WEIGHT = -1.5
"""Weight of standing in an article that does not open with the name, year or month that is asked about, and another
does."""
TOLD_BEFORE = 200
"""Characters before a sentence in which what it is about may be named."""
LISTED_MARGIN = 3.0
"""Margin, at least, of an item or a row below a line that says what is asked for: the model finds no whole lists."""
SURE_ALONE = 3.0
"""Margin from which on a sentence may answer for its own article beside a far better one of another."""
UNREAD_MARGIN = -12.0
"""Margin of a sentence in which the reading model looked at no span; about the lowest that it gives to any."""

_FIRST = 2
"""Sentences whose likeness is computed before it is known how good the best one is."""
_THERE = frozenset(words("list name belong exist include contain available have get give call take took part"))
"""Words with which a question asks for a list and that the list need not hold."""


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
        margin: By how much the reading model prefers a span of it to "no answer", in logits; 0 without that model.
        answer: That span, as offsets in the article, if it lies wholly in the sentence.
        score: Weighted sum of these.
        is_lacking: Whether a price, an age, a year or the like is asked for and the sentence has none.
        leads: The lines above that say what it is about, as offsets, highest first.
        named: What of :func:`assistant.answers.naming.telling` is told in it, in those lines or in the title.
        unknown: What of it the article tells nowhere.
        is_elsewhere: Whether another article opens with some of it that this one has nowhere, or with the month or year
            while this one opens with another and does not tell it here.
    """

    article: Article
    start: int
    end: int
    similarity: float
    coverage: float
    hit_score: float
    margin: float
    answer: tuple[int, int] | None
    score: float
    is_lacking: bool = False
    leads: tuple[tuple[int, int], ...] = ()
    named: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    is_elsewhere: bool = False

    @classmethod
    def for_another(cls, article: Article, start: int, end: int, hit_score: float) -> Self:
        """A sentence that is shown for the sake of another one: its own likeness to the question is not computed."""
        return cls(article, start, end, 0.0, 0.0, hit_score, 0.0, None, 0.0)

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.article.text[self.start : self.end]

    @property
    def text_with_leads(self) -> str:
        """The sentence behind the lines that say what it is about."""
        return " ".join([*(self.article.text[start:end] for start, end in self.leads), self.text])


def rank(
    question: str,
    hits: Sequence[Hit],
    embedder: Embedder,
    keywords: KeywordIndex,
    reader: Reader | None = None,
    reach: float = math.inf,
    among: Mapping[Place, float] | None = None,
) -> list[Candidate]:
    """Sentences of the hits, best first.

    Likeness costs as much as all the rest, and is never more than 1: a sentence that could not come near the best one
    even so is left out, and its vector not computed. That changes nothing in the scores of those that are returned.

    Args:
        question: One that stands alone.
        hits: What their sentences are taken from.
        embedder: Of the index.
        keywords: Likewise.
        reader: The reading model, if there is one.
        reach: How much lower than the best a sentence may score that somebody will look at; all that score no lower
            than that are returned, and those of which the reading model is sure.
        among: The only sentences that are ranked, with the score of their passage; None for all of the hits.
    """
    unlike = _unlike(question, hits, keywords, reader, sentences_of(hits) if among is None else among)
    if not unlike:
        return []
    asked = embedder.encode_question(question)
    found: list[Candidate] = []
    highest = -math.inf
    for some in (unlike[:_FIRST], unlike[_FIRST:]):
        near = [
            candidate
            for candidate in some
            if candidate.margin >= SURE_ALONE or candidate.score + SENTENCE_WEIGHTS[0] >= highest - reach
        ]
        vectors = embedder.encode_passages([candidate.text_with_leads for candidate in near])
        for candidate, similarity in zip(near, (vectors @ asked).tolist(), strict=True):
            score = candidate.score + SENTENCE_WEIGHTS[0] * similarity
            found.append(replace(candidate, similarity=similarity, score=score))
            highest = max(highest, score)
    return sorted(
        (candidate for candidate in found if candidate.margin >= SURE_ALONE or candidate.score >= highest - reach),
        key=lambda candidate: -candidate.score,
    )


def _unlike(
    question: str, hits: Sequence[Hit], keywords: KeywordIndex, reader: Reader | None, spans: Mapping[Place, float]
) -> list[Candidate]:
    """Sentences of the hits by their score but for likeness, best first."""
    asked = {word: keywords.weight(word) for word in dict.fromkeys(words(question))}
    names = full_names(question)
    value = value_asked(question)
    decisive = {word: {word, *decided_by(word)} for word in predicate(question)}
    answers = _answers(question, hits, reader) if reader and spans else []
    rows = {place: found for place in spans if (found := row_at(place[0], place[1]))}
    asked_as = Asked(question)
    read = read_rows(asked_as, rows, reader)
    things = things_asked(question)
    tells, when = telling(question, hits), times_asked(question)
    articles = {hit.article.id: hit.article for hit in hits}
    not_told = {name: unknown(tells, article) for name, article in articles.items()}
    opened = {name: opened_by(article) for name, article in articles.items()}
    of_some = tells.intersection(set().union(*opened.values()))
    of_others = {
        name: of_some & {*not_told[name], *(time for time in when if is_of_another_time(time, opened[name]))}
        for name in articles
    }
    candidates = []
    for place, hit_score in spans.items():
        if place in rows and place not in read:
            continue  # another row is asked for
        article, start, end = place
        row = read.get(place)
        text = row.said if row else article.text[start:end]
        leads = _leads(article, start)
        led = " ".join(article.text[first:last] for first, last in leads)
        told = f"{article.title[:LONGEST_LEAD]} {led}"
        is_lacking = value is not None and not may_hold(value, text)
        said = {*words(text), *words(led), *words(first_names(names, article.text, text))}
        decided = {word for word, others in decisive.items() if not said.isdisjoint(others)}
        held = {*said, *words(told), *decided, *(tells & opened[article.id])}
        margin, answer = _best_answer(answers, article, start, end) if reader else (0.0, None)
        if row and row.margin is not None:
            margin, answer = row.margin, row.answer
        if leads and reader and told.endswith(":"):
            # The reading model begins an answer that is a list where the list begins.
            of_lead, _ = _best_answer(answers, article, *leads[-1])
            margin, answer = (of_lead, None) if of_lead > margin else (margin, answer)
        if reader and place not in rows and is_labelled(article, start, end, asked_as):
            margin += ADDRESSED
        if reader and lists(article, start, things) and held.issuperset({*asked} - _THERE):
            margin, answer = max(margin, LISTED_MARGIN), None
        is_undecided = bool(decisive) and not decided and margin <= 0
        coverage = _share(asked, held)
        score = float(np.dot(SENTENCE_WEIGHTS[1:], (coverage, hit_score))) + MARGIN_WEIGHT * margin
        lacking = of_others[article.id] - held
        is_elsewhere = bool(lacking) and not lacking.issubset(words(article.text[max(0, start - TOLD_BEFORE) : start]))
        score += LACKING_WEIGHT * (is_lacking or is_undecided) + ELSEWHERE_WEIGHT * is_elsewhere
        named = tells.intersection(held), not_told[article.id], is_elsewhere
        candidates.append(
            Candidate(article, start, end, 0.0, coverage, hit_score, margin, answer, score, is_lacking, leads, *named)
        )
    return sorted(candidates, key=lambda candidate: -candidate.score)


def _answers(question: str, hits: Sequence[Hit], reader: Reader) -> list[tuple[float, Article, int, int]]:
    """What the reading model finds in the hits: margin, article and offsets there, best first."""
    readings = reader.read(question, [hit.passage.text for hit in hits], [told_before(hit) for hit in hits])
    found = [
        (
            span.score - reading.no_answer_score,
            hit.article,
            hit.passage.start + span.start,
            hit.passage.start + span.end,
        )
        for hit, reading in zip(hits, readings, strict=True)
        for span in reading.spans
    ]
    return sorted(found, key=lambda answer: -answer[0])


def told_before(hit: Hit) -> str:
    """What a passage cannot be understood without: its article's title, and the lines that lead to its first one."""
    leads = _leads(hit.article, hit.passage.start)
    return "\n".join([hit.article.title[:LONGEST_LEAD], *(hit.article.text[slice(*lead)] for lead in leads)])


def _leads(article: Article, start: int) -> tuple[tuple[int, int], ...]:
    """The lines that lead to a sentence; to the first of an answer in a talk, the question that it answers."""
    at = line_of(article, start)
    leads = tuple(_cut(line) for line in leads_of(article, at))
    if outline(article)[at].start == start and (asked := asked_before(article, at)):
        return (*leads, (max(asked[0], asked[1] - LONGEST_LEAD), asked[1]))
    return leads


def _cut(line: Line) -> tuple[int, int]:
    """What of a line is read before another one: a heading may be as long as it likes."""
    return line.start, min(line.end, line.start + LONGEST_LEAD)


def _best_answer(
    answers: Sequence[tuple[float, Article, int, int]], article: Article, start: int, end: int
) -> tuple[float, tuple[int, int] | None]:
    """Margin of the best span that begins in a sentence, and the span if it also ends there."""
    for margin, where, first, last in answers:
        if where.id == article.id and start <= first < end:
            return margin, ((first, last) if last <= end else None)
    return UNREAD_MARGIN, None


def _share(asked: dict[str, float], held: set[str]) -> float:
    total = sum(asked.values())
    return sum(weight for word, weight in asked.items() if word in held) / total if total else 0.0
