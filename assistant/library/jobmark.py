"""A mark on the disk that the library is being changed, so that one that died with its process is not forgotten."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "CHANGE"
"""Of the file, in the index folder: it says what kind of change, and is there only while one goes on."""


class JobMark:
    """The mark in one home; held by an operating-system lock, so that a dead process can be told from one at work.

    Args:
        home: The folder of the index. Where it cannot be written, there are no marks, and nothing else is lost.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "index" / NAME

    @contextlib.contextmanager
    def set(self, kind: str) -> Iterator[None]:
        """Holds the mark while a change goes on; if another process holds it, that one is left alone."""
        lock = FileLock(self._path.with_suffix(".lock"), timeout=0)
        is_held = False
        with contextlib.suppress(OSError, Timeout):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
            is_held = True
            self._path.write_text(kind, encoding="ascii")
        try:
            yield
        finally:
            if is_held:
                with contextlib.suppress(OSError):
                    self._path.unlink(missing_ok=True)
                    lock.release()

    def take_broken(self) -> str:
        """What kind of change died with its process, told once; empty if none did."""
        if not self._path.exists():
            return ""
        try:
            with FileLock(self._path.with_suffix(".lock"), timeout=0):
                kind = self._path.read_text(encoding="ascii", errors="replace")
                self._path.unlink()
                return kind
        except (OSError, Timeout):
            return ""
