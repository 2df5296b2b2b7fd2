"""Which web addresses may be fetched: the rules, without any transfer.

An address is taken apart once, here, and the request is made from these parts, so that nobody can check one host and
reach another. A name is looked up once, and every address it has must be on the public internet.

Host names are turned to ASCII by the ``idna`` package: Python's own codec follows the rules of 2003, by which names
lead elsewhere than in a browser.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

import idna

from index.errors import SourceError

Resolver = Callable[[str], Iterable[str]]
"""From a host name in ASCII to its IP addresses. Raises OSError if the name is not known."""

MAX_ADDRESS = 4_096
"""Characters of a web address."""

_PORTS = {"http": 80, "https": 443}
_NETLOC = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::([0-9]+))?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_OWN_NETWORK = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion")
"""Endings of names that no public name server knows; to ask for one would only tell others about this network."""

# What the registries of special addresses (IANA, RFC 6890) list, and what some Python versions call global of it.
_SPECIAL_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # looks public, but is the host of a virtual machine in Azure
    )
]  # fmt: skip
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that is given out; NAT64, IPv4 in IPv6, unique local, link local, multicast and loopback lie outside."""
_SPECIAL_V6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, benchmarks, ORCHID
        "2001:db8::/32", "2002::/16",  # 6to4
        "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
    )
]  # fmt: skip
_ISATAP = (0x5EFE, 0x0200_5EFE)
"""Third quarter of an IPv6 address whose last one is an IPv4 address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A web address, taken apart.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Name in ASCII and small letters, or an IP address without brackets.
        path: Path and query as they are sent; begins with a slash.
        is_literal: Whether the host is an IP address.
    """

    scheme: str
    host: str
    path: str
    is_literal: bool = False

    @property
    def port(self) -> int:
        """The only port that goes with the scheme."""
        return _PORTS[self.scheme]

    @property
    def host_header(self) -> str:
        """The host as it stands in an address."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.host_header}{self.path}"


def is_address(text: str) -> bool:
    """Whether a user means a web address rather than a file; says nothing about whether it may be fetched."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", text.strip()) is not None  # one letter: a drive of Windows


def shown(url: str) -> str:
    """An address as it can be shown: without user name and password, and not endless."""
    bare = re.sub(r"^(\s*[A-Za-z][A-Za-z0-9+.-]*:[\\/]+|[\\/]*)[^/?#]*@", r"\1", url)
    return bare if len(bare) <= 300 else f"{bare[:300]}…"


def parse(url: str) -> Target:
    """Takes an address apart and checks all that can be known without asking a name server.

    Raises:
        SourceError: If it is none of ``http`` or ``https``, or its host is written in a way that others may read
            differently.
    """
    if len(url) > MAX_ADDRESS:
        raise _refused(url, f"the address is longer than {MAX_ADDRESS:,} characters")
    if not url.isprintable() or any(char.isspace() or char == "\\" for char in url):
        raise _refused(url, "the address holds blanks, backslashes or invisible characters")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _refused(url, "this is no web address") from error
    if parts.scheme not in _PORTS:
        raise _refused(url, "only addresses that begin with https:// or http:// are fetched")
    if "@" in parts.netloc:
        raise _refused(url, "the address holds a user name or password; only public pages are fetched")
    match = _NETLOC.fullmatch(parts.netloc)
    if match is None:
        raise _refused(url, "its host is not written as hosts are")
    if match[2] not in (None, str(_PORTS[parts.scheme])):
        raise _refused(url, "only the usual ports are fetched from, 443 with https and 80 with http")
    host, is_literal = _host(match[1], url)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=-._~?[]")
    return Target(parts.scheme, host, path + (f"?{query}" if query else ""), is_literal)


def _host(written: str, url: str) -> tuple[str, bool]:
    if written.startswith("["):
        try:
            return str(IPv6Address(written[1:-1])), True
        except ValueError as error:
            raise _refused(url, "its host is no IPv6 address") from error
    name = unicodedata.normalize("NFC", written.lower())
    # Letters, digits and dots that only look like those of ASCII: what they become differs from program to program.
    if unicodedata.normalize("NFKC", name) != name or "\u3002" in name:
        raise _refused(url, "its host holds characters that stand for others; write it plainly")
    if len(name) > 253:
        raise _refused(url, "its host name is too long")
    try:
        name = name if name.isascii() else idna.encode(name).decode("ascii")
    except idna.IDNAError as error:
        raise _refused(url, "its host is no valid name") from error
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name)), True
        except ValueError as error:
            raise _refused(url, "its host is a number; write it as a name") from error
    if "." not in name or name.endswith(tuple(f".{ending}" for ending in _OWN_NETWORK)):
        raise _refused(url, "its host is no name of the public internet")
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise _refused(url, "its host is no valid name")
    return name, False


def is_public(address: str) -> bool:
    """Whether an IP address belongs to one machine or service of the public internet, reached directly."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in _SPECIAL_V4)
    return (
        ip.scope_id is None
        and ip.is_global
        and ip in _GLOBAL_V6
        and not any(ip in network for network in _SPECIAL_V6)
        and (int(ip) >> 32) & 0xFFFF_FFFF not in _ISATAP
    )


def public_addresses(target: Target, resolve: Resolver) -> list[str]:
    """The IP addresses of a host, looked up once; literal ones are not looked up.

    Raises:
        SourceError: If the name is not known, or any of its addresses is not public: one that is would otherwise be
            a cover for the others.
    """
    try:
        found = [target.host] if target.is_literal else list(dict.fromkeys(resolve(target.host)))
    except TimeoutError:
        raise
    except OSError as error:
        reason = f"the name {target.host} cannot be looked up ({error.strerror or error}); check it and your connection"
        raise _refused(target.url, reason) from error
    if not found:
        raise _refused(target.url, f"the name {target.host} has no address")
    for address in found:
        if not is_public(address):
            raise _refused(target.url, f"{address} is not on the public internet; nothing is fetched from there")
    return [str(ip_address(address)) for address in found]


def system_resolver(name: str) -> list[str]:
    """Asks the operating system."""
    # The dot at the end makes the name a full one: no search domain of the machine's network is tried after it.
    answers = socket.getaddrinfo(f"{name}.".encode("ascii"), None, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in answers]


def _refused(url: str, reason: str) -> SourceError:
    return SourceError(shown(url), reason)
