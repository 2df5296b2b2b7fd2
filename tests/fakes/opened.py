"""An assistant over a few articles made for a test, with the real models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import Assistant, Settings
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from index.embeddings import SentenceEmbedder


def opened_over(articles: Mapping[str, str], home: Path, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    """The assistant over files with these names and texts, indexed below a folder; closed when it is let go."""
    folder = home / "articles"
    folder.mkdir()
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=IndexSettings(home=home))
    build([folder], settings=settings.index, embedder=embedder)
    assistant = Assistant.open(settings=settings, embedder=embedder)
    yield assistant
    assistant.index.close()
