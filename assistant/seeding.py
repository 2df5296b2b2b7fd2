"""The first start: an index of the installed articles where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.build import SEEDS, BuildReport, build
from index.errors import IndexBusyError
from index.generations import IndexFolder

if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.build import Progress
    from index.embeddings import Embedder


def is_missing(settings: Settings) -> bool:
    """Whether no generation was ever published in the settings' home; a damaged index is not missing."""
    folder = IndexFolder(settings.index.home)
    return not folder.candidates() and not any(folder.set_aside.glob("*"))


def build_if_missing(
    settings: Settings, embedder: Embedder | None = None, progress: Progress | None = None
) -> BuildReport | None:
    """Builds an index of the seeds if there is none.

    Returns:
        What was built, or None if there is an index.

    Raises:
        IndexingError: If it cannot be built.
    """
    if not is_missing(settings):
        return None
    try:
        return build([SEEDS], settings=settings.index, embedder=embedder, progress=progress)
    except IndexBusyError:
        if is_missing(settings):
            raise
        return None  # another process was quicker
