"""Where in the articles the answer to a question stands, by what its row says. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from index.cleaning import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.evaluation.questions import Question
    from assistant.types import Citation
    from index.types import Article, Passage

Level = Literal["passage", "article"]
Span = tuple[str, int, int]
"""Id of an article, and offsets in its text."""
BOTH = "both"
"""Name for either article of an index that holds two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What a question's answer has to be found in.

    Attributes:
        spans: Where the row's quote stands.
        articles: Ids of the articles of which any one has the answer; empty if the row names none that is there.
        passages: Ids of the passages that hold the quote.
        level: What retrieval is measured by; None if the row has nothing to measure it by.
        unknown: Names of articles that the index does not hold.
        is_quote_missing: Whether a quote was given that stands in none of the articles.
    """

    spans: tuple[Span, ...] = ()
    articles: frozenset[str] = frozenset()
    passages: frozenset[str] = frozenset()
    level: Level | None = None
    unknown: tuple[str, ...] = ()
    is_quote_missing: bool = False

    @property
    def total(self) -> int:
        """Number of relevant ones that there are: passages with the quote, or one, since any article named will do."""
        return len(self.passages) if self.level == "passage" else 1

    def relevant(self, found: Sequence[Passage]) -> list[bool]:
        """Which of the passages found are relevant, best first.

        By article only its first passage counts, so that no article is found twice.
        """
        if self.level == "passage":
            return [passage.id in self.passages for passage in found]
        inside = [passage.article_id in self.articles for passage in found]
        return [is_in and not any(inside[:place]) for place, is_in in enumerate(inside)]

    def overlaps(self, citation: Citation) -> bool:
        """Whether a citation shares words with the quote."""
        return any(
            citation.article_id == article_id and max(citation.start, start) < min(citation.end, end)
            for article_id, start, end in self.spans
        )


def find_gold(question: Question, articles: Mapping[str, Article], passages: Mapping[str, Sequence[Passage]]) -> Gold:
    """Looks up what a row says about the place of its answer.

    Args:
        question: The row.
        articles: All of the index, by id.
        passages: All of the index, by the id of their article.
    """
    if not question.is_answerable:
        return Gold()
    named: dict[str, Article] = {}
    unknown = []
    for name in question.articles:
        found = articles_named(name, articles.values())
        named.update((article.id, article) for article in found)
        if not found:
            unknown.append(name)
    # An article that is not there must not make the same words in another one the gold.
    where = named.values() if question.articles else articles.values()
    spans = tuple(find_quote(question.quote, where)) if question.quote else ()
    holding = frozenset(passage.id for span in spans for passage in _holding(span, passages.get(span[0], ())))
    return Gold(
        spans=spans,
        articles=frozenset(named),
        passages=holding,
        level="passage" if holding else "article" if named else None,
        unknown=tuple(unknown),
        is_quote_missing=bool(question.quote and question.is_quote_exact and not spans),
    )


def articles_named(name: str, articles: Iterable[Article]) -> list[Article]:
    """The articles that a name means: by title, source or its stem; else those whose stem begins with it."""
    wanted = name.casefold()
    known = list(articles)
    exact = [article for article in known if wanted in _names(article)]
    if exact:
        return exact
    if wanted == BOTH and len(known) == 2:
        return known
    return [article for article in known if article.source and _stem(article).startswith(wanted)]


def _names(article: Article) -> set[str]:
    source = PurePosixPath(article.source.casefold())
    found = {
        article.title.casefold(),
        str(source),
        source.name,
        source.stem,
        str(source.parent / source.stem),
        article.id,
    }
    return found - {"", "."}


def _stem(article: Article) -> str:
    return PurePosixPath(article.source.casefold()).stem


def find_quote(quote: str, articles: Iterable[Article]) -> list[Span]:
    """All places where a quote stands, word for word; how its words are spaced or broken into lines does not count."""
    words = one_line(quote).split()
    if not words:
        return []
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    # Looking for one word first is many times quicker than the pattern in the articles that do not have it.
    rarest = max(words, key=len)
    return [
        (article.id, match.start(), match.end())
        for article in articles
        if rarest in article.text
        for match in pattern.finditer(article.text)
    ]


def _holding(span: Span, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that hold a stretch; of one that no passage holds whole, those that hold the most of it."""
    _, start, end = span
    shares = [min(passage.end, end) - max(passage.start, start) for passage in passages]
    most = max(shares, default=0)
    return [passage for passage, share in zip(passages, shares, strict=True) if share == most] if most > 0 else []
