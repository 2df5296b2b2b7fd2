"""What stands before Gradio: a question for which there is no room is turned away before it costs anything.

Each event of the page takes Gradio 20 to 30 ms of the event loop, and a question is two of them. Under far too many
questions these alone would take all the time, and who has to come again would be told so after many seconds. The desk
decides, here as later; only questions are looked at, every other event goes on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from assistant.access.door import caller_of
from assistant.web.problems import ProblemError
from assistant.web.routes import JOIN

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.desk.desk import Desk


class Gate:
    """An ASGI application that lets requests through to another one, but no question that the desk would refuse.

    Args:
        app: The other one.
        desk: Where questions wait for their turn.
        asking: Numbers of the events that take a question, as their first value.
    """

    def __init__(self, app: ASGIApp, desk: Desk, asking: Collection[int]) -> None:
        self._app = app
        self._desk = desk
        self._asking = asking

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http" or scope["path"] != JOIN or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        # The guard has read the body, which is small, and gives it in one piece.
        message = await receive()
        question, tab = self._asked(message)
        if tab:
            try:
                self._desk.expect(caller_of(scope).name or tab, tab)
            except ProblemError as problem:
                # Gradio's script takes this status for a full queue; ours says so, and keeps the question.
                told = {**problem.body(JOIN), "question": question}
                await JSONResponse(told, problem.status, problem.headers)(scope, receive, send)
                return
        await self._app(scope, _first(message, receive), send)

    def _asked(self, message: Message) -> tuple[str, str]:
        """The question of an event, and the name of its tab; both empty for another event."""
        try:
            call: Any = json.loads(message.get("body", b""))
        except (ValueError, RecursionError):  # no JSON, or nested too deeply: Gradio's to refuse
            call = None
        number = call.get("fn_index") if isinstance(call, dict) else None
        if not isinstance(number, int) or number not in self._asking:
            return "", ""
        values = call.get("data")
        question = values[0] if isinstance(values, list) and values else ""
        return str(question or ""), str(call.get("session_hash", ""))


def _first(message: Message, receive: Receive) -> Receive:
    """Gives what was read already, then what comes."""
    read = [message]

    async def receiving() -> Message:
        return read.pop() if read else await receive()

    return receiving
