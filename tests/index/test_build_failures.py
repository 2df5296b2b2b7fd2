"""A build that cannot be finished: the old index answers, and what was left behind goes with the next build."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import answering, hashes, make, settings_of
from fakes.embedder import WordEmbedder
from fakes.nursery import CheckHere

from index.build import build
from index.check import CheckProcess
from index.errors import IndexDamagedError, IndexingError, StorageError
from index.generations import IndexFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.nursing import Nursery


pytestmark = pytest.mark.usefixtures("quick")


def assert_one_line(error: IndexingError) -> None:
    assert len(str(error).splitlines()) == 1
    assert str(error)


@pytest.mark.parametrize("blocked", ["home", "home/index", "home/index/generations", "home/index/building"])
def test_a_file_where_a_folder_is_needed(tmp_path: Path, sources: Path, blocked: str) -> None:
    (tmp_path / blocked).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / blocked).write_bytes(b"mine")
    with pytest.raises(StorageError) as caught:
        make(tmp_path / "home", sources)
    assert_one_line(caught.value)
    assert (tmp_path / blocked).read_bytes() == b"mine"


def test_a_file_in_the_place_of_the_next_build_does_no_harm(home: Path, folder_a: Path) -> None:
    (home / "index" / "building").write_bytes(b"mine")
    with pytest.raises(StorageError):
        make(home, folder_a)
    assert answering(home) == "B"


@pytest.fixture
def powerless() -> Iterator[Path]:
    """A folder that the process may enter but not write, also where tests are run by root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65534)
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_home_that_cannot_be_written(powerless: Path) -> None:
    with pytest.raises(StorageError) as caught:
        make(powerless)
    assert_one_line(caught.value)
    assert "ASSISTANT_HOME" in str(caught.value)
    with pytest.raises(StorageError):
        make(powerless / "deeper")


@pytest.mark.parametrize(
    "size", [3_000, *(pytest.param(size, marks=pytest.mark.slow) for size in (100, 60_000, 190_000))]
)
def test_a_disk_that_is_full_at_some_point(home: Path, folder_a: Path, nursery: Nursery, size: int) -> None:
    """Files cannot grow beyond a size: what a full disk is to whoever writes them, Chroma's own code included."""
    before = hashes(home / "index" / "generations")
    failed, *_ = nursery.run(home, folder_a, quick=True, file_size=size)
    assert (failed["event"], failed["kind"]) == ("failed", "StorageError"), failed
    assert len(failed["message"].splitlines()) == 1
    assert hashes(home / "index" / "generations") == before
    assert answering(home) == "B"
    assert make(home, folder_a).published
    assert sorted(path.name for path in (home / "index").iterdir()) == ["CURRENT", "LOCK", "generations", "readers"]


@pytest.mark.parametrize(
    "files", [8, 14, *(pytest.param(files, marks=pytest.mark.slow) for files in (6, 10, 12, 16, 18, 20))]
)
def test_too_few_open_files(home: Path, folder_a: Path, nursery: Nursery, files: int) -> None:
    """Where exactly it fails depends on the machine; what must not happen does not."""
    first, *_ = nursery.run(home, files=files)
    assert first["event"] == "answered" or first["kind"] == "StorageError", first
    assert answering(home) == "B"
    first, *_ = nursery.run(home, folder_a, quick=True, files=files)
    assert answering(home) == ("A" if first["event"] == "built" else "B"), first
    assert not (home / "index" / "set-aside").exists()
    if files < 10:
        assert len(first["message"].splitlines()) == 1


def test_interrupted_at_any_step_the_old_index_answers(home: Path, folder_a: Path) -> None:
    steps = 0
    while True:
        left = steps

        def interrupt(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt

        try:
            build([folder_a], settings=settings_of(home), embedder=WordEmbedder(), progress=interrupt)
            break
        except KeyboardInterrupt:
            assert answering(home) == "B"
            steps += 1
    assert steps >= 8
    assert answering(home) == "A"
    assert sorted(path.name for path in (home / "index").iterdir()) == ["CURRENT", "LOCK", "generations", "readers"]


# The check in another process


def test_what_fails_its_check_is_not_published(home: Path, folder_a: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object, build: Path) -> None:
        raise IndexDamagedError(f"{build.name} is no good")

    monkeypatch.setattr(CheckHere, "check", refuse)
    with pytest.raises(IndexDamagedError, match="is no good"):
        make(home, folder_a)
    assert answering(home) == "B"


def test_the_process_that_checks_says_what_it_found(home: Path, tmp_path: Path) -> None:
    with closing(CheckProcess(IndexFolder(home))) as checking:
        checking.check(home / "index" / "generations" / "000002")
    (tmp_path / "nothing").mkdir()
    with (
        closing(CheckProcess(IndexFolder(home))) as checking,
        pytest.raises(IndexDamagedError, match="was not published: The manifest of index generation nothing cannot"),
    ):
        checking.check(tmp_path / "nothing")
    CheckProcess(IndexFolder(home)).close()  # a build that was given up


@pytest.mark.slow
def test_the_check_runs_our_own_code_whatever_the_folder_holds(
    home: Path, folder_a: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    monkeypatch.undo()  # of the quick check
    monkeypatch.chdir(tmp_path)
    assert make(home, folder_a).published
    assert sys.path[0] != str(tmp_path)
