"""The records that the index speaks in: an article, a passage of it, a passage found for a question, a file left out.

All are frozen. The one law that everything else rests on: for every passage ``p`` of an article ``a``,
``a.text[p.start:p.end] == p.text``. Offsets count Unicode code points, as Python's ``str`` does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One source as read: what is shown, searched and quoted.

    Attributes:
        text: The canonical text. Each line is one block (a paragraph, a heading, a list item); a newline always
            ends a sentence. NFC, without control and format characters.
        title: What a reader calls it; never empty.
        publisher: Who published it, if the source says so.
        author: Who wrote it, if the source says so.
        published: Date of publication as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, if the source says so.
        language: ISO 639 code; decides how sentences are split.
        url: Address of the original, if the source says so. Shown as text, never fetched.
        source: File the article was read from, relative to the folder that was given. Display only.
        restates: What the text restates in other words, if it is not the original.
        questions: Example questions that the article answers, offered on the empty page.
        layout: What each line of the text was in the source, a letter a line; empty if that is not known. Decides
            how it looks, and what of it can be quoted, but is no part of what it says.
            ``h`` heading, ``p`` paragraph, ``q`` quotation, ``c`` code, ``l`` item of a list, ``m`` of a list in it,
            ``i`` more of an item, ``T`` the head of a table, ``t`` a row of it with a bar between cells, space: empty.
    """

    text: str
    title: str
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    language: str = "en"
    url: str | None = None
    source: str = ""
    restates: str | None = None
    questions: tuple[str, ...] = ()
    layout: str = ""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        """Derives ``id``, 16 hexadecimal digits of the sha256 of everything but ``source`` and ``layout``.

        The same content in two files is therefore one article, and a citation that names an id can never be
        resolved to a changed text.
        """
        content = (self.text, self.title, self.publisher, self.author, self.published, self.language, self.url,
                   self.restates, *self.questions)  # fmt: skip
        digest = hashlib.sha256("\x1f".join("\x00" if part is None else part for part in content).encode())
        object.__setattr__(self, "id", digest.hexdigest()[:16])


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a part of one, that is not in the index, and why.

    Attributes:
        source: Its name.
        reason: For people.
        is_problem: False for what was left out on purpose or is of no supported format.
    """

    source: str
    reason: str
    is_problem: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of an article, made of whole sentences where they fit.

    Attributes:
        article_id: The article it belongs to.
        start: Offset of its first character in ``Article.text``.
        end: Offset behind its last character.
        text: ``Article.text[start:end]``, exactly.
        title: The article's title, embedded with the text so that a passage knows what it is about.
        published: The article's date, for the same reason.
    """

    article_id: str
    start: int
    end: int
    text: str
    title: str
    published: str | None = None

    @classmethod
    def of(cls, article: Article, start: int, end: int) -> Self:
        """Cuts ``article.text[start:end]`` out as a passage."""
        return cls(
            article_id=article.id,
            start=start,
            end=end,
            text=article.text[start:end],
            title=article.title,
            published=article.published,
        )

    @property
    def id(self) -> str:
        """Name of the passage, unique within an index: article and offsets."""
        return f"{self.article_id}:{self.start}-{self.end}"

    def heading(self) -> str:
        """The line that stands before the text when it is embedded: title and date."""
        return f"{self.title} ({self.published})" if self.published else self.title

    def embedding_text(self) -> str:
        """What the embedding model reads for this passage: the heading, then the text."""
        return f"{self.heading()}\n{self.text}"

    def vector_key(self) -> str:
        """Names the vector; passages that are embedded from the same words share it."""
        return hashlib.sha256(self.embedding_text().encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question.

    Attributes:
        passage: What was found.
        article: The article it is from, whole.
        score: What hits are ordered by: the fused score, in [0, 1], higher is better.
        similarity: Cosine between question and passage, in [-1, 1].
        keyword_score: BM25 score, 0 or more; 0 when no word is shared.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float
    keyword_score: float
