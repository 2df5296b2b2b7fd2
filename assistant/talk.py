"""The conversation of one browser tab, and what goes on in it while questions wait and are answered."""

from __future__ import annotations

import logging
import secrets
import threading
import weakref
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from assistant.markup import esc
from assistant.questions import clean_question, problem_with
from assistant.rendering import problem_html, to_html
from assistant.service import BROKEN, UNVERIFIED, cited_articles, cites_exactly
from assistant.transcript import Entry, Source
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.service import Service

log = logging.getLogger(__name__)

MAX_SHOWN = 50
"""Turns that stay on the page; every one of them is sent again with the next question."""
MAX_HISTORY = 10
"""Turns that a question may refer to."""
MAX_WAITING = 5
"""Questions of one conversation that wait; each of them is sent with every change of the page."""
TOO_MANY = "Please wait for the answers above before asking more."
_WAITING = "Waiting for its turn"


@dataclass(slots=True)
class Exchange:
    """A question of the conversation and what is shown under it."""

    question: str
    number: int
    card: str = ""
    turn: Turn | None = None
    entry: Entry | None = None
    asked: datetime = field(default_factory=lambda: datetime.now(UTC).astimezone())
    history: tuple[Turn, ...] = ()

    def show(self, answer: Answer, sources: tuple[Source, ...] = ()) -> None:
        """Puts an answer, finished or not, under the question."""
        if answer.status == "working" or answer.text:
            self.card = to_html(answer)
        else:
            self.card = problem_html(answer.reason)
        if answer.status != "working" and answer.text:
            self.turn = Turn(question=answer.standalone, answer=answer.text)
            self.entry = Entry(
                number=self.number, asked=self.asked, answer=answer, sources=sources, history=self.history
            )

    def html(self) -> str:
        """The question and its card, on one line."""
        card = self.card or to_html(_working(_WAITING))
        return f'<section class="cw-turn" id="cw-turn-{self.number}"><h2>{esc(self.question)}</h2>{card}</section>'


class Talks:
    """The conversations that are open, by their tokens. One that nobody holds any more is gone from here, too."""

    def __init__(self) -> None:
        self._by_token: weakref.WeakValueDictionary[str, Talk] = weakref.WeakValueDictionary()

    def add(self, talk: Talk) -> None:
        """Makes a conversation known."""
        self._by_token[talk.token] = talk

    def get(self, token: str) -> Talk | None:
        """The conversation with this token, if it is still there."""
        return self._by_token.get(token)


