"""Who asks, found out for every request before anything else is done with it; who cannot be known is nobody.

What is found out goes with the request: routes read it by :func:`caller_of`, and what works further in, in the same
context or in a thread of it, by :data:`CALLER`. Gradio's events run in a context of their own; there it is
``caller_of(request.request.scope)`` of the event's ``gr.Request``.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import anyio
import anyio.to_thread

from assistant.access.callers import LOCAL, Caller
from assistant.access.users import clean_name
from assistant.errors import AccessError
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import Headers
    from starlette.types import Scope

    from assistant.access.attempts import Attempts
    from assistant.access.proxies import Visit
    from assistant.access.sessions import Sessions
    from assistant.access.users import UserFile

log = logging.getLogger(__name__)

KEY: Final = "citewell.caller"
"""Where a request's ``scope`` has its :class:`Caller`; None where nobody needs to be known."""
PREFIX_KEY: Final = "citewell.prefix"
"""Where it has what stands before every path as a browser knows it; the paths inside are without it."""
CALLER: ContextVar[Caller | None] = ContextVar("citewell_caller", default=None)
"""Who asks, in whatever is done for a request; None outside of one, and where nobody needs to be known."""
NOBODY: Final = Caller(name="", role="reader", way="local")
"""What a route sees in front of which no guard stands: one who may look and change nothing."""
PLEASE = "Please sign in."
WRONG_TOKEN = "This API token is not known here, or has expired."  # noqa: S105 - a sentence about them
UNUSABLE = "Nobody can be let in just now; the log on the server says why."
AT_ONCE = 8
"""Requests that are looked up at the same time; a look takes microseconds, unless another process holds the file."""
_TOKEN_SHAPE = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_PORT = re.compile(r":(\d{1,5})$")
T = TypeVar("T")


def caller_of(scope: Scope) -> Caller:
    """Who sent a request."""
    caller = scope.get(KEY)
    return caller if isinstance(caller, Caller) else NOBODY


