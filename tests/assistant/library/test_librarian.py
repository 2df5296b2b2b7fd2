"""The library is changed from the page: one job at a time, questions go on, and nothing is lost."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes.corpora import CODES, CORPORA, settings_of
from fakes.embedder import WordEmbedder
from fakes.librarians import ended, librarian_of, titles, upload

from assistant.errors import LibraryBusyError
from assistant.library import librarian as module
from assistant.library.librarian import Job, Librarian
from index.embeddings import Embedder
from index.errors import SourceError
from index.generations import IndexFolder

B = CORPORA["B"]


class SlowEmbedder(WordEmbedder):
    """Embeds when its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.began = threading.Event()

    def encode_passages(self, *args: Any, **kwargs: Any) -> Any:
        self.began.set()
        assert self.gate.wait(20)
        return super().encode_passages(*args, **kwargs)


def test_what_was_uploaded_is_added_and_the_folder_becomes_a_source(librarian: Librarian, sources: Path) -> None:
    upload(librarian, "quarry.txt", B["quarry.txt"])
    upload(librarian, "chapel.txt", B["chapel.txt"])
    assert librarian.add().state == "running"
    job = ended(librarian)
    assert (job.state, job.kind, job.number, job.seconds_left) == ("done", "add", 1, None) or job.seconds_left == 0
    assert job.report is not None
    assert (job.report["added"], job.report["unchanged"]) == (2, 3)
    assert "2 added" in job.message
    assert librarian.shelf().manifest.sources == (str(sources), str(librarian.folder))
    assert titles(librarian) == sorted(f"About the {name}" for name in [*CODES["A"], "quarry", "chapel"])


def test_a_removed_upload_is_deleted_and_can_be_uploaded_again(librarian: Librarian) -> None:
    path = upload(librarian, "quarry.txt", B["quarry.txt"])
    librarian.add()
    ended(librarian)
    (row,) = [row for row in librarian.shelf().rows if row.title == "About the quarry"]
    librarian.remove([row.id])
    assert ended(librarian).state == "done"
    assert not path.exists()
    assert "About the quarry" not in titles(librarian)
    librarian.rebuild()
    assert ended(librarian).state == "done"
    assert "About the quarry" not in titles(librarian)
    upload(librarian, "quarry.txt", B["quarry.txt"])
    librarian.add()
    assert ended(librarian).state == "done"
    assert "About the quarry" in titles(librarian)


def test_files_of_the_users_own_folders_are_left_alone(librarian: Librarian, sources: Path) -> None:
    (row,) = [row for row in librarian.shelf().rows if row.source == "windmill.txt"]
    librarian.remove([row.id])
    assert ended(librarian).state == "done"
    assert (sources / "windmill.txt").exists()
    assert "About the windmill" not in titles(librarian)


def test_an_upload_of_several_articles_stays_while_one_of_them_does(librarian: Librarian) -> None:
    lines = ['{"title": "One", "text": "%s"}', '{"title": "Two", "text": "%s"}']
    texts = ["The first tower is made of red brick and glass.", "The second tower was never finished by anybody."]
    path = upload(librarian, "two.jsonl", "\n".join(line % text for line, text in zip(lines, texts, strict=True)))
    librarian.add()
    assert ended(librarian).state == "done"
    rows = {row.title: row.id for row in librarian.shelf().rows}
    librarian.remove([rows["One"]])
    ended(librarian)
    assert path.exists()
    upload(librarian, "quarry.txt", B["quarry.txt"])
    librarian.add()
    ended(librarian)
    assert "One" not in titles(librarian), "adding something else does not bring back what was removed"
    librarian.remove([rows["Two"]])
    ended(librarian)
    assert "Two" not in titles(librarian)


def test_a_job_that_cannot_be_done_says_why_and_changes_nothing(librarian: Librarian, home: Path) -> None:
    before = IndexFolder(home).current_name()
    librarian.remove([row.id for row in librarian.shelf().rows])
    job = ended(librarian)
    assert (job.state, job.report) == ("failed", None)
    assert "no article would be left" in job.message
    librarian.add()
    job = ended(librarian)
    assert job.state == "failed"
    assert "there is no such file or folder" in job.message
    assert IndexFolder(home).current_name() == before


