"""What Gradio's queue knows of the tabs of the page; it has no other way to ask or to tidy it."""

from __future__ import annotations

import time
from typing import Any

_GRACE = 60.0
"""Seconds after which a tab that was closed is forgotten; one whose connection broke has come back by then."""


class Tabs:
    """The tabs, by the names that they have inside. To be used by the thread of the event loop only.

    Args:
        queue: Gradio's, of the page.
    """

    def __init__(self, queue: Any) -> None:  # noqa: ANN401 - a class of Gradio's, which only one module imports
        self._queue = queue
        self._closed: dict[str, tuple[float, frozenset[str]]] = {}

    def of(self, call: str) -> str | None:
        """The tab that a call of an event is of, as long as it waits or goes on."""
        found = self._queue.event_ids_to_events.get(call)
        return str(found.session_hash) if found else None

    def is_known(self, tab: str) -> bool:
        """Whether a tab has called an event, so that there is something to tell it."""
        return tab in self._queue.pending_messages_per_session

    def close(self, tab: str | None) -> None:
        """Takes note that a tab was closed, and forgets those that were closed a while ago and have no calls.

        Gradio would remember the calls of a tab that was closed during an answer for ever, and what it was to be told
        until two thousand other tabs have come: pages of text each.
        """
        now = time.monotonic()
        if tab:
            self._closed.pop(tab, None)
            self._closed[tab] = now, self._calls(tab)
        for other, (since, calls) in list(self._closed.items()):
            if now - since < _GRACE:
                return
            del self._closed[other]
            if self._calls(other) - calls:
                continue  # it came back, and will be closed again
            if any(call in self._queue.event_ids_to_events for call in calls):
                self._closed[other] = now, calls
                continue
            self._queue.pending_event_ids_session.pop(other, None)
            self._queue.pending_messages_per_session.pop(other, None)

    def _calls(self, tab: str) -> frozenset[str]:
        return frozenset(self._queue.pending_event_ids_session.get(tab, ()))
