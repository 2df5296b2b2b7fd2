"""What the lines of an article are, and what leads to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes.growth import assert_grows_in_proportion

from assistant.answers.outline import guessed, leads_of, line_of, outline, run_of
from index.types import Article

BLOCKS = [
    ("h", "Contents of the box"),
    ("p", "The box holds three things:"),
    ("l", "the lamp"),
    ("i", "with its shade"),
    ("m", "a screw"),
    ("p", "Keep the box."),
    ("T", "Part | Weight"),
    ("t", "Lamp | 3 kg"),
    ("t", "Screw | 2 g"),
    ("h", "Care"),
    ("l", "Dust it on Mondays"),
]


def article(blocks: list[tuple[str, str]] = BLOCKS) -> Article:
    return Article(
        text="\n\n".join(text for _, text in blocks), title="Lamp", layout=" ".join(letter for letter, _ in blocks)
    )


def shown(one: Article, places: list[int]) -> list[str]:
    lines = outline(one)
    return [one.text[lines[at].start : lines[at].end] for at in places]


def test_the_lines_are_those_of_the_layout_in_order() -> None:
    one = article()
    assert [line.letter for line in outline(one)] == [letter for letter, _ in BLOCKS]
    assert shown(one, list(range(len(BLOCKS)))) == [text for _, text in BLOCKS]


def test_of_a_paragraph_the_last_sentence_leads_to_the_list() -> None:
    one = article([("p", "The box is red. It holds two things:"), ("l", "a lamp"), ("l", "a screw")])
    (lead,) = leads_of(one, 2)
    assert one.text[lead.start : lead.end] == "It holds two things:"


def test_every_offset_has_its_line() -> None:
    one = article()
    for at, line in enumerate(outline(one)):
        assert {line_of(one, offset) for offset in range(line.start, line.end)} == {at}


@pytest.mark.parametrize(
    ("at", "leads"),
    [(0, []), (1, [0]), (2, [0, 1]), (3, [0, 1]), (4, [0, 1]), (5, [0]), (6, [0]), (7, [0, 6]), (8, [0, 6]), (10, [9])],
)
def test_what_leads_to_a_line(at: int, leads: list[int]) -> None:
    one = article()
    assert [outline(one).index(found) for found in leads_of(one, at)] == leads


def test_rows_without_a_head_and_items_behind_a_sentence_have_no_lead() -> None:
    one = article([("p", "A sentence."), ("l", "an item"), ("p", "Another."), ("t", "A | 1"), ("t", "B | 2")])
    assert [leads_of(one, at) for at in (1, 3, 4)] == [(), (), ()]


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_run_is_all_items_whichever_line_is_asked_for(at: int) -> None:
    one = article()
    items = ["the lamp", "with its shade", "a screw"]
    assert [one.text[line.start : line.end] for line in run_of(one, at, 9)] == items
    assert [one.text[line.start : line.end] for line in run_of(one, at, 1)] == items[:2]


@pytest.mark.parametrize("at", [0, 5, 7])
def test_what_neither_leads_to_a_list_nor_is_in_one_has_no_run(at: int) -> None:
    assert run_of(article(), at, 9) == []


@pytest.mark.parametrize("letter", ["l", "t", "p"])
def test_time_grows_with_the_lines(letter: str) -> None:
    def work(size: int) -> Callable[[], object]:
        one = article([("p", "These:"), *((letter, f"item {at}") for at in range(size))])
        outline(one)
        return lambda: [(leads_of(one, at), run_of(one, at, 9)) for at in range(size)]

    assert_grows_in_proportion(work, 4_000)


def test_dashes_and_numbers_make_a_list_of_plain_text() -> None:
    lines = ["Tasks", "", "You will:", "- run the payroll", "2. answer calls", "3 apples fell.", "A sentence, then."]
    assert guessed(lines) == "h pllpp"
    assert guessed(["- one"]) == "l"


def test_a_first_row_without_a_label_is_the_head_of_its_table() -> None:
    held = article([("t", "| Single | Return"), ("t", "Adult | 6 | 11"), ("t", "| 3 | 5")])
    assert [line.letter for line in outline(held)] == ["T", "t", "t"]
