"""An index of three articles, made from a folder that a test may change."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.corpora import make


@pytest.fixture
def home(tmp_path: Path, sources: Path, quick: None) -> Path:
    make(tmp_path / "home", sources)
    return tmp_path / "home"
