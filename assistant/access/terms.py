"""On what terms the page is served to others: how they sign in, under which names, through which proxies. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal, Self

from assistant.access.records import NAME
from index.errors import SettingsError
from index.settings import PREFIX

SignIn = Literal["off", "users", "proxy"]
"""How callers become known: not at all; by a name and a password of this program; by what a proxy in front says."""

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""This machine; the proxies that are trusted unless others are named."""
PROXY_HEADER = "X-Forwarded-User"
_HOW = (
    "To let others in: assistant users add NAME, then assistant serve --sign-in users --host ADDRESS. "
    "To stay alone: --host 127.0.0.1."
)
_HOST = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
# Each means something by itself, so that nobody could be told by it.
_TAKEN_HEADERS = {
    "host", "cookie", "authorization", "origin", "content-type", "content-length", "x-forwarded-for",
    "x-forwarded-proto", "forwarded", "accept", "user-agent", "connection", "transfer-encoding",
}  # fmt: skip
_OWN_PATHS = {
    "api", "v1", "page", "assets", "article", "conversation", "gradio_api", "login", "logout", "metrics", "static",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the page is served; what is set here by nobody serves this machine only.

    Attributes:
        sign_in: See :data:`SignIn`.
        hosts: Names under which others call the page, without port, in small letters.
        prefix: What stands before every path behind a reverse proxy; empty, or with a slash before and none behind.
        header: In which a trusted proxy names the user.
        proxies: Addresses and networks of the proxies that are trusted.
        names_proxies: Whether somebody named them.
        editors: Users whom a proxy names that may change the library.
    """

    sign_in: SignIn = "off"
    hosts: tuple[str, ...] = ()
    prefix: str = ""
    header: str = PROXY_HEADER
    proxies: tuple[str, ...] = LOOPBACK
    names_proxies: bool = False
    editors: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *, sign_in: str, hosts: str, prefix: str, proxy_header: str, proxies: str, editors: str) -> Self:
        """The terms, from settings as they are written.

        Raises:
            SettingsError: With the name of the setting, for what is not as it must be.
        """
        kinds: dict[str, SignIn] = {"off": "off", "users": "users", "proxy": "proxy"}
        if sign_in not in kinds:
            raise SettingsError(f"{PREFIX}SIGN_IN is {sign_in!r}, but must be off, users or proxy.")
        if not _HEADER.fullmatch(proxy_header) or proxy_header.lower() in _TAKEN_HEADERS:
            raise SettingsError(
                f"{PREFIX}PROXY_HEADER is {proxy_header!r}, but must be a header that names the user, such as "
                f"{PROXY_HEADER}."
            )
        return cls(
            sign_in=kinds[sign_in],
            hosts=tuple(map(_host, _items(hosts))),
            prefix=_path(prefix),
            header=proxy_header,
            proxies=tuple(map(_network, _items(proxies))) or LOOPBACK,
            names_proxies=bool(_items(proxies)),
            editors=frozenset(map(_editor, _items(editors))),
        )

    def refusal(self, host: str, *, has_users: bool) -> str:
        """Why the page is not served on these terms, as a sentence; empty if it may be.

        Args:
            host: Address to listen on.
            has_users: Whether somebody could sign in with a password or a token.
        """
        if self.sign_in != "proxy" and (self.editors or self.header != PROXY_HEADER):
            name = "EDITORS" if self.editors else "PROXY_HEADER"
            return (
                f"{PREFIX}{name} is for {PREFIX}SIGN_IN=proxy, but that is {self.sign_in}. "
                "The roles of this program's own users are set by: assistant users role NAME editor"
            )
        if self.sign_in == "off" and (self.hosts or self.names_proxies):
            name = "HOSTS" if self.hosts else "PROXIES"
            return f"{PREFIX}{name} is for a page that others reach, and this one would ask nobody who they are. {_HOW}"
        if self.sign_in == "off" and not is_loopback(host):
            return f"Without sign-in the page is served to this machine only; {host} would open it to others. {_HOW}"
        if self.sign_in == "users" and not has_users:
            return "Nobody could sign in, for there are no users yet. Add one first: assistant users add NAME"
        if self.sign_in == "proxy" and not is_loopback(host) and not self.names_proxies:
            return (
                f"With {PREFIX}SIGN_IN=proxy and --host {host}, say in {PREFIX}PROXIES from which addresses the "
                "reverse proxy calls, such as 10.0.0.7; nobody else is believed. Or use --host 127.0.0.1."
            )
        return ""

    def warning(self, host: str) -> str:
        """What whoever starts the page should know of who can listen in, as a sentence; empty for nothing."""
        if is_loopback(host) or self.sign_in == "off":
            return ""
        return (
            "Note: others on the network can read what is sent here, passwords too, unless a reverse proxy with https "
            "stands in front."
        )


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _host(text: str) -> str:
    name = text.lower()
    if not _HOST.fullmatch(name):
        raise SettingsError(
            f"{PREFIX}HOSTS has {text!r} in it, but takes names as they stand in an address, such as "
            "notes.example.org, without http://, port and *, and a comma between two."
        )
    return name


def _path(text: str) -> str:
    path = text.rstrip("/")
    if path and (not _PATH.fullmatch(path) or path.split("/")[1].lower() in _OWN_PATHS):
        raise SettingsError(
            f"{PREFIX}PREFIX is {text!r}, but must be a path such as /citewell, and none of the page's own."
        )
    return path


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise SettingsError(
            f"{PREFIX}PROXIES has {text!r} in it, but takes addresses and networks, such as 10.0.0.7 and 10.1.0.0/16, "
            "with a comma between two."
        ) from None
    if network.prefixlen == 0:
        raise SettingsError(f"{PREFIX}PROXIES has {text!r} in it: then everybody could say who they are.")
    return str(network)


def _editor(text: str) -> str:
    name = text.lower()
    if not NAME.fullmatch(name):
        raise SettingsError(f"{PREFIX}EDITORS has {text!r} in it, but takes names of users, with a comma between two.")
    return name
