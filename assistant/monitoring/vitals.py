"""How a running server is: whether it answers, from what, what it is busy with, and what it may soon lack."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from index.errors import IndexingError
from index.generations import IndexFolder
from index.manifest import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.desk.desk import Desk
    from assistant.service import Catalogue, Service, State

LOW = 256 * 1024 * 1024
"""Bytes free from which on downwards the disk counts as nearly full; some thousand articles take as much."""
WARMING = "The models are being loaded; questions wait until they are."
ALL_STUCK = "All that answers is held up by questions that do not come to an end. Start the assistant again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What was found.

    Attributes:
        state: Of the service.
        message: A sentence for people, if there is something to say about the state.
        generation: Name of the index generation that answers; empty if there is none.
        notice: What the user should know of the index.
        articles: How many are in it.
        passages: Likewise.
        created: When it was made, if that can be read.
        is_fallback: Whether it is another one than the index on disk says.
        set_aside: Generations that were found damaged.
        is_building: Whether the library is being changed.
        in_work: Questions that are being answered.
        waiting: Questions that wait for their turn.
        stuck: Answers that were given up and still hold a thread.
        refused: How many questions were refused since the server started, by reason.
        is_blocked: Whether so many are stuck that no question is answered any more.
        disk_free: Bytes, if known.
        started: When the server started.
    """

    state: State
    message: str
    generation: str
    notice: str
    articles: int
    passages: int
    created: datetime | None
    is_fallback: bool
    set_aside: int
    is_building: bool
    in_work: int
    waiting: int
    stuck: int
    is_blocked: bool
    refused: dict[str, int]
    disk_free: int | None
    started: datetime

    @property
    def is_ready(self) -> bool:
        """Whether a question that is asked now is answered."""
        return self.state == "ready" and not self.is_blocked

    @property
    def is_disk_low(self) -> bool:
        """Whether there is hardly room left for a build."""
        return self.disk_free is not None and self.disk_free < LOW

    def to_dict(self) -> dict[str, Any]:
        """What ``/api/health`` says, as JSON values."""
        return {
            "status": self.state,
            "message": self.message,
            "generation": self.generation,
            "notice": self.notice,
            "articles": self.articles,
            "started": self.started.isoformat(),
            "created": self.created.isoformat() if self.created else None,
            "is_fallback": self.is_fallback,
            "set_aside": self.set_aside,
            "is_building": self.is_building,
            "questions": {"in_work": self.in_work, "waiting": self.waiting, "stuck": self.stuck},
            "disk": {"free_bytes": self.disk_free, "is_low": self.is_disk_low},
        }


class Pulse:
    """Takes the vitals of a server; quick enough to be asked every second.

    Args:
        service: What answers.
        desk: Where questions wait.
    """

    def __init__(self, service: Service, desk: Desk) -> None:
        self._service = service
        self._desk = desk
        self._started = datetime.now(UTC)
        self._created: tuple[str, datetime] | None = None

    def take(self) -> Vitals:
        """How everything is now."""
        catalogue = self._service.catalogue()
        state = self._service.state
        librarian = self._service.librarian
        folder = IndexFolder(librarian.home) if librarian else None
        is_ready = state == "ready"
        message = {"ready": "", "warming": WARMING}.get(state, self._service.failure)
        is_blocked = self._desk.is_blocked
        return Vitals(
            state=state,
            message=ALL_STUCK if is_blocked and is_ready else message,
            generation=catalogue.generation,
            notice=catalogue.notice or "",
            articles=len(catalogue.articles),
            passages=catalogue.passages,
            created=self._created_of(folder, catalogue.generation),
            is_fallback=_is_fallback(folder, catalogue) if folder and is_ready else False,
            set_aside=_count(folder.set_aside) if folder else 0,
            is_building=bool(librarian and librarian.job and librarian.job.state == "running"),
            in_work=self._desk.in_work,
            waiting=self._desk.waiting,
            stuck=self._desk.stuck,
            is_blocked=is_blocked,
            refused=dict(self._desk.refused),
            disk_free=_free(librarian.home) if librarian else None,
            started=self._started,
        )

    def _created_of(self, folder: IndexFolder | None, generation: str) -> datetime | None:
        """Read once for each generation: it never changes."""
        if folder and generation and (self._created is None or self._created[0] != generation):
            with suppress(IndexingError, ValueError):
                created = datetime.fromisoformat(read_manifest(folder.generations / generation).created)
                self._created = generation, created if created.tzinfo else created.replace(tzinfo=UTC)
        return self._created[1] if self._created and self._created[0] == generation else None


def _is_fallback(folder: IndexFolder, catalogue: Catalogue) -> bool:
    """Without a notice it is only that the change to a new generation is seconds away."""
    return bool(catalogue.notice) and folder.current_name() != catalogue.generation


def _count(folder: Path) -> int:
    try:
        return sum(1 for _ in folder.iterdir())
    except OSError:
        return 0


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
