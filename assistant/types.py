"""The records that the assistant speaks in: a turn of conversation, a citation, and the one type of answer.

Every surface (Python, terminal, page, LangChain) receives the same :class:`Answer`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from index.types import Hit

Status = Literal["working", "answered", "abstained"]
"""``working`` only while streaming; a finished answer is ``answered`` or ``abstained``."""

OWN_BRACKETS = re.compile(r"\[(\d+)\]")
"""A bracketed number in the words of a source, which must not be taken for a mark of ours."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished exchange of a conversation, as given back in ``history``.

    Attributes:
        question: What the user asked, as typed or as made to stand alone.
        answer: What was shown to them.
    """

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An exact stretch of an article that backs a sentence of the answer.

    Attributes:
        number: What stands in the brackets, from 1, in order of appearance.
        article_id: ``Article.id`` of the article it is from.
        title: Its title.
        publisher: Its publisher, if known.
        published: Its date, if known.
        quote: The exact words: ``article.text[start:end]``.
        start: Offset of the quote in the article's text, in code points.
        end: Offset behind the quote.
    """

    number: int
    article_id: str
    title: str
    publisher: str | None
    published: str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the answer's text with the citations that back it.

    Marks are kept apart from the text because an article's own text may contain ``[2]``: on the page only a
    mark made here is a link.

    Attributes:
        text: Plain text, as a reader sees it.
        marks: Numbers of the citations that stand behind it.
        emphasis: Stretch ``(start, end)`` of ``text`` that is shown in bold (the short answer), if any.
    """

    text: str
    marks: tuple[int, ...] = ()
    emphasis: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestArticle:
    """An article named when the sources do not answer: near the question, but not a source of an answer."""

    article_id: str
    title: str
    publisher: str | None
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant says to one question.

    Attributes:
        question: The question as asked.
        standalone: The question as searched, after taking in what the conversation implies.
        status: See :data:`Status`.
        reason: One sentence for people: why it abstained, what it is doing while ``working``, or on what the
            answer rests.
        note: One sentence for people beside the answer, if there is something to say: two articles that differ.
        segments: The text with its marks; empty while ``working``. An abstention has no marks.
        citations: What the marks point to, ordered by number. Empty unless ``answered``.
        nearest: Articles near the question; only when abstained.
        hits: Passages considered, best first.
        confidence: Estimated probability that the sources answer the question, in [0, 1]; None before that is known.
        generation: Name of the index generation that answered, for example ``"000003"``.
        timings: Seconds by step: ``search``, ``read``, ``total``.
    """

    question: str
    standalone: str
    status: Status
    reason: str
    note: str = ""
    segments: tuple[Segment, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[NearestArticle, ...] = ()
    hits: tuple[Hit, ...] = ()
    confidence: float | None = None
    generation: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The answer as one string with ``[n]`` marks behind each sentence.

        A bracketed number in a source's own words is shown in round brackets here, so that ``[n]`` always is a mark
        of this answer; :attr:`Citation.quote` has the words as they are.
        """
        return " ".join(
            OWN_BRACKETS.sub(r"(\1)", segment.text) + "".join(f" [{mark}]" for mark in segment.marks)
            for segment in self.segments
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON types; passages and articles by reference, not with their whole text."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "status": self.status,
            "reason": self.reason,
            "note": self.note,
            "text": self.text,
            "segments": [_segment_to_dict(segment) for segment in self.segments],
            "citations": [asdict(citation) for citation in self.citations],
            "nearest": [asdict(article) for article in self.nearest],
            "hits": [_hit_to_dict(hit) for hit in self.hits],
            "confidence": self.confidence,
            "generation": self.generation,
            "timings": dict(self.timings),
        }


def _segment_to_dict(segment: Segment) -> dict[str, Any]:
    emphasis = list(segment.emphasis) if segment.emphasis else None
    return {"text": segment.text, "marks": list(segment.marks), "emphasis": emphasis}


def _hit_to_dict(hit: Hit) -> dict[str, Any]:
    return {
        "article_id": hit.article.id,
        "title": hit.article.title,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": hit.score,
        "similarity": hit.similarity,
        "keyword_score": hit.keyword_score,
    }
