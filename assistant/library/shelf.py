"""What is in the index, article by article: for the list in the terminal and the Library on the page. Reads only."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.generations import IndexFolder
from index.library import Entry, read_library
from index.plans import SEEDS
from index.records import read_articles

if TYPE_CHECKING:
    from index.library import Library
    from index.manifest import Manifest
    from index.settings import IndexSettings
    from index.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article as a list shows it.

    Attributes:
        id: Of the article.
        title: Its title.
        publisher: Who published it, if known.
        author: Who wrote it, if known.
        published: When, as ``YYYY-MM-DD`` or shorter, if known.
        passages: How many it was split into.
        added: When it came into the index, UTC, ISO 8601; empty if the index does not say.
        source: The file's name.
        location: The file's path, an address, or ``seeds:NAME``.
        near: Titles of articles that say nearly the same.
    """

    id: str
    title: str
    publisher: str | None
    author: str | None
    published: str | None
    passages: int
    added: str
    source: str
    location: str
    near: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**dataclasses.asdict(self), "near": list(self.near)}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that is in the index, and how it came there.

    Attributes:
        manifest: Of the generation.
        rows: Its articles, in order.
        library: Where they come from, with the report of the build that made the generation.
    """

    manifest: Manifest
    rows: tuple[Row, ...]
    library: Library


def read_shelf(settings: IndexSettings, known: Shelf | None = None) -> Shelf:
    """Reads the current generation's list of articles, without a model.

    Args:
        settings: Of the index.
        known: What was read before; given back if it is still what answers.

    Raises:
        IndexingError: If there is no index or it cannot be read.
    """
    folder = IndexFolder(settings.home)
    manifest = folder.manifest()
    if known and known.manifest == manifest:
        return known
    path = folder.generations / manifest.generation
    articles = read_articles(path)
    library = read_library(path, manifest)
    return Shelf(manifest, tuple(_row(article, library, articles) for article in articles.values()), library)


def _row(article: Article, library: Library, articles: dict[str, Article]) -> Row:
    entry = library.entries.get(article.id, Entry(location="", added=""))
    return Row(
        id=article.id,
        title=article.title,
        publisher=article.publisher,
        author=article.author,
        published=article.published,
        passages=entry.passages,
        added=entry.added,
        source=article.source,
        location=entry.location,
        near=tuple(articles[name].title for name in entry.near if name in articles),
    )


def index_status(settings: IndexSettings) -> dict[str, Any]:
    """What is in the index, as plain JSON types; what ``assistant index status --json`` prints.

    Raises:
        IndexingError: If there is none or it cannot be read.
    """
    shelf = read_shelf(settings)
    manifest = shelf.manifest
    return {
        "home": str(settings.home),
        "generation": manifest.generation,
        "created": manifest.created,
        "embedding_model": {
            "name": manifest.model,
            "precision": manifest.precision,
            "dimension": manifest.dimension,
        },
        "passages": manifest.passages,
        "sources": [
            {"path": None if source == SEEDS else source, "is_seeds": source == SEEDS} for source in manifest.sources
        ],
        "removed": list(shelf.library.removed),
        "last_build": shelf.library.report,
        "articles": [row.to_dict() for row in shelf.rows],
    }
