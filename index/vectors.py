"""Vectors on disk; the only home of Chroma, reached through langchain-chroma.

A store is written once, by one process, into a folder of its own, and closed. Whoever opens it opens a private copy:
opening alone makes Chroma write to its database, and what is published must never change.
"""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING, Self, cast

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from index.cleaning import one_line
from index.errors import IndexDamagedError, StorageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chromadb.api.client import Client

    from index.embeddings import Vector, Vectors
    from index.types import Passage

COLLECTION = "passages"


@contextlib.contextmanager
def _storage_errors(doing: str, of: tuple[type[Exception], ...] = (ChromaError,)) -> Iterator[None]:
    """Translates Chroma's errors ``of`` some types, and panics, where the disk or the system is to blame."""
    try:
        yield
    except BaseException as error:
        # Rust code that panics raises no Exception, and its class can be told by its name only.
        if not isinstance(error, of) and type(error).__name__ != "PanicException":
            raise
        raise StorageError(
            f"Chroma could not {doing} ({one_line(str(error))}). Check that the disk has room and works and that not "
            "too many files are open, then try again."
        ) from error


class _Given(Embeddings):
    """Hands vectors that are already computed to langchain-chroma, which would compute them itself."""

    def __init__(self) -> None:
        self.vectors: list[list[float]] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if len(texts) != len(self.vectors):
            raise ValueError("as many vectors as texts must be given")
        return self.vectors

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError("questions are searched by vector")


def write_vectors(folder: Path, passages: Sequence[Passage], keys: Sequence[str], vectors: Vectors) -> None:
    """Writes vectors into a store, which is made if there is none in the folder, and closes it.

    Args:
        folder: Of a new store, or of a copy of one that nobody has open.
        passages: In any order; ids must differ, also from those that the store holds already.
        keys: For each passage, the name by which :meth:`VectorStore.by_key` gives its vector back.
        vectors: Shape ``(len(passages), d)``.

    Raises:
        StorageError: If Chroma cannot write; it does not say why.
    """
    with _storage_errors(f"write to {printable(folder)}"), contextlib.closing(_client(folder)) as client:
        given = _Given()
        store = Chroma(
            client=client,
            collection_name=COLLECTION,
            embedding_function=given,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        batch = client.get_max_batch_size()  # langchain-chroma hands over everything at once; Chroma refuses that
        for first in range(0, len(passages), batch):
            part = passages[first : first + batch]
            given.vectors = vectors[first : first + batch].tolist()
            ids = [passage.id for passage in part]
            store.add_texts(
                # The text itself stands in the article, once and verified; here it would double the time and the disk
                # space, and be indexed letter by letter for a search that nobody asks for.
                ids,
                metadatas=[
                    {"key": key, "article_id": passage.article_id, "start": passage.start, "end": passage.end}
                    for passage, key in zip(part, keys[first : first + batch], strict=True)
                ],
                ids=ids,
            )


class VectorStore:
    """An opened store, for reading."""

    def __init__(self, client: Client, store: Chroma) -> None:
        self._store = store
        # Also runs when nobody holds the store any more, so that files are not kept open for ever.
        self._close = weakref.finalize(self, client.close)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Opens the store in a private copy of its folder.

        Raises:
            IndexDamagedError: If Chroma cannot open it.
            StorageError: If Chroma fails altogether, as it does when too many files are open.
        """
        client = None
        try:
            with _storage_errors(f"open {printable(folder)}", of=()):
                client = _client(folder)
            store = Chroma(client=client, collection_name=COLLECTION, create_collection_if_not_exists=False)
        except (ChromaError, ValueError, KeyError, RuntimeError) as error:
            if client is not None:
                client.close()
            raise IndexDamagedError(f"Chroma cannot open its part of the index ({error}).") from error
        return cls(client, store)

    @_storage_errors("search its part of the index")
    def search(self, vector: Vector, k: int) -> list[tuple[str, float]]:
        """Ids of the ``k`` nearest passages with their cosines in [-1, 1], nearest first; fewer if there are fewer."""
        found = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k)
        # Chroma's cosine space measures the distance 1 - cosine.
        return [(str(document.id), 1.0 - distance) for document, distance in found]

    def similarities(self, vector: Vector, ids: Sequence[str]) -> dict[str, float]:
        """Cosines in [-1, 1] of named passages with a vector."""
        return {name: float(other @ vector) for name, other in self.vectors(ids).items()} if ids else {}

    @_storage_errors("search its part of the index")
    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """Vectors of named passages, by id."""
        found = self._store.get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    @_storage_errors("search its part of the index")
    def ids(self) -> set[str]:
        """Ids of all passages."""
        return set(self._store.get(include=[])["ids"])

    @_storage_errors("search its part of the index")
    def by_key(self) -> dict[str, Vector]:
        """All vectors by the keys they were written with."""
        found = self._store.get(include=["embeddings", "metadatas"])
        keys = (str(metadata["key"]) for metadata in found["metadatas"])
        return dict(zip(keys, np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def close(self) -> None:
        """Releases files; may be called twice."""
        self._close()


def _client(folder: Path) -> Client:
    settings = ChromaSettings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)
    return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
