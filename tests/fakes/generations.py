"""What lies in the folder of an index, and other processes that hold it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from fakes.warm import Born

from index.errors import IndexingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def generations(home: Path) -> list[str]:
    return sorted(entry.name for entry in (home / "index" / "generations").iterdir())


def is_one_line(error: IndexingError) -> bool:
    return len(str(error).splitlines()) == 1


@contextlib.contextmanager
def process(code: str, *arguments: object) -> Iterator[Born]:
    """Runs code in a process of its own, until it says something."""
    running = Born(code, None, *map(str, arguments), errors="ours")
    try:
        assert running.stdout.readline().strip() == "ready"
        yield running
    finally:
        if not running.stdin.closed:
            running.stdin.close()
        running.wait(60)
        running.stdout.close()


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
