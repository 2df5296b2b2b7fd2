"""Users for tests: hashed at costs that tests can afford, at a time that tests choose."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from fakes.interference import ALL, Interference

from assistant.access.passwords import Passwords
from assistant.access.users import UserFile

if TYPE_CHECKING:
    from assistant.access.callers import Role

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The real hasher at the lowest costs it has."""

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
OTHER = "another long password"


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def users_in(home: Path, clock: Clock | None = None) -> UserFile:
    """The users of a home, hashed at low costs."""
    return UserFile(home, Passwords(CHEAP), clock or Clock())


def home_with(home: Path, **roles: Role) -> UserFile:
    """A home with users, each with :data:`PASSWORD`."""
    users = users_in(home)
    for name, role in roles.items():
        users.add(name, PASSWORD, role)
    return users


def fresh(users: UserFile) -> UserFile:
    """The same file, as another process sees it."""
    return users_in(users.path.parents[1])


def _add_and_die(home: Path, at: int) -> None:
    with Interference(home, ALL, at):
        users_in(home).add(f"new{at}", PASSWORD, "reader")


def main() -> None:
    """Adds users to a home in processes of which each dies at a later file operation; says how many died."""
    fork = multiprocessing.get_context("fork")
    at = 0
    while True:
        at += 1
        child = fork.Process(target=_add_and_die, args=(Path(sys.argv[1]), at))
        child.start()
        child.join()
        if child.exitcode == 0:
            break
        names = sorted(user.name for user in users_in(Path(sys.argv[1])).list())
        os.write(1, f"{at} {child.exitcode} {' '.join(names)}\n".encode())


if __name__ == "__main__":
    main()
