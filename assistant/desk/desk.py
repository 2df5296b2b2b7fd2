"""The desk at which everybody asks, page and programs alike: a few questions at once, and in turns.

Each question that has its turn is answered in a thread of its own; none for who has left. Nothing here blocks the event
loop.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from assistant.desk.places import BUSY, Job, Limits, Places
from assistant.desk.queueing import ordinal
from assistant.service import BROKEN, UNVERIFIED, cites_exactly
from assistant.types import Answer
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from assistant.service import Service
    from assistant.types import Turn

log = logging.getLogger(__name__)

LOOK = 0.25
"""Seconds between two looks at how the line moves."""
TURN = "Waiting for its turn"
"""What is said to who waits; where it is known, with the place in line."""


class Desk:
    """Takes questions from any number of askers and has them answered a few at a time.

    Args:
        service: What answers.
        limits: How many and how long.
    """

    def __init__(self, service: Service, limits: Limits | None = None) -> None:
        self.service = service
        self._tick = (limits or Limits()).tick
        self._places = Places(limits or Limits(), service, self._start)

    @property
    def in_work(self) -> int:
        """Questions that are being answered."""
        return self._places.in_work

    @property
    def waiting(self) -> int:
        """Questions that wait for their turn."""
        return self._places.waiting

    @property
    def stuck(self) -> int:
        """Answers that took too long and still hold a thread."""
        return self._places.stuck

    @property
    def is_blocked(self) -> bool:
        """Whether nothing is answered any more, since every place is held by one that is stuck."""
        return self._places.is_blocked

    @property
    def refused(self) -> Counter[str]:
        """See :attr:`assistant.desk.places.Places.refused`."""
        return self._places.refused

    def expect(self, caller: str, sign: str) -> None:
        """See :meth:`assistant.desk.places.Places.expect`."""
        self._places.expect(caller, sign)

    def came(self, sign: str) -> None:
        """See :meth:`assistant.desk.places.Places.came`."""
        self._places.came(sign)

    async def answers(
        self, question: str, history: Sequence[Turn], caller: str = "", *, tells_place: bool = False, sign: str = ""
    ) -> AsyncGenerator[Answer | None]:
        """Growing answers, the last of them finished; None now and then while there is nothing new.

        Closing it, as ``aclosing`` does, ends the work at its next step.

        Args:
            question: As asked.
            history: Earlier turns.
            caller: Who asks; callers take turns.
            tells_place: Whether to say, while the question waits, which place in line it has.
            sign: By which it is expected, if it is.

        Raises:
            ProblemError: If there is no answer.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Answer | ProblemError] = asyncio.Queue()

        def tell(item: Answer | ProblemError) -> None:
            with suppress(RuntimeError):  # the server ended meanwhile, and its loop with it
                loop.call_soon_threadsafe(told.put_nowait, item)

        job = Job(question, history, tell)
        place = self._places.enter(job, caller, sign)
        said = time.monotonic()
        try:
            if place and tells_place:
                yield _waiting(place)
            while True:
                try:
                    item = await asyncio.wait_for(told.get(), min(LOOK, self._tick) if place else self._tick)
                except TimeoutError:
                    before, place = place, self._places.place_of(job)
                    is_moved = tells_place and place and place != before
                    if is_moved or time.monotonic() - said >= self._tick:
                        said = time.monotonic()
                        yield _waiting(place) if is_moved else None
                    continue
                place, said = 0, time.monotonic()
                if isinstance(item, ProblemError):
                    raise item
                yield item
                if item.status != "working":
                    return
        finally:
            self._places.leave(job)

    async def answer(
        self, question: str, history: Sequence[Turn], has_left: Callable[[], Awaitable[bool]], caller: str = ""
    ) -> Answer | None:
        """The finished answer, or None if its asker has left.

        Raises:
            ProblemError: If there is no answer.
        """
        async with aclosing(self.answers(question, history, caller)) as answers:
            async for answer in answers:
                if answer is not None and answer.status != "working":
                    return answer
                if await has_left():
                    break
        return None

    def _start(self, job: Job) -> None:
        # A daemon, for a server that ends must not wait for answers that nobody will read.
        thread = threading.Thread(target=job.context.run, args=(self._work, job), name="answer", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            log.exception("The system gives no more threads, so a question could not be begun.")
            job.tell(ProblemError(503, BUSY))
            self._places.end(job)

    def _work(self, job: Job) -> None:
        try:
            self._answer(job)
        except Exception:
            log.exception("A question could not be answered.")
            job.tell(ProblemError(500, BROKEN))
        finally:
            # Only now, and not when the asker leaves: what still works still takes the processor.
            self._places.end(job)

    def _answer(self, job: Job) -> None:
        last = None
        for answer in self.service.stream(job.question, job.history):
            if time.monotonic() > job.until:
                self._places.give_up_late_ones()
            if job.left.is_set():
                return
            if answer.mode == "model" and job.place == "answering":
                self._places.let_write(job)
            if not cites_exactly(answer, self.service):
                job.tell(ProblemError(500, UNVERIFIED))
                return
            # While the models are loading, the same is said again and again.
            if answer != last:
                job.tell(_seen(answer, self.service))
            last = answer
        if last is None or last.status == "working":
            log.error("The answer to a question never came to its end.")
            job.tell(ProblemError(500, BROKEN))


def _waiting(place: int) -> Answer:
    return Answer(question="", standalone="", status="working", reason=f"{TURN} ({ordinal(place)})")


def _seen(answer: Answer, service: Service) -> Answer | ProblemError:
    """An abstention without an index is a failure: a program must not take it for what the articles say."""
    if answer.status == "abstained" and not answer.generation and service.state == "failed":
        return ProblemError(503, answer.reason or service.failure)
    return answer
