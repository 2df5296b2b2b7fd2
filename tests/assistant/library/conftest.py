"""A small index with a librarian."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.corpora import CORPORA, make, write
from fakes.embedder import WordEmbedder
from fakes.librarians import librarian_of

from assistant.library.librarian import Librarian


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write(tmp_path / "sources", CORPORA["A"])


@pytest.fixture
def home(tmp_path: Path, sources: Path, quick: None) -> Path:
    make(tmp_path / "home", sources)
    return tmp_path / "home"


@pytest.fixture
def librarian(home: Path) -> Librarian:
    return librarian_of(home, WordEmbedder())
