"""The records of the check: what a model wrote, sentence by sentence, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index.types import Article

State = Literal["verified", "weak", "removed"]
"""``verified``: the cited passages say it. ``weak``: its numbers, dates, names and negation hold, but its wording could
not be tied closely to a sentence of them. ``removed``: anything else; it must not be shown."""

Part = Literal["sentence", "item", "lead", "heading"]
"""What a stretch of a model's text is: a sentence, an item of a list, the line that introduces a list, a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSentence:
    """A sentence as a model wrote it, freed of Markdown and of its marks.

    Attributes:
        text: Plain text without marks, on one line.
        marks: Numbers of the passages it cites, in order of appearance, each once.
        part: What it is; headings and leads state nothing by themselves.
        lead: The line that introduces the list that an item belongs to; an item is checked together with it.
        is_final: Whether more text of the same stream can no longer change it.
    """

    text: str
    marks: tuple[int, ...] = ()
    part: Part = "sentence"
    lead: str = ""
    is_final: bool = True

    @property
    def statement(self) -> str:
        """What has to be true for it to be shown: with what introduces it."""
        return f"{self.lead.rstrip(':').rstrip()} {self.text}" if self.lead else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of a cited passage that supports a sentence of the answer.

    Attributes:
        hit: Number of the passage as the model saw it, from 1.
        article: Where it stands.
        start: Its offset in ``article.text``, in code points.
        end: Offset behind it.
    """

    hit: int
    article: Article
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact words."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """What the check says about one sentence.

    Attributes:
        text: The model's sentence without its marks.
        state: See :data:`State`.
        evidence: Sentences of the cited passages that support it, in order of hit and offset; empty if removed.
        reason: One sentence for people that says why it is weak or removed; empty if verified.
        support: Estimated probability that the evidence says it, in [0, 1]; 0 if a rule decided against it.
        instead: Of a removed sentence: what the cited passages do say of its matter, if a sentence of them comes near.
    """

    text: str
    state: State
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    support: float = 0.0
    instead: Evidence | None = None
