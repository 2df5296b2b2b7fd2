"""Keeping the conversations of tabs, and going on with them; whatever goes wrong keeps nobody from an answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from assistant.answers.citations import is_exact
from assistant.service import cited_articles
from index.errors import IndexingError

if TYPE_CHECKING:
    from assistant.desk.talk import Talk
    from assistant.service import Service
    from assistant.types import Answer

log = logging.getLogger(__name__)

UNKEPT = "This conversation cannot be kept, so it ends when this tab is loaded again. The log says more."
LOST = "A part of this conversation was damaged on the disk and is not shown."
CHANGED = "Some articles that are quoted here have changed or were removed since; the quotes are as they were then."
"""What is said under a conversation."""


def keep(talk: Talk) -> None:
    """Brings what was answered last to the disk, if conversations are kept; to be called before anybody is shown it."""
    if talk.archive is None or not talk.entries:
        return
    try:
        talk.archive.keep(talk.token, talk.owner, talk.entries)
    except IndexingError as error:
        log.warning("A conversation is not kept. %s", error)
        talk.note = UNKEPT
    else:
        talk.note = ""


def resume(talk: Talk, token: str, service: Service) -> None:
    """Goes on with a conversation of the same owner that was kept, if nothing was asked in this one yet.

    It gets a file of its own: a browser that copies a tab gives the copy its token, too.

    Args:
        talk: The new tab's.
        token: Of the conversation that was kept.
        service: Whose articles the quotes are compared with once more. What is quoted of an article that is no longer
            there stays as it was verified when it was answered, and is said to be of then.
    """
    if talk.archive is None or talk.has_turns or not token:
        return
    try:
        kept = talk.archive.read(token, talk.owner)
    except IndexingError as error:
        log.warning("A conversation is not continued. %s", error)
        return
    states = [_state(entry.answer, service) for entry in kept.entries]
    entries = [entry for entry, state in zip(kept.entries, states, strict=True) if state != "wrong"]
    if entries and talk.restore(entries):
        keep(talk)
        if kept.lost or "wrong" in states:
            talk.note = LOST
        elif "gone" in states and not talk.note:
            talk.note = CHANGED


def _state(answer: Answer, service: Service) -> Literal["exact", "gone", "wrong"]:
    """Whether all quotes are word for word in their articles, as far as these are there."""
    articles = cited_articles(answer, service)
    for citation in answer.citations:
        article = articles[citation.article_id]
        if article is not None and not is_exact(citation, article):
            return "wrong"
    return "exact" if all(articles.values()) else "gone"


def forget(talk: Talk) -> None:
    """Begins a conversation anew, and removes what was kept of it."""
    talk.clear()
    if talk.archive is None:
        return
    try:
        talk.archive.forget(talk.token)
    except IndexingError as error:
        log.warning("A conversation that was cleared is still kept. %s", error)
