"""A new generation is embedded and written; what the generation before has already is taken over."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import numpy as np

from index.errors import IndexDamagedError, StorageError
from index.manifest import Manifest, read_manifest, verify_file, write_manifest
from index.records import write_articles, write_passages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from index.embeddings import Embedder, Vector, Vectors
    from index.generations import IndexFolder
    from index.types import Article, Passage

_BLOCK = 2048
"""Passages that are embedded together: enough to sort them by length, few enough to begin early."""
_APART = 1e-3
"""How far a vector is moved from where its text is embedded; its cosine with any other changes by about 5e-5."""
_LARGEST_ADDITION = 0.5
"""Of the store that is added to; beyond that a new one is written, which searches as well as one made at once."""


class FormerVectors:
    """The vectors of the generation before, if they are of the same model and precision.

    Args:
        folder: Of the index.
        embedder: Whose vectors are asked for.
    """

    def __init__(self, folder: IndexFolder, embedder: Embedder) -> None:
        self._folder = folder
        self.place: tuple[Path, Manifest] | None = None
        self._by_key: dict[str, Vector] | None = None
        for path, expected in folder.candidates():
            with contextlib.suppress(IndexDamagedError):
                manifest = read_manifest(path, expected)
                if (manifest.fingerprint, manifest.precision) == (embedder.fingerprint, embedder.precision):
                    self.place = path, manifest
                break

    def by_key(self) -> dict[str, Vector]:
        """All of them, by :meth:`index.types.Passage.vector_key`."""
        from index.stores import open_vectors  # noqa: PLC0415 - Chroma is not needed when nothing changed

        if self._by_key is None:
            self._by_key = {}
            if self.place:
                with (
                    contextlib.suppress(IndexDamagedError, StorageError),
                    open_vectors(self._folder, *self.place) as store,
                ):
                    self._by_key = store.vectors()
        return self._by_key

    def copy_to(self, target: Path) -> bool:
        """Copies the store, verified; False if it is damaged or there is none."""
        from index.stores import vector_files  # noqa: PLC0415

        if self.place is None:
            return False
        path, manifest = self.place
        try:
            for name, sha256 in vector_files(manifest).items():
                verify_file(path, name, sha256, copy_to=target)
        except IndexDamagedError:
            return False
        return True


class Embedding:
    """Embeds passages as they come, each text once.

    Args:
        embedder: Does the work; called only if there is any.
        former: Vectors that need not be computed again.
        tell: Is told how many passages are embedded, and of how many as far as is known.
    """

    def __init__(self, embedder: Embedder, former: FormerVectors, tell: Callable[[int, int], None]) -> None:
        self._embedder = embedder
        self._former = former
        self._tell = tell
        self._waiting: dict[str, str] = {}
        self.vectors: dict[str, Vector] = {}
        self.embedded = 0

    def add(self, passages: Iterable[Passage], *, may_be_known: bool) -> None:
        """Takes passages in; embeds when there are enough.

        Args:
            passages: Those that need a vector.
            may_be_known: Whether the generation before may have the same words, so that looking is worth its while.
        """
        wanted = list(passages)
        known = self._former.by_key() if may_be_known and wanted else {}
        for passage in wanted:
            key = passage.vector_key()
            if key in self.vectors or key in self._waiting:
                continue
            if key in known:
                self.vectors[key] = known[key]
            else:
                self._waiting[key] = passage.embedding_text()
        while len(self._waiting) >= _BLOCK:
            self._embed(list(self._waiting)[:_BLOCK])

    def rows(self, passages: Sequence[Passage], keys: Sequence[str]) -> Vectors:
        """Vectors of passages, shape ``(n, d)``; those that nobody has are embedded now."""
        have = {*self.vectors, *self._waiting}
        missing = [passage for passage, key in zip(passages, keys, strict=True) if key not in have]
        self.add(missing, may_be_known=True)
        if self._waiting:
            self._embed(list(self._waiting))
        return np.stack([self.vectors[key] for key in keys])

    def _embed(self, keys: list[str]) -> None:
        texts = [self._waiting.pop(key) for key in keys]
        total = self.embedded + len(texts) + len(self._waiting)
        self._tell(self.embedded, total)
        rows = self._embedder.encode_passages(texts, lambda done: self._tell(self.embedded + done, total))
        self.embedded += len(texts)
        self.vectors.update(zip(keys, set_apart(keys, rows), strict=True))


def set_apart(keys: Sequence[str], vectors: Vectors) -> Vectors:
    """Vectors of unit length that differ by 1e-3 from those given, each into a direction that its name decides.

    Texts may differ in what the model does not see, such as capital letters or a script that it does not know. A few
    dozen equal vectors link to nothing but each other in Chroma's graph, and what is behind them is not found any more.

    Args:
        keys: See :meth:`index.types.Passage.vector_key`.
        vectors: Of unit length, shape ``(len(keys), d)``.
    """
    size = vectors.shape[1]
    ways = np.stack([np.random.default_rng(int(key[:16], 16)).standard_normal(size) for key in keys])
    moved = vectors + _APART * ways / np.linalg.norm(ways, axis=1, keepdims=True)
    apart: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return apart


def write_generation(
    building: Path,
    manifest: Manifest,
    articles: Sequence[Article],
    passages: Sequence[Passage],
    embedding: Embedding,
    former: FormerVectors,
    known: Iterable[Passage],
) -> str:
    """Writes what is searched and quoted into the folder of a build, and then the manifest of all that is in it.

    Args:
        building: The folder.
        manifest: But for the files.
        articles: In order.
        passages: Theirs.
        embedding: Has embedded most of them.
        former: Vectors of the generation before.
        known: Its passages; empty if it cannot be taken over.

    Returns:
        The sha256 of the manifest.
    """
    from index.keywords import write_keywords  # noqa: PLC0415 - loads numba

    write_articles(building, articles)
    write_passages(building, passages)
    write_keywords(building / "keywords", [passage.embedding_text() for passage in passages])
    _write_vectors(building, passages, embedding, former, {passage.vector_key() for passage in known})
    return write_manifest(building, manifest)


def _write_vectors(
    building: Path, passages: Sequence[Passage], embedding: Embedding, former: FormerVectors, known: set[str]
) -> None:
    """Adds to a copy of the former store if nothing went from it; else what went would stay in its files."""
    from index.vectors import write_vectors  # noqa: PLC0415

    wanted = {passage.vector_key(): passage for passage in passages}
    new = [key for key in wanted if key not in known]
    is_addition = known <= wanted.keys() and len(new) <= _LARGEST_ADDITION * len(known)
    if not is_addition or not former.copy_to(building):
        new = list(wanted)
        shutil.rmtree(building / "chroma", ignore_errors=True)
    if new:
        write_vectors(building / "chroma", new, embedding.rows([wanted[key] for key in new], new))
