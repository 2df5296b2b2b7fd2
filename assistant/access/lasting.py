"""Answers that go on for a while, sent only for as long as the one who asked is let in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Message, Send

    IsStill = Callable[[], Awaitable[bool]]

AGAIN = 1.0
"""Seconds after which it is looked again who asked; a look is short, but an answer may come in a thousand pieces."""


def while_known(send: Send, is_still: IsStill) -> Send:
    """Ends a response that comes in pieces when its reader has signed out, was removed or lost a right.

    What works for it is told as if the reader had gone. A response whose length was said before comes at once, and is
    sent whole.

    Args:
        send: Takes the response.
        is_still: Whether the one who asked would be let in again.
    """
    looked = time.monotonic()
    comes_in_pieces = is_over = False

    async def sending(message: Message) -> None:
        nonlocal looked, comes_in_pieces, is_over
        if is_over:
            return
        if message["type"] == "http.response.start":
            comes_in_pieces = all(name.lower() != b"content-length" for name, _ in message.get("headers", ()))
        elif comes_in_pieces and time.monotonic() - looked >= AGAIN:
            is_over = not await is_still()
            looked = time.monotonic()
            if is_over:
                message = {"type": "http.response.body", "body": b"", "more_body": False}
        await send(message)

    return sending
