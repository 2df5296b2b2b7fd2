"""Keeps an index up to date while files change; the only home of watchfiles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import watch

from index.build import SEEDS, build
from index.embeddings import Embedder, LazyEmbedder
from index.errors import IndexingError
from index.generations import IndexFolder

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from index.pipeline import Progress
    from index.reports import BuildReport
    from index.settings import IndexSettings

_QUIET_MS = 1_000
"""Milliseconds without a change after which a build begins: a file that is being written is not read half."""


def watch_and_build(
    settings: IndexSettings,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Iterator[BuildReport | IndexingError]:
    """Builds again whenever something changes in the sources of the index.

    Args:
        settings: Of the index, which must exist.
        embedder: None to load the one that the settings name, when there is something to embed.
        progress: See :func:`index.build.build`.
        stop: Ends it when set; None: only Ctrl+C does.

    Yields:
        What each build did, or why it failed; it goes on after both.

    Raises:
        KeyboardInterrupt: On Ctrl+C.
    """
    embedder = embedder or LazyEmbedder(settings)
    paths = [Path(source) for source in IndexFolder(settings.home).last_manifest().sources if source != SEEDS]
    # A file is watched by its folder: editors replace files, and a watch on a file ends with it.
    folders = {path if path.is_dir() else path.parent for path in paths if path.exists()}
    for _ in watch(*folders, debounce=10 * _QUIET_MS, step=_QUIET_MS, stop_event=stop, raise_interrupt=True):
        try:
            yield build(settings=settings, embedder=embedder, progress=progress)
        except IndexingError as error:
            yield error
