"""What the page's own document says of its events: which one takes a question, and what follows it.

Found by the elements' names, so that nothing here changes when events are added or change their order.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_CONFIG = re.compile(r"window\.gradio_config\s*=\s*(\{.*?\});?\s*</script>", re.DOTALL)
_MADE_WITH = re.compile(r'class="cw-list" value="(\w*)')


class NoPageError(Exception):
    """The document is not that of the page."""


@dataclass(frozen=True)
class Event:
    """An event that the page's script sends to the server.

    Attributes:
        number: Its ``fn_index``.
        trigger: The component that sets it off.
        inputs: Components whose values it takes.
        outputs: Components that it changes, in the order of its values.
        takes: Whether it waits in the queue.
    """

    number: int
    trigger: int | None
    inputs: list[int]
    outputs: list[int]
    takes: bool


@dataclass(frozen=True)
class Page:
    """The events of the page.

    Attributes:
        prefix: Path before Gradio's routes.
        holds_heartbeat: Whether a tab keeps a connection open for as long as it lives.
        generation: Of the index that it was made with.
    """

    prefix: str
    holds_heartbeat: bool
    generation: str
    _names: dict[str, int]
    _events: list[dict[str, Any]]
    _roots: set[int]

    @classmethod
    def of(cls, document: str) -> Page:
        """Reads the document as served.

        Raises:
            NoPageError: If it is another one.
        """
        found = _CONFIG.search(document)
        if not found:
            raise NoPageError(document[:200])
        config = json.loads(found[1])
        components = config["components"]
        names = {item["props"].get("elem_id"): item["id"] for item in components if item["props"].get("elem_id")}
        known = {item["id"] for item in components}
        targets = {target for event in config["dependencies"] for target, _ in event["targets"] if target is not None}
        return cls(
            config.get("api_prefix", "/gradio_api"),
            bool(config.get("connect_heartbeat")),
            next((made[1] for item in components if (made := _MADE_WITH.search(str(item["props"].get("value"))))), ""),
            names,
            config["dependencies"],
            targets - known,
        )

    def component(self, name: str) -> int:
        """Number of the component with an ``elem_id``."""
        return self._names[name]

    def on(self, name: str, what: str) -> list[Event]:
        """What is sent when something happens to an element."""
        number = self._names[name]
        return [self._event(item, number) for item in self._events if [number, what] in map(list, item["targets"])]

    def on_load(self) -> list[Event]:
        """What is sent when the page has been opened."""
        return [
            self._event(item, None)
            for item in self._events
            if any(what == "load" and target in self._roots for target, what in item["targets"])
        ]

    def after(self, event: Event) -> list[Event]:
        """What is sent when another event has ended."""
        return [self._event(item, event.trigger) for item in self._events if item["trigger_after"] == event.number]

    def _event(self, item: dict[str, Any], trigger: int | None) -> Event:
        takes = bool(item["backend_fn"]) and item.get("queue") is not False
        return Event(item["id"], trigger, item["inputs"], item["outputs"], takes)
