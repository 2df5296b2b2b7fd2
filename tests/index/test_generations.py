"""Generations: what is published stays as it is, what nobody needs any more goes, and one builds at a time."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import answering, corpus_of, hashes, make, opened
from fakes.generations import HOLD_INDEX, HOLD_LOCK, generations, is_one_line, process

from index.errors import IndexBusyError, StorageError
from index.generations import IndexFolder

if TYPE_CHECKING:
    from pathlib import Path


def readers(home: Path) -> list[str]:
    folder = home / "index" / "readers"
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


def test_published_files_never_change(home: Path) -> None:
    folder = home / "index" / "generations"
    before = hashes(folder)
    with opened(home) as index:
        assert corpus_of(index) == "B"
        assert hashes(folder) == before
    assert hashes(folder) == before


def test_published_files_do_not_change_while_the_next_one_is_built(home: Path, folder_a: Path, quick: None) -> None:
    current = home / "index" / "generations" / "000002"
    before = hashes(current)
    make(home, folder_a)
    assert hashes(current) == before


def test_the_current_and_the_one_before_stay_older_ones_go(
    home: Path, folder_a: Path, folder_b: Path, quick: None
) -> None:
    assert generations(home) == ["000001", "000002"]
    make(home, folder_a)
    assert generations(home) == ["000002", "000003"]
    make(home, folder_b)
    assert generations(home) == ["000003", "000004"]
    assert sorted(entry.name for entry in (home / "index").iterdir()) == ["CURRENT", "LOCK", "generations", "readers"]
    assert readers(home) == []


def test_an_opened_index_outlives_its_generation(home: Path, folder_a: Path, folder_b: Path, quick: None) -> None:
    with opened(home) as index:
        make(home, folder_a)
        make(home, folder_b, passage_size=60)
        assert "000002" not in generations(home)
        assert corpus_of(index) == "B"


def test_copies_of_readers_are_removed_on_close(home: Path) -> None:
    index = opened(home)
    assert len(readers(home)) == 2  # the copy and its lock
    index.close()
    assert readers(home) == []
    index.close()


def test_copies_of_readers_are_removed_when_nobody_holds_the_index(home: Path) -> None:
    opened(home).search("basilisk")
    assert readers(home) == []


def test_copies_of_readers_are_removed_when_the_interpreter_ends(home: Path) -> None:
    with process(HOLD_INDEX, home) as reader:
        assert len(readers(home)) == 2
        assert reader.stdin is not None
        reader.stdin.close()
        assert reader.wait(30) == 0
    assert readers(home) == []


def test_copies_of_killed_readers_go_with_the_next_build_those_of_living_ones_stay(
    home: Path, folder_a: Path, folder_b: Path, quick: None
) -> None:
    (home / "index" / "readers" / "000001-1-orphan").mkdir(parents=True)
    with process(HOLD_INDEX, home) as reader, opened(home) as index:
        reader.send_signal(signal.SIGKILL)
        reader.wait(30)
        assert len(readers(home)) == 5
        make(home, folder_a)
        assert len(readers(home)) == 2
        assert corpus_of(index) == "B"
    assert readers(home) == []


def test_leftovers_go_with_a_build_that_publishes_nothing(home: Path, folder_b: Path) -> None:
    (home / "index" / "building" / "chroma").mkdir(parents=True)
    (home / "index" / "readers" / "000001-1-orphan").mkdir(parents=True)
    assert not make(home, folder_b).published
    assert not (home / "index" / "building").exists()
    assert readers(home) == []


def test_two_processes_cannot_build_at_the_same_time(home: Path, folder_a: Path) -> None:
    with process(HOLD_LOCK, home) as builder:
        with pytest.raises(IndexBusyError) as caught:
            make(home, folder_a)
        assert is_one_line(caught.value)
        assert answering(home) == "B"
        builder.kill()


def test_the_lock_dies_with_its_process(home: Path, folder_a: Path, quick: None) -> None:
    with process(HOLD_LOCK, home) as builder:
        builder.send_signal(signal.SIGKILL)
        builder.wait(30)
    assert make(home, folder_a).published
    assert answering(home) == "A"


def test_readers_need_room_for_their_copies(home: Path) -> None:
    shutil.rmtree(home / "index" / "readers", ignore_errors=True)
    (home / "index" / "readers").touch()
    with pytest.raises(StorageError) as caught:
        opened(home)
    assert is_one_line(caught.value)
    assert generations(home) == ["000001", "000002"]


def test_the_lock_file_alone_locks_nothing(home: Path, folder_a: Path, quick: None) -> None:
    assert (home / "index" / "LOCK").exists()
    with IndexFolder(home).write_lock(), pytest.raises(IndexBusyError):
        make(home, folder_a)
    assert make(home, folder_a).published
