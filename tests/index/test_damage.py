"""Nothing that was damaged is ever answered from."""

from __future__ import annotations

import contextlib
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import answering, corpus_of, opened

from index.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CASES = 60
SLOW_CASES = 500


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def lengthen(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.randint(1, 100)))


def blank(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    start = chance.randrange(len(content))
    content[start : start + 512] = bytes(len(content[start : start + 512]))
    changed = bytes(content) != path.read_bytes()
    path.write_bytes(bytes(content) if changed else bytes(content) + b"\x00")


def delete(path: Path, chance: random.Random) -> None:
    path.unlink()


WAYS: list[Callable[[Path, random.Random], None]] = [flip, flip, cut, lengthen, blank, delete]


def suffer(published: Path, scratch: Path, seed: int) -> None:
    """Damages one file of the current generation; every second time there is no other generation."""
    chance = random.Random(seed)
    home = shutil.copytree(published, scratch / str(seed))
    current = home / "index" / "generations" / "000002"
    files = sorted(path for path in current.rglob("*") if path.is_file())
    path = chance.choice([path for path in files if path.stat().st_size])
    way = chance.choice(WAYS)
    way(path, chance)
    said = f"seed {seed}: {way.__name__} {path.relative_to(current)}"
    if seed % 2:
        shutil.rmtree(home / "index" / "generations" / "000001")
        with pytest.raises(IndexDamagedError, match="assistant index rebuild"):
            opened(home)
    else:
        with opened(home) as index:
            assert corpus_of(index) == "A", said
            assert index.notice is not None, said
    assert (home / "index" / "set-aside" / "000002").is_dir(), said
    shutil.rmtree(home)


def test_damage_is_always_noticed(published: Path, tmp_path: Path) -> None:
    for seed in range(CASES):
        suffer(published, tmp_path, seed)


@pytest.mark.slow
def test_damage_is_always_noticed_at_length(published: Path, tmp_path: Path) -> None:
    for seed in range(CASES, CASES + SLOW_CASES):
        suffer(published, tmp_path, seed)


def test_every_single_missing_file_is_noticed(published: Path, tmp_path: Path) -> None:
    current = published / "index" / "generations" / "000002"
    names = sorted(path.relative_to(current) for path in current.rglob("*") if path.is_file())
    assert len(names) > 10
    for name in names:
        home = shutil.copytree(published, tmp_path / "home")
        (home / "index" / "generations" / "000002" / name).unlink()
        with opened(home) as index:
            assert corpus_of(index) == "A", name
        shutil.rmtree(home)


def test_a_generation_that_is_gone_is_noticed(home: Path) -> None:
    shutil.rmtree(home / "index" / "generations" / "000002")
    with opened(home) as index:
        assert corpus_of(index) == "A"
        assert index.notice is not None


def test_damage_to_the_generation_before_disturbs_nobody(home: Path) -> None:
    for path in (home / "index" / "generations" / "000001").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    with opened(home) as index:
        assert corpus_of(index) == "B"
        assert index.notice is None


def test_damage_while_the_index_is_open_disturbs_nobody(home: Path) -> None:
    with opened(home) as index:
        for path in (home / "index" / "generations" / "000002").rglob("*"):
            if path.is_file():
                path.write_bytes(b"")
        assert corpus_of(index) == "B"


def test_without_the_guard_damage_goes_unnoticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proof that it is the comparison of hashes that these tests hold."""

    def trusting(folder: Path, name: str, expected_sha256: str, copy_to: Path | None = None) -> None:
        if copy_to is not None:
            (copy_to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, copy_to / name)

    scores = next((home / "index" / "generations" / "000002" / "keywords").glob("data*.npy"))
    content = bytearray(scores.read_bytes())
    content[-1] ^= 0x80  # the sign of a score
    scores.write_bytes(content)
    with monkeypatch.context() as patch:
        for module in ("search", "generations"):
            patch.setattr(f"index.{module}.verify_file", trusting)
        with opened(home) as index:
            assert index.generation == "000002"
            assert index.notice is None
    assert answering(home) == "A"


def test_a_file_more_changes_nothing(home: Path) -> None:
    for folder in ("", "chroma", "keywords"):
        (home / "index" / "generations" / "000002" / folder / "stranger.json").write_bytes(b"{")
    with contextlib.suppress(OSError):
        (home / "index" / "generations" / "stranger").mkdir()
    assert answering(home) == "B"
