"""The file of sign-ins on the disk: what of them is in it, restarts, damage, faults, and others that use it."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import stat
import time
from itertools import pairwise
from pathlib import Path

import pytest
from fakes.interference import ALL, Interference
from fakes.users import OTHER, Clock, users_in
from filelock import FileLock

from assistant.access import private
from assistant.access.sessions import IDLE, NAME, WRITE_EVERY, Sessions
from assistant.access.users import UserFile
from assistant.errors import AccessError, AccessFileError


@pytest.fixture
def path(users: UserFile) -> Path:
    return users.path.with_name(NAME)


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
