"""The index on disk: generations that never change once published, and the pointer to the current one.

::

    HOME/index/
        CURRENT                 "000007 <sha256 of its manifest>"
        LOCK                    held by the operating system for the one process that builds
        generations/000007/     manifest.json, articles.jsonl, passages.jsonl, chroma/, keywords/
        building/               what a build has not published yet; of no meaning to readers
        readers/                private copies of chroma/, one for each process that has the index open
        set-aside/              generations that were found damaged; never deleted by us

A build writes into ``building/``, checks the result, renames it into ``generations/`` and replaces ``CURRENT``.
Whatever moment the process dies at, ``CURRENT`` names a whole generation: the old or the new one.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from index.errors import IndexBusyError, IndexDamagedError, IndexMissingError, StorageError, printable, storage_errors
from index.manifest import Manifest, fsync, read_manifest, verify_file

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"\d{6,}")
KEPT = 2
"""Generations that stay on disk: the current one and the one before."""


class IndexFolder:
    """The folder of one index.

    Args:
        home: See :attr:`index.settings.IndexSettings.home`.
    """

    def __init__(self, home: Path) -> None:
        self.root = home / "index"
        self.generations = self.root / "generations"
        self.building = self.root / "building"
        self.readers = self.root / "readers"
        self.set_aside = self.root / "set-aside"
        self.current = self.root / "CURRENT"

    @contextlib.contextmanager
    def write_lock(self) -> Iterator[None]:
        """Holds the one right to change the index; the operating system takes it back when the process dies.

        Raises:
            IndexBusyError: If another process holds it.
            StorageError: If the folder cannot be made or written.
        """
        lock = FileLock(self.root / "LOCK", timeout=0)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise IndexBusyError(
                f"Another process is building the index in {printable(self.root)}. Wait until it is done."
            ) from None
        except OSError as error:
            raise StorageError(
                f"Could not write to {printable(self.root)} ({error.strerror}). "
                "Choose another folder with ASSISTANT_HOME."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def new_building(self) -> Path:
        """An empty private folder for a build. To be called under the lock; clears what killed builds left."""
        shutil.rmtree(self.building, ignore_errors=True)
        self.building.mkdir(parents=True, exist_ok=True)
        return self.building

    def next_name(self) -> str:
        """Name for the next generation: one more than any that was ever used here."""
        used = [int(entry.name[:6]) for folder in (self.generations, self.set_aside) for entry in _numbered(folder)]
        return f"{max(used, default=0) + 1:06d}"

    def publish(self, folder: Path, name: str, manifest_sha256: str) -> None:
        """Makes a finished and checked build the current generation. To be called under the lock.

        Args:
            folder: The build; its files are on the disk already (:func:`index.manifest.write_manifest`).
            name: The generation's name.
            manifest_sha256: What :func:`index.manifest.write_manifest` returned.
        """
        self.generations.mkdir(exist_ok=True)
        folder.rename(self.generations / name)
        fsync(self.generations)
        pointer = self.root / "CURRENT.new"
        pointer.write_text(f"{name} {manifest_sha256}\n", encoding="ascii")
        fsync(pointer)
        pointer.replace(self.current)
        # From here on the new generation answers. Should a power cut undo that, the old one is still there.
        with contextlib.suppress(OSError):
            fsync(self.root)

    def remove_old(self) -> None:
        """Deletes generations beyond the last :data:`KEPT` and copies of readers that are gone. Under the lock."""
        shutil.rmtree(self.building, ignore_errors=True)
        current = self.current_name()
        if current is None:
            return  # nobody knows which one must stay
        names = [name for name in self._published() if name != current]
        for name in names[KEPT - 1 :]:
            # Renamed first: a generation is there whole or not at all, even if we are killed while deleting.
            with contextlib.suppress(OSError):
                (self.generations / name).rename(self.building)
                shutil.rmtree(self.building, ignore_errors=True)
        for copy in sorted({entry.with_suffix("") for entry in self.readers.glob("*")}):
            lock_file = copy.with_suffix(".lock")
            with contextlib.suppress(Timeout, OSError), FileLock(lock_file, timeout=0):
                shutil.rmtree(copy, ignore_errors=True)
                lock_file.unlink(missing_ok=True)

    def candidates(self) -> list[tuple[Path, str | None]]:
        """Generations in the order in which to try them: the current one, then the others from new to old.

        Each is given with the sha256 that its manifest must have, where ``CURRENT`` says so.

        Raises:
            StorageError: If the disk does not say which there are.
        """
        pointer = self._pointer()
        first = [(self.generations / pointer[0], pointer[1])] if pointer else []
        with storage_errors("list the index", self.root):
            names = self._published()
        others = [(self.generations / name, None) for name in names if not pointer or name != pointer[0]]
        return [*first, *others]

    def current_name(self) -> str | None:
        """Name of the generation that ``CURRENT`` points to; None if there is none or the pointer is broken."""
        pointer = self._pointer()
        return pointer[0] if pointer else None

    def manifest(self) -> Manifest:
        """Manifest of the first readable candidate, its files not verified.

        Raises:
            IndexMissingError: If there never was an index.
            IndexDamagedError: If there is one, but no manifest of it can be read, or all of it was set aside.
        """
        problem: IndexDamagedError | None = None
        for folder, expected in self.candidates():
            try:
                return read_manifest(folder, expected)
            except IndexDamagedError as error:
                problem = problem or error
        raise problem or self.absence()

    def last_manifest(self) -> Manifest:
        """Manifest of the current generation; if it is damaged, of the newest that can be read, even if set aside.

        Raises:
            IndexMissingError: If there never was an index.
            IndexDamagedError: If there is nothing left of it that can be read.
        """
        pointer = self._pointer()
        if pointer:
            with contextlib.suppress(IndexDamagedError):
                return read_manifest(self.generations / pointer[0], pointer[1])
        with storage_errors("list the index", self.root):
            places = [*_numbered(self.generations), *_numbered(self.set_aside)]
        for place in sorted(places, key=lambda place: place.name, reverse=True):
            with contextlib.suppress(IndexDamagedError):
                return read_manifest(place)
        if not places:
            raise self.absence()
        raise IndexDamagedError(
            "The index is damaged and does not say any more what it was made of. Name your files and folders: "
            "assistant index rebuild SOURCE..."
        )

    def verify_current(self) -> Manifest:
        """Reads every file of the current generation; gives its manifest.

        Raises:
            IndexMissingError: If there never was an index.
            IndexDamagedError: With the file that is not as it was written, or if nothing says which one is current.
        """
        pointer = self._pointer()
        if pointer is None:
            if not self.candidates():
                raise self.absence()
            raise IndexDamagedError("The index does not say which generation is the current one.")
        manifest = read_manifest(self.generations / pointer[0], pointer[1])
        for name, sha256 in manifest.files.items():
            verify_file(self.generations / pointer[0], name, sha256)
        return manifest

    def absence(self) -> IndexMissingError | IndexDamagedError:
        """What to raise if there is no candidate: nothing was ever published, or all of it was set aside."""
        with storage_errors("list the index", self.root):
            aside = _numbered(self.set_aside)
        if aside:
            return IndexDamagedError(f"The index in {printable(self.root)} was found damaged and was set aside.")
        return IndexMissingError(f"There is no index in {printable(self.root)} yet. Build it: assistant index rebuild")

    def put_aside(self, folder: Path) -> None:
        """Moves a damaged generation out of the way, unless a build is going on or the disk says no."""
        with contextlib.suppress(IndexBusyError, StorageError, OSError), self.write_lock():
            self.set_aside.mkdir(exist_ok=True)
            target = self.set_aside / folder.name
            suffix = 1
            while target.exists():
                suffix += 1
                target = self.set_aside / f"{folder.name}-{suffix}"
            folder.rename(target)

    def _pointer(self) -> tuple[str, str] | None:
        try:
            name, sha256 = self.current.read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return None
        return (name, sha256) if _NAME.fullmatch(name) and (self.generations / name).is_dir() else None

    def _published(self) -> list[str]:
        return sorted((entry.name for entry in _numbered(self.generations)), reverse=True)


class PrivateCopy:
    """A verified copy of some of a generation's files, for as long as this process needs it.

    It is held by an operating-system lock, so that a copy whose process was killed can be told from one in use.

    Args:
        index_folder: Whose ``readers/`` to use.
        generation: Folder of the generation.
        names: Relative paths of the files with their sha256.

    Raises:
        IndexDamagedError: If a file is not as it was written.
        StorageError: If the copy cannot be written.
    """

    def __init__(self, index_folder: IndexFolder, generation: Path, names: dict[str, str]) -> None:
        name = f"{generation.name}-{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = index_folder.readers / name
        lock = FileLock(index_folder.readers / f"{name}.lock", timeout=10)
        # Also runs when the interpreter ends, so that a forgotten close() leaves nothing behind.
        self._remove = weakref.finalize(self, _remove_copy, self.folder, lock, os.getpid())
        try:
            index_folder.readers.mkdir(parents=True, exist_ok=True)
            lock.acquire()
            for file, sha256 in names.items():
                verify_file(generation, file, sha256, copy_to=self.folder)
        except IndexDamagedError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise StorageError(
                f"Could not open the index: {printable(index_folder.readers)} cannot be written ({error.strerror}). "
                "Free some space or change its permissions, then try again."
            ) from error

    def close(self) -> None:
        """Removes the copy; may be called twice."""
        self._remove()


def _remove_copy(folder: Path, lock: FileLock, owner: int) -> None:
    if os.getpid() != owner:
        return  # a forked child ends, but the copy is its parent's
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _numbered(folder: Path) -> list[Path]:
    try:
        # Not glob(), for which a folder that may not be read is an empty one.
        return sorted(entry for entry in folder.iterdir() if _NAME.match(entry.name))
    except FileNotFoundError:
        return []
