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
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

    from index.embeddings import Vector, Vectors
    from index.types import Passage

COLLECTION = "passages"
GRAPH: CreateHNSWConfiguration = {
    "space": "cosine", "max_neighbors": 48, "ef_construction": 200, "ef_search": 300,
}  # fmt: skip
"""Of Chroma's graph (HNSW). With Chroma's own (16, 100, 100) one in sixteen of the 50 passages nearest to a question is
not found; DECISIONS.md has the figures."""
MAX_TWINS = 3
"""Articles from which a passage is found that stands in many word for word, with the same title and date."""


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


def write_vectors(folder: Path, keys: Sequence[str], vectors: Vectors) -> None:
    """Writes vectors into a store, which is made if there is none in the folder, and closes it.

    Equal vectors must not be written under many names (see :func:`index.writing.set_apart`). Hence names by content.

    Args:
        folder: Of a new store, or of a copy of one that nobody has open.
        keys: A name for each vector; see :meth:`index.types.Passage.vector_key`. All differ, also from those that the
            store holds already.
        vectors: Shape ``(len(keys), d)``.

    Raises:
        StorageError: If Chroma cannot write; it does not say why.
    """
    with _storage_errors(f"write to {printable(folder)}"), contextlib.closing(_client(folder)) as client:
        given = _Given()
        store = Chroma(
            client=client,
            collection_name=COLLECTION,
            embedding_function=given,
            collection_configuration={"hnsw": GRAPH},
        )
        batch = client.get_max_batch_size()  # langchain-chroma hands over everything at once; Chroma refuses that
        for first in range(0, len(keys), batch):
            part = list(keys[first : first + batch])
            given.vectors = vectors[first : first + batch].tolist()
            # Names in place of texts: the text itself stands in the article, once and verified; here it would double
            # the time and the disk space, and be indexed letter by letter for a search that nobody asks for.
            store.add_texts(part, ids=part)


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
        """Keys of the ``k`` nearest vectors with their cosines in [-1, 1], nearest first; fewer if there are fewer."""
        found = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k)
        # Chroma's cosine space measures the distance 1 - cosine.
        return [(str(document.id), 1.0 - distance) for document, distance in found]

    def similarities(self, vector: Vector, keys: Sequence[str]) -> dict[str, float]:
        """Cosines in [-1, 1] of named vectors with another one."""
        return {key: float(other @ vector) for key, other in self.vectors(keys).items()} if keys else {}

    @_storage_errors("search its part of the index")
    def vectors(self, keys: Sequence[str] | None = None) -> dict[str, Vector]:
        """Vectors by key; None for all of them."""
        wanted = None if keys is None else list(dict.fromkeys(keys))  # Chroma takes a name twice for a mistake
        found = self._store.get(ids=wanted, include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    @_storage_errors("search its part of the index")
    def keys(self) -> set[str]:
        """Keys of all vectors."""
        return set(self._store.get(include=[])["ids"])

    def close(self) -> None:
        """Releases files; may be called twice."""
        self._close()


def places_of_keys(passages: Sequence[Passage], keys: Sequence[str]) -> dict[str, list[int]]:
    """Places of the passages behind each vector, those of one article once: what it repeats is found once.

    Args:
        passages: All of an index.
        keys: Of the vector of each; see :meth:`index.types.Passage.vector_key`.
    """
    places: dict[str, dict[str, int]] = {}
    for place, (passage, key) in enumerate(zip(passages, keys, strict=True)):
        same = places.setdefault(key, {})
        if len(same) < MAX_TWINS:
            same.setdefault(passage.article_id, place)
    return {key: list(same.values()) for key, same in places.items()}


def _client(folder: Path) -> Client:
    settings = ChromaSettings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)
    return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
