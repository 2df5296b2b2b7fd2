"""Changes to the index that are asked for on the page: one at a time, in the background, while questions go on."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from assistant.errors import LibraryBusyError
from assistant.library.jobmark import JobMark
from assistant.library.reporting import build_summary
from assistant.library.shelf import Shelf, read_shelf
from assistant.library.uploads import Stored, Upload
from index.errors import IndexingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.embeddings import Embedder
    from index.reports import BuildReport
    from index.settings import IndexSettings

log = logging.getLogger(__name__)

Kind = Literal["add", "remove", "rebuild"]
State = Literal["running", "done", "failed", "cancelled"]
WAITING = "waiting"
"""The step before the first, while the models are loading."""
BROKEN_OFF = (
    "The assistant was stopped while it did this: all of it is done, or nothing. The list shows what is there; what is "
    "missing can be asked for again."
)
_LOOK_AGAIN = 0.3
_SURE_AFTER = 1.0
"""Seconds before which nothing is said about the time left."""
_SURE_FROM = 0.02
"""Share of the work, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A change to the index.

    Attributes:
        number: From 1, as they were asked for since the program began.
        kind: What is asked for.
        state: How it stands.
        step: What is being done; see :data:`index.build.Progress`, or :data:`WAITING`.
        done: How much of the step is done.
        total: How much there is, as far as is known.
        seconds_left: Estimate until the end; None as long as nothing can be said.
        message: At the end, a sentence for people: what was done, or why not.
        report: What was done, as JSON values.
    """

    number: int
    kind: Kind
    state: State = "running"
    step: str = WAITING
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    message: str = ""
    report: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)


class _CancelledError(Exception):
    """The user does not want a job any more."""


class Librarian:
    """Changes the index of a home folder; safe to use from several threads.

    Args:
        settings: Of the index.
        embedder: Gives the embedding model that answers already; None if there is none, and a job then loads its own.
        warm: Set when it can be asked for that; jobs wait until then.
        published: Called when a job has changed the index, before that is told: who reads "1 article added" may ask
            about it at once.
    """

    def __init__(
        self,
        settings: IndexSettings,
        embedder: Callable[[], Embedder | None],
        warm: threading.Event,
        published: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._warm = warm
        self._published = published
        self._lock = threading.Lock()
        self._mark = JobMark(settings.home)
        self._job: Job | None = self._broken_off()
        self._is_cancelled = threading.Event()
        self._uploaded: dict[str, None] = {}
        self._shelf: Shelf | None = None

    @property
    def home(self) -> Path:
        """Of the index."""
        return self._settings.home

    @property
    def folder(self) -> Path:
        """Where uploads are stored; a source of the index like any other folder."""
        return self._settings.home / "articles"

    @property
    def job(self) -> Job | None:
        """The job that runs or was the last."""
        return self._job

    def shelf(self) -> Shelf:
        """What is in the index; read anew when it has changed.

        Raises:
            IndexingError: If there is no index or it cannot be read.
        """
        self._shelf = shelf = read_shelf(self._settings, self._shelf)
        return shelf

    def receive(self, name: str) -> Upload:
        """Takes a file in; see :class:`assistant.library.uploads.Upload`. It is no article before :meth:`add`."""
        return Upload(self.folder, name)

    def keep(self, upload: Upload) -> Stored:
        """Stores a file that has been received, to be added with the next :meth:`add`."""
        stored = upload.keep()
        with self._lock:
            self._uploaded[str(stored.path)] = None
        return stored

    def add(self) -> Job:
        """Starts to add what was uploaded.

        Raises:
            LibraryBusyError: If a job is running.
        """
        return self._start("add", self._add)

    def remove(self, ids: Sequence[str]) -> Job:
        """Starts to take articles out; what was uploaded is deleted then, other files stay where they are.

        Args:
            ids: Whole ids of articles.

        Raises:
            LibraryBusyError: If a job is running.
        """
        return self._start("remove", lambda: self._remove(list(ids)))

    def rebuild(self) -> Job:
        """Starts to read the sources again.

        Raises:
            LibraryBusyError: If a job is running.
        """
        return self._start("rebuild", self._rebuild)

    def cancel(self) -> Job:
        """Asks the running job to end; it does at its next step, and the index stays as it was.

        Raises:
            LibraryBusyError: If none is running.
        """
        job = self._job
        if job is None or job.state != "running":
            raise LibraryBusyError("Nothing is going on that could be cancelled.")
        self._is_cancelled.set()
        return job

    def _start(self, kind: Kind, work: Callable[[], BuildReport]) -> Job:
        with self._lock:
            if self._job and self._job.state == "running":
                raise LibraryBusyError("The library is being changed already. Wait until that is done, or cancel it.")
            self._is_cancelled.clear()
            self._job = job = Job(number=self._job.number + 1 if self._job else 1, kind=kind)
        threading.Thread(target=self._run, args=(job, work), name="librarian", daemon=True).start()
        return job

    def _run(self, job: Job, work: Callable[[], BuildReport]) -> None:
        try:
            with self._mark.set(job.kind):
                report = work()
            self._published()
            ended = dataclasses.replace(job, state="done", message=build_summary(report), report=report.to_dict())
        except _CancelledError:
            ended = dataclasses.replace(job, state="cancelled", message="Cancelled. The index is as it was before.")
        except IndexingError as error:
            ended = dataclasses.replace(job, state="failed", message=str(error))
        except Exception:  # the page must say that something is wrong, whatever it is
            log.exception("The library could not be changed.")
            message = "Something went wrong inside; the index is as it was before. The terminal says more."
            ended = dataclasses.replace(job, state="failed", message=message)
        self._job = ended

    def _broken_off(self) -> Job | None:
        """A job that died with its process, as the last one that there was."""
        kind = self._mark.take_broken()
        kinds: tuple[Kind, ...] = get_args(Kind)
        return next((Job(number=1, kind=one, state="failed", message=BROKEN_OFF) for one in kinds if one == kind), None)

    def _options(self) -> dict[str, Any]:
        """What all jobs have in common."""
        return {"settings": self._settings, "embedder": self._wait(), "progress": self._progress()}

    def _wait(self) -> Embedder | None:
        while not self._warm.wait(_LOOK_AGAIN):
            self._stop_if_cancelled()
        return self._embedder()

    def _progress(self) -> Callable[[str, int, int], None]:
        """Takes note of what a build tells, and ends it when that is wanted."""
        watch = _Watch()

        def tell(step: str, done: int, total: int) -> None:
            self._stop_if_cancelled()
            if self._job:
                left = watch.seconds_left(step, done, total)
                self._job = dataclasses.replace(self._job, step=step, done=done, total=total, seconds_left=left)

        return tell

    def _stop_if_cancelled(self) -> None:
        if self._is_cancelled.is_set():
            raise _CancelledError

    def _rebuild(self) -> BuildReport:
        from index.build import build  # noqa: PLC0415 - a third of a second that the page need not wait for

        return build(**self._options())

    def _add(self) -> BuildReport:
        from index.build import add  # noqa: PLC0415

        with self._lock:
            names = list(self._uploaded)
        # Named one by one beside their folder, they come back if they were removed before.
        report = add([self.folder, *names], **self._options())
        with self._lock:
            for name in names:
                del self._uploaded[name]
        return report

    def _remove(self, ids: list[str]) -> BuildReport:
        from index.build import remove  # noqa: PLC0415

        copies = self._copies_of(frozenset(ids))
        report = remove(ids, **self._options())
        for path in copies:
            # The index keeps it away even if it cannot be deleted.
            with contextlib.suppress(OSError):
                path.unlink()
        return report

    def _copies_of(self, ids: frozenset[str]) -> list[Path]:
        """Uploaded files that hold none but these articles."""
        files = self.shelf().library.files
        wholly = [name for name, record in files.items() if record.articles and ids.issuperset(record.articles)]
        paths = [self.folder / name.rpartition("/")[2] for name in wholly]
        return [path for name, path in zip(wholly, paths, strict=True) if str(path) == name]


class _Watch:
    """Estimates when a build will be done, from its two steps that go on at the same time."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shares = {"reading": 0.0, "embedding": 1.0}

    def seconds_left(self, step: str, done: int, total: int) -> float | None:
        """Seconds until the end, if the rest goes on as what was done; None if it is too early to say."""
        if step not in self._shares:
            return None
        # How many passages there are is only known of the files that have been read.
        self._shares[step] = done / total if total else 1.0
        share = self._shares["reading"] * self._shares["embedding"]
        passed = time.monotonic() - self._began
        if passed < _SURE_AFTER or share < _SURE_FROM:
            return None
        return round(passed * (1 - share) / share, 1)
