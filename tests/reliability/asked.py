"""An assistant over articles made by rule, whose text and facts are known without it."""

from __future__ import annotations

import hashlib
import html
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

from fakes.embedder import WordEmbedder
from fakes.nursery import working_here
from reliability.facts import Made, write_articles

from assistant.answering import Assistant
from assistant.keeping.transcript import Source
from assistant.library.articles import article_html
from assistant.live import LiveIndex
from assistant.reader import Reader
from assistant.settings import Settings
from index.build import build, remove
from index.embeddings import SentenceEmbedder
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from assistant.types import Answer, Citation
    from index.embeddings import Embedder
    from index.search import Index

_MARKED = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)


@dataclass
class Asked:
    """An index of articles and what answers from it.

    Attributes:
        assistant: Sees a new generation with the next question.
        known: The articles as they are now, by their titles.
    """

    assistant: Assistant
    known: dict[str, Made]
    _folder: Path
    _settings: IndexSettings
    _embedder: Embedder

    @property
    def index(self) -> Index:
        """What answers now."""
        return self.assistant.index

    def rebuild(self, articles: list[Made]) -> None:
        """Makes the index one of these articles; what has not changed is taken over."""
        write_articles(self._folder, articles)
        self.known = {f"The {article.subject}": article for article in articles}
        with working_here():
            build([self._folder], settings=self._settings, embedder=self._embedder)

    def remove(self, ids: list[str]) -> None:
        """Takes articles out of the index; their files stay."""
        with working_here():
            remove(ids, settings=self._settings, embedder=self._embedder)


@contextmanager
def asked(folder: Path, articles: list[Made], *, models: bool) -> Iterator[Asked]:
    """Builds an index and opens an assistant.

    Args:
        folder: To work in.
        articles: What the index is of.
        models: Whether with the real models, and a threshold as it is; else without any, and all is answered.
    """
    settings = IndexSettings(home=folder / "home")
    embedder: Embedder = SentenceEmbedder.load(settings) if models else WordEmbedder()
    reader = Reader.load(settings.precision) if models else None
    answering = Settings(index=settings) if models else Settings(index=settings, threshold=0.0)
    write_articles(folder / "articles", articles)
    # A question after a rebuild is to be answered from it, however long it takes to open.
    with working_here(), mock.patch.multiple("assistant.live", CHECK_EVERY=0.0, WORTH_WAITING=60.0):
        build([folder / "articles"], settings=settings, embedder=embedder)
        known = {f"The {article.subject}": article for article in articles}
        assistant = Assistant(LiveIndex(settings, embedder), answering, reader)
        yield Asked(assistant, known, folder / "articles", settings, embedder)
        assistant.index.close()


def wrong_articles(index: Index, known: Mapping[str, Made]) -> list[str]:
    """What differs between the texts in the index and those of the files, by their sha256."""
    wrong = (
        [f"{len(index.articles)} articles are indexed, not {len(known)}"] if len(index.articles) != len(known) else []
    )
    for article in index.articles.values():
        made = known.get(article.title)
        if made is None:
            wrong.append(f"{article.title!r} is none of ours")
        elif _sha256(article.text) != _sha256(made.text):
            wrong.append(f"the text of {made.name} is {article.text[:120]!r}")
    return wrong


def wrong_spans(answer: Answer, known: Mapping[str, Made]) -> list[str]:
    """What is wrong with the citations of an answer: each has to be, to the character, in the text that we wrote."""
    wrong = []
    articles = {hit.article.id: hit.article for hit in answer.hits}
    for citation in answer.citations:
        made = known.get(citation.title)
        if made is None or made.text[citation.start : citation.end] != citation.quote or not citation.quote.strip():
            wrong.append(
                f"{answer.question}: {citation.start}-{citation.end} of {citation.title} is not {citation.quote!r}"
            )
        elif citation.article_id not in articles:
            wrong.append(f"{answer.question}: {citation.title} is cited, but was not found")
        elif Source.of(articles[citation.article_id]).sha256 != _sha256(made.text):
            wrong.append(f"{answer.question}: the sha256 kept of {made.name} is not that of its text")
    return wrong


def wrong_click(citation: Citation, index: Index) -> str:
    """What is wrong with what a click on a citation shows, perhaps of an index that has since changed; or empty."""
    article = index.articles.get(citation.article_id)
    if article is None:
        return ""  # the page says that the article is not there any more
    marked = "".join(
        html.unescape(part) for part in _MARKED.findall(article_html(article, citation.start, citation.end))
    )
    if "".join(marked.split()) != "".join(citation.quote.split()):
        return f"a click on {citation.quote!r} marks {marked!r}"
    return ""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
