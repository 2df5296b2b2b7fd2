"""The real models, each loaded once in a process: loading takes seconds, and what is loaded is not changed."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from assistant import reader
from assistant.reader import Reader
from index import models
from index.embeddings import SentenceEmbedder
from index.models import model_identity
from index.settings import BUNDLED_MODEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.settings import IndexSettings, Precision


@contextmanager
def loaded_once() -> Iterator[None]:
    """In the block, the same model as before is the same object; the files on the disk are looked at each time."""
    real_reader, real_embedder, real_sha256 = Reader.load, SentenceEmbedder.load, models.file_sha256
    known: dict[Any, Any] = {}

    def load_reader(precision: Precision = "auto") -> Reader:
        identity = model_identity(BUNDLED_MODEL), hashlib.sha256(reader.check_weights()).digest()
        if (identity, precision) not in known:
            known[identity, precision] = real_reader(precision)
        found: Reader = known[identity, precision]
        return found

    def load_embedder(settings: IndexSettings) -> SentenceEmbedder:
        if settings.embedding_model != BUNDLED_MODEL:
            return real_embedder(settings)
        asked = model_identity(BUNDLED_MODEL), settings.precision, settings.threads
        if asked not in known:
            known[asked] = real_embedder(settings)
        found: SentenceEmbedder = known[asked]
        return found

    def file_sha256(path: Path) -> str:
        try:
            at = path.stat()
        except OSError:
            return real_sha256(path)
        state = path, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns
        if state not in known:
            known[state] = real_sha256(path)
        return str(known[state])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "load", load_reader)
        patch.setattr(SentenceEmbedder, "load", load_embedder)
        patch.setattr(models, "file_sha256", file_sha256)
        yield
