"""A service with somebody who counts: every answer of another one, for the figures and for the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from assistant.monitoring.logs import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.keeping.archive import Archive
    from assistant.keeping.feedback import FeedbackFile
    from assistant.library.librarian import Librarian
    from assistant.service import Catalogue, Service, State
    from assistant.types import Answer, Turn
    from index.types import Article

log = logging.getLogger(__name__)


class Observed:
    """An :class:`assistant.service.Service` that passes everything on to another one.

    Args:
        service: The other one.
        ended: Told how each answer ended, and the last that was known of it.
        with_questions: Whether the log may hold what was asked.
    """

    def __init__(
        self, service: Service, ended: Callable[[str, Answer | None], None], *, with_questions: bool = False
    ) -> None:
        self._service = service
        self._ended = ended
        self._with_questions = with_questions

    @property
    def state(self) -> State:
        """See :class:`assistant.service.Service`, as all that follows."""
        return self._service.state

    @property
    def librarian(self) -> Librarian | None:
        """What changes the index."""
        return self._service.librarian

    @property
    def feedback(self) -> FeedbackFile | None:
        """Where verdicts are kept."""
        return self._service.feedback

    @property
    def archive(self) -> Archive | None:
        """Where conversations are kept."""
        return self._service.archive

    @property
    def failure(self) -> str:
        """What went wrong."""
        return self._service.failure

    def catalogue(self) -> Catalogue:
        """What answers come from."""
        return self._service.catalogue()

    def article(self, article_id: str) -> Article | None:
        """An article of the generation that answers now."""
        return self._service.article(article_id)

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        """Answers a question, and takes note of how that ended."""
        last: Answer | None = None
        outcome = "left"  # closed from outside, if nothing else is said below
        try:
            for answer in self._service.stream(question, history):
                last = answer
                yield answer
            outcome = "failed" if last is None or last.status == "working" else last.status
        except Exception:
            outcome = "failed"
            raise
        finally:
            if outcome == "left" and last is not None and last.status != "working":
                outcome = last.status  # nothing was missing but that somebody asks for more
            self._ended(outcome, last)
            self._log(outcome, last, question)

    def _log(self, outcome: str, answer: Answer | None, question: str) -> None:
        fields: dict[str, Any] = {"status": outcome}
        if answer:
            fields |= {
                "generation": answer.generation,
                "mode": answer.mode,
                "hits": len(answer.hits),
                "citations": len(answer.citations),
                "taken_back": len(answer.taken_back),
                "confidence": answer.confidence,
                "seconds": {step: round(seconds, 4) for step, seconds in answer.timings.items()},
            }
        if self._with_questions:
            fields["question"] = question
        tell(log, "answer", fields)
