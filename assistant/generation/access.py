"""Access to a language model: from the settings to its streamed text, or a clear error.

The client works in a thread of its own, so that whoever waits for an answer is free at the deadline whatever the client
does; see :mod:`assistant.generation.wire` for how its connection ends then, too.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING, Self

from assistant.errors import ModelModeError
from assistant.generation.failures import explained, failure, is_passing, wait_asked_for
from assistant.generation.providers import connect, tells_its_end
from assistant.generation.thoughts import without_thoughts
from assistant.generation.wire import Line
from index.settings import go_offline

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from assistant.generation.failures import Target
    from assistant.settings import Settings

MAX_CHARACTERS = 8000
"""Of one answer; a model that writes more has lost the thread."""
FIRST_SHARE = 0.75
"""Share of the time after which an answer must have begun: one that has not will not be finished either."""
RETRIES = 2

log = logging.getLogger(__name__)


class ChatModel:
    """A language model; safe to use from several threads.

    Args:
        model: LangChain's chat model.
        target: How it is told of, and its time.
        tells_its_end: Whether an answer that ends without a word about why has broken off.
        retry_seconds: Pause before the first retry, if the server names none; doubled for each further one.
    """

    def __init__(
        self, model: BaseChatModel, target: Target, *, tells_its_end: bool = True, retry_seconds: float = 0.5
    ) -> None:
        self._model = model
        self._target = target
        self._tells_its_end = tells_its_end
        self._retry_seconds = retry_seconds

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Makes the client of the model that the settings name; connects to nothing yet.

        Raises:
            ModelModeError: If none is set, its package or key is missing, or its name means nothing.
        """
        go_offline()
        if not settings.model:
            raise ModelModeError("setting", "No language model is set; ASSISTANT_MODEL=provider:name sets one.")
        model, target = connect(settings)
        return cls(model, target, tells_its_end=tells_its_end(settings))

    @property
    def name(self) -> str:
        """The model for people, with its address if that was set; never with a key or a password."""
        return self._target.name

    @property
    def seconds(self) -> float:
        """Within which an answer has to be finished."""
        return self._target.seconds

    def stream(self, messages: Sequence[tuple[str, str]], *, seconds: float | None = None) -> Generator[str]:
        """The answer as it is written.

        Closing the iterator closes the connection.

        Args:
            messages: As :meth:`assistant.prompting.Prompt.fill` gives them.
            seconds: Until the deadline, if less is left than the settings allow.

        Raises:
            ModelModeError: As soon as it is clear that there will be no whole answer; some text may have come before.
        """
        line = Line(min(self._target.seconds, seconds or self._target.seconds))
        received: queue.SimpleQueue[BaseMessage | ModelModeError | None] = queue.SimpleQueue()
        worker = threading.Thread(
            target=self._work, args=(messages, line, received), name="language-model", daemon=True
        )
        worker.start()
        try:
            count, has_text = 0, False
            for piece in without_thoughts(self._texts(line, received)):
                count, has_text = count + len(piece), has_text or bool(piece.strip())
                if count > MAX_CHARACTERS:
                    raise failure("long", self._target, f"more than {MAX_CHARACTERS:,} characters")
                yield piece
            if not has_text:
                raise failure("empty", self._target)
        finally:
            line.cut()

    def probe(self) -> float:
        """Asks for a word, and says how many seconds it took to come.

        Raises:
            ModelModeError: If none came.
        """
        started = time.monotonic()
        pieces = self.stream([("human", "Answer with one word: are you ready?")])
        try:
            next(pieces)
        finally:
            pieces.close()
        return time.monotonic() - started

    def _texts(self, line: Line, received: queue.SimpleQueue[BaseMessage | ModelModeError | None]) -> Iterator[str]:
        """What the worker hands over, as text."""
        end = ""
        limit = line.ends - (1 - FIRST_SHARE) * line.seconds
        while True:
            try:
                item = received.get(timeout=max(0.0, limit - time.monotonic()))
            except queue.Empty:
                raise self._too_slow(line, has_begun=limit == line.ends) from None
            if isinstance(item, ModelModeError):
                raise item
            if item is None:
                break
            limit = line.ends
            end = _end(item) or end
            if text := str(item.text):
                yield text
        if not end and self._tells_its_end:
            raise failure("broken", self._target)
        if end in ("length", "max_tokens", "incomplete"):
            raise failure("long", self._target, "it used up the tokens that it may write")
        if end in ("content_filter", "refusal"):
            raise failure("refused", self._target, "its filter stopped the answer")

    def _too_slow(self, line: Line, *, has_begun: bool = True) -> ModelModeError:
        what, share = ("did not finish", 1.0) if has_begun else ("did not begin to answer", FIRST_SHARE)
        return failure("slow", self._target, f"{what} within {share * line.seconds:.3g} seconds")

    def _work(
        self,
        messages: Sequence[tuple[str, str]],
        line: Line,
        received: queue.SimpleQueue[BaseMessage | ModelModeError | None],
    ) -> None:
        """Runs in a thread: asks, and asks again if the server is only busy; hands over all that comes, then None."""
        from langsmith import tracing_context  # noqa: PLC0415 - comes with langchain-core

        pause = self._retry_seconds
        # Tracing can be switched on by other means than variables; here it is off whatever they say.
        with line.in_use(), tracing_context(enabled=False):
            for attempt in range(RETRIES + 1):
                has_begun = False
                try:
                    for chunk in self._model.stream(list(messages), {"callbacks": []}):
                        if not line.is_open:
                            received.put(self._too_slow(line))
                            return
                        has_begun = True
                        received.put(chunk)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is handed over as ours
                    wait = wait_asked_for(error)
                    wait = pause if wait is None else wait
                    is_last = attempt == RETRIES or has_begun or wait >= line.remaining or not is_passing(error)
                    if is_last or not line.pause(wait):
                        received.put(self._explained(error, line))
                        return
                    log.info("%s is asked again in %.1f s", self.name, wait)
                    pause *= 2
                else:
                    received.put(None)
                    return

    def _explained(self, error: Exception, line: Line) -> ModelModeError:
        if line.is_overfull:
            return failure("long", self._target, "too much data")
        if not line.remaining:
            return self._too_slow(line)
        return explained(error, self._target)


def _end(chunk: BaseMessage) -> str:
    """Why the answer ended, in the provider's word, if this piece says so."""
    about = chunk.response_metadata
    for name in ("finish_reason", "stop_reason", "done_reason", "status"):
        if about.get(name):
            return str(about[name])
    return "stop" if about.get("done") is True else ""
