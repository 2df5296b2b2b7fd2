from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.errors import IndexDamagedError
from index.manifest import MANIFEST, SCHEMA, Manifest, read_manifest, verify_file, write_manifest

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = Manifest(
    generation="000007",
    created="2030-01-01T00:00:00+00:00",
    model="words",
    fingerprint="words-1",
    precision="fp32",
    dimension=64,
    passage_size=160,
    overlap=1,
    sources=("/home/zoë/articles", "seeds:"),
    articles=2,
    passages=5,
    content="abc",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "one.txt").write_text("one", encoding="utf-8")
    (tmp_path / "deep" / "er" / "two.bin").write_bytes(b"\x00\x01")
    (tmp_path / "empty").touch()
    return tmp_path


def test_what_was_written_is_read_back(folder: Path) -> None:
    sha256 = write_manifest(folder, EXAMPLE)
    manifest = read_manifest(folder, sha256)
    assert replace(manifest, files={}) == EXAMPLE
    assert set(manifest.files) == {"one.txt", "deep/er/two.bin", "empty"}
    for name, expected in manifest.files.items():
        verify_file(folder, name, expected)


def test_a_missing_manifest_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b"{}", b'{"schema": 1}'])
def test_what_is_no_manifest_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(IndexDamagedError):
        read_manifest(tmp_path)


def test_another_schema_is_named(folder: Path) -> None:
    write_manifest(folder, EXAMPLE)
    values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**values, "schema": 99}), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=f"layout 99, but this version reads {SCHEMA}"):
        read_manifest(folder)


def test_a_field_that_nobody_knows_is_damage(folder: Path) -> None:
    write_manifest(folder, EXAMPLE)
    values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**values, "extra": 1}), encoding="utf-8")
    with pytest.raises(IndexDamagedError):
        read_manifest(folder)


def test_every_changed_byte_of_the_manifest_is_noticed(folder: Path) -> None:
    sha256 = write_manifest(folder, EXAMPLE)
    content = (folder / MANIFEST).read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        (folder / MANIFEST).write_bytes(changed)
        with pytest.raises(IndexDamagedError):
            read_manifest(folder, sha256)


def test_a_changed_and_a_missing_file_are_told_apart(folder: Path) -> None:
    write_manifest(folder, EXAMPLE)
    files = read_manifest(folder).files
    (folder / "one.txt").write_text("two", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=r"one\.txt .* is not as it was written"):
        verify_file(folder, "one.txt", files["one.txt"])
    (folder / "empty").unlink()
    with pytest.raises(IndexDamagedError, match=r"empty .* cannot be read"):
        verify_file(folder, "empty", files["empty"])


def test_a_copy_is_the_file_that_was_verified(folder: Path, tmp_path: Path) -> None:
    write_manifest(folder, EXAMPLE)
    name = "deep/er/two.bin"
    expected = read_manifest(folder).files[name]
    verify_file(folder, name, expected, copy_to=tmp_path / "copy")
    assert (tmp_path / "copy" / name).read_bytes() == b"\x00\x01"
    (folder / name).write_bytes(b"\x00\x02")
    with pytest.raises(IndexDamagedError):
        verify_file(folder, name, expected, copy_to=tmp_path / "copy")


def test_a_file_that_cannot_be_read_is_damage_also_while_it_is_copied(folder: Path, tmp_path: Path) -> None:
    (folder / "one.txt").unlink()
    (folder / "one.txt").mkdir()
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        verify_file(folder, "one.txt", "0", copy_to=tmp_path / "copy")


def test_a_copy_that_cannot_be_written_is_no_damage(folder: Path, tmp_path: Path) -> None:
    write_manifest(folder, EXAMPLE)
    (tmp_path / "blocked").touch()
    with pytest.raises(OSError, match="blocked"):
        verify_file(folder, "one.txt", read_manifest(folder).files["one.txt"], copy_to=tmp_path / "blocked")
