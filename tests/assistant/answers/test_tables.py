"""Rows of tables: their cells, the sentence that they are read as, and which of them a question names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes.growth import assert_grows_in_proportion

from assistant.answers.asked import Asked, days_of
from assistant.answers.rows import read_rows
from assistant.answers.tables import LONGEST_ROW, Row, row_at
from index.types import Article

PRICES = ["Part | Price (€) | Colour", "Float switch | 31.00 | red", "Shaft seal (new) | 8.50 | "]


def rows_of(lines: list[str], title: str = "Pump") -> list[Row]:
    """Rows of a table, the first line of which is its head."""
    article = Article(text="\n\n".join(lines), title=title, layout=" ".join("T" + "t" * (len(lines) - 1)))
    begins = [article.text.index(line) for line in lines[1:]]
    return [row for begin in begins if (row := row_at(article, begin))]


def row(line: str, head: str = "A | B | C | D | E", title: str = "Pump") -> Row:
    return rows_of([head, line], title)[0]


def test_a_row_is_read_behind_its_head_and_every_cell_is_found_again() -> None:
    switch, seal = rows_of(PRICES)
    said = switch.spoken(Asked("What does the float switch cost?"))
    assert said
    assert said.text == "Part: Float switch; Price: 31.00 €; Colour: red."
    for first, last, origin in said.cells:
        assert said.text[first:last] == switch.article.text[origin:][: last - first]
    start = said.text.index("31.00")
    assert said.in_article(start, start + len("31.00 €; Col")) == switch.cells[1]
    assert said.in_article(start - 2, start - 1) is None
    assert len(seal.cells) == 2


def test_a_label_with_its_value_is_read_without_a_head_that_the_question_does_not_name() -> None:
    weight = row("Weight | 7.4 kg", "Property | Value")
    for question, text in (
        ("How heavy is it?", "Weight: 7.4 kg."),
        ("What is the value of its weight?", "Property: Weight; Value: 7.4 kg."),
    ):
        said = weight.spoken(Asked(question))
        assert said
        assert said.text == text
    no_head = row("Weight | 7.4 kg | yes", "A")
    assert no_head.heads == ("", "", "")
    assert no_head.spoken(Asked("How heavy is it?")) is None


def test_what_is_no_row() -> None:
    article = Article(text=f"Some | text\n\na | {'b ' * LONGEST_ROW}\n\n| |\n\nx", title="Pump", layout="p t t p")
    assert [row_at(article, begin) for begin in (0, 13, article.text.index("| |"), len(article.text) - 1)] == [None] * 4


@pytest.mark.parametrize(
    ("question", "line", "level"),
    [
        ("What does the float switch cost?", "Float switch | 31.00 | red", 3),
        ("What does the switch cost?", "Float switch | 31.00 | red", 0),
        ("What is in stock of TR-120?", "TR-120 | Valve | 12.75", 3),
        ("What does the check valve cost?", "TR-120 | Check valve | 12.75", 3),
        ("Who built the C band receiver?", "C | 4.0 | INAF", 3),
        ("What does a receiver cost?", "A | 4.0 | INAF", 0),
        ("Should I take it?", "I | 4.0 | INAF", 0),
        ("Who came third?", "3 | Ada Hope | 2:11:20", 3),
        ("Who came in the 3rd place?", "3 | Ada Hope | 2:11:20", 3),
        ("Who does step 3?", "3 | Ada Hope | 2:11:20", 3),
        ("Who are the 3 winners?", "3 | Ada Hope | 2:11:20", 0),
        ("What was Ada Hope's time?", "3 | Ada Hope (ETH) | 2:11:20", 3),
        ("What is the limit in Oslo?", "Paris, Oslo | 210 | 55", 2),
        ("What was the acidity?", "Acidity at 20 °C | 0.9 | yes", 2),
        ("Who has room 104?", "Ben | Books | Room 104", 1),
        ("Who has the pump?", "Ben | Pump | Room 104", 0),
        ("When is it open on Wednesday?", "Tuesday to Friday | 9:00 | 17:00", 3),
        ("When is it open on Sunday?", "Sat + Sun | 9:00 | 17:00", 3),
    ],
)
def test_how_plainly_a_row_is_named(question: str, line: str, level: int) -> None:
    assert row(line).named(Asked(question)) == level


@pytest.mark.parametrize(
    ("question", "line", "is_other"),
    [
        ("What does E9 mean?", "E2 | Battery is low | Replace it", True),
        ("What does E25 mean?", "E2 | Battery is low | Replace it", True),
        ("What does E2 mean?", "E2 | Battery is low | Replace it", False),
        ("What does E2 mean on the S3?", "E2 | Battery is low | Replace it", False),
        ("What does the Vesla 30 weigh?", "Vesla 20 | 2.6 kg", True),
        ("How many pupils were there in 2018?", "2019 | 6,940", True),
        ("How many of the 12 pupils came?", "2019 | 6,940", False),
        ("When is it open on Sunday?", "Monday to Saturday | 9:00", True),
        ("What is its melting point?", "Boiling point | 101 °C", True),
        ("What is the exact boiling point?", "Boiling point | 101 °C", False),
        ("What is the point?", "Boiling point | 101 °C", False),
        ("What is its top speed?", "Maximum speed | 30 km/h", False),
        ("What is its minimum speed?", "Maximum speed | 30 km/h", True),
        ("What were the sales in Asia?", "Sales in Europe | 12 | 14", True),
        ("What were the sales in 2022?", "Sales in Europe | 12 | 14", False),
        ("What does a toggle bolt cost?", "G-2140 | Hex bolt | 3.80", True),
    ],
)
def test_what_is_said_otherwise_than_the_label(question: str, line: str, is_other: bool) -> None:  # noqa: FBT001
    assert row(line).is_other(Asked(question)) is is_other


def test_what_the_title_says_is_no_other_thing() -> None:
    asked = Asked("What does E2 mean on the pump 30?")
    assert not row("Pump 20 | 2.6 kg", "A | B", "Pump 30").is_other(asked)
    assert row("Pump 20 | 2.6 kg", "A | B", "Pump 40").is_other(asked)


@pytest.mark.parametrize(
    ("question", "head", "line", "cell"),
    [
        ("What is the price of the seal?", "Part | Price | Delivery", "Seal | 8.50 | soon", 1),
        ("What is the weight of the seal?", "Part | Price | Delivery", "Seal | 8.50 | soon", None),
        ("What is the price of the valve?", "Part | Price | Delivery", "Seal | 8.50 | soon", None),
        ("What was the time of Hope?", "Name | Time | Place | Time", "Hope | 1 | 2 | 3", None),
        ("What is the price of part TR-1?", "Part number | Part | Price", "TR-1 | Valve | 3", 2),
        ("What does part TR-1 do?", "Part number | Part | Price", "TR-1 | Valve | 3", None),
        ("What does E2 mean?", "Code | Meaning | Remedy", "E2 | Low battery | Replace it", 1),
        ("What is the colour of the pump?", "Property | Value", "Colour | green", 1),
        ("What is the colour of the seal?", "Property | Value", "Colour | green", None),
    ],
)
def test_a_cell_is_addressed_by_row_and_column(question: str, head: str, line: str, cell: int | None) -> None:
    assert row(line, head).addressed(Asked(question)) == cell


def kept(question: str, lines: list[str]) -> list[str]:
    """Labels of the rows that a question leaves."""
    rows = {(one.article, *one.cells[0]): one for one in rows_of(lines)}
    return [rows[place].cell(0) for place in read_rows(Asked(question), rows, None)]


def test_a_row_that_is_named_puts_the_others_of_its_table_aside() -> None:
    lines = ["Model | Weight", "Vesla 20 | 2 kg", "Vesla 20 Plus | 3 kg", "Orla | 1 kg"]
    assert kept("How heavy is the Orla?", lines) == ["Orla"]
    assert kept("How heavy is the Vesla 20 Plus?", lines) == ["Vesla 20 Plus"]
    assert kept("Is the Orla heavier than the Vesla 20?", lines) == ["Vesla 20", "Orla"]
    assert kept("What is the lightest?", lines) == ["Vesla 20", "Vesla 20 Plus", "Orla"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon–Fri", {0, 1, 2, 3, 4}),
        ("Friday to Monday", {4, 5, 6, 0}),
        ("Sundays and Tuesdays", {6, 1}),
        ("at the weekend", {5, 6}),
        ("the sun, a sat nav and money", set()),
    ],
)
def test_days_of_the_week(text: str, days: set[int]) -> None:
    assert days_of(text) == days


def test_long_tables_take_time_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        lines = ["Code | Article | Price", *(f"G-{place} | Hex bolt {place} | {place}.50" for place in range(size))]
        rows = {(one.article, *one.cells[0]): one for one in rows_of(lines)}
        return lambda: read_rows(Asked("What does the hex bolt 17 cost in 2024?"), dict(rows), None)

    assert_grows_in_proportion(work, 300)
