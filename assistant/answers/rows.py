"""Rows of tables read for a question: which can answer it, how surely, and with which cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answers.outline import LONGEST_LEAD, leads_of, line_of
from assistant.answers.tables import WHOLE_LABEL
from assistant.answers.values import may_hold, value_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.answers.asked import Asked
    from assistant.answers.outline import Place
    from assistant.answers.tables import Row
    from assistant.answers.values import Value
    from assistant.reader import Reader

ADDRESSED = 3.0
"""What a row's margin gains where the question names the row and the column, or the row and nothing else, in logits."""
_MOST = 8
"""Rows that are read; a passage holds about as many."""


@dataclass(frozen=True, slots=True)
class RowRead:
    """What was found in a row.

    Attributes:
        said: The row as a sentence, or as it stands.
        margin: By how much the reading model prefers a span of it to "no answer", in logits, and what the question
            names; None if it was not read.
        answer: That span within a cell, as offsets in the article.
    """

    said: str
    margin: float | None
    answer: tuple[int, int] | None


def read_rows(asked: Asked, rows: Mapping[Place, Row], reader: Reader | None) -> dict[Place, RowRead]:
    """Reads rows of tables, all in one batch.

    Args:
        asked: The question, one that stands alone.
        rows: Of all tables that were found, by where they stand. Those that have something of the question are read,
            of many the nearest.
        reader: The reading model, if there is one.

    Returns:
        What was found in each; rows that are not what the question asks for are left out.
    """
    others = _not_asked_for(asked, rows)
    spoken = {place: row.spoken(asked) for place, row in rows.items() if place not in others}
    found = {place: RowRead(said.text if said else rows[place].text, None, None) for place, said in spoken.items()}
    value = value_asked(asked.text)
    near = [(place, said) for place, said in spoken.items() if said and _is_near(rows[place], asked, value)]
    near.sort(key=lambda item: (-rows[item[0]].named(asked), -len(rows[item[0]].words & asked.words)))
    near = near[:_MOST]
    if reader is None or not near:
        return found
    readings = reader.read(asked.text, [said.text for _, said in near], [told_above(rows[place]) for place, _ in near])
    for (place, said), reading in zip(near, readings, strict=True):
        row = rows[place]
        span = reading.spans[0]
        margin = span.score - reading.no_answer_score
        answer = said.in_article(span.start, span.end)
        if (cell := row.addressed(asked)) is not None or row.is_meant_whole(asked):
            margin += ADDRESSED
        elif value and row.named(asked):
            cell = row.only_one_with(value)
        if cell is not None and not (answer and row.cells[cell][0] <= answer[0] < row.cells[cell][1]):
            answer = row.cells[cell]
        found[place] = RowRead(said.text, margin, answer)
    return found


def _not_asked_for(asked: Asked, rows: Mapping[Place, Row]) -> set[Place]:
    """The rows that cannot be what a question asks for: others of their table are named, or another number or code.

    Of two labels that are named, one of which is a part of the other, only the longer one is meant: Vesla 20 Plus.
    """
    found = {place for place, row in rows.items() if row.is_other(asked)}
    tables: defaultdict[tuple[str, int], list[Place]] = defaultdict(list)
    for place, row in rows.items():
        if place not in found:
            tables[row.article.id, row.table].append(place)
    for places in tables.values():
        named = {place: rows[place].named(asked) for place in places}
        most = max(named.values())
        labels = {place: rows[place].named_by(asked) for place in places}
        longest = {labels[place] for place in places if most == WHOLE_LABEL == named[place]}
        longest -= {one for one in longest if any(one < other for other in longest)}
        found.update(place for place in places if named[place] < most or (longest and labels[place] not in longest))
    return found


def _is_near(row: Row, asked: Asked, value: Value | None) -> bool:
    """Whether a cell has a word of the question that is not said above all rows, or a label a value of the sort asked.

    Other rows are not read: among them the model finds an answer to anything.
    """
    if row.named(asked) or not asked.words.isdisjoint(row.words - row.told):
        return True
    return row.is_pair and value is not None and may_hold(value, row.cell(1))


def told_above(row: Row) -> str:
    """The article's title, and the heading above the table."""
    above = leads_of(row.article, line_of(row.article, row.cells[0][0]))[:1]
    lines = (row.article.text[line.start : line.end] for line in above if line.letter == "h")
    return "\n".join(text[:LONGEST_LEAD] for text in (row.article.title, *lines))
