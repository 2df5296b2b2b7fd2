"""Who is at the other end of a connection: a browser itself, or a proxy that is trusted to say who is behind it. Pure.

No header is believed from anybody else, and none of those read here goes further in.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from starlette.datastructures import Headers

from assistant.access.terms import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PUBLISHED = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip|x-gradio-.*|x-ip-token|x-original-url|x-rewrite-url")
_MAX_STEPS = 20
"""Addresses of a chain of proxies that are looked at."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of where a request comes from.

    Attributes:
        address: Of who sent it first, as far as that can be trusted: a chain of trusted proxies is followed to the
            first address that is none of them. Empty if there is none.
        is_here: Whether the connection comes from this machine, and not on behalf of another one.
        is_trusted: Whether a trusted proxy sent it on.
        scheme: What the browser uses, if a trusted proxy says so; empty if nobody does.
    """

    address: str
    is_here: bool
    is_trusted: bool
    scheme: Literal["", "http", "https"]


class Proxies:
    """The proxies that are trusted.

    Args:
        networks: Addresses and networks, such as ``"10.0.0.7"`` and ``"10.1.0.0/16"``.

    Raises:
        ValueError: If one of them is neither.
    """

    def __init__(self, networks: Sequence[str] = LOOPBACK) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(network) for network in networks)

    def visit(self, scope: Scope) -> Visit:
        """Where a request comes from."""
        peer = _address(str((scope.get("client") or ("",))[0]))
        if peer is None:
            return Visit("", is_here=False, is_trusted=False, scheme="")
        is_here, is_trusted = peer.is_loopback, self._is_trusted(peer)
        if not is_trusted:
            return Visit(str(peer), is_here=is_here, is_trusted=False, scheme="")
        headers = Headers(scope=scope)
        first = self._first(peer, headers.getlist("x-forwarded-for"))
        return Visit(str(first), is_here=first.is_loopback, is_trusted=True, scheme=_scheme(headers))

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def _first(self, peer: Address, values: list[str]) -> Address:
        """Read from the end: each trusted proxy adds who called it, and what stands before that may be forged."""
        found = peer
        for step in reversed(",".join(values).split(",")[-_MAX_STEPS:]):
            address = _address(step.strip())
            if address is None:
                break
            found = address
            if not self._is_trusted(address):
                break
        return found


def without_marks(headers: Sequence[tuple[bytes, bytes]], identity: str = "") -> list[tuple[bytes, bytes]]:
    """Headers without those by which proxies and browsers say who asks; nothing further in needs them.

    Args:
        headers: As they came.
        identity: A header in which a proxy names the user, if there is one.
    """
    own = {b"cookie", b"authorization", identity.lower().encode()}
    return [item for item in headers if item[0].lower() not in own and not _PUBLISHED.fullmatch(item[0].lower())]


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket for both kinds of addresses shows one kind as the other.
    return getattr(address, "ipv4_mapped", None) or address


def _scheme(headers: Headers) -> Literal["", "http", "https"]:
    values = headers.getlist("x-forwarded-proto")
    # Of several proxies the nearest is trusted, and it says nothing of what the one before it used.
    value = values[0].strip().lower() if len(values) == 1 else ""
    return "https" if value == "https" else "http" if value == "http" else ""
