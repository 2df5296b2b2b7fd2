"""Articles in, searchable passages out.

>>> from index import Index, build
>>> build(["my-articles/"])  # doctest: +SKIP
>>> Index.open().search("When will Apophis pass Earth?", k=3)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import add, build, remove
    from index.errors import IndexingError
    from index.reports import BuildReport, Change
    from index.search import Index
    from index.settings import IndexSettings
    from index.types import Article, Hit, Passage, Skipped

__all__ = [
    "Article",
    "BuildReport",
    "Change",
    "Hit",
    "Index",
    "IndexSettings",
    "IndexingError",
    "Passage",
    "Skipped",
    "add",
    "build",
    "remove",
]

_HOMES = {
    "Article": "index.types",
    "BuildReport": "index.reports",
    "Change": "index.reports",
    "Hit": "index.types",
    "Index": "index.search",
    "IndexSettings": "index.settings",
    "IndexingError": "index.errors",
    "Passage": "index.types",
    "Skipped": "index.types",
    "add": "index.build",
    "build": "index.build",
    "remove": "index.build",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Imports a public name when it is first used, so that reading settings does not wait for Chroma."""
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
