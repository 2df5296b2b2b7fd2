"""Generations that are damaged, lost, or of another version or model: what is set aside, what answers, what is said."""

from __future__ import annotations

import contextlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import answering, corpus_of, hashes, make, opened
from fakes.embedder import WordEmbedder
from fakes.generations import HOLD_LOCK, generations, is_one_line, process

from index.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from index.manifest import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = "assistant index rebuild"


def damage(home: Path, generation: str, name: str = "articles.jsonl") -> None:
    path = home / "index" / "generations" / generation / name
    path.write_bytes(path.read_bytes()[:-2])


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
