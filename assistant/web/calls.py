"""What the page's own script may send to Gradio, and nothing more. Pure.

Gradio takes a mapping with a certain key for a file wherever it stands among the values of an event, and then copies
the file that it names, or fetches it from the network, before any of our code runs. The page sends text and nothing
else, so only that is let through.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
_PLAIN_KEYS = {"fn_index", "session_hash", "trigger_id", "event_id", "event_data", "data"}


def is_plain_call(body: bytes, events: Mapping[int, int]) -> bool:
    """Whether the body of a request calls, or cancels, an event of the page with text only.

    Args:
        body: JSON as it was sent.
        events: For each event that may be called, by its number, how many values it takes.
    """
    try:
        call = json.loads(body, parse_constant=_refuse_constant)
        json.dumps(call, ensure_ascii=False).encode()  # fails for half a surrogate pair
    except (ValueError, RecursionError):
        return False
    if not isinstance(call, dict) or not call.keys() <= _PLAIN_KEYS:
        return False
    data = call.pop("data", None)
    return _has_plain_fields(call) and (data is None or _fits(data, events.get(call["fn_index"])))


def _has_plain_fields(call: dict[str, Any]) -> bool:
    session, number = call.get("session_hash"), call.get("fn_index")
    return (
        isinstance(session, str)
        and bool(_SESSION.fullmatch(session))
        and type(number) is int  # not True, which Python counts as 1
        and call.get("event_data") is None
        and all(value is None or type(value) in (int, str) for value in call.values())
    )


def _fits(data: object, count: int | None) -> bool:
    return isinstance(data, list) and len(data) == count and all(item is None or isinstance(item, str) for item in data)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