class Talk:
    """The conversation of one browser tab; safe to use from several threads.

    Args:
        talks: Where it is to be found by its token, if anywhere.

    Attributes:
        token: Known only to the tab; who has it may read the conversation.
    """

    def __init__(self, talks: Talks | None = None) -> None:
        self.token = secrets.token_urlsafe(32)
        self._talks = talks
        if talks is not None:
            talks.add(self)
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []
        self._waiting: list[Exchange] = []
        self._active: Exchange | None = None
        self._count = 0
        self._forgotten = 0

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A new, empty conversation: what Gradio makes for each browser tab from the one it was given."""
        return type(self)(self._talks)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every question that got an answer, in order, as long as it is kept."""
        return tuple(item.entry for item in self._exchanges if item.entry)

    @property
    def forgotten(self) -> int:
        """How many turns are no longer kept."""
        return self._forgotten

    @property
    def has_turns(self) -> bool:
        """Whether anything was asked since the beginning or the last :meth:`clear`."""
        return bool(self._exchanges)

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered or waits for it."""
        return bool(self._active or self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether as many questions wait as may."""
        return len(self._waiting) >= MAX_WAITING

    @property
    def history(self) -> tuple[Turn, ...]:
        """Turns that a question may refer to, oldest first."""
        return tuple(item.turn for item in self._exchanges if item.turn)[-MAX_HISTORY:]

    def add(self, question: str) -> None:
        """Puts a question at the end of those that wait; turns too old to be shown are forgotten."""
        with self._lock:
            self._count += 1
            exchange = Exchange(question, self._count)
            self._forgotten += max(0, len(self._exchanges) - MAX_SHOWN)
            self._exchanges = [*self._exchanges[-MAX_SHOWN:], exchange]
            self._waiting.append(exchange)

    def next(self, finished: Exchange | None = None) -> Exchange | None:
        """The question to answer now; None if there is none, or if another worker is at this conversation.

        Args:
            finished: What the caller has just answered.
        """
        with self._lock:
            if self._active is not finished:
                return None
            self._active = self._waiting.pop(0) if self._waiting else None
            return self._active

    def is_active(self, exchange: Exchange) -> bool:
        """Whether an exchange is still wanted: not stopped, not cleared away."""
        return self._active is exchange

    def halt(self) -> None:
        """Gives up what is being answered and what waits."""
        with self._lock:
            for exchange in (self._active, *self._waiting):
                if exchange:
                    exchange.card = problem_html("Stopped.")
            self._active, self._waiting = None, []

    def clear(self) -> None:
        """Begins anew."""
        with self._lock:
            self._exchanges, self._waiting, self._active = [], [], None
            self._forgotten = 0

    def earlier_html(self) -> str:
        """What came before the current turn; it does not change while that one is answered."""
        earlier = self._exchanges[: self._begin_of_current()]
        shown = earlier[-MAX_SHOWN:]
        left_out = self._forgotten + len(earlier) - len(shown)
        note = f'<p class="cw-left-out">{left_out} earlier turns are no longer shown.</p>' if left_out else ""
        return f'<div class="cw-turns">{note}{"".join(item.html() for item in shown)}</div>' if earlier else ""

    def current_html(self) -> str:
        """The turn that is answered, or was last, with those that wait behind it."""
        current = self._exchanges[self._begin_of_current() :]
        # The page's script reads the token, which opens nothing before there is an answer.
        token = f'<button type="button" class="cw-token" value="{self.token}" hidden></button>' if self.entries else ""
        return f'<div class="cw-turns">{token}{"".join(item.html() for item in current)}</div>' if current else ""

    def _begin_of_current(self) -> int:
        first = self._active or (self._waiting[0] if self._waiting else None)
        return self._exchanges.index(first) if first in self._exchanges else max(0, len(self._exchanges) - 1)


@dataclass(frozen=True, slots=True)
class Talker:
    """Answers the questions of conversations.

    Attributes:
        service: What answers.
    """

    service: Service

    def take(self, question: str | None, talk: Talk) -> str | None:
        """Takes a question into a conversation, or says in a sentence why not."""
        asked = question.strip() if isinstance(question, str) else ""
        problem = problem_with(clean_question(asked), len(asked), frozenset())
        if problem or talk.is_full:
            return problem or TOO_MANY
        talk.add(asked)
        return None

    def answer(self, talk: Talk) -> Iterator[bool]:
        """Answers what waits in a conversation; one worker at a time, another one returns at once.

        Whatever goes wrong is shown in place of the answer and logged; nothing is raised.

        Yields:
            After each change to what is to be shown, whether a turn has begun.
        """
        exchange = talk.next()
        try:
            while exchange:
                exchange.card = to_html(_working("Thinking"))
                yield True
                exchange.history = talk.history
                for answer in self._answers(exchange):
                    if not talk.is_active(exchange):
                        return
                    exchange.show(answer, self._sources(answer))
                    if answer.status == "working":
                        yield False
                exchange = talk.next(exchange)
        finally:
            # Also when the worker is cancelled, or the conversation would wait for it forever.
            talk.next(exchange)

    def _answers(self, exchange: Exchange) -> Iterator[Answer]:
        answer = _working("")
        try:
            for answer in self.service.stream(exchange.question, exchange.history):
                yield answer if cites_exactly(answer, self.service) else _failed(UNVERIFIED)
            if answer.status == "working":
                log.error("The answer to a question never came to its end.")
                yield _failed(BROKEN)
        except Exception:
            log.exception("A question could not be answered.")
            yield _failed(BROKEN)

    def _sources(self, answer: Answer) -> tuple[Source, ...]:
        """Of a finished answer; kept with it, since the index may soon hold other versions of these articles."""
        if answer.status == "working":
            return ()
        return tuple(Source.of(article) for article in cited_articles(answer, self.service).values() if article)


def _working(reason: str) -> Answer:
    return Answer(question="", standalone="", status="working", reason=reason)


def _failed(reason: str) -> Answer:
    return Answer(question="", standalone="", status="abstained", reason=reason)
