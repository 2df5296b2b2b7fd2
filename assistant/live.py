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
WORTH_WAITING = 0.5
"""Seconds that a question waits for a newer generation to be opened; a large one takes several."""


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
        """The index to answer from. A newer one is opened beside it; one that cannot be is reported and left alone."""
        now = time.monotonic()
        if now - self._looked >= CHECK_EVERY and self._lock.acquire(blocking=False):
            opening = None
            try:
                self._looked = now
                name = self._folder.current_name()
                if name is not None and name != self._seen:
                    opening = threading.Thread(target=self._follow, args=(name,), name="open-index", daemon=True)
                    opening.start()
            finally:
                if opening is None or opening.ident is None:
                    self._lock.release()
            if opening:
                opening.join(WORTH_WAITING)
        return self._index

    def refresh(self) -> None:
        """Opens the newest generation now, if another answers, and waits for it: for whoever has just published one.

        What can go wrong with it is reported as by :meth:`get`, and is no error here.
        """
        with self._lock:
            self._looked = time.monotonic()
            name = self._folder.current_name()
            if name is not None and name != self._seen:
                self._try(name)

    def _follow(self, name: str) -> None:
        try:
            self._try(name)
        finally:
            self._lock.release()

    def _try(self, name: str) -> None:
        try:
            self._open(name)
        except Exception:
            log.exception("The new index generation %s could not be opened.", name)
            self._looked = time.monotonic() + TRY_AGAIN_AFTER - CHECK_EVERY

    def _open(self, name: str) -> None:
        try:
            index = Index.open(settings=self._settings, embedder=self._index.embedder)
            # What is read at the first use should not be read while somebody waits.
            index.search(index.mended("What is new?"), 1)
            # The former one is closed when the last question that uses it has let go of it.
            self._index = index
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
