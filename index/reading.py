"""Files behind what the user named, and their bytes."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourceError, printable
from index.readers.limits import MAX_FILE_BYTES, megabytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, and how it is named to people.

    Attributes:
        path: Where it is.
        name: As it can be shown: the path relative to the folder that was given, or the file's own name.
        is_named: Whether the user named this very file; links to it are then followed.
        problem: Why nothing can be read there, of a folder that cannot be opened; else empty.
        address: Where it is on the web; ``path`` then means nothing.
    """

    path: Path
    name: str
    is_named: bool = False
    problem: str = ""
    address: str = ""


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """The files behind what the user named: files themselves, and everything in folders, sorted, at any depth.

    Hidden files and folders are passed over, links in folders are never followed. A folder in a folder that cannot be
    opened comes as a source with a problem.

    Raises:
        SourceError: If a named path does not exist, is no file or folder, or is a folder that cannot be opened.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
            raise SourceError(path, "there is no such file or folder; check the name") from error
        except OSError as error:
            raise SourceError(path, f"cannot be opened ({error.strerror})") from error
        if stat.S_ISDIR(mode):
            yield from _walk(path)
        elif stat.S_ISREG(mode):
            yield Source(path, printable(path.name), is_named=True)
        else:
            raise SourceError(path, "is no regular file; name a file or a folder of files")


def _walk(root: Path) -> Iterator[Source]:
    # No recursion: folders may be nested deeper than Python calls.
    pending = [(root, True)]
    while pending:
        path, is_folder = pending.pop()
        if not is_folder:
            yield Source(path, printable(path.relative_to(root).as_posix()))
            continue
        try:
            with os.scandir(path) as entries:
                inside = [
                    (Path(entry.path), entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if not entry.name.startswith(".") and not entry.is_symlink()
                ]
        except OSError as error:
            reason = f"the folder cannot be opened ({error.strerror})"
            if path == root:
                raise SourceError(path, reason) from error
            yield Source(path, printable(path.relative_to(root).as_posix()), problem=reason)
            continue
        pending += sorted(inside, key=lambda entry: entry[0].name, reverse=True)


def is_found_in(path: Path, folder: Path) -> bool:
    """Whether :func:`find_sources` comes upon a file when it is given a folder; both absolute."""
    if not path.is_relative_to(folder) or path == folder:
        return False
    inside = path.relative_to(folder).parts
    steps = [folder.joinpath(*inside[:depth]) for depth in range(1, len(inside) + 1)]
    return not any(step.name.startswith(".") or step.is_symlink() for step in steps) and ".." not in inside


def bytes_of(source: Source) -> bytes:
    """A file's content.

    Raises:
        SourceError: If it is not there, is no regular file, cannot be opened or is too large.
    """
    try:
        status = source.path.lstat() if not source.is_named else source.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(source.name, "is no regular file")
        # It may have become something else since it was looked at: a link out of the folder, a pipe that blocks.
        flags = os.O_RDONLY | os.O_NONBLOCK | (0 if source.is_named else os.O_NOFOLLOW)
        with open(os.open(source.path, flags), "rb") as file:  # noqa: PTH123 - by its descriptor
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(source.name, "is no regular file")
            # It may grow while it is read.
            content = file.read(MAX_FILE_BYTES + 1) if status.st_size <= MAX_FILE_BYTES else b""
    except OSError as error:
        if error.errno == errno.ELOOP and not source.is_named:
            raise SourceError(source.name, "is no regular file") from error
        raise SourceError(source.name, f"cannot be opened ({error.strerror})") from error
    if max(status.st_size, len(content)) > MAX_FILE_BYTES:
        raise SourceError(source.name, f"is larger than {megabytes(MAX_FILE_BYTES)}; split it into articles")
    return content
