"""A published index without a model, copied for each test that wants one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from fakes import corpora
from fakes.nursery import working_here
from fakes.nursing import Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def folder_a(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpora.write(tmp_path_factory.mktemp("sources") / "a", corpora.CORPORA["A"])


@pytest.fixture(scope="session")
def folder_b(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpora.write(tmp_path_factory.mktemp("sources") / "b", corpora.CORPORA["B"])


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, folder_a: Path, folder_b: Path) -> Path:
    """Generation 000001 is of corpus A, 000002 of B and current. Not to be changed by tests."""
    home = tmp_path_factory.mktemp("published")
    with working_here():
        corpora.make(home, folder_a)
        corpora.make(home, folder_b)
    return home


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with corpus A that a test may do with as it likes."""
    return corpora.write(tmp_path / "sources", corpora.CORPORA["A"])


@pytest.fixture
def home(tmp_path: Path, published: Path) -> Path:
    """A copy of ``published`` that a test may do with as it likes."""
    return shutil.copytree(published, tmp_path / "home")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as warm:
        yield warm
