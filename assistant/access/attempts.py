"""Guessing of passwords, slowed down: who has to wait before the next try, and for how long.

Failures are counted three ways, and each count wears off by itself within :data:`WINDOW`:

* for a name at an address: after 10 it is locked for a minute, then for two, four … up to an hour;
* for an address, whatever the names: after 50, likewise;
* for a name, whatever the addresses, against guessing from many: after 100, for a minute up to five.

The last two can be brought about by others, so they do not concern somebody who has signed in with this name from this
address before; for these the first one stays at a minute, too. A lock lets some tries through when it ends, so that
one who keeps it up does not take all of them. Sessions that are open are never touched by any of this.

Nothing is written down: a restart forgets it all. Names and addresses are kept as hashes with a key of this process,
and never more of them than :data:`KEPT`; how many are tried is bounded by what checking a password costs.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = 15 * 60.0
"""Seconds in which as many failures wear off as lock."""

FORGET = 60 * 60.0
"""Seconds after a lock in which another one would be longer."""

KEPT = 20_000
"""Names, addresses and pairs of them that are counted, each; the ones longest not seen go first."""

KNOWN_ADDRESSES = 8
"""Addresses kept of those that a user signed in from."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When failures lock.

    Attributes:
        limit: Failures that lock.
        again: Failures that lock again when a lock has ended.
        first: Seconds of the first lock; each further one is twice as long.
        longest: Seconds of a lock at most.
    """

    limit: int
    again: int
    first: float
    longest: float


PAIR = Rule(limit=10, again=5, first=60, longest=3600)
KNOWN_PAIR = Rule(limit=10, again=5, first=60, longest=60)
ADDRESS = Rule(limit=50, again=10, first=60, longest=3600)
NAME = Rule(limit=100, again=10, first=60, longest=300)


@dataclass(slots=True)
class _Count:
    level: float = 0.0
    at: float = 0.0
    locks: int = 0
    until: float = float("-inf")

    def add(self, rule: Rule, now: float) -> None:
        if now < self.until:
            return  # of a try that was let in before the lock
        if now - self.until > FORGET:
            self.locks = 0
        self.level = max(0.0, self.level - (now - self.at) * rule.limit / WINDOW) + 1
        self.at = now
        if self.level >= rule.limit:
            # 30 doublings are beyond any longest, and a number that can still be reckoned with.
            self.until = now + min(rule.first * 2 ** min(self.locks, 30), rule.longest)
            self.locks += 1
            self.level = float(rule.limit - rule.again)
            self.at = self.until


class _Counts:
    """Counts by key; of too many the one longest not seen goes."""

    def __init__(self) -> None:
        self._counts: OrderedDict[bytes, _Count] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def wait(self, key: bytes, now: float) -> float:
        count = self._counts.get(key)
        return max(0.0, count.until - now) if count else 0.0

    def add(self, key: bytes, rule: Rule, now: float) -> None:
        self._counts.setdefault(key, _Count(at=now)).add(rule, now)
        self._counts.move_to_end(key)
        while len(self._counts) > KEPT:
            self._counts.popitem(last=False)

    def clear(self, key: bytes) -> None:
        self._counts.pop(key, None)


class Attempts:
    """Counts failures and says who has to wait; safe for threads.

    Wrong API tokens want an object of their own, so that a program with an old token locks nobody out of the page: with
    an empty name only the address counts.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._pairs, self._addresses, self._names = _Counts(), _Counts(), _Counts()
        self._known: OrderedDict[bytes, OrderedDict[bytes, None]] = OrderedDict()

    def wait(self, name: str, address: str) -> float:
        """Seconds until the next try; 0 if it may be now.

        Args:
            name: As cleaned, so that one user has one count; empty if only the address counts.
            address: Of the client itself: behind a proxy not the proxy's, which would be everybody's.
        """
        of_name, of_address, of_pair = self._keys(name, address)
        with self._lock:
            now = self._clock()
            if not name:
                return self._addresses.wait(of_address, now)
            wait = self._pairs.wait(of_pair, now)
            if self._is_known(of_name, of_pair):
                return wait
            return max(wait, self._addresses.wait(of_address, now), self._names.wait(of_name, now))

    def failed(self, name: str, address: str) -> None:
        """Counts a wrong password, or with an empty name a wrong token."""
        of_name, of_address, of_pair = self._keys(name, address)
        with self._lock:
            now = self._clock()
            self._addresses.add(of_address, ADDRESS, now)
            if name:
                self._names.add(of_name, NAME, now)
                self._pairs.add(of_pair, KNOWN_PAIR if self._is_known(of_name, of_pair) else PAIR, now)

    def succeeded(self, name: str, address: str) -> None:
        """Forgets the failures of this name at this address, and remembers that it belongs here.

        The other two counts stay: a user could else guess others' passwords between two sign-ins of her own.
        """
        of_name, _, of_pair = self._keys(name, address)
        with self._lock:
            self._pairs.clear(of_pair)
            if not name:
                return
            addresses = self._known.setdefault(of_name, OrderedDict())
            addresses[of_pair] = None
            addresses.move_to_end(of_pair)
            self._known.move_to_end(of_name)
            if len(addresses) > KNOWN_ADDRESSES:
                addresses.popitem(last=False)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)

    def _is_known(self, of_name: bytes, of_pair: bytes) -> bool:
        return of_pair in self._known.get(of_name, ())

    def _keys(self, name: str, address: str) -> tuple[bytes, bytes, bytes]:
        place = _place(address)
        return self._hash(name), self._hash(place), self._hash(f"{place}\n{name}")

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()


def _place(address: str) -> str:
    """What counts as one address: with IPv6 the network of a household, which has 2**64 of them."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
