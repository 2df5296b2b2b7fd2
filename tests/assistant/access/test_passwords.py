"""Passwords: what is taken, what a check costs and whom, and how many go on at once."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import HashingError, VerificationError
from fakes.users import CHEAP, OTHER, PASSWORD
from hypothesis import given
from hypothesis import strategies as st

from assistant.access.passwords import LONGEST, SHORTEST, Passwords, is_hash, problem_with_password
from assistant.errors import AccessBusyError, AccessError


class Held(PasswordHasher):
    """The real hasher, whose work goes on until it is let go."""

    def __init__(self) -> None:
        super().__init__(1, 8, 1)
        self.let_go = threading.Event()
        self.now = self.most = self.in_all = 0
        self._lock = threading.Lock()

    def verify(self, hash: Any, password: Any) -> Any:  # noqa: A002 - as the library calls it
        with self._lock:
            self.now += 1
            self.in_all += 1
            self.most = max(self.most, self.now)
        self.let_go.wait(20)
        with self._lock:
            self.now -= 1
        return super().verify(hash, password)


class Broken(PasswordHasher):
    """Has no memory to work with."""

    def hash(self, password: Any, *, salt: bytes | None = None) -> str:
        raise HashingError("Memory allocation error")

    def verify(self, hash: Any, password: Any) -> Any:  # noqa: A002
        raise VerificationError("Memory allocation error")


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(CHEAP)


def test_only_the_same_password_is_the_same(passwords: Passwords) -> None:
    stored = passwords.hash(PASSWORD)
    assert passwords.verify(stored, PASSWORD)
    for other in (OTHER, "", PASSWORD[:-1], PASSWORD.upper(), f"{PASSWORD} ", f"{PASSWORD}\0", stored):
        assert not passwords.verify(stored, other)
    assert not passwords.verify(None, PASSWORD)
    for nonsense in ("$argon2id$nonsense", "", "plain", f"{stored}A", stored[:-1], stored.replace("id$v", "i$v")):
        assert not passwords.verify(nonsense, PASSWORD)


def test_equal_passwords_have_different_hashes(passwords: Passwords) -> None:
    assert len({passwords.hash(PASSWORD) for _ in range(5)}) == 5


def test_what_looks_the_same_is_the_same(passwords: Passwords) -> None:
    assert passwords.verify(passwords.hash("caf\u00e9 cr\u00e8me"), "cafe\u0301 cre\u0300me")


@given(st.text(min_size=SHORTEST, max_size=40).filter(lambda text: problem_with_password(text) is None))
def test_every_text_can_be_a_password(password: str) -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash(password)
    assert is_hash(stored)
    assert passwords.verify(stored, password)
    assert password not in stored


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 50, "q" * (LONGEST + 1), "aB3$" * 100, "\ud800"])
def test_what_cannot_be_a_password(passwords: Passwords, password: str) -> None:
    with pytest.raises(AccessError) as raised:
        passwords.hash(password)
    assert not password or len(password) < 5 or password not in str(raised.value)


def test_a_password_that_is_too_long_is_no_work() -> None:
    held = Held()
    passwords = Passwords(held)
    assert not passwords.verify(CHEAP.hash(PASSWORD), "x" * (LONGEST + 1))
    assert held.in_all == 0
    held.let_go.set()
    assert not passwords.verify(CHEAP.hash(PASSWORD), "x" * LONGEST)
    assert held.in_all == 1


def test_the_real_costs() -> None:
    """At least what OWASP asks for; and an unknown name takes as long as a known one."""
    passwords = Passwords()
    stored = passwords.hash(PASSWORD)
    costs = extract_parameters(stored)
    assert (costs.memory_cost, costs.time_cost, costs.parallelism) == (32 * 1024, 2, 1)
    assert costs.memory_cost >= 19 * 1024
    assert not passwords.is_outdated(stored)
    assert passwords.is_outdated(CHEAP.hash(PASSWORD))

    def seconds(of: str | None) -> float:
        times = []
        for _ in range(7):
            start = time.thread_time()
            passwords.verify(of, "a wrong password")
            times.append(time.thread_time() - start)
        return statistics.median(times)

    known, unknown, cheap = seconds(stored), seconds(None), seconds(CHEAP.hash(PASSWORD))
    assert 0.5 < unknown / known < 2
    assert cheap / known < 0.5, "a check that did not do the work would be seen"


@pytest.mark.parametrize("at_once", [2, 5])
def test_only_so_many_are_checked_at_once(at_once: int) -> None:
    """With another bound another number is seen: the count is not of the test's own making."""
    held = Held()
    passwords = Passwords(held, at_once=at_once, may_wait=3, patience=20)
    stored = CHEAP.hash(PASSWORD)
    results: list[bool | str] = []

    def check() -> None:
        try:
            results.append(passwords.verify(stored, PASSWORD))
        except AccessBusyError:
            results.append("busy")

    threads = [threading.Thread(target=check) for _ in range(at_once + 3 + 10)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while len(results) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert results == ["busy"] * 10, "refused at once, while the others go on"
    held.let_go.set()
    for thread in threads:
        thread.join()
    assert held.most == at_once
    assert results.count(True) == at_once + 3
    assert passwords.verify(stored, PASSWORD), "and afterwards there is room again"


def test_nobody_waits_longer_than_patience_allows() -> None:
    held = Held()
    passwords = Passwords(held, at_once=1, may_wait=1, patience=0.05)
    stored = CHEAP.hash(PASSWORD)
    thread = threading.Thread(target=passwords.verify, args=(stored, PASSWORD))
    thread.start()
    while not held.now:
        time.sleep(0.005)
    with pytest.raises(AccessBusyError):
        passwords.verify(stored, PASSWORD)
    held.let_go.set()
    thread.join()


@pytest.mark.parametrize("stored", [None, CHEAP.hash(PASSWORD)], ids=["nobody", "somebody"])
def test_without_memory_nothing_is_found_out(stored: str | None) -> None:
    passwords = Passwords(Broken(1, 8, 1))
    for _ in range(20):
        with pytest.raises(AccessBusyError):
            passwords.verify(stored, PASSWORD)


@given(st.text(max_size=120))
def test_most_texts_are_no_hash(text: str) -> None:
    assert not is_hash(text)
