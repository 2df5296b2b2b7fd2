"""Conversations of the page, talked through without a page."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.desk.talk import Talk
    from assistant.desk.talker import Talker


def talked(talker: Talker, talk: Talk) -> list[tuple[bool, str]]:
    """Has everything answered that waits in a conversation: for each step whether a turn began, and what was shown."""

    async def talking() -> list[tuple[bool, str]]:
        async with aclosing(talker.answer(talk)) as steps:
            return [(begun, talk.current_html()) async for begun in steps]

    return asyncio.run(talking())
