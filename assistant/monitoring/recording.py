"""What stands in front of everything, the guard too: names, counts, times and logs each request.

Paths are written as templates: the variable part of one may be the token of a conversation.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from assistant.access.door import CALLER
from assistant.monitoring.logs import REQUEST, tell
from assistant.monitoring.metrics import METHODS, OTHER
from assistant.web.routes import rule_for

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.monitoring.metrics import Metrics

log = logging.getLogger(__name__)

HEADER = "X-Request-Id"
TICK = 0.5
"""Seconds between two looks at how late the event loop is."""
LEFT = 499
"""Status of a request whose caller went away; nginx calls it so."""
_VARIABLE = "{}"
_PROBES = ("q0", "7")
# Shorter than a conversation's token, so that one put here by mistake is not taken.
_HARMLESS = re.compile(rb"[A-Za-z0-9._-]{1,40}")


def template_of(method: str, path: str) -> str:
    """A path with what varies in it left out, or ``other``: so many routes there are, and no more.

    A part varies if another word in its place would be let through by the same rule.
    """
    rule = rule_for(method, path)
    if rule is None:
        return OTHER
    parts = path.split("/")

    def varies(place: int) -> bool:
        others = ("/".join((*parts[:place], probe, *parts[place + 1 :])) for probe in _PROBES)
        return bool(parts[place]) and any(map(rule.paths.fullmatch, others))

    return "/".join(_VARIABLE if varies(place) else part for place, part in enumerate(parts))


def name_of(scope: Scope) -> str:
    """The name of a request: the caller's own, if it is short and harmless, or a new one."""
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if len(given) == 1 and _HARMLESS.fullmatch(given[0]):
        return str(given[0].decode("ascii"))
    return secrets.token_hex(8)


class Recorder:
    """An ASGI application that lets another one answer, and takes notes.

    Args:
        app: The other one.
        metrics: Told of each request.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            ticker = asyncio.create_task(self._tick())
            try:
                await self._app(scope, receive, send)
            finally:
                ticker.cancel()
                with suppress(asyncio.CancelledError):
                    await ticker
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request, route = name_of(scope), template_of(scope["method"], scope["path"])
        status = size = 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request
            size += len(message.get("body", b""))
            await send(message)

        named = REQUEST.set(request)
        self._metrics.begin_request()
        try:
            await self._app(scope, receive, sending)
        except asyncio.CancelledError:
            status = status or LEFT
            raise
        finally:
            seconds = time.perf_counter() - began
            self._metrics.end_request(route, scope["method"], status or 500, seconds)
            self._log(scope["method"], route, status or 500, size, seconds)
            REQUEST.reset(named)

    def _log(self, given: str, route: str, status: int, size: int, seconds: float) -> None:
        method = given if given in METHODS else OTHER
        fields = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4), "bytes": size}
        caller = CALLER.get()
        # Only with sign-in has anybody a name.
        tell(log, "request", {**fields, "caller": caller.name} if caller and caller.name else fields)

    async def _tick(self) -> None:
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            self._metrics.lag(max(0.0, time.perf_counter() - due))
