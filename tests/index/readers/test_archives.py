"""Zip archives: member by member, and no harm done by any."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from fakes.documents import zip_of
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import SourceError
from index.readers import archives, zipped
from index.readers.archives import read_zip
from index.readers.zipped import Zipped, shown_path
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator


def by_ending(content: bytes, name: str) -> Iterator[Article | Skipped]:
    if content == b"bad":
        raise SourceError(name, "is bad")
    yield Article(text=content.decode(), title="t", source=name)


def supported(name: str) -> bool:
    return name.endswith((".txt", ".zip"))


def read(content: bytes) -> list[Article | Skipped]:
    return list(read_zip(content, "a.zip", by_ending, supported))


def told(content: bytes) -> list[tuple[str, str, bool]]:
    return [(one.source, one.reason, one.is_problem) for one in read(content) if isinstance(one, Skipped)]


def refusal(content: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(content)
    return caught.value.reason


def test_members_are_read_in_order_and_what_is_no_good_is_named() -> None:
    members = {
        "b.txt": b"second", "folder/": b"", "folder/a.txt": b"first", "bad.txt": b"bad", "x.exe": b"x",
        ".hidden.txt": b"x", "__MACOSX/._a.txt": b"x", "folder/.git/x.txt": b"x", "in.zip": b"x", "deep/x.tar.gz": b"x",
    }  # fmt: skip
    found = read(zip_of(members))
    assert [one.text for one in found if isinstance(one, Article)] == ["second", "first"]
    assert [one.source for one in found] == [
        "a.zip/b.txt", "a.zip/folder/a.txt", "a.zip/bad.txt", "a.zip/x.exe", "a.zip/in.zip", "a.zip/deep/x.tar.gz",
    ]  # fmt: skip
    assert [one.is_problem for one in found if isinstance(one, Skipped)] == [True, False, True, True]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("../../x.txt", "x.txt"),
        ("a/./../x.txt", "a/x.txt"),
        ("C:\\Windows\\x.txt", "Windows/x.txt"),
        ("\x1b[31mred.txt", "\\x1b[31mred.txt"),
        ("ü宇宙.txt", "ü宇宙.txt"),
        ("宇.txt".encode().decode("cp437"), "宇.txt"),
        ("..", "unnamed"),
    ],
)
def test_names_are_made_harmless(path: str, shown: str) -> None:
    assert shown_path(path) == shown


def test_what_is_no_archive_is_refused() -> None:
    whole = zip_of({"a.txt": b"x" * 1000})
    for content in (b"", b"PK\x03\x04", b"hello", whole[:-30], whole[40:90], b"PK\x05\x06" + b"\xff" * 18):
        assert refusal(content) == "is damaged or no zip archive"


def test_names_in_no_encoding_are_refused() -> None:
    content = zip_of({"ü.txt": b"x"})
    assert refusal(content.replace("ü".encode(), b"\xff\xfe")) == "names in it are in no known encoding; pack it anew"


def test_a_wrong_checksum_leaves_one_member_out() -> None:
    content = zip_of({"a.txt": b"x" * 100, "b.txt": b"y"})
    at = content.index(b"PK\x01\x02") + 16
    broken = content[:at] + b"\0\0\0\0" + content[at + 4 :]
    assert told(broken) == [("a.zip/a.txt", "is damaged and cannot be unpacked", True)]


def test_passwords_and_odd_methods_are_named() -> None:
    content = zip_of({"a.txt": b"x"})
    at = content.index(b"PK\x01\x02") + 8
    assert "password" in told(content[:at] + b"\x01" + content[at + 1 :])[0][1]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", b"x")
    assert "method" in told(file.getvalue())[0][1]


def test_no_more_is_unpacked_than_allowed_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MAX_FILE_BYTES", 1000)
    found = read(zip_of({"a.txt": b"a" * 600, "b.txt": b"b" * 600, "c.txt": b"c" * 400, "d.txt": b"d"}))
    assert [one.source for one in found if isinstance(one, Article)] == ["a.zip/a.txt", "a.zip/c.txt"]
    assert all("too large" in one.reason for one in found if isinstance(one, Skipped))


def test_a_size_that_is_a_lie_unpacks_no_more_than_it_says() -> None:
    content = zip_of({"a.txt": b"a" * 1_000_000})
    at = content.index(b"PK\x01\x02") + 24
    liar = content[:at] + struct.pack("<I", 10) + content[at + 4 :]
    assert told(liar) == [("a.zip/a.txt", "is damaged and cannot be unpacked", True)]


def test_members_inside_one_another_are_refused() -> None:
    """As in the bombs that need no archive in the archive: many entries for the same bytes."""
    content = zip_of({"a.txt": b"a" * 100_000, "b.txt": b"b"})
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    overlapping = content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]
    assert "overlap" in refusal(overlapping)


def test_too_many_members_or_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zip_of({f"{number}.txt": b"x" for number in range(4)})
    monkeypatch.setattr(archives, "MAX_ARTICLES_IN_FILE", 3)
    assert [type(one) for one in read(content)] == [Article, Article, Article, Skipped]
    monkeypatch.setattr(zipped, "MAX_ARTICLES_IN_FILE", 3)
    assert "more than 3 files" in refusal(content)


@settings(max_examples=scaled(50, 150), deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
def test_any_damage_gives_articles_or_reasons(at: int, junk: bytes) -> None:
    content = zip_of({"a.txt": b"one " * 30, "b/c.txt": b"two " * 30})
    at %= len(content)
    try:
        Zipped(content[:at] + junk + content[at + len(junk) :], "a.zip")
        read(content[:at] + junk + content[at + len(junk) :])
    except SourceError as error:
        assert error.reason.isprintable()  # noqa: PT017 - any is right
