"""Guessing: whom it slows down, by how much, and whom it must not."""

from __future__ import annotations

import threading

import pytest
from fakes.users import Clock
from hypothesis import given
from hypothesis import strategies as st

from assistant.access import attempts as attempts_module
from assistant.access.attempts import ADDRESS, FORGET, KNOWN_ADDRESSES, NAME, PAIR, WINDOW, Attempts

HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def clock() -> Clock:
    return Clock(0.0)


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def fail(attempts: Attempts, name: str, address: str, times: int) -> int:
    """Tries wrong passwords; how many were let through."""
    for done in range(times):
        if attempts.wait(name, address):
            return done
        attempts.failed(name, address)
    return times


def test_ten_failures_lock_a_name_at_an_address_for_a_minute(attempts: Attempts, clock: Clock) -> None:
    assert fail(attempts, "anna", HERE, 100) == PAIR.limit
    assert attempts.wait("anna", HERE) == 60
    assert attempts.wait("anna", THERE) == 0
    assert attempts.wait("bob", HERE) == 0
    clock.now += 59
    assert attempts.wait("anna", HERE) == 1
    clock.now += 1
    assert attempts.wait("anna", HERE) == 0


def test_each_lock_is_twice_as_long_up_to_an_hour(attempts: Attempts, clock: Clock) -> None:
    locks = []
    for _ in range(12):
        fail(attempts, "anna", HERE, 100)
        locks.append(attempts.wait("anna", HERE))
        clock.now += locks[-1]
    assert locks[:6] == [60, 120, 240, 480, 960, 1920]
    assert set(locks[6:]) == {3600}


def test_a_lock_ends_with_some_tries(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, "anna", HERE, 100)
    clock.now += attempts.wait("anna", HERE)
    assert fail(attempts, "anna", HERE, 100) == PAIR.again


def test_failures_wear_off(attempts: Attempts, clock: Clock) -> None:
    for _ in range(500):
        clock.now += WINDOW / PAIR.limit + 1
        assert attempts.wait("anna", HERE) == 0
        attempts.failed("anna", HERE)
    assert attempts.wait("anna", HERE) == 0
    fail(attempts, "anna", HERE, 100)
    clock.now += FORGET + 61
    fail(attempts, "anna", HERE, 100)
    assert attempts.wait("anna", HERE) == 60, "after an hour a lock is a first one again"


def test_a_sign_in_that_works_forgets_the_failures_before(attempts: Attempts) -> None:
    for _ in range(20):
        assert fail(attempts, "anna", HERE, PAIR.limit - 1) == PAIR.limit - 1
        attempts.succeeded("anna", HERE)
    assert attempts.wait("anna", HERE) == 0


def test_fifty_failures_lock_an_address_for_all_names(attempts: Attempts) -> None:
    assert sum(fail(attempts, f"user{number}", HERE, 1) for number in range(500)) == ADDRESS.limit
    assert attempts.wait("whoever", HERE) == 60
    assert attempts.wait("", HERE) == 60
    assert attempts.wait("whoever", THERE) == 0


def test_ones_own_sign_ins_do_not_pay_for_guessing_at_others(attempts: Attempts) -> None:
    let_through = 0
    for number in range(500):
        attempts.succeeded("mallory", HERE)
        let_through += fail(attempts, f"user{number}", HERE, 1)
    assert let_through == ADDRESS.limit


def test_guessing_from_many_addresses_is_slowed_down(attempts: Attempts, clock: Clock) -> None:
    def guess(times: int) -> int:
        return sum(fail(attempts, "anna", f"10.{number // 250}.{number % 250}.1", 1) for number in range(times))

    assert guess(2000) == NAME.limit
    in_a_day = NAME.limit
    while clock.now < 24 * 3600:
        clock.now += attempts.wait("anna", "203.0.113.9")
        in_a_day += guess(200)
    assert in_a_day < 4000, "of the 10 characters that a password has at least nobody guesses many so"


