"""Who is answered, who waits, and who takes too long: the places at the desk, counted for several threads."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from assistant.desk.queueing import Line, Pace
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.service import Service
    from assistant.types import Answer, Turn

log = logging.getLogger(__name__)

BUSY = "Too many questions are being answered. Please ask again in a few seconds."
TOO_LONG = "This question took too long and was given up. It can be asked again; the log says more."
_MANY = 10
"""Questions turned away in a second that are too many, at least; usually it is half of those that may wait."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many and how long.

    Attributes:
        at_once: Questions that are answered at once; the models read one at a time, and what lies between must not let
            them idle.
        waiting: Questions that wait for that, at most.
        patience: Seconds that a question waits for its turn, at most.
        hurry: The same while far more questions are turned away than answered.
        deadline: Seconds from its turn on within which a question must be answered.
        model_seconds: What a language model may take in addition.
        writing: Answers that a language model writes at once; they take no place from questions that are searched and
            read for.
        stuck: Answers that took too long, still hold a thread and yet have given back their place; further ones keep
            theirs.
        tick: Seconds of silence after which an asker is told that the work goes on.
        coming: Seconds that a question may be on its way to the desk; what has not come by then is no longer expected.
    """

    at_once: int = 3
    waiting: int = 64
    patience: float = 5.0
    hurry: float = 1.2
    deadline: float = 60.0
    model_seconds: float = 0.0
    writing: int = 16
    stuck: int = 8
    tick: float = 2.0
    coming: float = 5.0


@dataclass(eq=False, slots=True)
class Job:
    """A question at the desk.

    Attributes:
        tell: Passes on what is known of its answer; callable from any thread.
        since: When it began to wait, or to be answered.
        left: Set when nobody waits for the answer any more.
        context: Of the request, so that the log can name it.
        until: When it must be answered.
        place: Whose place it takes.
        is_given_up: Whether it took too long.
    """

    question: str
    history: Sequence[Turn]
    tell: Callable[[Answer | ProblemError], None]
    since: float = field(default_factory=time.monotonic)
    left: threading.Event = field(default_factory=threading.Event)
    context: Context = field(default_factory=copy_context)
    until: float = 0.0
    place: Literal["", "answering", "writing"] = ""
    is_given_up: bool = False


class Places:
    """The places, and the line in front of them.

    Args:
        limits: How many.
        service: What answers; while it is warming, nothing is slow.
        start: Begins to answer a question that has its turn.

    Attributes:
        refused: How many questions were not answered, by reason: ``full``, ``slow`` (the wait would have been too
            long), ``waited`` (it was), ``late`` (the answer took too long).
    """

    def __init__(self, limits: Limits, service: Service, start: Callable[[Job], None]) -> None:
        self._limits, self._service, self._start = limits, service, start
        self._lock = threading.Lock()
        self._line: Line[Job] = Line(limits.waiting)
        self._pace = Pace(limits.at_once, limits.patience, limits.hurry, max(_MANY, limits.waiting // 2))
        self._working: set[Job] = set()
        self._coming: deque[tuple[float, str, str]] = deque()
        self.refused: Counter[str] = Counter()

    @property
    def in_work(self) -> int:
        """Questions that are being answered."""
        with self._lock:
            return sum(not job.is_given_up for job in self._working)

    @property
    def waiting(self) -> int:
        """Questions that wait for their turn."""
        return len(self._line)

    @property
    def stuck(self) -> int:
        """Answers that took too long and still hold a thread."""
        self.give_up_late_ones()
        with self._lock:
            return sum(job.is_given_up for job in self._working)

    @property
    def is_blocked(self) -> bool:
        """Whether every place is held by one that is stuck."""
        self.give_up_late_ones()
        with self._lock:
            held = [job for job in self._working if job.place == "answering"]
            return len(held) >= self._limits.at_once and all(job.is_given_up for job in held)

    def expect(self, caller: str, sign: str) -> None:
        """Notes that a question is on its way, if it would now be let in behind those that are, too.

        Args:
            caller: Who asks.
            sign: By which it is known when it comes.

        Raises:
            ProblemError: If there is no room, or it would take too long.
        """
        self.give_up_late_ones()
        now = time.monotonic()
        with self._lock:
            while self._coming and self._coming[0][0] < now - self._limits.coming:
                self._coming.popleft()
            if len(self._coming) >= self._free:
                # The first of those that come will not have to wait.
                self._place_for(caller, now, [name for _, name, _ in self._coming][self._free :])
            self._coming.append((now, caller, sign))

    def came(self, sign: str) -> None:
        """A question that was on its way has come, or never will."""
        with self._lock:
            self._forget(sign)

    def enter(self, job: Job, caller: str, sign: str = "") -> int:
        """Gives a question its turn, or a place in line, which is returned.

        Args:
            job: The question.
            caller: Who asks.
            sign: By which it was expected, if it was.

        Raises:
            ProblemError: If there is no room, or it would take too long.
        """
        self.give_up_late_ones()
        now = time.monotonic()
        with self._lock:
            self._forget(sign)
            if self._free:
                self._take(job)
                place = 0
            else:
                place = self._place_for(caller, now)
                self._line.join(caller, job)
        if not place:
            self._start(job)
        return place

    def place_of(self, job: Job) -> int:
        """The place in line of a question, or 0 if its turn has come.

        Raises:
            ProblemError: If it has waited too long.
        """
        self.give_up_late_ones()
        now = time.monotonic()
        with self._lock:
            place = self._line.place_of(job)
            if place and self._is_warming:
                job.since = now
            elif place and now - job.since > self._pace.patience(now):
                self._line.leave(job)
                self.refused["waited"] += 1
                raise ProblemError(503, BUSY)
        return place

    def leave(self, job: Job) -> None:
        """Nobody waits for its answer any more: it loses its place in line, or ends at its next step."""
        job.left.set()
        with self._lock:
            self._line.leave(job)

    def let_write(self, job: Job) -> None:
        """What waits for a language model takes no place from others, unless too many do."""
        with self._lock:
            job.until = time.monotonic() + self._limits.deadline + self._limits.model_seconds
            if job.place != "answering" or self._taken("writing") >= self._limits.writing:
                return
            job.place = "writing"
        self._call_next()

    def end(self, job: Job) -> None:
        """Frees the place of a question whose thread ends."""
        now = time.monotonic()
        with self._lock:
            self._working.discard(job)
            if job.place == "answering" and not job.left.is_set():
                self._pace.answered(now - job.since, now)
        self._call_next()

    def give_up_late_ones(self) -> None:
        """Tells the askers of questions that take too long, and gives their places to others."""
        now = time.monotonic()
        with self._lock:
            if self._is_warming:
                for job in self._working:
                    job.since, job.until = now, max(job.until, now + self._limits.deadline)
            late = [job for job in self._working if now > job.until and not job.is_given_up]
            for job in late:
                job.is_given_up = True
                job.left.set()
                if sum(other.is_given_up for other in self._working) <= self._limits.stuck:
                    job.place = ""
                self.refused["late"] += 1
        for job in late:
            log.error("A question was given up after %.0f s; what answers it may be stuck.", now - job.since)
            job.tell(ProblemError(500, TOO_LONG))
        if late:
            self._call_next()

    @property
    def _is_warming(self) -> bool:
        return self._service.state == "warming"

    @property
    def _free(self) -> int:
        """Questions that would have their turn at once."""
        return 0 if self._line else max(0, self._limits.at_once - self._taken("answering"))

    def _forget(self, sign: str) -> None:
        found = next((item for item in self._coming if item[-1] == sign), None)
        if found:
            self._coming.remove(found)

    def _place_for(self, caller: str, now: float, coming: Sequence[str] = ()) -> int:
        """The place in line that the next question of a caller would have, behind those of others that are coming.

        Raises:
            ProblemError: If it has none.
        """
        place = self._line.place_for(caller, coming)
        why = "" if place else "full"
        if place and not self._is_warming and self._pace.wait(place) > self._pace.patience(now):
            why = "slow"
        if why:
            self.refused[why] += 1
            self._pace.refused(now)
            raise ProblemError(503, BUSY)
        return place

    def _taken(self, place: str) -> int:
        return sum(job.place == place for job in self._working)

    def _take(self, job: Job) -> None:
        job.place, job.since = "answering", time.monotonic()
        job.until = job.since + self._limits.deadline
        self._working.add(job)

    def _call_next(self) -> None:
        """Starts whose turn it is, as long as there are places."""
        called = []
        with self._lock:
            while self._taken("answering") < self._limits.at_once and (job := self._line.next()):
                self._take(job)
                called.append(job)
        for job in called:
            self._start(job)
