"""The reader for zip archives: each member goes to the reader for its own ending."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.readers.limits import MAX_ARTICLES_IN_FILE
from index.readers.zipped import Zipped, shown_path
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[bytes, str], Iterator[Article | Skipped]]

_ARCHIVES = frozenset((".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar"))


def read_zip(
    content: bytes, name: str, read: Reader, is_supported: Callable[[str], bool]
) -> Iterator[Article | Skipped]:
    """Reads an archive's members in the archive's order; each is known as ``NAME/path/in/archive``.

    Folders, hidden files and what macOS adds are passed over. A member that is no good is left out with its reason,
    and the others are read.

    Args:
        content: The archive.
        name: What people know it by.
        read: Reads a member.
        is_supported: Whether there is a reader for a name's ending.

    Raises:
        SourceError: If the archive as a whole is no good.
    """
    archive = Zipped(content, name)
    count = 0
    for member in archive.members:
        path = shown_path(member.filename)
        source = f"{name}/{path}"
        if any(part.startswith(".") or part == "__MACOSX" for part in path.split("/")):
            continue
        if PurePosixPath(path).suffix.lower() in _ARCHIVES:
            yield Skipped(source, "archives in archives are not read; unpack it")
        elif not is_supported(path):
            yield Skipped(source, "this format is not read", is_problem=False)
        else:
            try:
                for found in read(archive.read(member, source), source):
                    count += isinstance(found, Article)
                    if count > MAX_ARTICLES_IN_FILE:
                        yield Skipped(
                            source, f"the archive holds more than {MAX_ARTICLES_IN_FILE:,} articles; split it"
                        )
                        return
                    yield found
            except SourceError as error:
                yield Skipped(source, error.reason)
