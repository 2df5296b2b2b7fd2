from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from assistant import live
from assistant.live import LiveIndex
from index.build import build
from index.embeddings import SentenceEmbedder
from index.errors import IndexMissingError
from index.search import Index
from index.settings import IndexSettings

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    return IndexSettings(home=tmp_path / "home")


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(text)
    return path


def replaced(folder: Path, settings: IndexSettings, embedder: SentenceEmbedder) -> LiveIndex:
    """An index that was opened at its first generation, and has a second one on the disk."""
    build([write(folder, "The red fox sleeps in the old barn.")], settings=settings, embedder=embedder)
    index = LiveIndex(settings, embedder)
    build([write(folder, "The blue whale sings in the deep sea.")], settings=settings, embedder=embedder)
    return index


def test_a_new_generation_is_used_without_a_restart(
    tmp_path: Path, settings: IndexSettings, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.0)
    build([write(tmp_path, "The red fox sleeps in the old barn.")], settings=settings, embedder=embedder)
    index = LiveIndex(settings, embedder)
    before = index.get()
    build([write(tmp_path, "The blue whale sings in the deep sea.")], settings=settings, embedder=embedder)
    after = index.get()
    assert (before.generation, after.generation) == ("000001", "000002")
    # A question that began before goes on with what it began with.
    assert "fox" in before.search("Who sleeps?", 1)[0].passage.text
    assert "whale" in after.search("Who sings?", 1)[0].passage.text


def test_who_has_just_published_one_need_not_wait_for_the_next_look(
    tmp_path: Path, settings: IndexSettings, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 1e9)
    index = replaced(tmp_path, settings, embedder)
    assert index.get().generation == "000001"
    index.refresh()
    assert index.get().generation == "000002"
    opened = index.get()
    index.refresh()
    assert index.get() is opened, "nothing new, nothing opened"


def test_a_new_generation_that_cannot_be_used_is_reported_and_the_old_one_answers(
    tmp_path: Path, settings: IndexSettings, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.0)
    build([write(tmp_path, "The red fox sleeps in the old barn.")], settings=settings, embedder=embedder)
    index = LiveIndex(settings, embedder)
    from fakes.embedder import WordEmbedder

    build([write(tmp_path, "The blue whale sings.")], settings=settings, embedder=WordEmbedder())
    assert index.get().generation == "000001"
    assert "cannot be used" in (index.get().notice or "")


def test_without_an_index_the_message_says_how_to_build_one(
    settings: IndexSettings, embedder: SentenceEmbedder
) -> None:
    with pytest.raises(IndexMissingError, match="assistant index rebuild"):
        LiveIndex(settings, embedder)


def test_a_failure_that_passes_is_not_final(
    tmp_path: Path, settings: IndexSettings, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.0)
    monkeypatch.setattr(live, "TRY_AGAIN_AFTER", 0.0)
    index = replaced(tmp_path, settings, embedder)
    readers = settings.home / "index" / "readers"
    readers.rename(tmp_path / "aside")
    readers.write_text("in the way, as a full disk would be")
    assert index.get().generation == "000001"
    assert "cannot be used" in (index.get().notice or "")
    readers.unlink()
    (tmp_path / "aside").rename(readers)
    assert index.get().generation == "000002"
    assert index.get().notice is None


def test_questions_do_not_wait_for_a_large_index_to_be_opened(
    tmp_path: Path, settings: IndexSettings, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.0)
    index = replaced(tmp_path, settings, embedder)
    is_read, opened = threading.Event(), Index.open

    def slowly(**given: Any) -> Index:
        assert is_read.wait(20)
        return opened(**given)

    monkeypatch.setattr(live, "WORTH_WAITING", 0.01)
    monkeypatch.setattr(Index, "open", slowly)
    assert [index.get().generation for _ in range(3)] == ["000001"] * 3
    is_read.set()
    until = time.monotonic() + 20
    while index.get().generation != "000002":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_fault_while_opening_is_logged_and_the_old_index_answers(
    tmp_path: Path,
    settings: IndexSettings,
    embedder: SentenceEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.0)
    monkeypatch.setattr(live, "WORTH_WAITING", 20)
    index = replaced(tmp_path, settings, embedder)

    def fails(**_: Any) -> Index:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(Index, "open", fails)
        assert index.get().generation == "000001"
    assert "could not be opened" in caplog.text
    monkeypatch.setattr(index, "_looked", 0.0)
    assert index.get().generation == "000002"
