"""What Gradio's queue knows of the tabs of the page; it has no other way to ask or to tidy it."""

from __future__ import annotations

from typing import Any


class Tabs:
    """The tabs, by the names that they have inside.

    Args:
        queue: Gradio's, of the page.
    """

    def __init__(self, queue: Any) -> None:  # noqa: ANN401 - a class of Gradio's, which only one module imports
        self._queue = queue

    def of(self, call: str) -> str | None:
        """The tab that a call of an event is of, as long as it waits or goes on."""
        found = self._queue.event_ids_to_events.get(call)
        return str(found.session_hash) if found else None

    def is_known(self, tab: str) -> bool:
        """Whether a tab has called an event, so that there is something to tell it."""
        return tab in self._queue.pending_messages_per_session

    def close(self, tab: str | None) -> None:
        """Forgets a tab that was closed and has no calls; Gradio would remember it for ever.

        Not its messages: of these Gradio keeps a bounded number of tabs', and may be at them now.
        """
        if tab and not self._queue.pending_event_ids_session.get(tab):
            self._queue.pending_event_ids_session.pop(tab, None)