def test_another_process_that_builds_is_named(librarian: Librarian, home: Path) -> None:
    with IndexFolder(home).write_lock():
        librarian.rebuild()
        assert "Another process is building the index" in ended(librarian).message


def test_a_defect_is_a_sentence_too(librarian: Librarian, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("defect")

    monkeypatch.setattr("index.build.build", broken)
    librarian.rebuild()
    job = ended(librarian)
    assert (job.state, "Something went wrong inside" in job.message) == ("failed", True)


def test_one_job_at_a_time_and_cancelled_it_leaves_the_index_as_it_was(home: Path) -> None:
    embedder = SlowEmbedder()
    librarian = librarian_of(home, embedder)
    before = IndexFolder(home).current_name()
    with pytest.raises(LibraryBusyError, match="Nothing is going on"):
        librarian.cancel()
    upload(librarian, "quarry.txt", B["quarry.txt"])
    librarian.add()
    assert embedder.began.wait(20)
    with pytest.raises(LibraryBusyError, match="being changed already"):
        librarian.rebuild()
    librarian.cancel()
    embedder.gate.set()
    job = ended(librarian)
    assert (job.state, job.message) == ("cancelled", "Cancelled. The index is as it was before.")
    assert IndexFolder(home).current_name() == before
    # What was uploaded is not lost by that.
    librarian.add()
    assert ended(librarian).state == "done"
    assert "About the quarry" in titles(librarian)


def test_a_job_waits_for_the_models_and_can_be_cancelled_meanwhile(home: Path) -> None:
    warm = threading.Event()
    asked: list[int] = []

    def embedder() -> Embedder:
        asked.append(1)
        return WordEmbedder()

    librarian = Librarian(settings_of(home), embedder, warm)
    librarian.rebuild()
    assert librarian.job is not None
    assert librarian.job.step == module.WAITING
    librarian.cancel()
    assert ended(librarian).state == "cancelled"
    assert not asked
    warm.set()
    librarian.rebuild()
    assert ended(librarian).state == "done"
    assert asked == [1]


def test_progress_is_told_with_an_estimate(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SURE_AFTER", 0.0)
    librarian = librarian_of(home, WordEmbedder())
    seen: list[Job] = []
    progress = librarian._progress

    def watched() -> Any:
        tell = progress()

        def told(*args: Any) -> None:
            tell(*args)
            assert librarian.job is not None
            seen.append(librarian.job)

        return told

    monkeypatch.setattr(librarian, "_progress", watched)
    for name, text in B.items():
        upload(librarian, name, text)
    librarian.add()
    ended(librarian)
    assert {job.step for job in seen} >= {"reading", "embedding", "writing", "checking"}
    lefts = [job.seconds_left for job in seen if job.step == "reading" and job.seconds_left is not None]
    assert lefts
    assert lefts == sorted(lefts, reverse=True) or min(lefts) >= 0


def test_time_left_follows_both_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    watch = module._Watch()
    now += 10
    assert watch.seconds_left("reading", 5, 10) == 10
    assert watch.seconds_left("embedding", 50, 100) == 30
    assert watch.seconds_left("writing", 0, 1) is None
    now += 30
    assert watch.seconds_left("reading", 10, 10) == 40
    assert watch.seconds_left("embedding", 100, 100) == 0


def test_nothing_is_estimated_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    watch = module._Watch()
    now += 0.5
    assert watch.seconds_left("reading", 5, 10) is None
    now += 10
    assert watch.seconds_left("reading", 1, 1000) is None


def test_a_kill_between_storing_and_adding_loses_nothing(home: Path) -> None:
    before = librarian_of(home, WordEmbedder())
    upload(before, "quarry.txt", B["quarry.txt"])
    before.add()
    ended(before)
    upload(before, "chapel.txt", B["chapel.txt"])  # and then it is gone
    after = librarian_of(home, WordEmbedder())
    after.rebuild()
    ended(after)
    assert "About the chapel" in titles(after)


def test_receiving_needs_a_name_of_a_supported_format(librarian: Librarian) -> None:
    with pytest.raises(SourceError):
        librarian.receive("a.exe")
