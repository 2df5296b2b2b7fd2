"""Questions about tables and labelled lines, with the real models, over a few articles made for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.types import Answer
from index.embeddings import SentenceEmbedder

ARTICLES = {
    "pump.md": """---
title: The Torrent 400 garden pump
---
The Torrent 400 pumps water from wells and rain barrels. It is made in Graz.

## Technical data

| Property | Value |
|---|---|
| Maximum flow | 2,800 l/h |
| Weight | 7.4 kg |
| Noise level | 78 dB |

## Spare parts

| Part number | Part | Price (€) | Delivery |
|---|---|---|---|
| TR-101 | Impeller | 24.90 | 3 days |
| TR-102 | Shaft seal | 8.50 | 3 days |
| TR-115 | Float switch | 31.00 | 2 weeks |

## Fault codes

| Light | Cause | Remedy |
|---|---|---|
| F1 | Motor too hot | Let the pump cool. Wait for 20 minutes. |
| F2 | No water at the inlet | Check the suction hose for leaks |
| F5 | Rotor blocked | Unplug the pump and clean the filter |
""",
    "ferry.html": """<html><head><title>Ferry to Lorn Island: timetable and fares</title></head><body><main><article>
<h1>Ferry to Lorn Island: timetable and fares</h1>
<p>The ferry runs from 1 April to 31 October. The crossing takes 45 minutes.</p>
<h2>Departures</h2>
<table><tr><th>Day</th><th>First ferry from Kilmory</th><th>Last ferry from Lorn</th></tr>
<tr><td>Monday to Friday</td><td>7:15</td><td>19:40</td></tr>
<tr><td>Saturday</td><td>8:00</td><td>21:10</td></tr></table>
<h2>Fares</h2>
<table><tr><td></td><th>Single</th><th>Return</th></tr>
<tr><th>Adult</th><td>£6.20</td><td>£11.00</td></tr>
<tr><th>Child (5 to 15)</th><td>£3.10</td><td>£5.50</td></tr></table>
</article></main></body></html>
""",
    "memo.txt": """Relocation memo of Pell & Drury

From: Hanna Pell
Moving date: 14 November 2025
Contact: Jude Drury, extension 31

Please label every box with your name and floor. The removal firm collects the boxes at seven.
""",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(ARTICLES, tmp_path_factory.mktemp("rows"), embedder)


def quotes(answer: Answer) -> list[str]:
    return [segment.text for segment in answer.segments]


@pytest.mark.parametrize(
    ("question", "row", "short"),
    [
        ("What is the price of the float switch?", "TR-115 | Float switch | 31.00 | 2 weeks", "31.00"),
        ("What does part TR-102 cost?", "TR-102 | Shaft seal | 8.50 | 3 days", "8.50"),
        ("How heavy is the Torrent 400?", "Weight | 7.4 kg", "7.4 kg"),
        ("What does F5 mean on the Torrent 400?", "F5 | Rotor blocked | Unplug the pump and clean the filter", None),
        ("When does the last ferry leave Lorn on Wednesday?", "Monday to Friday | 7:15 | 19:40", "19:40"),
        ("What does a return ticket for a child cost?", "Child (5 to 15) | £3.10 | £5.50", "£5.50"),
        ("What is the moving date?", "Moving date: 14 November 2025", None),
        ("Who is the contact for the move?", "Contact: Jude Drury, extension 31", None),
    ],
)
def test_the_row_that_is_named_answers_alone(asked: Assistant, question: str, row: str, short: str | None) -> None:
    answer = asked.ask(question)
    found = quotes(answer)
    assert row in found
    assert not [text for text in found if text != row and " | " in text][1:]  # but for the head
    bold = [one.text[slice(*one.emphasis)] for one in answer.segments if one.emphasis]
    assert short is None or bold == [short]


@pytest.mark.parametrize(
    "question",
    [
        "What does part TR-130 cost?",
        "What does F3 mean on the pump?",
        "What is the minimum flow of the Torrent 400?",
        "What colour is the float switch?",
        "What is the viscosity of the Torrent 400?",
    ],
)
def test_a_row_for_something_else_does_not_answer(asked: Assistant, question: str) -> None:
    assert asked.ask(question).status == "abstained"


def test_no_row_for_another_day_is_shown(asked: Assistant) -> None:
    answer = asked.ask("When does the last ferry leave Lorn on Sunday?")
    assert not [text for text in quotes(answer) if " | " in text]


def test_a_row_with_sentences_in_a_cell_is_quoted_whole(asked: Assistant) -> None:
    found = quotes(asked.ask("What should I do when the light of the pump shows F1?"))
    assert "F1 | Motor too hot | Let the pump cool. Wait for 20 minutes." in found


@pytest.mark.parametrize(
    "question", ["Which fault codes does the pump have?", "Which spare parts are there for the pump?"]
)
def test_a_table_below_the_heading_that_is_asked_for_comes_whole(asked: Assistant, question: str) -> None:
    answer = asked.ask(question)
    assert len([text for text in quotes(answer) if " | " in text]) == 4  # the head and three rows
