from __future__ import annotations

import pytest

from assistant.conversation import standalone
from assistant.types import Turn

HISTORY = [Turn("Who founded cross U?", "The founder of cross U is Mitsui Fudosan. [1]")]


@pytest.mark.parametrize("question", ["Where is it based?", "And who is its president?", "Since when?", "Why?"])
def test_a_follow_up_takes_over_the_subject(question: str) -> None:
    assert standalone(question, HISTORY) == f"{question} (founded cross U)"


@pytest.mark.parametrize(
    "question",
    [
        "Where is the library?",
        "Who is the mayor?",
        "And when does the depot close?",
        "When will Apophis pass Earth?",
        "Who said that ESA opened a facility?",
        "Athena launch year",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone(question, HISTORY) == question


def test_without_history_nothing_is_added() -> None:
    assert standalone("Where is it based?", []) == "Where is it based?"


def test_the_answer_before_never_becomes_a_premise() -> None:
    assert "Mitsui" not in standalone("Where is it based?", HISTORY)


def test_the_subject_is_carried_over_several_turns() -> None:
    second = standalone("Where is it based?", HISTORY)
    third = standalone("And what does it do?", [*HISTORY, Turn(second, "")])
    assert "cross U" in third
