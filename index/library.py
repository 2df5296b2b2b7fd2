"""What a generation knows of where its articles come from; ``library.json`` in it."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamagedError
from index.manifest import verify_file
from index.types import Skipped

if TYPE_CHECKING:
    from pathlib import Path

    from index.manifest import Manifest

LIBRARY = "library.json"
READERS = 2
"""Version of the readers; files are read again when it is not the one that they were read with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file as it was read.

    Attributes:
        sha256: Of its bytes; what has the same is not read again.
        articles: Ids of the articles in it, in order.
        skipped: What in it is not in the index.
        readers: See :data:`READERS`.
    """

    sha256: str
    articles: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()
    readers: int = READERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the library knows of an article beyond the article itself.

    Attributes:
        location: Absolute path of its file, address, or ``seeds:NAME``.
        added: When it came into the index, UTC, ISO 8601.
        passages: How many it was split into.
        near: Ids of articles that say nearly the same, as of syndicated news.
    """

    location: str
    added: str
    passages: int = 0
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """Where the articles of a generation come from.

    Attributes:
        files: By location.
        entries: By article id.
        removed: Articles that the user took out though their files are still there, as ``location`` or, in a file of
            several, ``location#number``.
        report: Of the build that made the generation, as JSON values.
        splitter: Version of the code that split its articles, see :data:`index.passages.SPLITTER`.
    """

    files: dict[str, FileRecord] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    report: dict[str, Any] = field(default_factory=dict)
    splitter: int = 0


def write_library(folder: Path, library: Library) -> None:
    """Writes the library into a build."""
    # In ASCII, since names of files need not be valid Unicode.
    (folder / LIBRARY).write_text(json.dumps(dataclasses.asdict(library)), encoding="ascii")


def read_library(folder: Path, manifest: Manifest) -> Library:
    """Reads the library of a generation; an empty one if the generation is from before there were any.

    Raises:
        IndexDamagedError: If it is not as it was written.
    """
    if LIBRARY not in manifest.files:
        return Library()
    verify_file(folder, LIBRARY, manifest.files[LIBRARY])
    try:
        values = json.loads((folder / LIBRARY).read_bytes())
        return Library(
            files={location: _file(record) for location, record in values["files"].items()},
            entries={
                name: Entry(**{**entry, "near": tuple(entry["near"])}) for name, entry in values["entries"].items()
            },
            removed=tuple(values["removed"]),
            report=values["report"],
            splitter=values["splitter"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{LIBRARY} of index generation {folder.name} cannot be read.") from error


def _file(values: dict[str, Any]) -> FileRecord:
    skipped = tuple(Skipped(**item) for item in values["skipped"])
    return FileRecord(**{**values, "articles": tuple(values["articles"]), "skipped": skipped})
