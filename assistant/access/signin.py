"""Signing in and out: a page of its own without scripts, and what becomes of what it sends."""

from __future__ import annotations

import base64
import hashlib
import logging
import math
from functools import cache
from http.cookies import SimpleCookie
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from assistant.access.door import UNUSABLE, Threads, cookie_name, session_token
from assistant.access.users import clean_name
from assistant.errors import AccessBusyError, AccessError
from assistant.page.markup import esc
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from assistant.access.attempts import Attempts
    from assistant.access.callers import Caller
    from assistant.access.proxies import Visit
    from assistant.access.sessions import Sessions
    from assistant.access.users import UserFile

log = logging.getLogger(__name__)

WRONG = "This name and this password do not belong together. Please try again."
BOTH = "Please type a name and a password."
FOREIGN = "Only this page itself may sign somebody in or out."
AT_ONCE = 16
"""Sign-ins at the same time; more than :class:`assistant.access.passwords.Passwords` takes, so that it can refuse."""


class SignIn:
    """Answers ``/login`` and ``/logout``.

    There is no way to say where to go afterwards: it is always the start of the page.

    Args:
        users: Who may.
        sessions: Who did.
        attempts: How often somebody tried in vain.
        prefix: What stands before every path.
    """

    def __init__(self, users: UserFile, sessions: Sessions, attempts: Attempts, prefix: str = "") -> None:
        self._users = users
        self._sessions = sessions
        self._attempts = attempts
        self._prefix = prefix
        self._threads = Threads(AT_ONCE)

    async def answer(
        self, method: str, path: str, headers: Headers, visit: Visit, caller: Caller | None, body: bytes
    ) -> Response:
        """The response to a request.

        Args:
            method: ``GET``, ``HEAD`` or ``POST``.
            path: ``/login`` or ``/logout``.
            headers: Of the request.
            visit: Where it comes from.
            caller: Who sends it, if that is known.
            body: A form, with :data:`assistant.web.routes.MAX_SIGN` bytes at most.

        Raises:
            ProblemError: If it does not come from the page itself.
        """
        if method != "POST":
            return RedirectResponse(f"{self._prefix}/", 303) if caller else page()
        # Browsers name the page that a form is on. That it is this one, the guard has seen to by then.
        if "origin" not in headers and headers.get("sec-fetch-site") != "same-origin":
            raise ProblemError(403, FOREIGN)
        old = session_token(headers, visit, self._prefix)
        if path == "/login":
            return await self._sign_in(body, headers, visit, old)
        if old:
            await self._threads.run(lambda: self._sessions.close(old))
        return self._with_cookie(JSONResponse({"signed_in": False}), "", headers, visit)

    async def _sign_in(self, body: bytes, headers: Headers, visit: Visit, old: str) -> Response:
        typed, password = _typed(body)
        if not typed or not password:
            return page(typed, BOTH, 422)
        try:
            name = clean_name(typed)
        except AccessError:
            name = ""
        if wait := self._attempts.wait(name, visit.address):
            return page(typed, _later(wait), 429, wait)
        try:
            token = await self._threads.run(lambda: self._open(typed, password, old))
        except AccessBusyError as error:
            return page(typed, str(error), 503, 5)
        except AccessError as error:
            log.error("Nobody can sign in: %s", error)  # noqa: TRY400 - the message says it all
            return page(typed, UNUSABLE, 503, 60)
        if token is None:
            self._attempts.failed(name, visit.address)
            return page(typed, WRONG, 401)
        self._attempts.succeeded(name, visit.address)
        return self._with_cookie(RedirectResponse(f"{self._prefix}/", 303), token, headers, visit)

    def _open(self, name: str, password: str, old: str) -> str | None:
        """A session of its own for every sign-in; one that somebody else put into the browser ends here."""
        user = self._users.check(name, password)
        if user is None:
            return None
        if old:
            self._sessions.close(old)
        return self._sessions.open(user.name)

    def _with_cookie(self, response: Response, token: str, headers: Headers, visit: Visit) -> Response:
        """Not kept longer than the browser runs; for this page only, and not for its scripts."""
        name = cookie_name(headers, visit, self._prefix)
        cookie: SimpleCookie = SimpleCookie({name: token})
        cookie[name].update({"path": self._prefix or "/", "samesite": "Lax"})
        cookie[name]["httponly"] = True
        cookie[name]["secure"] = visit.scheme == "https"
        if not token:
            cookie[name]["max-age"] = "0"
        response.headers["Set-Cookie"] = cookie[name].OutputString()
        return response


def page(name: str = "", problem: str = "", status: int = 200, wait: float = 0) -> HTMLResponse:
    """The page for signing in.

    Args:
        name: What was typed as a name.
        problem: Why it did not work, as a sentence.
        status: Of the response.
        wait: Seconds after which it may go better.
    """
    told = f'<p role="alert" id="problem">{esc(problem)}</p>' if problem else ""
    about = ' aria-describedby="problem"' if problem else ""
    # The keyboard begins where something is missing.
    of_name, of_password = ("", " autofocus") if name else (" autofocus", "")
    document = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Citewell</title>
<link rel="icon" href="favicon.ico">
<style>{_style()}</style>
</head>
<body>
<main>
<h1>Citewell</h1>
<p>Sign in to ask the articles.</p>
{told}
<form method="post" action="login">
<label for="name">Name</label>
<input id="name" name="name" value="{esc(name)}" autocomplete="username" autocapitalize="none" spellcheck="false"
 maxlength="64" required{of_name}{about}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 maxlength="256" required{of_password}{about}>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>
"""
    headers = {"Content-Security-Policy": _policy(), "Referrer-Policy": "same-origin"}
    if wait:
        headers["Retry-After"] = str(math.ceil(wait))
    return HTMLResponse(document, status, headers)


@cache
def _style() -> str:
    return (files("assistant") / "access" / "signin.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """No script at all; a form that is sent here, and to nobody else."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _typed(body: bytes) -> tuple[str, str]:
    """Name and password of a form; empty if they are not there once each."""
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=8)
    except ValueError:
        return "", ""
    found = {key: [value for name, value in fields if name == key] for key in ("name", "password")}
    if any(len(values) != 1 for values in found.values()):
        return "", ""
    return found["name"][0], found["password"][0]


def _later(wait: float) -> str:
    minutes = math.ceil(wait / 60)
    return f"Too many tries. Please try again in {'a minute' if minutes == 1 else f'{minutes} minutes'}."
