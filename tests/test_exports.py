"""The public names are what ``__all__`` says, and importing a package costs nothing."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import assistant
import index


@pytest.mark.parametrize("package", [assistant, index])
def test_every_public_name_exists_and_has_a_docstring(package: ModuleType) -> None:
    for name in package.__all__:
        assert getattr(package, name).__doc__, name
    assert sorted(package._HOMES) == sorted(package.__all__)


@pytest.mark.parametrize("package", [assistant, index])
def test_an_unknown_name_is_an_attribute_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import assistant, index", "import assistant.cli", "import assistant.wiring", "import index.build"]
)
def test_importing_loads_no_heavy_library(statement: str) -> None:
    heavy = {"torch", "sentence_transformers", "gradio", "chromadb", "langchain_chroma", "transformers"}
    assert not heavy & loaded_by(statement)


@pytest.mark.slow
def test_the_check_sees_heavy_libraries() -> None:
    assert "torch" in loaded_by("import torch")
