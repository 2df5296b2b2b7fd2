from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest
from fakes.embedder import WordEmbedder
from langchain_chroma import Chroma

from index.errors import IndexDamagedError, StorageError
from index.vectors import VectorStore, write_vectors

if TYPE_CHECKING:
    from pathlib import Path

EMBEDDER = WordEmbedder()
TEXTS = ["red fox", "red hen", "blue whale", "green frog"]

KEYS = [f"key of {text}" for text in TEXTS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_vectors(tmp_path / "chroma", KEYS, EMBEDDER.encode_passages(TEXTS))
    return tmp_path / "chroma"


@pytest.fixture
def store(folder: Path) -> VectorStore:
    return VectorStore.open(folder)


def open_files() -> int:
    return psutil.Process().num_fds()


def test_nearest_first_with_cosines(store: VectorStore) -> None:
    question = EMBEDDER.encode_question("red fox")
    found = store.search(question, 3)
    assert [name for name, _ in found][:2] == KEYS[:2]
    for name, cosine in found:
        text = name.removeprefix("key of ")
        assert cosine == pytest.approx(float(EMBEDDER.encode_question(text) @ question), abs=1e-5)
    store.close()


def test_fewer_than_asked_for(store: VectorStore) -> None:
    assert len(store.search(EMBEDDER.encode_question("red"), 100)) == len(TEXTS)
    store.close()


def test_vectors_come_back_as_they_were_given(store: VectorStore) -> None:
    given = EMBEDDER.encode_passages(TEXTS)
    every, some = store.vectors(), store.vectors(KEYS[1:3])
    assert store.keys() == set(every) == set(KEYS)
    assert set(some) == set(KEYS[1:3])
    for row, key in enumerate(KEYS):
        assert np.array_equal(every[key], given[row])
    assert np.array_equal(some[KEYS[1]], given[1])
    assert store.similarities(given[2], [KEYS[2]]) == pytest.approx({KEYS[2]: 1.0})
    assert store.similarities(given[2], []) == {}
    store.close()


def test_more_than_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    add = Chroma.add_texts

    def watched(self: Chroma, texts: list[str], **kwargs: Any) -> list[str]:
        given.append(len(texts))
        return add(self, texts, **kwargs)

    monkeypatch.setattr("chromadb.api.client.Client.get_max_batch_size", lambda _self: 3)
    monkeypatch.setattr(Chroma, "add_texts", watched)
    write_vectors(tmp_path, KEYS, EMBEDDER.encode_passages(TEXTS))
    assert given == [3, 1]
    store = VectorStore.open(tmp_path)
    assert store.keys() == set(KEYS)
    store.close()


def test_a_closed_store_keeps_no_file_open(folder: Path) -> None:
    counts = []
    for _ in range(8):
        store = VectorStore.open(folder)
        store.search(EMBEDDER.encode_question("red"), 1)
        store.close()
        store.close()
        counts.append(open_files())
    assert counts[-1] < counts[0] + len(counts)  # an open store holds several, and the first time opens what stays


def test_a_forgotten_store_closes_itself(folder: Path) -> None:
    counts = []
    gc.freeze()  # or each collection would look through all that the other tests have imported
    try:
        for _ in range(8):
            VectorStore.open(folder)
            gc.collect()
            counts.append(open_files())
    finally:
        gc.unfreeze()
    assert counts[-1] < counts[0] + len(counts)  # an open store holds several


def test_what_is_no_store_is_damage(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(IndexDamagedError):
        VectorStore.open(tmp_path / "nothing")
    (folder / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(IndexDamagedError):
        VectorStore.open(folder)


def test_a_store_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError) as caught:
        write_vectors(tmp_path / "chroma", KEYS, EMBEDDER.encode_passages(TEXTS))
    assert os.linesep not in str(caught.value)
