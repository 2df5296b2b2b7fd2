"""The vectors of a generation, verified and opened alone."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from index.generations import IndexFolder, PrivateCopy
from index.vectors import VectorStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.manifest import Manifest


@contextlib.contextmanager
def open_vectors(folder: IndexFolder, generation: Path, manifest: Manifest) -> Iterator[VectorStore]:
    """The vectors of a generation alone, verified, in a private copy that goes when the block ends.

    Raises:
        IndexDamagedError: If they are not as they were written.
        StorageError: If the copy cannot be written.
    """
    copy = PrivateCopy(folder, generation, vector_files(manifest))
    try:
        store = VectorStore.open(copy.folder / "chroma")
        try:
            yield store
        finally:
            store.close()
    finally:
        copy.close()


def vector_files(manifest: Manifest) -> dict[str, str]:
    """The files of a generation that hold its vectors, with their sha256."""
    return {name: sha256 for name, sha256 in manifest.files.items() if name.startswith("chroma/")}
