from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import answering, corpus_of, hashes, make, opened
from fakes.embedder import WordEmbedder
from fakes.nursing import TESTS

from index.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexingError,
    IndexMismatchError,
    IndexMissingError,
    StorageError,
)
from index.generations import IndexFolder
from index.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = "assistant index rebuild"


def generations(home: Path) -> list[str]:
    return sorted(entry.name for entry in (home / "index" / "generations").iterdir())


def readers(home: Path) -> list[str]:
    folder = home / "index" / "readers"
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


def damage(home: Path, generation: str, name: str = "articles.jsonl") -> None:
    path = home / "index" / "generations" / generation / name
    path.write_bytes(path.read_bytes()[:-2])


def is_one_line(error: IndexingError) -> bool:
    return len(str(error).splitlines()) == 1


@contextlib.contextmanager
def process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Runs code in a process of its own, until it says something."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-c", code, *(str(argument) for argument in arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline().strip() == "ready"
        yield running


HOLD_LOCK = """
import sys
from pathlib import Path
from index.generations import IndexFolder
with IndexFolder(Path(sys.argv[1])).write_lock():
    print("ready", flush=True)
    sys.stdin.read()
"""
HOLD_INDEX = """
import sys
from pathlib import Path
from fakes.corpora import opened
index = opened(Path(sys.argv[1]))
index.search("albatross")
print("ready", flush=True)
sys.stdin.read()
"""


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


def test_a_damaged_generation_is_set_aside_and_the_one_before_answers(home: Path) -> None:
    damage(home, "000002")
    with opened(home) as index:
        assert corpus_of(index) == "A"
        assert index.notice is not None
        assert "articles.jsonl of index generation 000002" in index.notice
        assert "Generation 000001" in index.notice
        assert COMMAND in index.notice
        assert len(index.notice.splitlines()) == 1
    assert generations(home) == ["000001"]
    assert (home / "index" / "set-aside" / "000002" / "chroma").is_dir()


def test_it_is_said_again_until_a_build_mends_it(home: Path, folder_b: Path, quick: None) -> None:
    damage(home, "000002")
    for _ in range(2):
        with opened(home) as index:
            assert index.notice is not None
            assert COMMAND in index.notice
    assert make(home, folder_b).generation == "000003"
    with opened(home) as index:
        assert index.notice is None
        assert corpus_of(index) == "B"
    assert (home / "index" / "set-aside" / "000002").is_dir()


def test_a_damaged_generation_that_cannot_be_set_aside_is_passed_over(home: Path, folder_a: Path) -> None:
    damage(home, "000002")
    with process(HOLD_LOCK, home) as builder:
        with opened(home) as index:
            assert corpus_of(index) == "A"
            assert index.notice is not None
        assert generations(home) == ["000001", "000002"]
        builder.kill()


@pytest.mark.parametrize("name", ["articles.jsonl", MANIFEST])
def test_if_all_are_damaged_one_line_says_so_and_what_to_do(home: Path, name: str) -> None:
    damage(home, "000001", name)
    damage(home, "000002", name)
    kept = {name: sha256 for name, sha256 in hashes(home).items() if "generations" in name}
    for _ in range(2):
        with pytest.raises(IndexDamagedError) as caught:
            opened(home)
        assert is_one_line(caught.value)
        assert COMMAND in str(caught.value)
    aside = {name.replace("set-aside", "generations"): sha256 for name, sha256 in hashes(home).items()}
    assert {**aside, **kept} == aside


def test_a_rebuild_of_a_lost_index_is_of_the_same_sources(home: Path, quick: None) -> None:
    damage(home, "000001")
    damage(home, "000002")
    with pytest.raises(IndexDamagedError):
        opened(home)
    assert make(home).published
    assert answering(home) == "B"


def test_a_rebuild_never_replaces_lost_articles_by_the_seeds(home: Path) -> None:
    damage(home, "000001", MANIFEST)
    damage(home, "000002", MANIFEST)
    for _ in range(2):
        with pytest.raises(IndexDamagedError, match="Name your files and folders"):
            make(home)
        with contextlib.suppress(IndexDamagedError):
            opened(home)


def test_a_rebuild_mends_what_nobody_has_noticed_yet(home: Path, folder_b: Path, quick: None) -> None:
    damage(home, "000002", "passages.jsonl")
    assert make(home).published
    with opened(home) as index:
        assert (index.generation, index.notice) == ("000003", None)


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError) as caught:
        opened(tmp_path / "nowhere")
    assert is_one_line(caught.value)
    assert COMMAND in str(caught.value)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\x00\xff", b"000002", b"000009 abc", b"../000002 abc", b"000002 abc def", b"x" * 100_000],
)
def test_a_broken_pointer_costs_nothing_and_is_said(home: Path, content: bytes | None, quick: None) -> None:
    current = home / "index" / "CURRENT"
    if content is None:
        current.unlink()
    else:
        current.write_bytes(content)
    with opened(home) as index:
        assert corpus_of(index) == "B"
        assert index.notice is not None
        assert COMMAND in index.notice
    assert generations(home) == ["000001", "000002"]
    assert make(home).published
    with opened(home) as index:
        assert (corpus_of(index), index.notice) == ("B", None)


def test_another_model_is_refused_with_the_command(home: Path) -> None:
    with pytest.raises(IndexMismatchError) as caught:
        opened(home, WordEmbedder("words-2", name="other words"))
    assert is_one_line(caught.value)
    assert "model words" in str(caught.value)
    assert "other words" in str(caught.value)
    assert COMMAND in str(caught.value)
    assert generations(home) == ["000001", "000002"]


def test_no_fall_back_to_a_generation_of_another_model(home: Path, folder_a: Path, quick: None) -> None:
    other = WordEmbedder("words-2")
    make(home, folder_a, embedder=other)
    damage(home, "000003")
    with pytest.raises(IndexMismatchError):
        opened(home, other)


def test_a_generation_of_a_later_version_is_set_aside(home: Path) -> None:
    path = home / "index" / "generations" / "000002" / MANIFEST
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**values, "schema": 99}), encoding="utf-8")
    (home / "index" / "CURRENT").unlink()
    with opened(home) as index:
        assert corpus_of(index) == "A"
        assert index.notice is not None
        assert "layout 99" in index.notice
    assert (home / "index" / "set-aside" / "000002").is_dir()


def test_names_are_never_used_twice(home: Path, folder_b: Path, quick: None) -> None:
    damage(home, "000002")
    opened(home).close()
    shutil.rmtree(home / "index" / "generations" / "000001")
    assert make(home, folder_b).generation == "000003"


def test_a_second_damaged_one_of_the_same_name_is_kept_too(home: Path) -> None:
    (home / "index" / "set-aside" / "000002").mkdir(parents=True)
    damage(home, "000002")
    opened(home).close()
    assert (home / "index" / "set-aside" / "000002-2" / MANIFEST).is_file()


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
