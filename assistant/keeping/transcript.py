"""What is kept of a conversation: finished answers, when each was asked for, and the articles that they cite."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time, by pydantic
from typing import TYPE_CHECKING, Self

from assistant.page.markup import human_date
from assistant.types import Answer, Turn  # noqa: TC001 - the same

if TYPE_CHECKING:
    from index.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An article that an answer cites, as it was when it did.

    Attributes:
        article_id: ``Article.id``.
        title: Its title.
        publisher: Its publisher, if known.
        published: Its date, if known.
        url: Address of the original, if known.
        sha256: Of the article's text in UTF-8, in which the offsets of quotes count code points.
    """

    article_id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    sha256: str

    @classmethod
    def of(cls, article: Article) -> Self:
        """What is kept of an article."""
        return cls(
            article_id=article.id,
            title=article.title,
            publisher=article.publisher,
            published=article.published,
            url=article.url,
            sha256=hashlib.sha256(article.text.encode()).hexdigest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question of a conversation with its finished answer.

    Attributes:
        number: Of the turn, from 1; the file leaves out turns that got no answer.
        asked: When, with the offset from UTC.
        answer: What was answered.
        sources: The articles that it cites, once each.
        history: Earlier turns that the question could refer to, oldest first.
    """

    number: int
    asked: datetime
    answer: Answer
    sources: tuple[Source, ...] = ()
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What goes into a file.

    Attributes:
        entries: In order; at least one.
        left_out: Turns before them that are no longer kept.
        exported: When, with the offset from UTC.
        version: Of this product.
    """

    entries: tuple[Entry, ...]
    left_out: int
    exported: datetime
    version: str

    @property
    def sources(self) -> tuple[Source, ...]:
        """The articles that are cited, once each, in order."""
        return tuple({source.article_id: source for entry in self.entries for source in entry.sources}.values())

    @property
    def heading(self) -> str:
        """For people: what this is."""
        return f"Conversation of {human_date(self.entries[0].asked.date().isoformat())}"

    @property
    def facts(self) -> str:
        """For people: what it was made with."""
        count = len(self.entries)
        generations = dict.fromkeys(entry.answer.generation for entry in self.entries if entry.answer.generation)
        parts = [f"Citewell {self.version}".strip(), "1 question" if count == 1 else f"{count} questions"]
        if generations:
            parts.append(f"index generation {', '.join(generations)}")
        return " · ".join(parts)
