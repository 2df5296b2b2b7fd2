"""The desk at which programs ask: a few questions at once, each in a thread of its own, and none for who has left.

Nothing here blocks the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from assistant.problems import ProblemError
from assistant.service import BROKEN, UNVERIFIED, cites_exactly

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from assistant.service import Service
    from assistant.types import Answer, Turn

    Tell = Callable[[Answer | ProblemError], None]

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Questions that are answered at once; as many again may come from the page."""
WAITING = 32
"""Questions that wait for that, at most."""
PATIENCE = 10.0
"""Seconds that a question waits for its turn, at most."""
TICK = 2.0
"""Seconds of silence after which an asker is told that the work goes on."""
BUSY = "Too many questions are being answered. Please ask again in a few seconds."


class Desk:
    """Takes questions from any number of programs and has them answered a few at a time.

    Args:
        service: What answers.
        at_once: See :data:`AT_ONCE`.
        waiting: See :data:`WAITING`.
        patience: See :data:`PATIENCE`.
        tick: See :data:`TICK`.
    """

    def __init__(
        self,
        service: Service,
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        patience: float = PATIENCE,
        tick: float = TICK,
    ) -> None:
        self.service = service
        self._slots = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._patience = patience
        self._tick = tick

    async def answers(self, question: str, history: Sequence[Turn]) -> AsyncGenerator[Answer | None]:
        """Growing answers, the last of them finished; None now and then while there is nothing new.

        Closing it, as ``aclosing`` does, ends the work at its next step.

        Raises:
            ProblemError: If there is no answer.
        """
        if not self._places.acquire(blocking=False):
            raise ProblemError(503, BUSY)
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Answer | ProblemError] = asyncio.Queue()
        left = threading.Event()

        def tell(item: Answer | ProblemError) -> None:
            with suppress(RuntimeError):  # the server ended meanwhile, and its loop with it
                loop.call_soon_threadsafe(told.put_nowait, item)

        # Daemons, for a server that ends must not wait for answers that nobody will read.
        threading.Thread(target=self._work, args=(question, history, tell, left), name="answer", daemon=True).start()
        try:
            while True:
                try:
                    item = await asyncio.wait_for(told.get(), self._tick)
                except TimeoutError:
                    yield None
                    continue
                if isinstance(item, ProblemError):
                    raise item
                yield item
                if item.status != "working":
                    return
        finally:
            left.set()

    async def answer(
        self, question: str, history: Sequence[Turn], has_left: Callable[[], Awaitable[bool]]
    ) -> Answer | None:
        """The finished answer, or None if its asker has left.

        Raises:
            ProblemError: If there is no answer.
        """
        async with aclosing(self.answers(question, history)) as answers:
            async for answer in answers:
                if answer is not None and answer.status != "working":
                    return answer
                if await has_left():
                    break
        return None

    def _work(self, question: str, history: Sequence[Turn], tell: Tell, left: threading.Event) -> None:
        try:
            if not self._has_turn(left):
                tell(ProblemError(503, BUSY))
                return
            try:
                self._answer(question, history, tell, left)
            finally:
                self._slots.release()
        except Exception:
            log.exception("A question could not be answered.")
            tell(ProblemError(500, BROKEN))
        finally:
            # Only now, and not when the asker leaves: what still works still takes the processor.
            self._places.release()

    def _has_turn(self, left: threading.Event) -> bool:
        until = time.monotonic() + self._patience
        while not self._slots.acquire(timeout=max(0.0, min(0.25, until - time.monotonic()))):
            if left.is_set() or time.monotonic() >= until:
                return False
        return True

    def _answer(self, question: str, history: Sequence[Turn], tell: Tell, left: threading.Event) -> None:
        last = None
        for answer in self.service.stream(question, history):
            if left.is_set():
                return
            if not cites_exactly(answer, self.service):
                tell(ProblemError(500, UNVERIFIED))
                return
            # While the models are loading, the same is said again and again.
            if answer != last:
                tell(_seen(answer, self.service))
            last = answer
        if last is None or last.status == "working":
            log.error("The answer to a question never came to its end.")
            tell(ProblemError(500, BROKEN))


def _seen(answer: Answer, service: Service) -> Answer | ProblemError:
    """An abstention without an index is a failure: a program must not take it for what the articles say."""
    if answer.status == "abstained" and not answer.generation and service.state == "failed":
        return ProblemError(503, answer.reason or service.failure)
    return answer
