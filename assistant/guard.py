"""What stands in front of every route: who may call, which routes there are, how much may be sent, and the headers.

Gradio has routes that this page does not use (uploads, files by path or address, other applications by proxy, its own
documentation), and new versions bring more. So it is not them that are listed here, but those that are let through.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from assistant.calls import is_plain_call
from assistant.problems import ProblemError
from assistant.routes import rule_for
from assistant.shell import policy_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.routes import Rule

THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.IGNORECASE)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
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
        hosts: Names besides those of this machine under which it may be called, without port.
    """

    def __init__(self, app: ASGIApp, events: Mapping[int, int], hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._events = events
        self._hosts = {host.lower() for host in (*THIS_MACHINE, *hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "There are no web sockets here."})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, is_post = scope["path"], scope["method"] == "POST"
        send = _with_headers(send, path)
        try:
            rule = self._let_through(scope)
            body = await self._take(rule, receive) if is_post and rule.kind != "file" else b""
        except ProblemError as problem:
            await _refuse(send, path, problem)
            return
        if rule.kind == "file":
            # Too large to be held; the route takes it piece by piece.
            await self._app(scope, _limited(receive, rule.limit), send)
        elif path == "/" and scope["query_string"]:
            # Gradio shows its own pages at some of these, and loads a stored state at others.
            await _redirect_to_start(send)
        else:
            await self._app(scope, _replaying(body, receive), send)

    def _let_through(self, scope: Scope) -> Rule:
        """The rule for a request.

        Raises:
            ProblemError: If it must not go through.
        """
        headers = Headers(scope=scope)
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if not self._is_own_host(headers.getlist("host")):
            raise ProblemError(
                403, "This address is not one of this page's. Open it as http://localhost with its port."
            )
        if _is_foreign(headers, method):
            raise ProblemError(403, "Another page may not use this one.")
        rule = rule_for(method, scope["path"])
        if rule is None:
            raise ProblemError(404, "There is nothing at this address.")
        if method == "POST" and not rule.media_types.fullmatch(headers.get("content-type", "")):
            raise ProblemError(415, rule.wrong_type)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > rule.limit:
            raise ProblemError(413, rule.too_much)
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

    def _is_own_host(self, values: list[str]) -> bool:
        found = _HOST.fullmatch(values[0]) if len(values) == 1 else None
        return found is not None and found[1].lower() in self._hosts


def _is_foreign(headers: Headers, method: str) -> bool:
    """Whether a browser says that the request comes from another site; a plain link to the page is no such thing."""
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none"):
        is_link = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        return not (is_link and headers.get("sec-fetch-dest", "document") == "document")
    origin = headers.get("origin")
    if origin is None:
        return False
    # Compared as a whole: what is not parsed cannot be parsed in two ways.
    return origin.lower() not in {f"{scheme}://{headers['host'].lower()}" for scheme in ("http", "https")}


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
            headers.setdefault("Content-Security-Policy", policy_for())
            # Gradio's own files have a hash of their content in their names; all else may change or is the user's.
            is_lasting = path.startswith("/assets/") and message["status"] == 200
            headers.setdefault("Cache-Control", "max-age=31536000, immutable" if is_lasting else "no-store")
        await send(message)

    return sending


async def _refuse(send: Send, path: str, problem: ProblemError) -> None:
    body = json.dumps(problem.body(path)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _redirect_to_start(send: Send) -> None:
    await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/")]})
    await send({"type": "http.response.body", "body": b""})
