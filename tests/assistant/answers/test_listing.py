"""Lists and tables in answers, with the real models, over a few articles made for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.answers.quotable import may_answer
from assistant.page.rendering import to_html, to_markdown, to_plain
from assistant.types import Answer
from index.embeddings import SentenceEmbedder
from index.types import Article

ARTICLES = {
    "lamp.md": """---
title: The Vesla reading lamp
---
The Vesla is a reading lamp of the Norwegian maker Halden.

## What is in the box?

- the lamp
- a cable of two metres
- a spare bulb

## Does the lamp get hot?

No. The shade stays below 40 degrees.

## Models

| Model | Weight | Price |
|---|---|---|
| Vesla 10 | 1.2 kg | 89 euros |
| Vesla 20 | 2.6 kg | 129 euros |
""",
    "permit.md": """---
title: The building permit of Orrholm
---
The council of Orrholm gave the permit on 3 March. It attached three conditions:

- no work at night
- a fence of two metres
- a report each month

The mayor welcomed the decision.

The neighbours went to court. The judge gave three reasons against them. First, they had come too late. Second, nobody
would lose light. Third, the fence was lower than allowed. The neighbours were silent.
""",
    "lock.md": """---
title: The lock of Orrholm
---
The lock of Orrholm lifts boats by three metres.

Do not open the gate if:

- the water is above the red mark;
- a boat lies in the chamber;
- you are alone.
""",
    "plain.txt": """Duties of the warden

The warden of Orrholm has these duties:

- ringing the bell at noon
- closing the gate at dusk

The post is paid by the council.
""",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(ARTICLES, tmp_path_factory.mktemp("lists"), embedder)


def quotes(answer: Answer) -> list[str]:
    return [segment.text for segment in answer.segments]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is in the box of the Vesla?", ["the lamp", "a cable of two metres", "a spare bulb"]),
        (
            "Which conditions did the council of Orrholm attach to the permit?",
            ["It attached three conditions:", "no work at night", "a fence of two metres", "a report each month"],
        ),
        (
            "What are the duties of the warden of Orrholm?",
            [
                "The warden of Orrholm has these duties:",
                "- ringing the bell at noon",
                "- closing the gate at dusk",
            ],
        ),
    ],
)
def test_a_list_comes_whole_and_with_what_leads_to_it(asked: Assistant, question: str, expected: list[str]) -> None:
    answer = asked.ask(question)
    found = quotes(answer)
    assert found[found.index(expected[0]) :][: len(expected)] == expected
    assert len(set(found)) == len(found)


def test_a_sentence_that_is_broken_into_items_comes_whole_whatever_is_asked(asked: Assistant) -> None:
    found = quotes(asked.ask("Can the gate of the lock be opened while a boat is in the chamber?"))
    assert found[0] == "Do not open the gate if:"
    assert [text.split()[-1] for text in found[1:4]] == ["mark;", "chamber;", "alone."]


def test_reasons_that_are_counted_up_come_together(asked: Assistant) -> None:
    found = quotes(asked.ask("What were the reasons of the judge against the neighbours?"))
    first = found.index("The judge gave three reasons against them.")
    assert [text.split(",")[0] for text in found[first + 1 :][:3]] == ["First", "Second", "Third"]


def test_a_row_comes_behind_the_head_of_its_table(asked: Assistant) -> None:
    answer = asked.ask("What is the weight of the Vesla 20?")
    assert quotes(answer)[:2] == ["Model | Weight | Price", "Vesla 20 | 2.6 kg | 129 euros"]
    assert [segment.marks for segment in answer.segments][:2] == [(1,), (2,)]


def test_items_and_rows_stand_on_lines_of_their_own(asked: Assistant) -> None:
    answer = asked.ask("Which conditions did the council of Orrholm attach to the permit?")
    lines = answer.text.split("\n")
    assert any(line.startswith("no work at night [") for line in lines)
    assert any(line.startswith("a report each month [") for line in lines)
    assert to_html(answer).count("<br>") >= 3
    assert "no work at night \\[" not in to_markdown(answer)
    assert to_markdown(answer).count("  \n") >= 3
    assert "\nno work at night [" in to_plain(answer)


def test_a_question_in_an_article_is_no_answer(asked: Assistant) -> None:
    answer = asked.ask("Does the lamp get hot?")
    assert not any(text.endswith("?") for text in quotes(answer))


BLOCKS = {
    "What is the price of it?": ("h", "no"),
    "Nineteen days.": ("p", "yes"),
    "It was the drill, he said, and the others agreed: who else would say so?": ("p", "no"),
    "the drill": ("l", "yes"),
    "Month | Nights": ("T", "no"),
    "July | 58": ("t", "yes"),
    "Stray words without an end": ("p", "no"),
    "The drill": ("p", "no"),
    "It says of these things:": ("p", "no"),
    "- a hammer": ("p", "no"),
    "These are:": ("p", "yes"),
    "a nail": ("l", "yes"),
}


@pytest.mark.parametrize("text", BLOCKS)
def test_what_can_be_quoted(text: str) -> None:
    layout = " ".join(letter for letter, _ in BLOCKS.values())
    article = Article(text="\n\n".join(BLOCKS), title="The drill", layout=layout)
    start = article.text.rindex(text)
    assert may_answer(article, start, start + len(text)) is (BLOCKS[text][1] == "yes")
