"""Changes of the file of users: faults, kills, and others that change it at the same time."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fakes.interference import ALL, Interference
from fakes.users import PASSWORD, home_with, users_in
from filelock import FileLock

from assistant.access.users import UserFile
from assistant.errors import AccessBusyError, AccessError

TESTS = Path(__file__).parents[2]


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
