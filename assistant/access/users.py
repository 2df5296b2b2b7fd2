"""The users of a home: names, roles, hashes of passwords and of API tokens, in ``HOME/access/users.json``.

A file that is not there, that holds no users or that cannot be read lets nobody in.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import hmac
import re
import secrets
import time
import unicodedata
from typing import TYPE_CHECKING

from assistant.access.passwords import Passwords
from assistant.access.private import PrivateFile
from assistant.access.records import NAME, Token, User, dump_users, load_users
from assistant.errors import AccessError
from index.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.access.callers import Role

FOLDER = "access"
MAX_USERS = 10_000
MAX_TOKENS = 100
"""Of one user."""
MAX_LABEL = 100
TOKEN_PREFIX = "cw_"  # noqa: S105 - what tokens begin with, so that one that leaked is recognised
_TOKEN = re.compile(r"cw_[A-Za-z0-9_-]{43}")
_DAY = 24 * 60 * 60

_Users = dict[str, User]


def clean_name(name: str) -> str:
    """The one form of a user's name.

    Raises:
        AccessError: If it can be none.
    """
    if (cleaned := _cleaned(name)) is None:
        raise AccessError(
            f"“{printable(name[:64])}” cannot be a name: use 1 to 64 of a-z, 0-9, '.', '_', '@' and '-', "
            "a letter or digit first."
        )
    return cleaned


class UserFile:
    """The users; safe for threads and processes, and a change is seen by all of them within a second.

    Every method may raise :class:`assistant.errors.AccessFileError` if the file cannot be used; those that change
    something also :class:`assistant.errors.AccessBusyError`, and :class:`assistant.errors.AccessError` for what
    cannot be.

    Args:
        home: Folder of the index.
        passwords: Hashes and checks them.
        clock: Seconds since 1970.
    """

    def __init__(self, home: Path, passwords: Passwords | None = None, clock: Callable[[], float] = time.time) -> None:
        self.path = home / FOLDER / "users.json"
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._owners: tuple[_Users, dict[str, str]] = {}, {}
        self._file: PrivateFile[_Users] = PrivateFile(self.path, "the users", load_users, dump_users)

    def list(self) -> tuple[User, ...]:
        """All users by name."""
        users = self._file.get()
        return tuple(users[name] for name in sorted(users))

    def get(self, name: str) -> User | None:
        """A user by name, however it is written."""
        users = self._file.get()  # also asked if the name can be none: a damaged file lets nobody in, and says so
        cleaned = _cleaned(name)
        return users.get(cleaned) if cleaned else None

    def stamp_of(self, name: str) -> str | None:
        """What changes whenever a user's sessions must end; None if there is no such user."""
        user = self.get(name)
        return user.stamp if user else None

    def check(self, name: str, password: str) -> User | None:
        """The user who has this name and password; it takes as long if there is no such user.

        Raises:
            AccessBusyError: If too many are checked already; nothing was found out.
        """
        user = self.get(name)
        stored = user.password_hash if user else None
        if not self._passwords.verify(stored, password) or user is None or stored is None:
            return None
        if self._passwords.is_outdated(stored):
            self._hash_anew(user, password)
        now = self._file.get().get(user.name)
        return now if now and now.stamp == user.stamp else None  # removed or changed while we were computing

    def by_token(self, token: str) -> User | None:
        """The user whom an API token belongs to, unless it has expired."""
        if not _TOKEN.fullmatch(token):
            return None
        users = self._file.get()
        of, owners = self._owners
        if of is not users:
            owners = {known.digest: name for name, user in users.items() for known in user.tokens}
            self._owners = users, owners
        # Looked up by digest: how long that takes tells nothing about a token.
        digest = _digest(token)
        user = users.get(owners.get(digest, ""))
        for known in user.tokens if user else ():
            if hmac.compare_digest(known.digest, digest) and not known.is_over(self._clock()):
                return user
        return None

    def add(self, name: str, password: str | None, role: Role) -> User:
        """Adds a user.

        Args:
            name: See :func:`clean_name`.
            password: None for one who cannot sign in with a password, but has API tokens or comes through a proxy.
            role: What the user may do.
        """
        name = clean_name(name)
        user = User(
            name=name,
            role=role,
            password_hash=self._hash(name, password) if password is not None else None,
            stamp=_new_stamp(),
            created=int(self._clock()),
        )

        def edit(users: _Users) -> _Users:
            if name in users:
                raise AccessError(
                    f"There is a user {name} already. To change the password: assistant users password {name}"
                )
            if len(users) >= MAX_USERS:
                raise AccessError(f"There are {MAX_USERS} users already, and more are not possible.")
            return {**users, name: user}

        return self._file.change(edit)[name]

    def remove(self, name: str) -> None:
        """Removes a user with the API tokens; the sessions end."""
        name = clean_name(name)

        def edit(users: _Users) -> _Users:
            self._known(users, name)
            return {other: user for other, user in users.items() if other != name}

        self._file.change(edit)

    def set_password(self, name: str, password: str) -> User:
        """Gives a user another password; the sessions end, API tokens go on."""
        name = clean_name(name)
        password_hash = self._hash(name, password)
        return self._replace(
            name, lambda user: dataclasses.replace(user, password_hash=password_hash, stamp=_new_stamp())
        )

    def set_role(self, name: str, role: Role) -> User:
        """Gives a user another role; the sessions end, API tokens go on with the new role."""
        return self._replace(clean_name(name), lambda user: dataclasses.replace(user, role=role, stamp=_new_stamp()))

    def add_token(self, name: str, label: str = "", days: int | None = None) -> tuple[str, Token]:
        """Makes an API token with the rights of a user.

        Args:
            name: Whose.
            label: What it is for; shown in lists.
            days: For how long it is good; None for ever.

        Returns:
            The token, which is kept nowhere, and its record.
        """
        label = " ".join(label.split())
        if len(label) > MAX_LABEL or not label.isprintable():
            raise AccessError(f"A label can have at most {MAX_LABEL} characters, all of them printable.")
        now = int(self._clock())
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        record = Token(
            id=secrets.token_hex(4),
            label=label,
            digest=_digest(token),
            created=now,
            expires=None if days is None else now + days * _DAY,
        )

        def edit(user: User) -> User:
            if len(user.tokens) >= MAX_TOKENS:
                raise AccessError(
                    f"{user.name} has {MAX_TOKENS} tokens already: revoke one with assistant users revoke"
                )
            return dataclasses.replace(user, tokens=(*user.tokens, record))

        self._replace(clean_name(name), edit)
        return token, record

    def revoke_token(self, name: str, token_id: str) -> Token:
        """Takes an API token back; it is refused from then on."""
        revoked: list[Token] = []

        def edit(user: User) -> User:
            revoked.extend(token for token in user.tokens if token.id == token_id)
            if not revoked:
                raise AccessError(
                    f"{user.name} has no token with this id. To see them: assistant users tokens {user.name}"
                )
            return dataclasses.replace(user, tokens=tuple(token for token in user.tokens if token.id != token_id))

        self._replace(clean_name(name), edit)
        return revoked[0]

    def _replace(self, name: str, change: Callable[[User], User]) -> User:
        return self._file.change(lambda users: {**users, name: change(self._known(users, name))})[name]

    def _known(self, users: _Users, name: str) -> User:
        if name not in users:
            raise AccessError(f"There is no user {name} in {printable(self.path)}. To see them: assistant users list")
        return users[name]

    def _hash(self, name: str, password: str) -> str:
        if _cleaned(password) == name:
            raise AccessError("A password cannot be the user's name.")
        return self._passwords.hash(password)

    def _hash_anew(self, user: User, password: str) -> None:
        """Hashes a password at today's costs; no reason to refuse anybody if that does not work now."""
        with contextlib.suppress(AccessError):
            password_hash = self._passwords.hash(password)

            def edit(now: User) -> User:
                is_same = now.password_hash == user.password_hash
                return dataclasses.replace(now, password_hash=password_hash) if is_same else now

            self._replace(user.name, edit)


def _cleaned(name: str) -> str | None:
    cleaned = unicodedata.normalize("NFKC", name).strip().lower() if len(name) <= 256 else ""
    return cleaned if NAME.fullmatch(cleaned) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_stamp() -> str:
    return secrets.token_hex(16)
