"""The index that answers now: opened once, replaced when a newer generation is published."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from index.errors import IndexDamagedError, IndexingError, IndexMismatchError
from index.generations import IndexFolder
from index.search import Index

if TYPE_CHECKING:
    from index.embeddings import Embedder
    from index.settings import IndexSettings

log = logging.getLogger(__name__)

CHECK_EVERY = 1.0
"""Seconds between two looks at the pointer on disk."""
TRY_AGAIN_AFTER = 10.0
"""Seconds until a new generation is tried again that could not be opened for a reason that may pass."""


class LiveIndex:
    """Gives the newest published generation, opened; every question keeps the one it was given.

    Args:
        settings: Of the index.
        embedder: None to load the one that the settings name.

    Raises:
        IndexingError: If there is no index to open; see :meth:`index.search.Index.open`.
    """

    def __init__(self, settings: IndexSettings, embedder: Embedder | None = None) -> None:
        self._settings = settings
        self._folder = IndexFolder(settings.home)
        self._lock = threading.Lock()
        self._seen = self._folder.current_name()
        self._reported = ""
        self._looked = time.monotonic()
        self._index = Index.open(settings=settings, embedder=embedder)

    def get(self) -> Index:
        """The index to answer from. A newer one that cannot be opened is reported and left alone."""
        now = time.monotonic()
        if now - self._looked >= CHECK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = now
                self._follow()
            finally:
                self._lock.release()
        return self._index

    def _follow(self) -> None:
        name = self._folder.current_name()
        if name is None or name == self._seen:
            return
        try:
            # The former one is closed when the last question that uses it has let go of it.
            self._index = Index.open(settings=self._settings, embedder=self._index.embedder)
            self._seen = name
        except (IndexDamagedError, IndexMismatchError) as error:
            self._seen = name
            self._report(name, error)
        except IndexingError as error:
            # A full disk or too many open files may pass; try again, but not at every question.
            self._looked = time.monotonic() + TRY_AGAIN_AFTER - CHECK_EVERY
            self._report(name, error)

    def _report(self, name: str, error: IndexingError) -> None:
        if self._reported != name:
            log.warning("The new index generation %s cannot be used: %s", name, error)
        self._reported = name
        self._index.notice = f"A newer index cannot be used: {error}"
