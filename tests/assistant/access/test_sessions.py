"""Sign-ins: for how long they hold, what ends them, and what of them is on the disk."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import stat
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from fakes.interference import ALL, Interference
from fakes.users import OTHER, PASSWORD, Clock, home_with, users_in
from filelock import FileLock

from assistant.access import private
from assistant.access import sessions as sessions_module
from assistant.access.sessions import IDLE, LIFETIME, NAME, WRITE_EVERY, Sessions
from assistant.access.users import UserFile
from assistant.errors import AccessError, AccessFileError


@pytest.fixture
def users(tmp_path: Path) -> UserFile:
    return home_with(tmp_path / "home", anna="editor", bob="reader")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(users: UserFile) -> Path:
    return users.path.with_name(NAME)


@pytest.fixture(params=["file", "memory"])
def sessions(request: pytest.FixtureRequest, users: UserFile, path: Path, clock: Clock) -> Sessions:
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


def test_they_outlast_a_restart(users: UserFile, path: Path, clock: Clock) -> None:
    before = Sessions(path, users.stamp_of, clock=clock)
    anna, bob = before.open("anna"), before.open("bob")
    before.close(bob)
    after = Sessions(path, users.stamp_of, clock=clock)
    assert after.get(anna) == "anna"
    assert after.get(bob) is None
    users_in(users.path.parents[1]).set_password("anna", OTHER)
    assert Sessions(path, users_in(users.path.parents[1]).stamp_of, clock=clock).get(anna) is None


def test_two_servers_of_one_home_see_each_others_sign_outs(
    users: UserFile, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "LOOK_EVERY", 0.0)
    one, two = (Sessions(path, users.stamp_of, clock=clock) for _ in range(2))
    anna, bob = one.open("anna"), two.open("bob")
    assert two.get(anna) == "anna"
    one.close(anna)
    assert two.get(anna) is None
    two.open("bob")
    assert one.get(anna) is None
    assert one.get(bob) == "bob"


def test_the_file_is_private_and_holds_no_token(users: UserFile, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sessions = Sessions(path, users.stamp_of)
    token = sessions.open("anna")
    sessions.close(token)
    token = sessions.open("anna")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    digest = hashlib.sha256(token.encode()).hexdigest()
    stamp = users.stamp_of("anna") or "none"
    assert token not in text
    assert digest in text
    for secret in (token, digest, stamp):
        assert secret not in caplog.text
        assert secret not in repr(sessions)
    assert stamp not in repr(sessions._store.get())


@pytest.mark.parametrize(
    "content",
    ["", "{", "null", "[]", "{}", '{"version": 2, "sessions": {}}', '{"version": 1, "sessions": []}', "[" * 100_000,
     '{"version": 1, "sessions": {"x": 1}}', '{"version": 1, "sessions": {"x": {"name": "anna"}}}', "\x00\xff",
     '{"version": 1, "sessions": {"x": {"name": "anna", "stamp": "s", "opened": "x", "used": 1}}}', "0" * 5000],
)  # fmt: skip
def test_a_damaged_file_signs_everybody_out(users: UserFile, path: Path, content: str) -> None:
    sessions = Sessions(path, users.stamp_of)
    token = sessions.open("anna")
    whole = path.read_bytes()
    path.write_bytes(content.encode("latin-1"))
    after = Sessions(path, users.stamp_of)
    assert after.get(token) is None
    path.write_bytes(whole)
    assert Sessions(path, users.stamp_of).get(token) == "anna", "the proof that it was the damage"
    path.write_bytes(content.encode("latin-1"))
    again = after.open("anna")
    assert after.get(again) == "anna"


def test_forged_sign_ins_need_the_users_stamp(users: UserFile, path: Path) -> None:
    sessions = Sessions(path, users.stamp_of)
    token = sessions.open("bob")
    path.write_text(path.read_text().replace('"bob"', '"anna"'))
    assert Sessions(path, users.stamp_of).get(token) is None
    path.chmod(0o666)
    with pytest.raises(AccessFileError):
        Sessions(path, users.stamp_of).get(token)
    value = json.loads(path.read_text().replace('"anna"', '"bob"'))
    for row in value["sessions"].values():
        row.update(opened=float("nan"), used=float("inf"))
    path.chmod(0o600)
    path.write_text(json.dumps(value))
    assert Sessions(path, users.stamp_of).get(token) is None, "times that are none end it"


def test_damaged_users_let_nobody_in_who_is_signed_in(users: UserFile, path: Path) -> None:
    token = Sessions(path, users.stamp_of).open("anna")
    users.path.write_text("{")
    with pytest.raises(AccessFileError):
        Sessions(path, users_in(users.path.parents[1]).stamp_of).get(token)


def test_being_used_is_written_down_now_and_then_only(users: UserFile, path: Path, clock: Clock) -> None:
    sessions = Sessions(path, users.stamp_of, clock=clock)
    token = sessions.open("anna")
    written = []
    for _ in range(3600):
        clock.now += 1
        assert sessions.get(token) == "anna"
        written.append(path.stat().st_ino)
    changes = sum(one != other for one, other in pairwise(written))
    assert 1 <= changes <= 3600 / WRITE_EVERY
    after = Sessions(path, users.stamp_of, clock=clock)
    clock.now += IDLE - WRITE_EVERY - 1
    assert after.get(token) == "anna", "what was written counts after a restart"


@pytest.mark.parametrize("who", ["process", "thread"])
def test_a_request_waits_for_nobody_who_writes(users: UserFile, path: Path, clock: Clock, who: str) -> None:
    sessions = Sessions(path, users.stamp_of, clock=clock)
    token = sessions.open("anna")
    clock.now += WRITE_EVERY
    changing = sessions._store._changing
    with FileLock(path.with_suffix(".lock")) if who == "process" else changing:
        start = time.monotonic()
        assert sessions.get(token) == "anna"
        assert time.monotonic() - start < 0.8 * private.LOCK_WAIT


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EMFILE])
def test_a_disk_that_fails_keeps_signed_in_and_signs_out(
    users: UserFile, path: Path, clock: Clock, error: int, caplog: pytest.LogCaptureFixture
) -> None:
    at = 0
    while True:
        at += 1
        sessions = Sessions(path, users.stamp_of, clock=clock)
        stays, leaves = sessions.open("bob"), sessions.open("anna")
        caplog.clear()
        with Interference(path.parent, ALL, at, error) as interference:
            sessions.close(leaves)
            assert sessions.get(leaves) is None
            assert sessions.get(stays) == "bob"
        if interference.count < at:
            break
        assert sessions.get(leaves) is None
        assert sessions.get(stays) == "bob"
        clock.now += WRITE_EVERY
        assert sessions.get(stays) == "bob"
        assert Sessions(path, users.stamp_of, clock=clock).get(leaves) is None, "written as soon as the disk can"
        with Interference(path.parent, ALL, at, error):
            try:
                token = sessions.open("anna")
            except AccessError:
                continue
        assert sessions.get(token) == "anna", "open() says so if it did not work"
    assert at > 5
    assert leaves not in caplog.text


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
