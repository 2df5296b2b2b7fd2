"""Readers over swaps, a little; and readers that mix generations are noticed."""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from unittest import mock

import pytest
from reliability.asking import ASKED, Readers, corpus_of, make_reader
from reliability.swaps import SERIES, Publisher, judge, swaps
from reliability.table import Tally

from assistant.answering import Assistant
from assistant.types import Answer
from index.generations import IndexFolder

LEFT_OPEN = "more files are open"


def test_no_answer_is_mixed(tmp_path: Path) -> None:
    tally = Tally()
    swaps(tally, tmp_path, seed=1, swaps=2, answers=20)
    assert not [line for line in tally.violations if LEFT_OPEN not in line]
    assert tally.counts["answers"] >= 20
    assert tally.counts["of them of another process"] > 0


@pytest.mark.slow
def test_no_answer_is_mixed_at_length() -> None:
    assert not SERIES.go("small").violations


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    publisher = Publisher(tmp_path / "home", tmp_path)
    publisher.publish("A")
    return publisher


@pytest.fixture
def reader(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    monkeypatch.setattr("assistant.live.CHECK_EVERY", 0.0)
    monkeypatch.setattr("assistant.live.WORTH_WAITING", 60.0)
    return make_reader(tmp_path / "home")


def test_a_question_keeps_its_generation_when_it_is_swapped_in_the_middle(
    publisher: Publisher, reader: Assistant
) -> None:
    with mock.patch.object(reader, "_retrieve", _swapping(reader, publisher)):
        reader._chain = reader._make_chain()
        answer = reader.ask("What is the secret word albatross?")
    assert (answer.generation, corpus_of(answer, "albatross")) == ("000001", ("A", []))
    answer = reader.ask("What is the secret word basilisk?")
    assert corpus_of(answer, "basilisk") == ("B", [])


def test_a_reader_that_looks_twice_for_its_index_is_noticed(publisher: Publisher, reader: Assistant) -> None:
    answer_from = reader._answer

    def unpinned(state: dict[str, Any]) -> Iterator[Answer]:
        yield from answer_from({**state, "index": reader.index})

    with (
        mock.patch.object(reader, "_retrieve", _swapping(reader, publisher)),
        mock.patch.object(reader, "_answer", unpinned),
    ):
        reader._chain = reader._make_chain()
        with pytest.raises(KeyError):
            reader.ask("What is the secret word albatross?")


def test_a_reader_that_names_another_generation_is_noticed(
    publisher: Publisher, reader: Assistant, tmp_path: Path
) -> None:
    class Late:
        """Goes on with the index that it had first, and says that it has the new one."""

        index = reader.index

        def ask(self, question: str) -> Answer:
            return dataclasses.replace(first.ask(question), generation="000002")

    first, index = make_reader(tmp_path / "home"), reader.index
    first._live.get = lambda: index  # type: ignore[method-assign]
    publisher.publish("B")
    tally = Tally()
    with Readers(tmp_path / "home", 1, lambda home: cast("Assistant", Late())) as readers:
        while not readers.answers:
            time.sleep(0.01)
    judge(tally, publisher.holds, [readers])
    assert any("000002, which holds B, were from A" in line for line in tally.violations)


def test_an_answer_of_two_corpora_is_noticed(publisher: Publisher, reader: Assistant, tmp_path: Path) -> None:
    code, question = ASKED[0]
    first = reader.ask(question)
    publisher.publish("B")
    second = reader.ask(question)
    assert corpus_of(first, code)[1] == []
    mixed = dataclasses.replace(first, hits=(*first.hits[:2], *second.hits[:2]))
    assert corpus_of(mixed, code)[0] == "?"
    (shifted,) = first.citations[:1]
    shifted = dataclasses.replace(shifted, start=shifted.start + 1, end=shifted.end + 1)
    assert corpus_of(dataclasses.replace(first, citations=(shifted,)), code)[1]


def test_readers_that_fail_are_noticed(publisher: Publisher, tmp_path: Path) -> None:
    with Readers(tmp_path / "home", 1) as readers, mock.patch.object(Assistant, "ask", side_effect=OSError("gone")):
        while not readers.complaints:
            time.sleep(0.01)
    assert "OSError: gone" in readers.complaints[0]


@pytest.mark.slow
def test_a_former_generation_is_let_go_as_soon_as_nobody_reads_it(
    publisher: Publisher, reader: Assistant, tmp_path: Path
) -> None:
    """Not when the collector of old garbage comes by, perhaps in an hour: it keeps vectors, files and threads."""
    gc.collect()
    gc.disable()
    try:
        for corpus in "BABA":
            reader.ask("What is the secret word albatross?")
            gc.collect(1)  # what a question leaves behind is young, and goes; the index becomes old
            gc.collect(1)
            publisher.publish(corpus)
        reader.ask("What is the secret word albatross?")
        gc.collect(1)
        assert len(list(IndexFolder(tmp_path / "home").readers.glob("*.lock"))) == 1
    finally:
        gc.enable()


def _swapping(reader: Assistant, publisher: Publisher) -> Any:
    """Retrieval in the middle of which another generation is published and taken up."""
    retrieve = reader._retrieve

    def swapping(state: dict[str, Any], config: Any) -> Any:
        found = retrieve(state, config)
        publisher.publish("B")
        assert reader.index.generation == max(publisher.holds)
        return found

    return swapping
