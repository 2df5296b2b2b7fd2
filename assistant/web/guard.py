"""What stands in front of every route: who may call, which routes there are, how much may be sent, and the headers.

Gradio has routes that this page does not use (uploads, files by path or address, other applications by proxy, its own
documentation), and new versions bring more. So it is not them that are listed here, but those that are let through.
Who asks finds out :mod:`assistant.access.door`; from here on it goes with the request, and what a browser or a proxy
said of it does not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from assistant.access.door import CALLER, PLEASE
from assistant.access.entrance import Entrance, is_foreign
from assistant.access.lasting import while_known
from assistant.page.shell import policy_for
from assistant.web.calls import is_plain_call
from assistant.web.problems import ProblemError
from assistant.web.routes import rule_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.access.callers import Caller
    from assistant.access.lasting import IsStill
    from assistant.access.proxies import Visit
    from assistant.access.separation import Separation
    from assistant.web.routes import Rule

NOTHING_HERE = "There is nothing at this address."
FOREIGN_HOST = "This address is not one of this page's. Open it as http://localhost with its port."
UNKNOWN_HOST = "This address is not one of this page's. Whoever runs it can add its name to ASSISTANT_HOSTS."
EDITORS_ONLY = "Only editors may change the library. Ask whoever runs this page to make you one."
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_CORS = ("access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
         "access-control-allow-headers", "access-control-expose-headers")  # fmt: skip


class Guard:
    """An ASGI application that lets requests through to another one, or not.

    Args:
        app: The other one.
        events: For each event of the page that may be called, by its number, how many values it takes.
        separation: Keeps the tabs of users apart.
        entrance: Who may come in, and how.
    """

    def __init__(
        self, app: ASGIApp, events: Mapping[int, int], separation: Separation, entrance: Entrance | None = None
    ) -> None:
        self._app = app
        self._events = events
        self._separation = separation
        self._entrance = entrance or Entrance()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            send = _with_headers(send, scope["path"])
            try:
                entered = await self._enter(scope, receive, send)
            except ProblemError as problem:
                await _refuse(send, scope["path"], problem)
                return
            if entered:
                inside, receive, is_still = entered
                await self._app(inside, receive, while_known(send, is_still))
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "There are no web sockets here."})

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> tuple[Scope, Receive, IsStill] | None:
        """A request as it goes in, and whether its sender is still let in; None if it was answered here.

        Raises:
            ProblemError: If it is refused.
        """
        path, method = scope["path"], "GET" if scope["method"] == "HEAD" else scope["method"]
        headers, home = Headers(scope=scope), f"{self._entrance.prefix}/"
        visit = self._entrance.proxies.visit(scope)
        rule = self._let_through(headers, visit, scope, method)
        caller = await self._entrance.door.caller(headers, visit, by_token=rule.by_token)
        if caller is None and path == "/" and self._entrance.sign_in:
            await _redirect(send, f"{home}login")
            return None
        _require(rule, caller)
        _check_announced(rule, headers, method)
        body = b"" if method == "GET" or rule.kind == "file" else await self._take(rule, receive)
        if rule.kind == "sign" and self._entrance.sign_in:
            response = await self._entrance.sign_in.answer(method, path, headers, visit, caller, body)
            await response(scope, receive, send)
            return None
        if path == "" or (path == "/" and scope["query_string"]):
            # Gradio shows its own pages at some of these queries, and loads a stored state at others.
            await _redirect(send, home)
            return None
        inside = self._entrance.inside(scope, visit, caller)
        if rule.kind == "event":
            body = self._separation.event(_known(caller), body)
        elif rule.who != "open":
            inside = self._separation.look(_known(caller), inside)
        CALLER.set(caller)
        # What is too large to be held, the route takes piece by piece.
        receive = _limited(receive, rule.limit) if rule.kind == "file" else _replaying(body, receive)

        async def is_still() -> bool:
            return caller is None or await self._entrance.door.is_still(caller, headers, visit)

        return inside, receive, is_still

    def _let_through(self, headers: Headers, visit: Visit, scope: Scope, method: str) -> Rule:
        """The rule for a request.

        Raises:
            ProblemError: If it must not go through.
        """
        if not self._entrance.is_own_host(headers, visit, scope):
            raise ProblemError(403, FOREIGN_HOST if self._entrance.is_open else UNKNOWN_HOST)
        if is_foreign(headers, method, visit):
            raise ProblemError(403, "Another page may not use this one.")
        rule = rule_for(method, scope["path"])
        if rule is None or (rule.kind == "sign" and self._entrance.sign_in is None):
            raise ProblemError(404, NOTHING_HERE)
        return rule

    async def _take(self, rule: Rule, receive: Receive) -> bytes:
        """The body of a request.

        Raises:
            ProblemError: If it is not what may be sent.
        """
        body = await _read(receive, rule.limit)
        if body is None:
            raise ProblemError(413, rule.too_much)
        if rule.kind == "event" and not is_plain_call(body, self._events):
            raise ProblemError(422, rule.wrong_type)
        return body


def _require(rule: Rule, caller: Caller | None) -> None:
    """Lets nobody pass who may not.

    Raises:
        ProblemError: For everybody else.
    """
    if rule.who == "open":
        return
    if caller is None:
        raise ProblemError(401, PLEASE, code="invalid_api_key")
    if rule.who != "reader" and not caller.may_edit:
        raise ProblemError(403, EDITORS_ONLY)


def _check_announced(rule: Rule, headers: Headers, method: str) -> None:
    """Looks at what a request says that it sends.

    Raises:
        ProblemError: If that is not what may be sent.
    """
    if method == "POST" and not rule.media_types.fullmatch(headers.get("content-type", "")):
        raise ProblemError(415, rule.wrong_type)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > rule.limit:
        raise ProblemError(413, rule.too_much)


def _known(caller: Caller | None) -> Caller:
    if caller is None:  # only open routes have none
        raise ProblemError(401, PLEASE)
    return caller


def _limited(receive: Receive, limit: int) -> Receive:
    """A body that breaks off when it is longer than it may be, whatever length it named."""
    size = 0

    async def receiving() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return message if size <= limit else {"type": "http.disconnect"}

    return receiving


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The body of a request, or None if it is too long, whatever length it named, or never came to its end."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def replaying() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replaying


def _with_headers(send: Send, path: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in _CORS:
                del headers[name]
            for name, value in _HEADERS.items():
                headers[name] = value
            # For the page to sign in, or browsers would not say whose form it is that they send.
            headers.setdefault("Referrer-Policy", "no-referrer")
            headers.setdefault("Content-Security-Policy", policy_for())
            # Gradio's own files have a hash of their content in their names; all else may change or is the user's.
            is_lasting = path.startswith("/assets/") and message["status"] == 200
            headers.setdefault("Cache-Control", "max-age=31536000, immutable" if is_lasting else "no-store")
        await send(message)

    return sending


async def _refuse(send: Send, path: str, problem: ProblemError) -> None:
    body = json.dumps(problem.body(path)).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **problem.headers}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _redirect(send: Send, address: str) -> None:
    """Leads to an address of the page itself; nothing that was sent has a part in it."""
    headers = [(b"location", address.encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