def test_others_cannot_lock_somebody_out_where_she_signed_in_before(attempts: Attempts, clock: Clock) -> None:
    attempts.succeeded("anna", HERE)
    for number in range(5000):
        fail(attempts, "anna", f"10.{number // 250}.{number % 250}.1", 1)
    for number in range(500):
        fail(attempts, f"user{number}", HERE, 1)
    assert attempts.wait("anna", "203.0.113.9") > 0
    assert attempts.wait("bob", HERE) > 0
    assert attempts.wait("anna", HERE) == 0
    longest = 0.0
    for _ in range(50):
        fail(attempts, "anna", HERE, 100)  # from behind the same address
        longest = max(longest, attempts.wait("anna", HERE))
        clock.now += attempts.wait("anna", HERE)
    assert longest == 60, "never longer, whoever tries"


def test_only_the_last_addresses_of_somebody_count(attempts: Attempts) -> None:
    for number in range(KNOWN_ADDRESSES + 1):
        attempts.succeeded("anna", f"10.0.0.{number}")
    for number in range(500):
        fail(attempts, "anna", f"10.9.{number}.1", 1)
    assert attempts.wait("anna", "10.0.0.0") > 0
    assert attempts.wait("anna", "10.0.0.1") == 0


def test_wrong_tokens_count_for_the_address_only(attempts: Attempts) -> None:
    assert fail(attempts, "", HERE, 500) == ADDRESS.limit
    assert attempts.wait("", THERE) == 0
    attempts.succeeded("", HERE)
    assert attempts.wait("", HERE) > 0, "a right one does not pay for wrong ones"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:DB8:0:0:1::", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "nowhere", False),
        ("no address", "no address", True),
    ],
)
def test_what_is_one_address(attempts: Attempts, one: str, other: str, *, is_same: bool) -> None:
    fail(attempts, "anna", one, 100)
    assert (attempts.wait("anna", other) > 0) is is_same


def test_memory_is_bounded_whatever_is_tried(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts_module, "KEPT", 100)
    for number in range(1000):
        address = f"10.{number // 250}.{number % 250}.1"
        attempts.failed("x" * 10_000 + str(number), address)
        attempts.succeeded(f"user{number}", address)
    assert len(attempts._pairs) == len(attempts._addresses) == len(attempts._names) == len(attempts._known) == 100
    assert all(len(key) == 16 for counts in (attempts._pairs, attempts._names) for key in counts._counts)


def test_names_are_not_kept(attempts: Attempts) -> None:
    fail(attempts, "a-password-typed-as-a-name", HERE, 3)
    attempts.succeeded("a-password-typed-as-a-name", HERE)
    kept = repr([vars(attempts), vars(attempts._pairs), vars(attempts._names), vars(attempts._addresses)])
    assert "typed-as" not in kept
    assert HERE not in kept
    other = Attempts()
    other.failed("anna", HERE)
    attempts.failed("anna", HERE)
    assert not set(other._names._counts) & set(attempts._names._counts), "hashed with a key of its own"


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_counted_by_itself(name: str, address: str, other: str) -> None:
    attempts = Attempts(Clock(0.0))
    fail(attempts, name, address, 100)
    assert attempts.wait(name, address) > 0
    if other != name and other and name:
        assert attempts.wait(other, address) == 0


@given(st.lists(st.tuples(st.sampled_from("fsw"), st.sampled_from("ab"), st.sampled_from("12"), st.floats(0, 5000))))
def test_nobody_ever_waits_longer_than_an_hour(steps: list[tuple[str, str, str, float]]) -> None:
    clock = Clock(0.0)
    attempts = Attempts(clock)
    for kind, name, address, seconds in steps:
        clock.now += seconds
        if kind == "f":
            for _ in range(30):
                attempts.failed(name, address)
        elif kind == "s":
            attempts.succeeded(name, address)
        for who in "ab":
            for where in "12":
                assert 0 <= attempts.wait(who, where) <= 3600
    clock.now += 3600
    assert attempts.wait("a", "1") == 0


def test_many_threads_count_every_failure() -> None:
    attempts = Attempts(Clock(0.0))

    def work() -> None:
        for _ in range(7):
            attempts.failed("", HERE)

    threads = [threading.Thread(target=work) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert attempts.wait("", HERE) == 0, "49"
    attempts.failed("", HERE)
    assert attempts.wait("", HERE) == 60
