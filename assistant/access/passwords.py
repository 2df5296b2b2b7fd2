"""Passwords: what they must be like, their hashes, and how many are checked at once. The only home of argon2."""

from __future__ import annotations

import re
import threading
import unicodedata
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.errors import AccessBusyError, AccessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argon2 import PasswordHasher

SHORTEST = 10
LONGEST = 256
"""Characters of a password. No other rule: length is what makes guessing hard."""

ROUNDS, KIBIBYTES, LANES = 2, 32 * 1024, 1
"""Cost of Argon2id: above the least that OWASP's password storage cheat sheet asks for (19 MiB, 2 rounds, 1 lane)."""

AT_ONCE = 2
"""Passwords hashed at the same time; each takes :data:`KIBIBYTES` and a core."""

MAY_WAIT = 8
"""How many more may wait for that; whoever comes then is told to try later, at no cost."""

PATIENCE = 5.0
"""Seconds that they wait."""

_HASH = re.compile(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}")


def problem_with_password(password: str) -> str | None:
    """What is wrong with a new password, as a sentence; None if nothing is."""
    if len(password) < SHORTEST:
        return f"A password must have at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"A password can have at most {LONGEST} characters."
    if len(set(password)) == 1:
        return "A password cannot be one character again and again."
    return None


def is_hash(text: str) -> bool:
    """Whether a text has the form of a hash that :class:`Passwords` makes."""
    return _HASH.fullmatch(text) is not None


class Passwords:
    """Hashes and checks passwords; safe for threads.

    Args:
        hasher: With other costs than :data:`ROUNDS` and its like.
        at_once: See :data:`AT_ONCE`.
        may_wait: See :data:`MAY_WAIT`.
        patience: See :data:`PATIENCE`.
    """

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        at_once: int = AT_ONCE,
        may_wait: int = MAY_WAIT,
        patience: float = PATIENCE,
    ) -> None:
        self._given = hasher
        self._admitted = threading.BoundedSemaphore(at_once + may_wait)
        self._working = threading.BoundedSemaphore(at_once)
        self._patience = patience

    def hash(self, password: str) -> str:
        """The hash of a new password, with its own salt and its costs in it.

        Raises:
            AccessError: If the password is too short or too long.
            AccessBusyError: If too many are hashed already.
        """
        if problem := problem_with_password(password):
            raise AccessError(problem)
        with self._turn():
            return self._hasher.hash(_prepared(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one of a hash.

        Args:
            stored: The hash; None for a user that does not exist or has no password, which takes as long and is False.
            password: As typed; one that is longer than any can be is refused without work.

        Raises:
            AccessBusyError: If too many are checked already, or there is no memory for it; nothing was found out.
        """
        from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError  # noqa: PLC0415 - 20 ms

        if len(password) > LONGEST:
            return False
        with self._turn():
            try:
                if stored is None:
                    # The same work as a check; what comes out is thrown away.
                    self._hasher.hash(_prepared(password))
                    return False
                return self._hasher.verify(stored, _prepared(password))
            except (VerifyMismatchError, InvalidHashError):
                return False
            except (Argon2Error, MemoryError) as error:
                if str(error) == "Decoding failed":  # a hash that only looks like one
                    return False
                raise AccessBusyError("There is no memory to check a password. Try again in a moment.") from None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made at other costs than new ones are."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        busy = AccessBusyError("Too many sign in at once. Try again in a moment.")
        if not self._admitted.acquire(blocking=False):
            raise busy
        try:
            if not self._working.acquire(timeout=self._patience):
                raise busy
            try:
                yield
            finally:
                self._working.release()
        finally:
            self._admitted.release()

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # noqa: PLC0415 - 20 ms, which most commands can do without

        return self._given or PasswordHasher(ROUNDS, KIBIBYTES, LANES)


def _prepared(password: str) -> bytes:
    """One form for what looks the same: keyboards and systems write é in one character or in two."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
