"""Files that come through the page are stored whole, under harmless names, or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library import uploads
from assistant.library.uploads import MAX_NAME_BYTES, Stored, Upload, safe_name
from index.errors import SourceError, StorageError


def store(folder: Path, name: str, content: bytes = b"text") -> Stored:
    with Upload(folder, name) as upload:
        upload.write(content)
        return upload.keep()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Report.md", "Report.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\Report.PDF", "Report.PDF"),
        ("/etc/cron.d/x.md", "x.md"),
        ("..md", "article.md"),
        (".hidden.md", "hidden.md"),
        ("a\x00b\nc\x1b[31m.md", "abc[31m.md"),
        ("gpj.\u202edm.md", "gpj.dm.md"),
        ('a<b>:"|?*.md', "a b.md"),
        ("", "article"),
        ("...", "article"),
        (".md", "article.md"),
        ("\ud800.md", "article.md"),
        ("e\u0301.md", "\u00e9.md"),
    ],
)
def test_names_are_made_harmless(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(st.text(max_size=400))
def test_any_name_becomes_one_of_a_file_in_the_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert safe.strip(".") == safe.strip(".").strip()
    assert not safe.startswith(".")
    assert len(safe.encode()) <= MAX_NAME_BYTES
    assert not {"/", "\\", "\0", "\n"} & set(safe)
    assert safe_name(safe) == safe


def test_long_names_keep_their_ending() -> None:
    name = safe_name("\u00e4" * 300 + ".jsonl")
    assert name.endswith("\u00e4.jsonl")
    assert len(name.encode()) <= MAX_NAME_BYTES


def test_the_same_file_is_stored_once_and_another_of_its_name_beside_it(tmp_path: Path) -> None:
    first = store(tmp_path, "a.md", b"one")
    assert (first.path, first.is_new) == (tmp_path / "a.md", True)
    assert store(tmp_path, "a.md", b"one") == Stored(tmp_path / "a.md", is_new=False)
    assert store(tmp_path, "a.md", b"two") == Stored(tmp_path / "a (2).md", is_new=True)
    assert store(tmp_path, "a.md", b"two") == Stored(tmp_path / "a (2).md", is_new=False)
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == {"a.md": b"one", "a (2).md": b"two"}


def test_pieces_make_up_the_file_which_only_its_owner_may_read(tmp_path: Path) -> None:
    with Upload(tmp_path / "new" / "folder", "a.md") as upload:
        for piece in (b"one ", b"", b"two"):
            upload.write(piece)
        stored = upload.keep()
    assert stored.path.read_bytes() == b"one two"
    assert stored.path.stat().st_mode & 0o077 == 0


def test_nothing_is_left_of_what_is_not_kept(tmp_path: Path) -> None:
    with Upload(tmp_path, "a.md") as upload:
        upload.write(b"text")
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a.exe", "a", "a.md.exe", "..."])
def test_a_format_that_is_not_read_is_not_stored(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"this format is not read; supported are \.md"):
        Upload(tmp_path, name)
    assert names(tmp_path) == []


def test_an_empty_file_and_one_that_is_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match=r"a\.md: the file is empty"):
        store(tmp_path, "a.md", b"")
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 10)
    with pytest.raises(SourceError, match="is larger than"):
        store(tmp_path, "a.md", b"x" * 11)
    assert names(tmp_path) == []


def test_a_link_in_the_folder_is_never_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"text")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").symlink_to(outside)
    stored = store(folder, "a.md", b"text")
    assert stored == Stored(folder / "a (2).md", is_new=True)
    assert outside.read_bytes() == b"text"


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="Could not store the file in"):
        store(tmp_path, "a.md")
    assert names(tmp_path) == []


def test_what_killed_uploads_left_goes_with_a_later_one(tmp_path: Path) -> None:
    old, recent = tmp_path / ".upload-old", tmp_path / ".upload-recent"
    for path in (old, recent):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    store(tmp_path, "a.md")
    assert names(tmp_path) == [".upload-recent", "a.md"]


def test_two_at_once_never_write_into_each_other(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def one(number: int) -> Any:
        return store(tmp_path, "a.md", bytes([number % 4]) * 100_000)

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(one, range(32)))
    contents = [path.read_bytes() for path in tmp_path.iterdir()]
    assert {content[:1] for content in contents} == {b"\0", b"\1", b"\2", b"\3"}
    assert all(content == content[:1] * 100_000 for content in contents)
    assert len({item.path for item in stored if item.is_new}) == len(contents)
