"""Conversations, kept for a while: a tab that is loaded again goes on with its own, also if the assistant was killed.

Each conversation is a file of JSON lines: who it is of, then its finished turns, each with the sha256 of itself. A
crash can cost the line being written at most; a line that is damaged is left out, not guessed at.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.keeping.appending import append
from assistant.keeping.transcript import Entry
from index.errors import storage_errors
from index.manifest import fsync

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pydantic import TypeAdapter

log = logging.getLogger(__name__)

NAME = "conversations"
"""Of the folder, in the home folder."""
MAX_KEPT = 2000
"""Conversations; of more, those that were unused for longest go."""
MAX_BYTES = 8 * 1024 * 1024
"""Of a file that is read again: some thousand turns."""
SCHEMA = 1
SWEEP_EVERY = 3600.0
"""Seconds between two looks for what is too old."""
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation that was read again.

    Attributes:
        entries: Its turns, in order.
        lost: Lines that were damaged, or not ours.
    """

    entries: tuple[Entry, ...] = ()
    lost: int = 0


class Archive:
    """The folder of conversations; safe to use from several threads.

    Args:
        home: The folder of the index; what is made in it can be read by its owner only.
        days: How long a conversation is kept after its last turn.
    """

    def __init__(self, home: Path, days: float) -> None:
        self.folder = home / NAME
        self._seconds = days * _DAY
        self._swept = 0.0
        self._lock = threading.Lock()

    def keep(self, token: str, owner: str, entries: Sequence[Entry]) -> None:
        """Adds the last of a conversation's turns to its file; when this returns, it is on the disk.

        Args:
            token: Of the conversation; only a hash of it is kept.
            owner: Who may read it; empty without sign-in.
            entries: All its turns that are still known, at least one; if there is no file, all of them are written.

        Raises:
            StorageError: If it cannot be written.
        """
        path = self._path(token)
        with storage_errors("keep the conversation", path), self._lock:
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True, mode=0o700)
                fsync(self.folder.parent)
            head = json.dumps({"schema": SCHEMA, "owner": owner}).encode() + b"\n"
            append(path, _line(entries[-1]), first=head + b"".join(map(_line, entries)))
        self._sweep()

    def read(self, token: str, owner: str) -> Kept:
        """The conversation with this token; empty if there is none, or not one of this owner's.

        Raises:
            StorageError: If its file is there and cannot be read.
        """
        path = self._path(token)
        with storage_errors("read the conversation", path):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            except FileNotFoundError:
                return Kept()
            with os.fdopen(descriptor, "rb") as file:
                # Compared with the clock, for nothing may be swept yet.
                if time.time() - os.fstat(descriptor).st_mtime > self._seconds:
                    return Kept()
                head, *lines = file.read(MAX_BYTES).split(b"\n")
        if _owner(head) != owner:
            return Kept()
        turns = list(_turns(lines))
        # A turn that was written a second time, after an error, counts once.
        entries = {entry.number: entry for entry in turns if entry}
        return Kept(tuple(entries[number] for number in sorted(entries)), turns.count(None))

    def forget(self, token: str) -> None:
        """Removes a conversation, if it is there.

        Raises:
            StorageError: If it cannot be removed.
        """
        path = self._path(token)
        with storage_errors("remove the conversation", path), self._lock:
            path.unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        # Whoever sees the folder's names learns no token from them.
        return self.folder / f"{hashlib.sha256(token.encode(errors='replace')).hexdigest()[:40]}.jsonl"

    def _sweep(self) -> None:
        """Removes what is too old or too much, now and then."""
        now = time.monotonic()
        with self._lock:
            if self._swept and now - self._swept < SWEEP_EVERY:
                return
            self._swept = now
            with suppress(OSError):
                ages = {entry.path: entry.stat(follow_symlinks=False).st_mtime for entry in os.scandir(self.folder)}
                newest = sorted(ages, key=lambda name: ages[name], reverse=True)
                limit = time.time() - self._seconds
                for name in [name for place, name in enumerate(newest) if place >= MAX_KEPT or ages[name] < limit]:
                    os.unlink(name)  # noqa: PTH108 - scandir's own names


def _line(entry: Entry) -> bytes:
    """A turn as a line.

    Without the passages that were considered: they are most of it, and only say how the answer was found. And without
    the turns before, which have lines of their own.
    """
    values = asdict(replace(entry, answer=replace(entry.answer, hits=()), history=()))
    values["asked"] = entry.asked.isoformat()
    turn = json.dumps(values)
    return json.dumps({"sha256": _digest(turn), "turn": turn}).encode() + b"\n"


def _turns(lines: Sequence[bytes]) -> Iterator[Entry | None]:
    """For each line its turn, or None for one that cannot be relied on."""
    for line in filter(bytes.strip, lines):
        try:
            values: dict[str, Any] = json.loads(line)
            is_whole = values["sha256"] == _digest(values["turn"])
            yield _reader().validate_json(values["turn"]) if is_whole else None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            yield None


def _owner(line: bytes) -> str | None:
    try:
        head = json.loads(line)
        return str(head["owner"]) if head["schema"] == SCHEMA else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _digest(turn: str) -> str:
    return hashlib.sha256(turn.encode(errors="replace")).hexdigest()


@cache
def _reader() -> TypeAdapter[Entry]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - only reading needs it

    return TypeAdapter(Entry)
