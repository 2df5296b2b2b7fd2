"""The file of users on the disk: who may read it, when it is read again, and that a damaged one lets nobody in."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from fakes.users import CHEAP, PASSWORD, Clock, fresh, users_in

from assistant.access import private
from assistant.access.private import PrivateFile
from assistant.access.records import dump_users, load_users
from assistant.access.users import UserFile
from assistant.errors import AccessFileError


def test_an_open_folder_and_an_open_file_are_closed_with_the_next_change(users: UserFile) -> None:
    users.path.parent.chmod(0o755)
    users.path.chmod(0o644)
    users.set_role("bob", "editor")
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(users.path.parent.stat().st_mode) == 0o700


def test_a_file_that_everyone_may_change_lets_nobody_in(users: UserFile) -> None:
    users.path.chmod(0o666)
    with pytest.raises(AccessFileError, match="Everyone"):
        fresh(users).check("anna", PASSWORD)
    users.path.chmod(0o664)
    assert fresh(users).check("anna", PASSWORD)


def test_a_change_by_another_process_is_seen_within_a_second(users: UserFile, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(0.0)
    seen = PrivateFile(users.path, "the users", load_users, dump_users, clock)
    assert set(seen.get()) == {"anna", "bob"}
    fresh(users).remove("bob")
    clock.now += private.LOOK_EVERY - 0.01
    assert set(seen.get()) == {"anna", "bob"}, "not looked at for every request"
    clock.now += 0.01
    assert set(seen.get()) == {"anna"}
    users.path.unlink()
    clock.now += private.LOOK_EVERY
    assert seen.get() == {}


def test_a_file_that_did_not_change_is_not_read_again(users: UserFile) -> None:
    clock = Clock(0.0)
    reads: list[bytes | None] = []

    def load(content: bytes | None) -> dict[str, Any]:
        reads.append(content)
        return load_users(content)

    seen = PrivateFile(users.path, "the users", load, dump_users, clock)
    for _ in range(50):
        seen.get()
        clock.now += 1
    assert len(reads) == 1
    os.utime(users.path)
    seen.get()
    assert len(reads) == 2


GOOD = json.dumps(
    {
        "version": 1,
        "users": [
            {"name": "anna", "role": "editor", "password_hash": CHEAP.hash(PASSWORD), "stamp": "0" * 32, "created": 1,
             "tokens": [{"id": "0" * 8, "label": "", "digest": "0" * 64, "created": 1, "expires": None}]},
        ],
    }
)  # fmt: skip


def changed(**fields: object) -> str:
    value = json.loads(GOOD)
    value["users"][0].update(fields)
    return json.dumps(value)


def changed_token(**fields: object) -> str:
    value = json.loads(GOOD)
    value["users"][0]["tokens"][0].update(fields)
    return json.dumps(value)


DAMAGED = [
    "", " ", "{", "null", "[]", "{}", '"x"', "[" * 100_000, GOOD[:-1], GOOD[: len(GOOD) // 2], "\x00" * len(GOOD),
    "\xff\xfe",
    GOOD.replace('"version": 1', '"version": 2'), json.dumps({"version": 1}), json.dumps({"version": 1, "users": {}}),
    json.dumps({"version": 1, "users": [1]}), json.dumps({"version": 1, "users": [{}]}),
    json.dumps({"version": 1, "users": json.loads(GOOD)["users"] * 2}),
    json.dumps({"version": 1, "users": json.loads(changed(tokens=[]))["users"] * 2}),
    json.dumps({**json.loads(GOOD), "more": 1}),
    changed(role="admin"), changed(role=["editor"]), changed(name="Anna"), changed(name=""), changed(name=1),
    changed(password_hash=""), changed(password_hash=PASSWORD), changed(password_hash=1),
    changed(stamp=""), changed(stamp=None), changed(created="now"), changed(created=True), changed(created=-1),
    changed(created=1e999), changed(tokens=None), changed(tokens={}), changed(more=1), changed_token(digest=""),
    changed_token(id="x"), changed_token(expires="never"), changed_token(label=None), changed_token(more=1),
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_lets_nobody_in_and_stays_as_it_is(home: Path, content: str) -> None:
    users = users_in(home)
    users.path.parent.mkdir(parents=True)
    damaged = content.encode("latin-1")
    users.path.write_bytes(damaged)
    for attempt in (
        lambda: users.check("anna", PASSWORD),
        lambda: users.check("nobody", PASSWORD),
        lambda: users.check("no name", PASSWORD),
        lambda: users.by_token("cw_" + "x" * 43),
        lambda: users.stamp_of("anna"),
        users.list,
        lambda: users.add("carl", PASSWORD, "editor"),
        lambda: users.remove("anna"),
    ):
        with pytest.raises(AccessFileError, match="damaged") as raised:
            attempt()
        assert len(str(raised.value).splitlines()) == 1
    assert users.path.read_bytes() == damaged


def test_the_file_without_damage_lets_in(home: Path) -> None:
    """The proof that those above are refused for their damage."""
    users = users_in(home)
    users.path.parent.mkdir(parents=True)
    users.path.write_text(GOOD)
    assert users.check("anna", PASSWORD)


def test_every_cut_of_the_file_is_noticed(users: UserFile) -> None:
    whole = users.path.read_bytes()
    for length in range(len(whole.rstrip())):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever; get() makes one message of them
            load_users(whole[:length])
    assert set(load_users(whole)) == {"anna", "bob"}


def test_damage_while_the_server_runs_ends_what_was_known(users: UserFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "LOOK_EVERY", 0.0)
    assert users.check("anna", PASSWORD)
    content = users.path.read_bytes()
    users.path.write_bytes(content[:-9])
    for _ in range(2):
        with pytest.raises(AccessFileError):
            users.check("anna", PASSWORD)
    users.path.write_bytes(content)
    assert users.check("anna", PASSWORD), "put back, it holds again"


def test_a_file_that_is_too_large_or_no_file(users: UserFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "MAX_BYTES", users.path.stat().st_size - 1)
    with pytest.raises(AccessFileError):
        fresh(users).list()
    monkeypatch.undo()
    users.path.unlink()
    users.path.mkdir()
    with pytest.raises(AccessFileError, match="Could not read"):
        fresh(users).list()


def test_no_file_is_no_users(home: Path) -> None:
    users = users_in(home)
    assert users.list() == ()
    assert users.check("anna", PASSWORD) is None
    assert not home.exists(), "asking makes nothing"