class Threads:
    """Runs steps that may wait in threads, so that the event loop does not.

    Args:
        at_once: How many, at most.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._limit: anyio.CapacityLimiter | None = None  # made where an event loop runs

    async def run(self, step: Callable[[], T]) -> T:
        """Runs a step, and gives what it returns or raises."""
        self._limit = self._limit or anyio.CapacityLimiter(self._at_once)
        return await anyio.to_thread.run_sync(step, limiter=self._limit)


class Door(Protocol):
    """A way of finding out who asks."""

    async def caller(self, headers: Headers, visit: Visit, *, by_token: bool) -> Caller | None:
        """Who sends a request; None for nobody who is known.

        Args:
            headers: Of the request.
            visit: Where it comes from.
            by_token: Whether an API token counts.

        Raises:
            ProblemError: If it is refused, whoever sends it.
        """
        ...

    async def is_still(self, caller: Caller, headers: Headers, visit: Visit) -> bool:
        """Whether the one who sent a request would be let in with it again; no use of a sign-in, and no try.

        Args:
            caller: Who it was.
            headers: Of the request.
            visit: Where it came from.
        """
        ...


class OpenDoor:
    """Everybody is whoever sits at this machine."""

    async def caller(self, headers: Headers, visit: Visit, *, by_token: bool) -> Caller | None:  # noqa: ARG002
        """See :class:`Door`."""
        return LOCAL

    async def is_still(self, caller: Caller, headers: Headers, visit: Visit) -> bool:  # noqa: ARG002
        """See :class:`Door`."""
        return True


@dataclass(frozen=True, slots=True)
class ProxyDoor:
    """A proxy in front says who asks; everybody else is nobody.

    Attributes:
        header: In which it does.
        editors: Who may change the library.
    """

    header: str
    editors: frozenset[str]

    async def caller(self, headers: Headers, visit: Visit, *, by_token: bool) -> Caller | None:  # noqa: ARG002
        """See :class:`Door`."""
        values = headers.getlist(self.header)
        # Twice means that the proxy adds its own to what the browser sent.
        if not visit.is_trusted or len(values) != 1 or not values[0].isascii():
            return None
        try:
            name = clean_name(values[0])
        except AccessError:
            return None
        return Caller(name=name, role="editor" if name in self.editors else "reader", way="proxy")

    async def is_still(self, caller: Caller, headers: Headers, visit: Visit) -> bool:  # noqa: ARG002
        """See :class:`Door`; the proxy, which sees the answers too, ends those that it wants ended."""
        return True


class UsersDoor:
    """Users of this program, signed in on the page or with an API token.

    Args:
        users: All of them.
        sessions: Who is signed in.
        attempts: Counts wrong tokens.
        prefix: What stands before every path.
    """

    def __init__(self, users: UserFile, sessions: Sessions, attempts: Attempts, prefix: str = "") -> None:
        self._users = users
        self._sessions = sessions
        self._attempts = attempts
        self._prefix = prefix
        self._threads = Threads(AT_ONCE)

    async def caller(self, headers: Headers, visit: Visit, *, by_token: bool) -> Caller | None:
        """See :class:`Door`."""
        shown = _tokens(headers)
        if by_token and shown:
            return await self._by_token(shown, visit)
        token = session_token(headers, visit, self._prefix)
        return await self._in_thread(lambda: self._signed_in(token)) if token else None

    async def is_still(self, caller: Caller, headers: Headers, visit: Visit) -> bool:
        """See :class:`Door`."""
        try:
            if caller.way == "token":
                return await self._holder(_tokens(headers)) == caller
            token = session_token(headers, visit, self._prefix)
            return await self._in_thread(lambda: self._signed_in(token, renews=False)) == caller
        except ProblemError:
            return False

    async def _by_token(self, shown: list[str], visit: Visit) -> Caller:
        if caller := await self._holder(shown):
            # Also from where too many wrong ones came: a right one cannot be guessed, and may be a neighbour's.
            return caller
        self._attempts.failed("", visit.address)
        if wait := self._attempts.wait("", visit.address):
            raise ProblemError(429, "Too many wrong API tokens. Please try again later.", retry_after=wait)
        raise ProblemError(401, WRONG_TOKEN, code="invalid_api_key")

    async def _holder(self, shown: list[str]) -> Caller | None:
        found = _TOKEN_SHAPE.fullmatch(shown[0]) if len(shown) == 1 else None
        user = await self._in_thread(lambda: self._users.by_token(found[1])) if found else None
        return Caller(name=user.name, role=user.role, way="token") if user else None

    def _signed_in(self, token: str, *, renews: bool = True) -> Caller | None:
        name = self._sessions.get(token, renews=renews)
        user = self._users.get(name) if name else None
        return Caller(name=user.name, role=user.role, way="password") if user else None

    async def _in_thread(self, step: Callable[[], T]) -> T:
        """Runs what may wait for the disk.

        Raises:
            ProblemError: If the files of users or sessions cannot be used.
        """
        try:
            return await self._threads.run(step)
        except AccessError as error:
            log.error("Nobody can be let in: %s", error)  # noqa: TRY400 - the message says it all
            raise ProblemError(503, UNUSABLE) from error


def _tokens(headers: Headers) -> list[str]:
    """API tokens that a request shows, with what stands before them."""
    return [value for value in headers.getlist("authorization") if value[:7].lower() == "bearer "]


def cookie_name(headers: Headers, visit: Visit, prefix: str) -> str:
    """What the cookie of a session is called.

    Its beginning makes browsers refuse one that another page of the same host set, or that came without https. Port and
    prefix are in it since browsers send the cookies of a host to all its ports, and those of ``/`` to every path below:
    with one name for all, signing in to one Citewell of a host would sign out of the other.
    """
    port = _PORT.search(headers.get("host", ""))
    own = "-".join(["citewell", *([port[1]] if port else []), *re.findall(r"[A-Za-z0-9_]+", prefix)])
    if visit.scheme != "https":
        return own
    return f"__Secure-{own}" if prefix else f"__Host-{own}"


def session_token(headers: Headers, visit: Visit, prefix: str) -> str:
    """The token of a session in the cookies of a request; empty if there is none, or more than one."""
    own = cookie_name(headers, visit, prefix)
    pairs = [item.strip().partition("=") for value in headers.getlist("cookie") for item in value.split(";")]
    found = [value for name, _, value in pairs if name == own]
    return found[0] if len(found) == 1 and len(found[0]) <= 100 else ""
