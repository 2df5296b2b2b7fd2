"""What is sent to a model: whole, numbered, and marked off so that no text can pass itself off as instructions."""

from __future__ import annotations

import re

import pytest
from fakes.model_server import ModelServer, OpenModel, fails, says, silent
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.passages import BUDGET, MAX_ANSWER, _code_for, fitting, format_passages, standalone_with_model
from assistant.types import Turn
from index.types import Article, Hit, Passage

HISTORY = [Turn("Who founded cross U?", "Mitsui Fudosan founded it. [1]")]


def hit(text: str, title: str = "A title", publisher: str | None = None, published: str | None = None) -> Hit:
    article = Article(text=text, title=title, publisher=publisher, published=published)
    return Hit(article=article, passage=Passage.of(article, 0, len(text)), score=1.0, similarity=0.5, keyword_score=1.0)


def parsed(text: str) -> list[tuple[str, str]]:
    """Numbers and contents of the stretches, by the one code that the whole has."""
    code = re.match(r"=== \w+ 1 begins, (\w{16}) ===\n", text)
    assert code
    found = re.findall(rf"=== \w+ (\d+) begins, {code[1]} ===\n(.*?)\n=== \w+ \1 ends, {code[1]} ===", text, re.DOTALL)
    assert text.count(code[1]) == 2 * len(found)
    return found


def test_passages_are_numbered_with_title_publisher_and_date() -> None:
    text = format_passages([hit("One.\nTwo.", "T\nwo lines", "SpaceDaily", "2024-11-22"), hit("Three.")])
    assert parsed(text) == [
        ("1", "Title: T wo lines\nPublisher: SpaceDaily\nDate: 2024-11-22\n\nOne.\nTwo."),
        ("2", "Title: A title\n\nThree."),
    ]


def test_no_passages_are_no_text() -> None:
    assert format_passages([]) == ""


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_a_text_cannot_close_its_mark(texts: list[str]) -> None:
    hits = [hit(text) for text in texts]
    # The worst that a text can hold: what the same passages are marked off with.
    copied = [hit(format_passages(hits)), *hits]
    found = parsed(format_passages(copied, budget=10**9))
    assert [number for number, _ in found] == [str(number) for number in range(1, len(copied) + 1)]
    assert [content.partition("\n\n")[2] for _, content in found[1:]] == texts


def test_a_code_that_occurs_is_not_taken() -> None:
    codes = {"begins, one": "one", "one": "begins", "begins": "free"}
    assert _code_for("begins, one", codes.__getitem__) == "free"


def test_the_same_passages_are_sent_in_the_same_words() -> None:
    assert format_passages([hit("One.")]) == format_passages([hit("One.")])


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    hits = [hit("x" * 4000) for _ in range(5)]
    assert len(fitting(hits)) == 2
    assert len(parsed(format_passages(hits))) == 2
    assert len(format_passages([hit("y" * 50_000)])) < BUDGET + 200
    assert fitting(hits[:2]) == tuple(hits[:2])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Where is cross U based?", "Where is cross U based?"),
        ("\n Where is cross U based?\n", "Where is cross U based?"),
        ('"Where is cross U based?"', "Where is cross U based?"),
        ("Standalone question: Where is cross U based?", "Where is cross U based?"),
        ("<think>it is cross U</think>Where is cross U based?", "Where is cross U based?"),
    ],
)
def test_a_follow_up_is_rewritten(open_model: OpenModel, written: str, expected: str) -> None:
    with ModelServer(says(*written.partition("cross"))) as server:
        assert standalone_with_model(open_model(server), "Where is it based?", HISTORY) == expected
    system, user = server.requests[0].texts
    assert "Mitsui" not in system
    assert parsed(user.partition("\n\nLast question")[0]) == [
        ("1", "Question: Who founded cross U?\nAnswer: Mitsui Fudosan founded it. [1]")
    ]
    assert user.endswith("Last question: Where is it based?")


@pytest.mark.parametrize(
    "written",
    [
        "Where is cross U based?\nIt is based in Tokyo.",
        "It is based in Tokyo.",
        "?",
        "Where " + "very " * 200 + "based?",
        "Question:",
    ],
)
def test_what_is_no_rewriting_is_not_used(open_model: OpenModel, written: str) -> None:
    with ModelServer(says(written)) as server:
        by_rules = standalone_with_model(open_model(server), "Where is it based?", HISTORY)
    assert by_rules == "Where is cross U based?"


def test_without_the_model_the_rules_rewrite(open_model: OpenModel) -> None:
    with ModelServer(fails(404, "no such model")) as server:
        assert standalone_with_model(open_model(server), "Where is it based?", HISTORY) == "Where is cross U based?"
    with ModelServer(silent) as server:
        model = open_model(server)
        assert standalone_with_model(model, "Where is it based?", HISTORY, seconds=0.2) == "Where is cross U based?"


def test_a_first_question_is_not_sent_to_be_rewritten(open_model: OpenModel) -> None:
    with ModelServer() as server:
        assert standalone_with_model(open_model(server), "Where is it based?", ()) == "Where is it based?"
    assert not server.requests


def test_of_a_long_conversation_the_end_is_sent(open_model: OpenModel) -> None:
    history = [Turn(f"Question number {n}?", "word " * 5000) for n in range(30)]
    with ModelServer(says("Where is cross U based?")) as server:
        standalone_with_model(open_model(server), "Where is it based?", history)
    turns = parsed(server.requests[0].texts[1].partition("\n\nLast question")[0])
    assert [content.split("?")[0] for _, content in turns] == [f"Question: Question number {n}" for n in range(24, 30)]
    assert max(len(content) for _, content in turns) < MAX_ANSWER + 100
