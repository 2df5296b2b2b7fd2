"""The records that the assistant speaks in: a turn of conversation, a citation, and the one type of answer.

Every surface (Python, terminal, page, LangChain) receives the same :class:`Answer`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from index.types import Hit  # noqa: TC001 - read at run time, by pydantic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Status = Literal["working", "answered", "abstained"]
"""``working`` only while streaming; a finished answer is ``answered`` or ``abstained``."""

Mode = Literal["quotes", "model"]
"""Who wrote the sentences: the articles themselves, or a language model over them."""

SegmentState = Literal["verified", "weak", "unchecked"]
"""Whether a sentence's facts and its wording are borne out by what it cites (``verified``), only its facts (``weak``),
or it is still to be checked (``unchecked``; only while streaming)."""

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
        state: See :data:`SegmentState`; an exact quote is verified.
        reason: One sentence for people: why it is weak, or in whose place a quote stands.
        is_line: Whether it stands on a line of its own, as items of lists and rows of tables do.
        heading: Title of the article, with its date if any has one, where several articles answer each for itself; it
            stands before the first sentence of each.
    """

    text: str
    marks: tuple[int, ...] = ()
    emphasis: tuple[int, int] | None = None
    state: SegmentState = "verified"
    reason: str = ""
    is_line: bool = False
    heading: str = ""

    @property
    def text_with_marks(self) -> str:
        """The text with ``[n]`` behind it for each mark; a bracketed number of its own is in round brackets."""
        return OWN_BRACKETS.sub(r"(\1)", self.text) + "".join(f" [{mark}]" for mark in self.marks)


def lay_out(
    segments: Sequence[Segment],
    shown: Callable[[Segment], str],
    line: str = "\n",
    heading: Callable[[str], str] = "{}:".format,
) -> str:
    """Segments one behind the other, as they are shown; what stands on a line of its own has a line's end around it.

    Args:
        segments: In reading order.
        shown: Gives the text of a segment with its marks.
        line: The end of a line.
        heading: Gives the text of a heading, of which a bracketed number of its own is in round brackets.
    """
    parts = []
    for before, segment in zip((None, *segments), segments, strict=False):
        if before:
            parts.append(line if before.is_line or segment.is_line or segment.heading else " ")
        if segment.heading:
            parts += [heading(OWN_BRACKETS.sub(r"(\1)", segment.heading)), line if segment.is_line else " "]
        parts.append(shown(segment))
    return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A sentence of a language model that its sources do not bear out; no part of the answer.

    Attributes:
        text: The sentence, without marks.
        reason: One sentence for people.
        instead: Number of the citation whose words are shown in its place; 0 if there are none.
    """

    text: str
    reason: str
    instead: int = 0


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
        note: One sentence for people beside the answer, if there is something to say: two articles that differ, or
            why a language model did not write it.
        mode: See :data:`Mode`.
        segments: The text with its marks. While ``working``, what a language model has written so far. An abstention
            has no marks.
        taken_back: What a language model wrote and the check removed.
        citations: What the marks point to, ordered by number. Empty unless ``answered``.
        nearest: Articles near the question; only when abstained.
        hits: Passages considered, best first.
        confidence: Estimated probability that the sources answer the question, in [0, 1]; None before that is known.
        generation: Name of the index generation that answered, for example ``"000003"``.
        timings: Seconds by step: ``search``, ``read``, ``total``; with a language model also ``first_word`` (from its
            being asked to its first word), ``write`` (to its last) and ``check``.
    """

    question: str
    standalone: str
    status: Status
    reason: str
    note: str = ""
    mode: Mode = "quotes"
    segments: tuple[Segment, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
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
        return lay_out(self.segments, lambda one: one.text_with_marks)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON types; passages and articles by reference, not with their whole text."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "status": self.status,
            "reason": self.reason,
            "note": self.note,
            "mode": self.mode,
            "text": self.text,
            "segments": [_segment_to_dict(segment) for segment in self.segments],
            "taken_back": [asdict(sentence) for sentence in self.taken_back],
            "citations": [asdict(citation) for citation in self.citations],
            "nearest": [asdict(article) for article in self.nearest],
            "hits": [_hit_to_dict(hit) for hit in self.hits],
            "confidence": self.confidence,
            "generation": self.generation,
            "timings": dict(self.timings),
        }


def _segment_to_dict(segment: Segment) -> dict[str, Any]:
    emphasis = list(segment.emphasis) if segment.emphasis else None
    return {
        "text": segment.text,
        "marks": list(segment.marks),
        "emphasis": emphasis,
        "state": segment.state,
        "reason": segment.reason,
        "is_line": segment.is_line,
        "heading": segment.heading,
    }


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
