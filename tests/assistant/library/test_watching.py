"""The index follows its sources while they change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.corpora import CORPORA, make, settings_of, write
from fakes.embedder import WordEmbedder
from watchfiles._rust_notify import RustNotify

from assistant.library.watching import watch_and_build
from index.errors import IndexingError
from index.reports import BuildReport

Next = Callable[[Callable[[], object]], BuildReport | IndexingError | None]
PATIENCE = 60.0


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write(tmp_path / "sources", CORPORA["A"])


@pytest.fixture
def after(tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch, quick: None) -> Iterator[Next]:
    """Gives what is built after a change; None if nothing is."""
    make(tmp_path / "home", sources)
    stop, begun, arrived = threading.Event(), threading.Event(), threading.Event()

    def begin(*given: Any) -> Any:
        """The watch is in place as soon as this has been made; what is done before that nobody would see."""
        made = RustNotify(*given)
        begun.set()
        return made

    monkeypatch.setattr("watchfiles.main.RustNotify", begin)
    monkeypatch.setattr("assistant.library.watching._QUIET_MS", 500)
    outcomes: list[BuildReport | IndexingError] = []

    def watch() -> None:
        for outcome in watch_and_build(settings_of(tmp_path / "home"), embedder=WordEmbedder(), stop=stop):
            outcomes.append(outcome)
            arrived.set()

    thread = threading.Thread(target=watch)
    thread.start()

    def change(work: Callable[[], object]) -> BuildReport | IndexingError | None:
        assert begun.wait(PATIENCE)
        arrived.clear()
        work()
        return outcomes[-1] if arrived.wait(PATIENCE) else None

    yield change
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_new_file_a_bad_one_and_a_folder_that_goes(after: Next, sources: Path, tmp_path: Path) -> None:
    report = after(lambda: (sources / "new.txt").write_text("Something quite new."))
    assert isinstance(report, BuildReport)
    assert (report.articles, report.published) == (4, True)
    report = after(lambda: (sources / "bad.txt").write_bytes(b"\x00"))
    assert isinstance(report, BuildReport)
    assert [item.source for item in report.skipped] == ["bad.txt"]


@pytest.mark.slow
def test_a_build_that_fails_is_told_and_does_not_end_it(after: Next, sources: Path) -> None:
    def empty() -> None:
        for path in sources.iterdir():
            path.unlink()
        (sources / "picture.png").write_bytes(b"no article")

    assert isinstance(after(empty), IndexingError)
    report = after(lambda: (sources / "new.txt").write_text("Something quite new."))
    assert isinstance(report, BuildReport)
    assert report.articles == 1
