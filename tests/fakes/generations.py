"""What lies in the folder of an index, and other processes that hold it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from fakes.nursing import TESTS

from index.errors import IndexingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def generations(home: Path) -> list[str]:
    return sorted(entry.name for entry in (home / "index" / "generations").iterdir())


def is_one_line(error: IndexingError) -> bool:
    return len(str(error).splitlines()) == 1


@contextlib.contextmanager
def process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Runs code in a process of its own, until it says something."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-c", code, *(str(argument) for argument in arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline().strip() == "ready"
        yield running


HOLD_LOCK = """
import sys
from pathlib import Path
from index.generations import IndexFolder
with IndexFolder(Path(sys.argv[1])).write_lock():
    print("ready", flush=True)
    sys.stdin.read()
"""
HOLD_INDEX = """
import sys
from pathlib import Path
from fakes.corpora import opened
index = opened(Path(sys.argv[1]))
index.search("albatross")
print("ready", flush=True)
sys.stdin.read()
"""
