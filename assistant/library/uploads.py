"""Files that came through the page: stored under names of their own beside the index, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

from index.errors import SourceError, storage_errors
from index.manifest import fsync
from index.readers.formats import READERS, is_supported
from index.readers.limits import MAX_FILE_BYTES, megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

MAX_NAME_BYTES = 150
"""Of a stored name in UTF-8; file systems allow 255, and a number may be added."""
_PART = ".upload-"
_ABANDONED_AFTER = 3600.0
_ODD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that no file name needs: controls, marks that turn the direction of text, half characters."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was stored.

    Attributes:
        path: Where it is now.
        is_new: Whether it was not there before with this content.
    """

    path: Path
    is_new: bool


class Upload:
    """A file on its way: a context manager that takes pieces, and leaves nothing behind unless it is kept.

    Args:
        folder: Where uploads are stored; made if need be.
        name: What the sender calls the file.

    Raises:
        SourceError: If the name is that of no supported format.
        StorageError: If nothing can be stored there.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = safe_name(name)
        if not is_supported(self._name):
            raise SourceError(self._name, f"this format is not read; supported are {', '.join(READERS)}")
        with storage_errors("store the file", folder):
            folder.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(folder)
            descriptor, path = tempfile.mkstemp(prefix=_PART, dir=folder)
        self._path = Path(path)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        """Takes the next piece of the file.

        Raises:
            SourceError: If the file is too large.
            StorageError: If it cannot be stored.
        """
        self._size += len(piece)
        if self._size > MAX_FILE_BYTES:
            raise SourceError(self._name, f"is larger than {megabytes(MAX_FILE_BYTES)}; split it into articles")
        self._hash.update(piece)
        with storage_errors("store the file", self._folder):
            self._file.write(piece)

    def keep(self) -> Stored:
        """Gives the file its name. Another one of that name gets a number; the same one is not stored twice.

        Raises:
            SourceError: If the file is empty.
            StorageError: If it cannot be stored.
        """
        if not self._size:
            raise SourceError(self._name, "the file is empty")
        with storage_errors("store the file", self._folder):
            self._file.flush()
            os.fsync(self._file.fileno())
            for path in _candidates(self._folder, self._name):
                try:
                    # Takes the name, so that nobody else can. Who dies now leaves an empty file, which no reader takes.
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                except FileExistsError:
                    if _is_same(path, self._size, self._hash.digest()):
                        return Stored(path, is_new=False)
                    continue
                self._path.replace(path)
                fsync(self._folder)
                return Stored(path, is_new=True)
        raise AssertionError("names do not run out")


def safe_name(name: str) -> str:
    """A name for a file as its sender called it: without folders, controls and leading dots, and not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in _ODD)
    kept = re.sub(r'[<>:"|?*\s]+', " ", kept).strip().rstrip(" .")
    suffix = PurePosixPath(f"x{kept}").suffix  # of a name that is nothing but an ending, too
    suffix = suffix if len(suffix.encode()) <= MAX_NAME_BYTES // 5 else ""
    stem = kept[: len(kept) - len(suffix)].strip(" .")
    stem = stem.encode()[: MAX_NAME_BYTES - len(suffix.encode())].decode(errors="ignore").strip(" .")
    return f"{stem or 'article'}{suffix}"


def _candidates(folder: Path, name: str) -> Iterator[Path]:
    yield folder / name
    plain = PurePosixPath(name)
    for number in range(2, 10_000):
        yield folder / f"{plain.stem} ({number}){plain.suffix}"


def _is_same(path: Path, size: int, digest: bytes) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() == digest


def _remove_abandoned(folder: Path) -> None:
    """Removes what uploads left that were killed; those of now are let be."""
    for path in folder.glob(f"{_PART}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED_AFTER:
                path.unlink()
