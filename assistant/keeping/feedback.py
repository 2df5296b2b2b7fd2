"""What users think of answers and of their quotes: kept beside the index, sent nowhere.

The file is JSON lines, one verdict a line, only ever added to, so that a crash can cost the line being written at most.
A later verdict on the same answer, or on the same quote of it, takes the place of the earlier one when it is read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from assistant.keeping.appending import append
from assistant.types import Mode, Status, Turn  # noqa: TC001 - read at run time, by pydantic
from index.errors import storage_errors

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import TypeAdapter

    from assistant.keeping.transcript import Entry
    from assistant.types import Answer, Citation

NAME = "feedback.jsonl"
"""Of the file, in the home folder."""

Verdict = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuote:
    """A citation of an answer that was judged.

    Attributes:
        number: What stood in the brackets.
        article_id: ``Article.id``.
        title: Of the article.
        quote: ``article.text[start:end]``.
        start: See there.
        end: See there.
        sentence: What of the answer it stood behind.
        short: What of that was in bold, if anything.
    """

    number: int
    article_id: str
    title: str
    quote: str
    start: int
    end: int
    sentence: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with what it is about, as the server knows it; a line of the file.

    Attributes:
        at: When, as ISO 8601 with the offset from UTC.
        answer: Name of the answer; the same for all verdicts on it.
        citation: Number of the quote that was judged; None for the answer.
        verdict: ``up``, ``down``, or None for a verdict that was taken back. Of a quote it says whether it answers the
            question, and if a language model wrote the answer, whether it supports the sentence that cites it.
        question: As asked.
        standalone: As searched.
        history: Earlier turns that it could refer to.
        status: Of the answer.
        mode: Of the answer.
        text: Of the answer, with its marks.
        quotes: Its citations.
        confidence: Of the answer.
        generation: Of the index.
        version: Of this product.
    """

    at: str
    answer: str
    citation: int | None
    verdict: Verdict | None
    question: str
    standalone: str
    history: tuple[Turn, ...]
    status: Status
    mode: Mode
    text: str
    quotes: tuple[JudgedQuote, ...]
    confidence: float | None
    generation: str
    version: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was read.

    Attributes:
        judgements: Those that hold, in the order in which they were given.
        unreadable: Lines that could not be read: torn by a crash, or not ours.
    """

    judgements: tuple[Judgement, ...] = ()
    unreadable: int = 0

    def count(self, verdict: Verdict, *, of_quotes: bool) -> int:
        """How many answers, or how many quotes, got a verdict."""
        return sum(item.verdict == verdict and (item.citation is not None) is of_quotes for item in self.judgements)


class FeedbackFile:
    """The file of verdicts; safe to use from several threads and processes.

    Args:
        home: The folder of the index; made if need be.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / NAME

    def add(self, judgement: Judgement) -> None:
        """Adds a verdict; when this returns, it is on the disk.

        Raises:
            StorageError: If it cannot be written.
        """
        line = json.dumps(asdict(judgement), ensure_ascii=False).encode(errors="replace") + b"\n"
        with storage_errors("keep the verdict", self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            append(self.path, line)

    def read(self) -> Feedback:
        """All verdicts that hold.

        Raises:
            StorageError: If the file is there and cannot be read.
        """
        with storage_errors("read the verdicts", self.path):
            try:
                lines = self.path.read_bytes().split(b"\n")
            except FileNotFoundError:
                return Feedback()
        latest: dict[tuple[str, int | None], Judgement] = {}
        unreadable = 0
        for line in filter(bytes.strip, lines):
            try:
                judgement = _reader().validate_json(line)
            except ValueError:
                unreadable += 1
                continue
            key = (judgement.answer, judgement.citation)
            latest.pop(key, None)
            latest[key] = judgement
        return Feedback(tuple(item for item in latest.values() if item.verdict), unreadable)


def judged(
    entry: Entry, *, token: str, citation: int | None, verdict: Verdict | None, at: str, version: str
) -> Judgement:
    """The verdict on an answer of a conversation, or on a quote of it.

    Args:
        entry: The answer.
        token: Of its conversation; only a hash of it is kept.
        citation: Number of the quote; None for the answer.
        verdict: None takes an earlier one back.
        at: When.
        version: Of this product.
    """
    answer = entry.answer
    return Judgement(
        at=at,
        answer=hashlib.sha256(f"{token}:{entry.number}".encode()).hexdigest()[:16],
        citation=citation,
        verdict=verdict,
        question=answer.question,
        standalone=answer.standalone,
        history=entry.history,
        status=answer.status,
        mode=answer.mode,
        text=answer.text,
        quotes=tuple(_quote(answer, item) for item in answer.citations),
        confidence=answer.confidence,
        generation=answer.generation,
        version=version,
    )


def _quote(answer: Answer, citation: Citation) -> JudgedQuote:
    citing = [segment for segment in answer.segments if citation.number in segment.marks]
    short = [segment.text[slice(*segment.emphasis)] for segment in citing if segment.emphasis]
    return JudgedQuote(
        number=citation.number,
        article_id=citation.article_id,
        title=citation.title,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        sentence=" ".join(segment.text for segment in citing),
        short=short[0] if short else "",
    )


@cache
def _reader() -> TypeAdapter[Judgement]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - only reading needs it

    return TypeAdapter(Judgement)
