"""What can go wrong in the index, as messages for people.

::

    IndexingError
    ├── SourceError          a file or folder cannot be read as an article
    ├── ModelError           the embedding model is missing, damaged or unknown
    ├── SettingsError        a setting has no usable value
    ├── IndexMissingError    there is no index yet
    ├── IndexDamagedError    files of the index are not as they were written
    ├── IndexMismatchError   the index was made with another embedding model
    ├── IndexBusyError       another process is building
    └── StorageError         the disk or its permissions say no

Each message says what happened, to which file or setting, and what to do next, in one line. Errors of libraries
are translated where they arise and kept as ``__cause__``.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class IndexingError(Exception):
    """Anything that the index reports; its text is one line for people.

    Attributes:
        exit_code: What the terminal command returns, after ``sysexits.h``.
    """

    exit_code = 1


class SourceError(IndexingError):
    """A file or folder cannot be read as an article."""

    exit_code = 65  # EX_DATAERR

    def __init__(self, source: Path | str, reason: str) -> None:
        super().__init__(f"{printable(source)}: {reason}")
        self.source = str(source)
        self.reason = reason


class ModelError(IndexingError):
    """The embedding model is missing, damaged or unknown."""

    exit_code = 69  # EX_UNAVAILABLE


class SettingsError(IndexingError):
    """A setting has no usable value."""

    exit_code = 78  # EX_CONFIG


class IndexMissingError(IndexingError):
    """There is no index yet."""

    exit_code = 66  # EX_NOINPUT


class IndexDamagedError(IndexingError):
    """Files of the index are not as they were written."""

    exit_code = 65


class IndexMismatchError(IndexingError):
    """The index was made with another embedding model."""

    exit_code = 78


class IndexBusyError(IndexingError):
    """Another process is building."""

    exit_code = 75  # EX_TEMPFAIL


class StorageError(IndexingError):
    """The disk or its permissions say no."""

    exit_code = 74  # EX_IOERR


def printable(value: Path | str) -> str:
    """A path as it can be shown: undecodable and control characters escaped, so that a name cannot fake a message."""
    text = str(value)
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode() for char in text
    )


_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.EACCES: "permission denied; choose another folder with ASSISTANT_HOME or change its permissions",
    errno.EPERM: "not permitted; choose another folder with ASSISTANT_HOME or change its permissions",
    errno.EROFS: "the file system is read-only; choose another folder with ASSISTANT_HOME",
    errno.ENOTDIR: "a file stands where a folder is needed; choose another folder with ASSISTANT_HOME",
    errno.EEXIST: "a file stands where a folder is needed; choose another folder with ASSISTANT_HOME",
    errno.EMFILE: "too many open files; raise the limit (ulimit -n) and try again",
    errno.EIO: "the disk reports an input/output error; check the disk, then try again",
    errno.EFBIG: "a file grew beyond the allowed size; raise the limit (ulimit -f) and try again",
}


def advice_on(error: OSError) -> str:
    """What the operating system's error means and what to do, as the rest of a sentence."""
    return _ADVICE.get(error.errno or 0, f"{error.strerror or error}; check the folder, then try again")


@contextmanager
def storage_errors(doing: str, path: Path) -> Iterator[None]:
    """Translates the operating system's errors while working on the index folder.

    Args:
        doing: What was being done, as in "write the index".
        path: Where; named in the message unless the error names a more exact path.

    Raises:
        StorageError: For every OSError inside.
    """
    try:
        yield
    except OSError as error:
        where = printable(error.filename or path)
        raise StorageError(
            f"Could not {doing} in {where}: {advice_on(error)}. The index is as it was before."
        ) from error
