"""Which articles a user means by a name, when they are to be removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexMissingError, SourceError
from index.gathering import removal_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.plans import Former

_SHORTEST_ID = 6


def find_removed(former: Former, roots: Sequence[str], names: Sequence[str]) -> frozenset[str]:
    """What the library is to keep away, as :attr:`index.library.Library.removed` names it.

    Args:
        former: The index as it is.
        roots: Of the index; one that is named goes as a whole.
        names: An article's id (or its first six digits or more), title or file name, or the path of a file or folder.

    Raises:
        IndexMissingError: If there is no index.
        SourceError: If a name is that of no article, or of several, or if nothing would be left.
    """
    if not former.articles:
        raise IndexMissingError("There is no index yet from which anything could be removed.")
    if not former.library.files:
        raise SourceError(names[0], "the index does not know its files yet; do this first: assistant index rebuild")
    gone: set[str] = set()
    removed: set[str] = set()
    for name in names:
        ids = _meant(former, name)
        gone |= ids
        path = str(Path(name).expanduser().absolute())
        if path in roots or name in roots:
            removed.add(path if path in roots else name)
        for article_id in ids:
            removed |= _keys(former, article_id)
    if gone >= set(former.articles):
        raise SourceError(", ".join(names), "no article would be left; an index holds at least one")
    return frozenset(removed)


def _meant(former: Former, name: str) -> set[str]:
    path = str(Path(name).expanduser().absolute())
    below = {
        article_id
        for location, record in former.library.files.items()
        if location in (path, name) or location.startswith((path.rstrip("/") + "/", name if name == "seeds:" else "\0"))
        for article_id in record.articles
        if article_id in former.articles
    }
    if below:
        return below
    articles = former.articles.values()
    for found in (
        {article.id for article in articles if len(name) >= _SHORTEST_ID and article.id.startswith(name)},
        {article.id for article in articles if article.source == name},
        {article.id for article in articles if article.title.casefold() == name.casefold()},
    ):
        if len(found) > 1:
            raise SourceError(name, f"is the name of {len(found)} articles; name one by its id (assistant index list)")
        if found:
            return found
    raise SourceError(name, "is no article of the index; see the list: assistant index list")


def _keys(former: Former, article_id: str) -> set[str]:
    """Every place that an article was read from."""
    return {
        location if len(record.articles) == 1 else removal_key(location, record.articles.index(article_id) + 1)
        for location, record in former.library.files.items()
        if article_id in record.articles
    }
