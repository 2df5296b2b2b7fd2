"""The write path: what the index is to hold. How it gets there: :mod:`index.pipeline`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.addresses import is_address
from index.pipeline import Build, Progress
from index.plans import SEEDS, Former, Plan
from index.readers.formats import is_supported
from index.reading import is_found_in
from index.removing import find_removed
from index.reports import BuildReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.embeddings import Embedder
    from index.settings import IndexSettings

__all__ = ["SEEDS", "BuildReport", "Progress", "add", "build", "remove"]


def build(
    sources: Sequence[Path | str] | None = None,
    *,
    home: Path | None = None,
    settings: IndexSettings | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> BuildReport:
    """Makes an index that holds exactly the articles of ``sources``, and publishes it.

    Until the new generation is published the old one answers; if anything fails, or the process is killed, it goes on
    answering. The sources are only read. What has not changed is neither read nor embedded again.

    Args:
        sources: Files, folders, and web addresses if the settings allow the network; :data:`SEEDS` stands for the
            installed articles. None: the sources of the index as
            it is, or the seeds if there is none; articles that were removed then stay away.
        home: Where the index is; None for that of the settings.
        settings: None for :class:`IndexSettings` as the environment says.
        embedder: None to load the one that the settings name.
        progress: Is called now and then, from this thread.
        dry_run: Only find out what would change.

    Raises:
        SourceError: If a named source is not there, or no article at all was found.
        IndexingError: Whatever else goes wrong, by kind.
    """

    def plan(former: Former, roots: tuple[str, ...]) -> Plan:
        if sources is None:
            # Not even for a damaged index do the user's articles give way to the seeds.
            known = roots or (SEEDS,)
            return Plan(known, known, is_explicit=False, removed=frozenset(former.library.removed))
        named = _absolute(sources)
        return Plan(named, named, is_explicit=True)

    return Build(home, settings, embedder, progress).run(plan, dry_run=dry_run)


def add(
    sources: Sequence[Path | str],
    *,
    home: Path | None = None,
    settings: IndexSettings | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> BuildReport:
    """Adds the articles of ``sources`` to the index; files that it knows take the place of their former version.

    All other articles stay as they are. What is named comes back if it was removed, but not what else lies in a named
    folder. Arguments and errors are those of :func:`build`.
    """

    def plan(former: Former, roots: tuple[str, ...]) -> Plan:
        named = _absolute(sources)
        wanted = _without_covered(tuple(dict.fromkeys([*roots, *named])))
        removed = frozenset(key for key in former.library.removed if key.rpartition("#")[0] not in named)
        # An index that is damaged, or from before it knew its files, is read anew as a whole.
        to_read = named if former.library.files else wanted
        return Plan(wanted, to_read, is_explicit=True, removed=removed - set(named))

    return Build(home, settings, embedder, progress).run(plan, dry_run=dry_run)


def remove(
    names: Sequence[Path | str],
    *,
    home: Path | None = None,
    settings: IndexSettings | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> BuildReport:
    """Takes articles out of the index; their files are left alone, and later builds leave them out.

    Args:
        names: Of articles (id, title or file name) or of files and folders.
        home: As for :func:`build`, like everything behind it.
        settings: See there.
        embedder: See there.
        progress: See there.
        dry_run: See there.

    Raises:
        SourceError: If a name is that of no article, of several, or if no article would be left.
        IndexMissingError: If there is no index.
        IndexingError: Whatever else goes wrong, by kind.
    """

    def plan(former: Former, roots: tuple[str, ...]) -> Plan:
        removed = find_removed(former, roots, [str(name) for name in names])
        left = tuple(root for root in roots if root not in removed)
        return Plan(left, (), is_explicit=False, removed=frozenset(former.library.removed) | removed)

    return Build(home, settings, embedder, progress).run(plan, dry_run=dry_run)


def _without_covered(roots: tuple[str, ...]) -> tuple[str, ...]:
    """Roots without the files that are found in other roots anyway: a file would else outlive its folder as a root."""
    folders = [Path(root) for root in roots if _is_folder(root)]
    return tuple(
        root
        for root in roots
        if root == SEEDS
        or is_address(root)
        or not (is_supported(root) and any(is_found_in(Path(root), folder) for folder in folders))
    )


def _is_folder(root: str) -> bool:
    return root != SEEDS and not is_address(root) and Path(root).is_dir()


def _absolute(sources: Sequence[Path | str]) -> tuple[str, ...]:
    """Names of sources as the index keeps them: absolute paths, addresses, :data:`SEEDS`."""
    names = (str(source) for source in sources)
    kept = (name if name == SEEDS or is_address(name) else str(Path(name).expanduser().absolute()) for name in names)
    return tuple(dict.fromkeys(kept))
