"""The embedding model: the bundled one is checked, another one works by one setting, a damaged one is a message."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import models
from index.build import build
from index.embeddings import SentenceEmbedder
from index.errors import IndexMismatchError, ModelError
from index.models import model_folder, model_identity
from index.search import Index
from index.settings import BUNDLED_MODEL, IndexSettings

if TYPE_CHECKING:
    from index.embeddings import Vectors


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    shutil.copytree(model_folder(BUNDLED_MODEL), tmp_path / "model")
    return tmp_path / "model"


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_vectors_are_of_unit_length_in_the_order_of_the_texts(embedder: SentenceEmbedder) -> None:
    texts = ["a long text about owls " * 9, "foxes", "owls hunt at night"]
    vectors = embedder.encode_passages(texts)
    assert vectors.shape == (3, embedder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert embedder.encode_passages([text])[0] @ vector > 0.99
    assert embedder.encode_question("owls") @ embedder.encode_question("owls") == pytest.approx(1, abs=1e-4)


@pytest.mark.slow
def test_another_model_works_by_one_setting_and_is_told_apart(copied_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "owl.txt"
    source.write_text("The grey owl hunts at night in the northern forest.")
    settings = IndexSettings(home=tmp_path / "home", embedding_model=str(copied_model))
    build([source], settings=settings)
    with Index.open(settings=settings) as index:
        assert "owl" in index.search("Who hunts at night?", 1)[0].passage.text
    with pytest.raises(IndexMismatchError, match="assistant index rebuild"):
        Index.open(settings=IndexSettings(home=tmp_path / "home"))


def test_a_damaged_file_of_the_bundled_model_is_a_message(copied_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "model_folder", lambda _name: copied_model)
    assert model_identity(BUNDLED_MODEL)
    damage(copied_model / "tokenizer.json")
    with pytest.raises(ModelError, match="Install it again"):
        SentenceEmbedder.load(IndexSettings())
    (copied_model / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        SentenceEmbedder.load(IndexSettings())


def test_a_model_that_cannot_be_loaded_is_a_message(copied_model: Path) -> None:
    settings = IndexSettings(embedding_model=str(copied_model))
    weights = copied_model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be loaded"):
        SentenceEmbedder.load(settings)
    weights.unlink()
    with pytest.raises(ModelError, match=r"no \*\.safetensors"):
        SentenceEmbedder.load(settings)


def test_a_text_has_the_same_vector_in_whatever_company(embedder: SentenceEmbedder) -> None:
    """Bit for bit, or an answer would depend on what else was asked: before, and at the same time.

    The matrix units of some processors (AMX) round differently for batches of another size; there it is nearly so.
    """
    information = Path("/proc/cpuinfo")
    rounds_by_size = information.exists() and "amx_tile" in information.read_text(encoding="utf-8")
    texts = [" ".join(["The ferry to Harlow leaves at nine, said Ottilie Brandt."] * (1 + number % 7)) + str(number)
             for number in range(40)]  # fmt: skip
    alone = np.stack([embedder._computed([text])[0] for text in texts])
    for found, wanted in ((embedder._computed(texts), alone), (embedder._computed(texts[::-3]), alone[::-3])):
        if rounds_by_size:
            assert np.einsum("ij,ij->i", found, wanted).min() > 0.9999
        else:
            assert (found == wanted).all()


def test_vectors_of_sentences_are_kept_up_to_a_number(
    embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embeddings._TEXTS_KEPT", 3)
    monkeypatch.setattr(embedder, "_texts", {})
    computed: list[list[str]] = []
    compute = embedder._compute

    def counted(texts: list[str]) -> Vectors:
        computed.append(texts)
        return compute(texts)

    monkeypatch.setattr(embedder, "_compute", counted)
    first = embedder.encode_passages(["one", "two", "one"])
    assert (first[0] == first[2]).all()
    assert (embedder.encode_passages(["two", "one", "three"])[[1, 0]] == first[:2]).all()
    assert computed == [["one", "two"], ["three"]]
    embedder.encode_passages(["four"])
    assert list(embedder._texts) == ["one", "three", "four"], "the one unused for longest is forgotten"
    assert embedder.encode_passages([]).shape == (0, embedder.dimension)


@pytest.mark.slow
def test_threads_that_wait_leave_the_processor_to_others() -> None:
    load = "from index import embeddings, settings; embeddings.SentenceEmbedder.load(settings.IndexSettings())"
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    told = subprocess.run(
        [sys.executable, "-c", load], env=environment | {"OMP_DISPLAY_ENV": "verbose"}, capture_output=True, text=True,
        check=True,
    ).stderr  # fmt: skip
    turns = re.search(r"GOMP_SPINCOUNT = '(\d+)'", told)
    if turns is None:
        pytest.skip("torch brings no GNU OpenMP here")
    assert int(turns[1]) == 0
