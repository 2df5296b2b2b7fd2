"""Sign-ins: for how long they hold, and what ends them."""

from __future__ import annotations

import hashlib
import threading

import pytest
from fakes.users import OTHER, PASSWORD, Clock

from assistant.access import sessions as sessions_module
from assistant.access.sessions import IDLE, LIFETIME, NAME, Sessions
from assistant.access.users import UserFile
from assistant.errors import AccessError


@pytest.fixture(params=["file", "memory"])
def sessions(request: pytest.FixtureRequest, users: UserFile, clock: Clock) -> Sessions:
    path = users.path.with_name(NAME)
    return Sessions(path if request.param == "file" else None, users.stamp_of, clock=clock)


def test_a_token_leads_to_who_signed_in(sessions: Sessions) -> None:
    anna, bob, again = sessions.open("anna"), sessions.open("bob"), sessions.open("anna")
    assert len({anna, bob, again}) == 3
    assert [sessions.get(token) for token in (anna, bob, again)] == ["anna", "bob", "anna"]
    digest = hashlib.sha256(anna.encode()).hexdigest()
    for wrong in ("", "anna", digest, anna[:-1], f"{anna}=", anna.swapcase(), "\ud800", "\0", anna * 1000):
        assert sessions.get(wrong) is None
    assert sessions.count() == 3


def test_nobody_signs_in_without_being_a_user(sessions: Sessions) -> None:
    with pytest.raises(AccessError):
        sessions.open("carl")
    assert sessions.count() == 0


def test_signing_out_ends_one_and_signing_out_everywhere_all(sessions: Sessions) -> None:
    first, second, bob = sessions.open("anna"), sessions.open("anna"), sessions.open("bob")
    sessions.close(first)
    sessions.close("what nobody has")
    assert [sessions.get(token) for token in (first, second, bob)] == [None, "anna", "bob"]
    third = sessions.open("anna")
    sessions.close_all("anna")
    assert [sessions.get(token) for token in (first, second, third, bob)] == [None, None, None, "bob"]


def test_it_ends_when_it_is_not_used_and_in_any_case(sessions: Sessions, clock: Clock) -> None:
    used, idle = sessions.open("anna"), sessions.open("bob")
    for _ in range(3):
        clock.now += IDLE - 1
        assert sessions.get(used) == "anna"
    assert sessions.get(idle) is None
    clock.now += IDLE - 1
    assert sessions.get(used) == "anna"
    clock.now += LIFETIME - 4 * (IDLE - 1) - 1
    # Used all the time until here, were it not for its lifetime.
    sessions._used = dict.fromkeys(sessions._used, clock.now)
    assert sessions.get(used) == "anna"
    clock.now += 1
    assert sessions.get(used) is None
    assert sessions.count() == 0


def test_a_look_that_is_no_use_prolongs_nothing(sessions: Sessions, clock: Clock) -> None:
    token = sessions.open("anna")
    clock.now += IDLE - 1
    assert sessions.get(token, renews=False) == "anna"
    clock.now += 1
    assert sessions.get(token) is None


def test_a_clock_that_is_set_back_prolongs_nothing(sessions: Sessions, clock: Clock) -> None:
    token = sessions.open("anna")
    clock.now -= 59
    assert sessions.get(token) == "anna"
    clock.now -= 2
    assert sessions.get(token) is None


@pytest.mark.parametrize("change", ["password", "role", "remove", "come back"])
def test_a_change_of_the_user_ends_her_sessions_and_no_others(users: UserFile, sessions: Sessions, change: str) -> None:
    tokens = [sessions.open("anna"), sessions.open("anna")]
    bob = sessions.open("bob")
    if change == "password":
        users.set_password("anna", OTHER)
    elif change == "role":
        users.set_role("anna", "reader")
    else:
        users.remove("anna")
    if change == "come back":
        users.add("anna", PASSWORD, "editor")
    assert [sessions.get(token) for token in tokens] == [None, None]
    assert sessions.get(bob) == "bob"


def test_what_does_not_concern_sessions_leaves_them(users: UserFile, sessions: Sessions) -> None:
    """The proof that it is not any change that ends them."""
    token = sessions.open("anna")
    _, record = users.add_token("anna")
    users.revoke_token("anna", record.id)
    users.remove("bob")
    assert sessions.get(token) == "anna"


def test_only_so_many_are_kept_and_the_longest_unused_goes(
    sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions_module, "OF_A_USER", 3)
    monkeypatch.setattr(sessions_module, "IN_ALL", 5)

    def opened(name: str) -> str:
        clock.now += 1
        return sessions.open(name)

    anna = [opened("anna") for _ in range(3)]
    clock.now += 1
    assert sessions.get(anna[0]) == "anna"
    anna.append(opened("anna"))
    assert [sessions.get(token) for token in anna] == ["anna", None, "anna", "anna"]
    bob = [opened("bob") for _ in range(3)]
    assert sessions.count() == 5
    assert [sessions.get(token) for token in bob] == ["bob"] * 3


def test_many_threads(sessions: Sessions) -> None:
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for _ in range(8):
                token = sessions.open(name)
                assert sessions.get(token) == name
                sessions.close(token)
                assert sessions.get(token) is None
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(("anna", "bob")[number % 2],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sessions.count() == 0
