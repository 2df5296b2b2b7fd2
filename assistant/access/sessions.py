"""Who is signed in on the page: random tokens, of which only sha256 is kept, also over a restart."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.access.private import LOCK_WAIT, Memory, PrivateFile
from assistant.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "sessions.json"
"""Of the file, beside that of the users."""

LIFETIME = 12 * 60 * 60.0
"""Seconds after which a session ends, however much it is used."""

IDLE = 2 * 60 * 60.0
"""Seconds without a request after which it ends."""

OF_A_USER = 20
IN_ALL = 10_000
"""Sessions that are kept; the ones that were not used for longest go first."""

WRITE_EVERY = 5 * 60.0
"""Seconds between two writings of when sessions were last used; a restart may shorten their idle time by that."""

_SKEW = 60.0
"""Seconds by which a clock may be set back; sessions from further in the future end."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    stamp: str = field(repr=False)
    opened: float
    used: float


_Kept = dict[str, _Session]


class Sessions:
    """Sign-ins that hold; safe for threads, and for processes that share the file.

    Args:
        path: The file; None keeps them in memory.
        stamp_of: Gives a user's stamp, None if there is no such user: a session ends when it becomes another.
        lifetime: See :data:`LIFETIME`.
        idle: See :data:`IDLE`.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        path: Path | None,
        stamp_of: Callable[[str], str | None],
        lifetime: float = LIFETIME,
        idle: float = IDLE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store: PrivateFile[_Kept] | Memory[_Kept] = (
            Memory({}) if path is None else PrivateFile(path, "the sign-ins", _load, _dump)
        )
        self._stamp_of = stamp_of
        self._lifetime = lifetime
        self._idle = idle
        self._clock = clock
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}  # what the file does not know yet
        self._closed: set[str] = set()  # what it could not be told
        self._written = clock()

    def open(self, name: str) -> str:
        """Signs a user in.

        Returns:
            The token that belongs to it, for the user's browser only.

        Raises:
            AccessError: If there is no such user any more.
            AccessFileError: If it cannot be kept; nobody is signed in then.
        """
        stamp = self._stamp_of(name)
        if stamp is None:
            raise AccessError("There is no such user any more.")
        token = secrets.token_urlsafe(32)
        now = self._clock()
        session = _Session(name, stamp, now, now)
        self._change(lambda kept: _bounded({**kept, _digest(token): session}, name))
        return token

    def get(self, token: str, *, renews: bool = True) -> str | None:
        """The name of the user who is signed in with a token; None if nobody is, or not any more.

        Args:
            token: As the browser shows it.
            renews: Whether this counts as a use, from which the session lasts for another :data:`IDLE` seconds.

        Raises:
            AccessFileError: If the users or the sign-ins cannot be read; nobody is signed in then.
        """
        digest = _digest(token)
        session = self._store.get().get(digest)
        now = self._clock()
        if session is None or not self._holds(digest, session, now):
            return None
        stamp = self._stamp_of(session.name)
        if stamp is None or stamp != session.stamp:  # no timing to hide: neither comes from the request
            return None
        if not renews:
            return session.name
        with self._lock:
            self._used[digest] = now
            is_due = not 0 <= now - self._written < WRITE_EVERY
            if is_due:
                self._written = now
        if is_due:
            self._write_used()
        return session.name

    def close(self, token: str) -> None:
        """Signs out; the token is worth nothing from then on."""
        self._end({_digest(token)})

    def close_all(self, name: str) -> None:
        """Signs a user out everywhere."""
        self._end({digest for digest, session in self._store.get().items() if session.name == name})

    def count(self) -> int:
        """How many sign-ins have not run out."""
        now = self._clock()
        return sum(self._holds(digest, session, now) for digest, session in self._store.get().items())

    def _holds(self, digest: str, session: _Session, now: float) -> bool:
        used = max(session.used, self._used.get(digest, 0))
        is_fresh = -_SKEW <= now - session.opened < self._lifetime and -_SKEW <= now - used < self._idle
        return is_fresh and digest not in self._closed

    def _end(self, digests: set[str]) -> None:
        digests &= self._store.get().keys()
        if not digests:
            return
        with self._lock:
            self._closed |= digests
        try:
            self._change(lambda kept: kept)
        except AccessError as error:
            # They have ended all the same; the next change that can be written leaves them out.
            _LOG.warning("A sign-out could not be written: %s", error)

    def _change(self, edit: Callable[[_Kept], _Kept], wait: float = LOCK_WAIT) -> None:
        """Writes down a change, when the sign-ins were last used, and leaves out those that have ended."""

        def renewed(kept: _Kept) -> _Kept:
            now = self._clock()
            return edit(
                {
                    digest: dataclasses.replace(session, used=max(session.used, self._used.get(digest, 0)))
                    for digest, session in kept.items()
                    if self._holds(digest, session, now)
                }
            )

        kept = self._store.change(renewed, wait=wait)
        with self._lock:
            self._written = self._clock()
            self._used = {digest: used for digest, used in self._used.items() if digest in kept}
            self._closed &= kept.keys()

    def _write_used(self) -> None:
        try:
            self._change(lambda kept: kept, wait=0)
        except AccessError as error:
            _LOG.warning("It could not be written when sign-ins were last used: %s", error)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _bounded(kept: _Kept, name: str) -> _Kept:
    """Without the sign-ins that are too many, of one user and in all."""
    by_use = sorted(kept, key=lambda digest: kept[digest].used, reverse=True)
    own = [digest for digest in by_use if kept[digest].name == name]
    gone = {*own[OF_A_USER:], *by_use[IN_ALL:]}
    return {digest: session for digest, session in kept.items() if digest not in gone}


def _dump(kept: _Kept) -> bytes:
    rows = {digest: dataclasses.asdict(session) for digest, session in kept.items()}
    return json.dumps({"version": 1, "sessions": rows}).encode() + b"\n"


def _load(content: bytes | None) -> _Kept:
    """Of a file that is not as it was written: nobody is signed in."""
    if content is None:
        return {}
    try:
        value = json.loads(content)
        if value["version"] != 1:
            return {}
        return {
            digest: _Session(str(row["name"]), str(row["stamp"]), float(row["opened"]), float(row["used"]))
            for digest, row in value["sessions"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        _LOG.warning("The file of sign-ins is damaged: everybody has to sign in again.")
        return {}
