"""How the page is entered: under which names and paths, from which pages, and with what a request goes in."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.access.attempts import Attempts
from assistant.access.door import KEY, PREFIX_KEY, OpenDoor, ProxyDoor, UsersDoor
from assistant.access.proxies import Proxies, Visit, without_marks
from assistant.access.sessions import NAME, Sessions
from assistant.access.signin import SignIn
from assistant.access.users import UserFile

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.access.callers import Caller
    from assistant.access.door import Door
    from assistant.access.terms import Terms

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})
ALL_ADDRESSES = frozenset({"0.0.0.0", "[::]"})  # noqa: S104 - compared, not bound
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How an application is entered; without anything said, by everybody on this machine.

    Attributes:
        door: Finds out who asks.
        sign_in: Answers where one signs in and out; None if one does not.
        hosts: Names besides those of this machine under which it may be called, without port, in small letters.
        prefix: What stands before every path behind a reverse proxy.
        proxies: Those that are trusted.
        identity: The header in which they name the user; empty if they do not.
    """

    door: Door = field(default_factory=OpenDoor)
    sign_in: SignIn | None = None
    hosts: frozenset[str] = frozenset()
    prefix: str = ""
    proxies: Proxies = field(default_factory=Proxies)
    identity: str = ""

    @classmethod
    def of(cls, terms: Terms, home: Path, host: str = "127.0.0.1", users: UserFile | None = None) -> Entrance:
        """The entrance on some terms.

        Args:
            terms: What was set.
            home: Folder of the index, where the users are.
            host: Address that is listened on, which is one of the page's names.
            users: The users, if somebody has them already.
        """
        own = frozenset({f"[{host}]" if ":" in host else host.lower()}) - THIS_MACHINE - ALL_ADDRESSES
        hosts, proxies = own.union(terms.hosts), Proxies(terms.proxies)
        if terms.sign_in == "proxy":
            door = ProxyDoor(terms.header, terms.editors)
            return cls(door=door, hosts=hosts, prefix=terms.prefix, proxies=proxies, identity=terms.header)
        if terms.sign_in == "off":
            return cls(hosts=hosts, prefix=terms.prefix, proxies=proxies)
        users = users or UserFile(home)
        sessions = Sessions(users.path.with_name(NAME), users.stamp_of)
        return cls(
            # Tries with tokens are counted apart, so that a program with an old one locks nobody out of the page.
            door=UsersDoor(users, sessions, Attempts(), terms.prefix),
            sign_in=SignIn(users, sessions, Attempts(), terms.prefix),
            hosts=hosts,
            prefix=terms.prefix,
            proxies=proxies,
        )

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked who they are."""
        return isinstance(self.door, OpenDoor)

    def inside(self, scope: Scope, visit: Visit, caller: Caller | None) -> Scope:
        """A request as it goes in: with who sent it, and without what anybody could have said of that."""
        return {
            **scope,
            "headers": without_marks(scope["headers"], self.identity),
            "scheme": visit.scheme or scope.get("scheme", "http"),
            "client": (visit.address, 0) if visit.address else scope.get("client"),
            KEY: caller,
            PREFIX_KEY: self.prefix,
        }

    def is_own_host(self, headers: Headers, visit: Visit, scope: Scope) -> bool:
        """Whether a request names this page; another page's name may have been made to lead here."""
        values = headers.getlist("host")
        found = _HOST.fullmatch(values[0]) if len(values) == 1 else None
        name = found[1].lower() if found else ""
        if name in self.hosts:
            return True
        if self.is_open:
            return name in THIS_MACHINE
        # An address, unlike a name, cannot be made to lead elsewhere.
        return (name in THIS_MACHINE and visit.is_here) or _is_address(name, str((scope.get("server") or ("",))[0]))


class Unprefixed:
    """An ASGI application that takes the prefix off requests for another one; reverse proxies take it off or leave it.

    Args:
        app: The other one.
        prefix: With a slash before and none behind.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "http" and f"{scope['path']}/".startswith(f"{self._prefix}/"):
            path = scope["path"][len(self._prefix) :]
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)


def is_foreign(headers: Headers, method: str, visit: Visit) -> bool:
    """Whether a browser says that the request comes from another site; a plain link to the page is no such thing."""
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none"):
        is_link = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        return not (is_link and headers.get("sec-fetch-dest", "document") == "document")
    origins = headers.getlist("origin")
    if not origins:
        return False
    # Compared as a whole: what is not parsed cannot be parsed in two ways.
    schemes = (visit.scheme,) if visit.scheme else ("http", "https")
    return origins[0].lower() not in {f"{scheme}://{headers['host'].lower()}" for scheme in schemes} or len(origins) > 1


def _is_address(name: str, own: str) -> bool:
    """Whether a name is the very address that the request came to."""
    try:
        return ipaddress.ip_address(name.strip("[]")) == ipaddress.ip_address(own.partition("%")[0])
    except ValueError:
        return False
