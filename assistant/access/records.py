"""A user as the file of users has it, and the file's form; pure."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.access.callers import ROLES, Role
from assistant.access.passwords import is_hash

VERSION: Final = 1
"""Of the file's form."""

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
"""What a user's name looks like once it is cleaned."""

_ID = re.compile(r"[0-9a-f]{8}")
_STAMP = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token, without the token itself.

    Attributes:
        id: To name it by; eight hexadecimal digits.
        label: What it is for.
        digest: sha256 of the token.
        created: Seconds since 1970.
        expires: Likewise; None for never.
    """

    id: str
    label: str
    digest: str = field(repr=False)
    created: int
    expires: int | None = None

    def is_over(self, now: float) -> bool:
        """Whether it has expired."""
        return self.expires is not None and now >= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One who may use the page; its text shows nothing that could be used to get in.

    Attributes:
        name: See :data:`NAME`.
        role: What the user may do.
        password_hash: Argon2id's, with salt and costs; None for one who has no password.
        stamp: Random, another one after each change for which the user's sessions end.
        created: Seconds since 1970.
        tokens: API tokens, oldest first.
    """

    name: str
    role: Role
    password_hash: str | None = field(repr=False)
    stamp: str = field(repr=False)
    created: int
    tokens: tuple[Token, ...] = field(default=(), repr=False)


def dump_users(users: dict[str, User]) -> bytes:
    """The file's bytes, users by name."""
    rows = [dataclasses.asdict(users[name]) for name in sorted(users)]
    return json.dumps({"version": VERSION, "users": rows}, ensure_ascii=False, indent=1).encode() + b"\n"


def load_users(content: bytes | None) -> dict[str, User]:
    """Users by name, of the file's bytes; None is for no file.

    Raises:
        ValueError: If anything is not as :func:`dump_users` writes it; or KeyError, or TypeError.
    """
    if content is None:
        return {}
    value = json.loads(content)
    _require(isinstance(value, dict) and set(value) == {"version", "users"} and value["version"] == VERSION)
    users = [_user(row) for row in _list(value["users"])]
    digests = [token.digest for user in users for token in user.tokens]
    _require(len({user.name for user in users}) == len(users) and len(set(digests)) == len(digests))
    return {user.name: user for user in users}


def _user(row: dict[str, Any]) -> User:
    tokens = tuple(_token(item) for item in _list(row["tokens"]))
    user = User(**{**row, "tokens": tokens})
    _require(
        _matches(NAME, user.name) and user.role in ROLES and _matches(_STAMP, user.stamp) and _is_time(user.created)
    )
    _require(user.password_hash is None or (isinstance(user.password_hash, str) and is_hash(user.password_hash)))
    return user


def _token(row: dict[str, Any]) -> Token:
    token = Token(**row)
    _require(_matches(_ID, token.id) and _matches(_DIGEST, token.digest) and isinstance(token.label, str))
    _require(_is_time(token.created) and (token.expires is None or _is_time(token.expires)))
    return token


def _list(value: object) -> list[Any]:
    _require(isinstance(value, list))
    return value  # type: ignore[return-value]


def _matches(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**40


def _require(is_so: bool) -> None:  # noqa: FBT001 - reads best so
    if not is_so:
        raise ValueError("not as it was written")
