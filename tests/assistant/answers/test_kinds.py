from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.kinds import Kind, kind_of, things_asked

KINDS: list[tuple[Kind, list[str]]] = [
    ("fact", [
        "Who keeps the lighthouse?", "In which year was the bridge opened?", "When did it open?", "Where is the mill",
        "How many boats are there?", "how long is the tunnel", "Which agency leads the survey?", "Whose idea was it?",
        "What is the capital of the province?", "And who paid for it?",
        "Can you tell me who built the mill?",
        "What kind of boat was it?", "Which island's harbours are closed?", "Since when has it been open?",
    ]),
    ("list", [
        "Which instruments are on board?", "What were the reasons for the strike?", "List the members of the board.",
        "Name all the islands", "Who are the authors?",
        "Please give me the names of the crew", "What else are the risks?",
        "Which people were there?", "What are the goals of the project?", "Can you list the stations?",
        "Who may not come? List all reasons.",
    ]),
    ("explanation", [
        "Why was the mill closed?", "How does a lock work?", "What is a lock?", "What are locks?", "Explain the tides.",
        "What does the acronym mean?", "Tell me about the harbour",
        "What is the purpose of the dam?", "What is the dam for?",
    ]),
    ("decision", [
        "Is the mill open?", "Does the ferry run in winter?", "Will it rain?", "Wasn't it closed?",
        "So, did they agree?",
    ]),
    ("open", ["lighthouse keeper 1912", "the old mill", "What did the board decide?",
              "Quelle heure est-il ?", "", "?"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "question"), [(kind, question) for kind, asked in KINDS for question in asked])
def test_the_kind_of_a_question(kind: Kind, question: str) -> None:
    assert kind_of(question) == kind


@given(st.text(max_size=200))
def test_anything_has_a_kind(question: str) -> None:
    assert kind_of(question) in {"fact", "list", "explanation", "decision", "open"}


def test_it_takes_no_time_over_a_hostile_question() -> None:
    """Patterns that try every way to match would need minutes for these."""
    for hostile in ("what " * 400, "what is " * 250, "what a" + " " * 1900, "and " * 500, "what do " + "a " * 900):
        kind_of(hostile)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Which fault codes does the pump have?", {"fault", "code"}),
        ("What are the opening hours of the mill?", {"open", "hour"}),
        ("List all the instruments on board", {"instrument"}),
        ("Name the three islands", {"island"}),
        ("Who are the authors?", set()),
        ("Which island is open?", set()),
        ("Why are the mills closed?", set()),
    ],
)
def test_what_is_asked_for_in_the_plural(question: str, things: set[str]) -> None:
    assert things_asked(question) == things
