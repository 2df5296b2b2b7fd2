"""The first start: an index of the installed articles where there is none and nobody named another place."""

from __future__ import annotations

import logging
import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import InterruptedBuildError
from index.build import SEEDS, BuildReport, build
from index.errors import IndexBusyError, IndexMissingError, printable
from index.generations import IndexFolder
from index.settings import default_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.settings import Settings
    from index.build import Progress
    from index.embeddings import Embedder

log = logging.getLogger(__name__)


def is_missing(settings: Settings) -> bool:
    """Whether no generation was ever published in the settings' home; a damaged index is not missing."""
    folder = IndexFolder(settings.index.home)
    return not folder.candidates() and not any(folder.set_aside.glob("*"))


def refuse_named_home_without_index(settings: Settings) -> None:
    """For commands that would make an index of the seeds where there is none.

    In the default home that is what a first start is for. A home that was named and holds no index is more likely a
    slip of the finger, and answers from two articles that nobody asked for would hide it.

    Raises:
        IndexMissingError: If the settings name another home than the default one, and it holds no index.
    """
    home = settings.index.home
    if home == default_home() or not is_missing(settings):
        return
    if not home.exists():
        found = "there is no such folder"
    else:
        found = "there is none in this folder" if any(home.iterdir()) else "the folder is empty"
    raise IndexMissingError(
        f"No index in {printable(home)}: {found}. If the name is right, make one there of your articles: "
        f"assistant index rebuild ARTICLES --home {shlex.quote(printable(home))} "
        "(with --seeds in place of ARTICLES: of the two example articles)."
    )


def build_if_missing(
    settings: Settings, embedder: Embedder | None = None, progress: Progress | None = None
) -> BuildReport | None:
    """Builds an index of the seeds if there is none; in a home that was named, the log says so.

    Returns:
        What was built, or None if there is an index.

    Raises:
        IndexingError: If it cannot be built.
    """
    if not is_missing(settings):
        return None
    if settings.index.home != default_home():
        log.warning("No index in %s yet: making one of the two example articles.", printable(settings.index.home))
    try:
        return build([SEEDS], settings=settings.index, embedder=embedder, progress=progress)
    except IndexBusyError:
        if is_missing(settings):
            raise
        return None  # another process was quicker


@contextmanager
def interruptible(settings: Settings) -> Iterator[None]:
    """Says what a build inside that is ended by Ctrl+C leaves behind.

    Raises:
        InterruptedBuildError: In place of KeyboardInterrupt.
    """
    before = IndexFolder(settings.index.home).current_name()
    try:
        yield
    except KeyboardInterrupt:
        if is_missing(settings):
            left = "there is no index yet"
        elif IndexFolder(settings.index.home).current_name() == before:
            left = "the index is as it was before"
        else:
            left = "the new index was complete already"
        raise InterruptedBuildError(f"interrupted; {left}.") from None
