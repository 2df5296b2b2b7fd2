"""Conversations that are kept: who may read them again, what a crash or damage costs, and when they go."""

from __future__ import annotations

import errno
import os
import stat
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.interference import ALL, Interference
from fakes.verdicts import ANSWER, REFUSAL

from assistant.keeping import archive as archives
from assistant.keeping.archive import Archive, Kept
from assistant.keeping.transcript import Entry, Source
from assistant.types import Answer
from index.errors import StorageError

TOKEN = "token-of-the-tab"  # noqa: S105 - made up
SOURCE = Source(article_id="a1", title="Ramses", publisher=None, published="2024", url=None, sha256="0" * 64)


def entry(number: int, answer: Answer = ANSWER) -> Entry:
    return Entry(number=number, asked=datetime.now(UTC).astimezone(), answer=answer, sources=(SOURCE,))


def kept(of: Entry) -> Entry:
    return replace(of, answer=replace(of.answer, hits=()), history=())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "home", days=7)


@pytest.fixture
def three(archive: Archive) -> list[Entry]:
    """A conversation of three turns, as it was kept turn by turn."""
    entries = [entry(1), entry(2, REFUSAL), entry(3)]
    for count in (1, 2, 3):
        archive.keep(TOKEN, "ann", entries[:count])
    return entries


def only_file(archive: Archive) -> Path:
    (path,) = archive.folder.iterdir()
    return path


def test_turns_come_back_as_they_were(archive: Archive, three: list[Entry]) -> None:
    assert archive.read(TOKEN, "ann") == Kept(tuple(map(kept, three)))
    assert archive.read("another", "ann") == Kept()


def test_only_its_owner_reads_it(archive: Archive, three: list[Entry]) -> None:
    for other in ("", "bob", "Ann", "ann "):
        assert archive.read(TOKEN, other) == Kept()


def test_the_folder_tells_no_token_and_is_the_owners_alone(archive: Archive, three: list[Entry]) -> None:
    path = only_file(archive)
    assert TOKEN not in path.name
    assert TOKEN.encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.folder.stat().st_mode) == 0o700


def test_a_turn_torn_by_a_crash_costs_only_itself(archive: Archive, three: list[Entry]) -> None:
    whole = only_file(archive).read_bytes()
    *before, _ = whole.splitlines(keepends=True)
    begin = len(b"".join(before))
    for length in {begin, begin + 1, begin + 40, len(whole) - 2, len(whole) - 1}:
        only_file(archive).write_bytes(whole[:length])
        found = archive.read(TOKEN, "ann")
        is_torn = begin < length < len(whole) - 1
        assert len(found.entries) == (3 if length == len(whole) - 1 else 2)
        assert found.lost == is_torn
        archive.keep(TOKEN, "ann", [*three, entry(4)])
        assert [item.number for item in archive.read(TOKEN, "ann").entries][-1] == 4


def test_damage_is_noticed_wherever_it_is(archive: Archive, three: list[Entry]) -> None:
    whole = only_file(archive).read_bytes()
    expected = {item.number: item for item in map(kept, three)}
    for place in range(0, len(whole), 7):
        only_file(archive).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = archive.read(TOKEN, "ann")
        assert all(item == expected[item.number] for item in found.entries), place
        assert len(found.entries) < 3, place


@pytest.mark.parametrize(
    "line", [b"[]", b"{}", b"\x00\xff", b'{"sha256": 1, "turn": 2}', b"[" * 100_000, b"9" * 10_000]
)
def test_lines_that_are_not_ours_are_counted(archive: Archive, three: list[Entry], line: bytes) -> None:
    with only_file(archive).open("ab") as end:
        end.write(line + b"\n")
    found = archive.read(TOKEN, "ann")
    assert (len(found.entries), found.lost) == (3, 1)
    only_file(archive).write_bytes(line + b"\n")
    assert archive.read(TOKEN, "ann") == Kept()


def test_a_file_that_vanished_is_written_whole(archive: Archive, three: list[Entry]) -> None:
    only_file(archive).unlink()
    archive.keep(TOKEN, "ann", [*three, entry(4)])
    assert [item.number for item in archive.read(TOKEN, "ann").entries] == [1, 2, 3, 4]


def test_old_ones_are_not_read_and_go(archive: Archive, three: list[Entry]) -> None:
    path = only_file(archive)
    os.utime(path, (0, time.time() - 6.9 * 86_400))
    assert archive.read(TOKEN, "ann").entries
    os.utime(path, (0, time.time() - 7.1 * 86_400))
    assert archive.read(TOKEN, "ann") == Kept()
    Archive(archive.folder.parent, days=7).keep("new", "", [entry(1)])
    assert not path.exists()


def test_of_too_many_the_oldest_go(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_KEPT", 3)
    monkeypatch.setattr(archives, "SWEEP_EVERY", 0.0)
    for number in range(6):
        archive.keep(f"tab {number}", "", [entry(1)])
        os.utime(archive._path(f"tab {number}"), (0, time.time() - 60 + number))
    assert [bool(archive.read(f"tab {number}", "").entries) for number in range(6)] == [False] * 3 + [True] * 3


def test_what_is_forgotten_is_gone(archive: Archive, three: list[Entry]) -> None:
    archive.forget(TOKEN)
    archive.forget(TOKEN)
    assert archive.read(TOKEN, "ann") == Kept()
    assert not list(archive.folder.iterdir())


def test_a_link_in_its_place_is_not_followed(archive: Archive, three: list[Entry], tmp_path: Path) -> None:
    path, other = only_file(archive), tmp_path / "other"
    path.rename(other)
    path.symlink_to(other)
    before = other.read_bytes()
    with pytest.raises(StorageError):
        archive.keep(TOKEN, "ann", three)
    with pytest.raises(StorageError):
        archive.read(TOKEN, "ann")
    assert other.read_bytes() == before


def tried(archive: Archive, token: str, entries: list[Entry]) -> bool:
    try:
        archive.keep(token, "", entries)
    except StorageError:
        return False
    return True


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EMFILE])
def test_a_failed_write_leaves_what_was_there(archive: Archive, error: int) -> None:
    entries = [entry(1), entry(2)]
    for known in (0, 1):
        with Interference(archive.folder.parent, ALL) as counted:
            archive.keep("counted", "", entries[: known + 1])
        for at in range(1, counted.count + 1):
            token = f"{known} {at}"
            fresh = Archive(archive.folder.parent, days=7)
            if known:
                fresh.keep(token, "", entries[:1])
            with Interference(archive.folder.parent, ALL, at, error):
                is_kept = tried(fresh, token, entries[: known + 1])
            found = fresh.read(token, "")
            numbers = [item.number for item in found.entries]
            assert numbers == [1, 2][: known + 1] or (not is_kept and numbers == [1, 2][:known])
            fresh.keep(token, "", entries)
            assert [item.number for item in fresh.read(token, "").entries][-1] == 2
