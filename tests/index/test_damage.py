"""Nothing that was damaged is ever answered from."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import answering, corpus_of, opened, settings_of
from fakes.embedder import WordEmbedder
from reliability.damage import suffer

from index.build import build
from index.pipeline import LOST

if TYPE_CHECKING:
    from pathlib import Path

CASES = 20
SLOW_CASES = 540


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


@pytest.mark.usefixtures("quick")
def test_a_rebuild_that_does_not_know_all_sources_any_more_says_so(home: Path, folder_b: Path) -> None:
    """What was made of B is lost, A is known: without a word the next build would be of A alone, and all well."""
    settings = settings_of(home)
    assert not build(settings=settings, home=home, embedder=WordEmbedder()).skipped
    current = home / "index" / "generations" / "000002"
    (current / "manifest.json").write_bytes(b"{")
    report = build(settings=settings, home=home, embedder=WordEmbedder())
    assert [(item.source, item.reason) for item in report.skipped] == [("index generation 000002", LOST)]
    assert answering(home) == "A"
    assert not build(settings=settings, home=home, embedder=WordEmbedder()).skipped, "it is said once"


@pytest.mark.usefixtures("quick")
def test_a_rebuild_of_named_sources_needs_no_such_word(home: Path, folder_b: Path) -> None:
    (home / "index" / "generations" / "000002" / "manifest.json").write_bytes(b"{")
    report = build([folder_b], settings=settings_of(home), home=home, embedder=WordEmbedder())
    assert not report.skipped
    assert answering(home) == "B"
