"""The conversation of one browser tab: its questions, those that wait, and what is shown under each."""

from __future__ import annotations

import secrets
import threading
import weakref
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from assistant.keeping.transcript import Entry, Source
from assistant.page.markup import esc
from assistant.page.rendering import problem_html, to_html
from assistant.settings import MAX_HISTORY
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.keeping.archive import Archive

MAX_SHOWN = 50
"""Turns that stay on the page; every one of them is sent again with the next question."""
MAX_WAITING = 5
"""Questions of one conversation that wait; each of them is sent with every change of the page."""
NOT_YOURS = "This conversation was begun by somebody else. Please open the page anew."
_WAITING = "Waiting for its turn"


@dataclass(slots=True)
class Exchange:
    """A question of the conversation and what is shown under it.

    Attributes:
        may_ask_again: Whether it was turned away, and may be asked once more by one press.
    """

    question: str
    number: int
    card: str = ""
    turn: Turn | None = None
    entry: Entry | None = None
    asked: datetime = field(default_factory=lambda: datetime.now(UTC).astimezone())
    history: tuple[Turn, ...] = ()
    may_ask_again: bool = False

    def refuse(self, reason: str, *, may_ask_again: bool = False) -> None:
        """Puts a sentence in place of an answer."""
        self.card, self.may_ask_again = problem_html(reason), may_ask_again

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
        card = self.card or to_html(working(_WAITING))
        if self.may_ask_again:
            card += f'<button type="button" class="cw-again" value="{esc(self.question)}">Ask again</button>'
        return f'<section class="cw-turn" id="cw-turn-{self.number}"><h2>{esc(self.question)}</h2>{card}</section>'


class Talks:
    """The conversations that are open, by their tokens. One that nobody holds any more is gone from here, too.

    Args:
        archive: Where finished turns are kept; None if they end with the tab.
    """

    def __init__(self, archive: Archive | None = None) -> None:
        self.archive = archive
        self._by_token: weakref.WeakValueDictionary[str, Talk] = weakref.WeakValueDictionary()

    def add(self, talk: Talk) -> None:
        """Makes a conversation known."""
        self._by_token[talk.token] = talk

    def get(self, token: str, owner: str = "") -> Talk | None:
        """The conversation with this token, if it is still there and belongs to this user."""
        talk = self._by_token.get(token)
        return talk if talk is not None and talk.owner == owner else None


class Talk:
    """The conversation of one browser tab; safe to use from several threads.

    Args:
        talks: Where it is to be found by its token, if anywhere.

    Attributes:
        token: Known only to the tab; who owns the conversation and has it may read it.
        owner: Name of the user whose it is; empty without sign-in.
        note: A sentence that stands under the conversation, if there is something to say.
    """

    def __init__(self, talks: Talks | None = None) -> None:
        self.token = secrets.token_urlsafe(32)
        self.owner = ""
        self._talks = talks
        if talks is not None:
            talks.add(self)
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []
        self._waiting: list[Exchange] = []
        self._active: Exchange | None = None
        self._count = 0
        self._forgotten = 0
        self.note = ""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A new, empty conversation: what Gradio makes for each browser tab from the one it was given."""
        return type(self)(self._talks)

    @property
    def archive(self) -> Archive | None:
        """Where it is kept; None if it ends with the tab."""
        return self._talks.archive if self._talks else None

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

    def claim(self, name: str) -> bool:
        """Makes a conversation that of whoever asks in it first; whether it is this user's then."""
        with self._lock:
            if not self._count:
                self.owner = name
            return self.owner == name

    def add(self, question: str) -> None:
        """Puts a question at the end of those that wait; turns too old to be shown are forgotten."""
        with self._lock:
            turned_away = [item for item in self._exchanges if item.may_ask_again and item.question == question]
            self._exchanges = [item for item in self._exchanges if item not in turned_away]
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
            self.note = ""

    def restore(self, entries: Sequence[Entry]) -> bool:
        """Puts back turns of former days, if nothing was asked yet; whether it did."""
        with self._lock:
            if self._count:
                return False
            for entry in entries:
                exchange = Exchange(entry.answer.question, entry.number, asked=entry.asked, history=self.history)
                exchange.show(entry.answer, entry.sources)
                self._exchanges.append(exchange)
                self._count = entry.number
            return True

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
        kept = " cw-kept" if self.archive else ""
        token = f'<button type="button" class="cw-token{kept}" value="{self.token}" hidden></button>'
        note = f'<p class="cw-left-out">{esc(self.note)}</p>' if self.note else ""
        shown = "".join(item.html() for item in current)
        return f'<div class="cw-turns">{token if self.entries else ""}{shown}{note}</div>' if current else ""

    def _begin_of_current(self) -> int:
        first = self._active or (self._waiting[0] if self._waiting else None)
        return self._exchanges.index(first) if first in self._exchanges else max(0, len(self._exchanges) - 1)


def working(reason: str) -> Answer:
    """What is shown in place of an answer that is not there yet."""
    return Answer(question="", standalone="", status="working", reason=reason)
