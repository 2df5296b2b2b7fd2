"""Answering what waits in the conversations of the page."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.desk.talk import working
from assistant.keeping.resuming import keep
from assistant.keeping.transcript import Source
from assistant.page.rendering import to_html
from assistant.questions import clean_question, problem_with
from assistant.service import BROKEN, cited_articles
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from assistant.desk.desk import Desk
    from assistant.desk.talk import Exchange, Talk
    from assistant.types import Answer

log = logging.getLogger(__name__)

TOO_MANY = "Please wait for the answers above before asking more."


@dataclass(frozen=True, slots=True)
class Talker:
    """Has the questions of conversations answered.

    Attributes:
        desk: Where they wait for their turn.
    """

    desk: Desk

    def take(self, question: str | None, talk: Talk) -> str | None:
        """Takes a question into a conversation, or says in a sentence why not."""
        asked = question.strip() if isinstance(question, str) else ""
        problem = problem_with(clean_question(asked), len(asked), frozenset())
        if problem or talk.is_full:
            return problem or TOO_MANY
        talk.add(asked)
        return None

    async def answer(self, talk: Talk, caller: str = "", sign: str = "") -> AsyncGenerator[bool]:
        """Answers what waits in a conversation; one worker at a time, another one returns at once.

        Whatever goes wrong is shown in place of the answer and logged; nothing is raised. To be closed.

        Args:
            talk: The conversation.
            caller: Who asks; callers take turns.
            sign: By which the desk expects the question that is at the beginning of this, if it does.

        Yields:
            After each change to what is to be shown, and now and then without one, whether a turn has begun.
        """
        exchange = talk.next()
        try:
            while exchange:
                exchange.card = to_html(working("Thinking"))
                yield True
                exchange.history = talk.history
                async with aclosing(self._answered(exchange, talk, caller, sign)) as steps:
                    async for _ in steps:
                        yield False
                if not talk.is_active(exchange):
                    return
                exchange = talk.next(exchange)
        finally:
            # Also when the worker is cancelled, or the conversation would wait for it forever.
            talk.next(exchange)
            # Another worker may have taken the question, or it was not taken at all.
            self.desk.came(sign)

    async def _answered(self, exchange: Exchange, talk: Talk, caller: str, sign: str) -> AsyncGenerator[None]:
        """Shows each step of an answer but the last under its question, yields, and at last shows the whole answer."""
        asked = self.desk.answers(exchange.question, exchange.history, caller, tells_place=True, sign=sign)
        try:
            async with aclosing(asked) as answers:
                async for answer in answers:
                    if not talk.is_active(exchange):
                        return
                    if answer is None or answer.status == "working":
                        if answer:
                            exchange.show(answer)
                        # Also when there is nothing new: only so is it noticed that the tab was closed.
                        yield
                    else:
                        # Not here: what is kept is written to the disk.
                        await asyncio.to_thread(self._finish, exchange, answer, talk)
        except ProblemError as problem:
            exchange.refuse(str(problem), may_ask_again=problem.status == 503)
        except Exception:
            log.exception("A question could not be answered.")
            exchange.refuse(BROKEN)

    def _finish(self, exchange: Exchange, answer: Answer, talk: Talk) -> None:
        articles = cited_articles(answer, self.desk.service)
        # Kept with the answer, since the index may soon hold other versions of these articles.
        exchange.show(answer, tuple(Source.of(article) for article in articles.values() if article))
        if exchange.entry:
            keep(talk)
