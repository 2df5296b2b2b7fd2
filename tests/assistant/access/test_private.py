"""The file of users on the disk: damage, faults, kills, and others that change it at the same time."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from fakes.interference import ALL, Interference
from fakes.users import CHEAP, PASSWORD, Clock, home_with, users_in
from filelock import FileLock

from assistant.access import private
from assistant.access.private import PrivateFile
from assistant.access.records import dump_users, load_users
from assistant.access.users import UserFile
from assistant.errors import AccessBusyError, AccessError, AccessFileError

TESTS = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def users(home: Path) -> UserFile:
    return home_with(home, anna="editor", bob="reader")


def fresh(users: UserFile) -> UserFile:
    """The same file, as another process sees it."""
    return users_in(users.path.parents[1])


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


def test_a_change_is_made_to_what_is_there_not_to_what_was_seen(home: Path) -> None:
    one, other = users_in(home), users_in(home)
    for number in range(6):
        (one, other)[number % 2].add(f"user{number}", PASSWORD, "reader")
    assert len(users_in(home).list()) == 6


def test_many_threads_and_two_files_lose_nothing(home: Path) -> None:
    several = [users_in(home) for _ in range(2)]
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            several[number % 2].add(f"user{number}", PASSWORD, "reader")
            token, _ = several[number % 2].add_token(f"user{number}")
            assert several[number % 2].by_token(token)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    found = users_in(home).list()
    assert len(found) == 16
    assert all(len(user.tokens) == 1 for user in found)


def test_another_process_that_does_not_end_is_not_waited_for_for_ever(
    users: UserFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FileLock(users.path.with_suffix(".lock")):
        with pytest.raises(AccessBusyError, match="Somebody else"):
            users._file.change(lambda value: value, wait=0.05)
        assert users.check("anna", PASSWORD), "reading needs no lock"


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EMFILE])
def test_whatever_file_operation_fails_the_old_or_the_new_users_are_there(home: Path, error: int) -> None:
    home_with(home, anna="editor")
    at = failed = 0
    while True:
        at += 1
        name = f"new{error}x{at}"
        expected = {user.name for user in users_in(home).list()}
        users = users_in(home)
        with Interference(home, ALL, at, error) as interference:
            try:
                users.add(name, PASSWORD, "reader")
                told = ""
            except AccessError as problem:
                told = str(problem)
                failed += 1
        assert len(told.splitlines()) == bool(told)
        found = {user.name for user in users_in(home).list()}
        assert found == (expected if told else expected | {name}), f"operation {at}"
        assert users_in(home).check("anna", PASSWORD)
        assert {path.name for path in users.path.parent.iterdir()} <= {"users.json", "users.lock", "users.json.new"}
        if interference.count < at:
            break
    assert failed >= 5, "most operations are ones without which nothing can be kept"
    assert at >= 8


def test_killed_before_each_file_operation(home: Path) -> None:
    home_with(home, anna="editor")
    done = subprocess.run(
        [sys.executable, "-m", "fakes.users", str(home)], cwd=TESTS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) >= 8
    there = {"anna"}
    for at, code, *names in lines:
        assert int(code) == -9
        assert set(names) in (there, there | {f"new{at}"}), f"killed before operation {at}"
        there = set(names)
    found = users_in(home)
    assert len(found.list()) >= 2, "the last one was not killed, and needed no repair"
    assert not [path for path in found.path.parent.iterdir() if path.name.endswith(".new")]


def test_what_is_written_is_on_the_disk_before_it_counts(users: UserFile, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        steps.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        steps.append("replace")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    users.set_role("bob", "editor")
    assert steps == ["users.json.new", "replace", "access"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for somebody else")
def test_what_root_adds_can_be_read_by_whoever_the_home_belongs_to(home: Path) -> None:
    home.mkdir()
    os.chown(home, 12345, 23456)
    users = home_with(home, anna="editor")
    users.set_role("anna", "reader")
    made = [users.path.parent, *users.path.parent.iterdir()]
    assert len(made) == 3
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(12345, 23456)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600, 0o700}
