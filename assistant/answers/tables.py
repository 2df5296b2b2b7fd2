"""Rows of tables: as a sentence that the reading model understands, and which of them a question names. Pure, English.

A row says nothing without the head of its table, and a reading model that was taught on running text finds no cell
between bars. So each cell is read behind its head, with the unit that stands there in brackets. And a question that
names one row of a table is answered by no other row of it: what looks most like an answer may be that of the neighbour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from assistant.answers.asked import COUNTER, DAYS, TOKEN, days_of, modifiers, shape_of
from assistant.answers.outline import leads_of, line_of, outline
from assistant.answers.values import may_hold
from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.answers.asked import Asked
    from assistant.answers.values import Value
    from index.types import Article

LONGEST_ROW = 500
"""Characters of a row that is taken as one; a longer one is a page that was laid out with a table."""
_PAIR = 2
_CELL = re.compile(r"[^|]*")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d]")
_CODE = re.compile(r"\S*\d\S*")
_LONGEST_NAME = 4
"""Words of what stands behind a code if it is a name."""
_UNIT = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]{1,12})[)\]]$")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]")
_PARTS = re.compile(r"[,;/]\s+|\s+/\s+|\s+and\s+")
_CORE = re.compile(r"(.*?\w)\s*(?:[(\[,:]|\b(?:at|of|in|for|per|with|to|from|by|on|under|over|after|before)\b)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A row as a sentence.

    Attributes:
        text: "Band: C; Built by: INAF, Italy."
        cells: Of each cell its first and last offset in the text, and its offset in the article.
    """

    text: str
    cells: tuple[tuple[int, int, int], ...]

    def in_article(self, start: int, end: int) -> tuple[int, int] | None:
        """What of a stretch of the text stands in the first cell that it touches, as offsets in the article.

        Args:
            start: Offset in the text.
            end: Offset behind it.

        Returns:
            None if it touches no cell.
        """
        for first, last, origin in self.cells:
            begin, stop = max(start, first), min(end, last)
            if begin < stop:
                return origin + begin - first, origin + stop - first
        return None


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        article: Where it stands.
        cells: Offsets of its cells there, at least two; a cell without text is left out.
        heads: What stands above each; empty where nothing does, or if the row has more cells than the head.
        table: Place of the table's first row among the lines of the article; tells tables apart.
    """

    article: Article
    cells: tuple[tuple[int, int], ...]
    heads: tuple[str, ...]
    table: int

    @property
    def text(self) -> str:
        """The row as it stands."""
        return self.article.text[self.cells[0][0] : self.cells[-1][1]]

    def cell(self, at: int) -> str:
        """Text of a cell."""
        return self.article.text[slice(*self.cells[at])]

    @cached_property
    def labels_at(self) -> tuple[int, ...]:
        """Places of the cells that say what the row is about.

        The first; the second behind a number that counts the rows; both where a code stands before a name.
        """
        first = self.cell(0)
        if self.is_pair:
            return (0,)
        if COUNTER.match(first):
            return (1,)
        return (0, 1) if _CODE.fullmatch(first) and len(self.cell(1).split()) <= _LONGEST_NAME else (0,)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Those cells, without what stands in brackets."""
        return tuple(_BRACKETS.sub("", self.cell(at)).strip() for at in self.labels_at)

    @cached_property
    def words(self) -> frozenset[str]:
        """Words of its cells, as they are compared."""
        return frozenset(words(self.text))

    @cached_property
    def told(self) -> frozenset[str]:
        """Words of what stands above all rows: the article's title, the heading, the head of the table."""
        above = leads_of(self.article, line_of(self.article, self.cells[0][0]))
        lines = (self.article.text[line.start : line.end] for line in above)
        return _words(" ".join([self.article.title, *lines]))

    @property
    def is_pair(self) -> bool:
        """Whether it is a label with its value."""
        return len(self.cells) == _PAIR

    def spoken(self, asked: Asked) -> Spoken | None:
        """The row as a sentence; None where it is not known what stands above its cells.

        Args:
            asked: Of two columns the head is left out ("Property", "Value") unless the question has a word of it. A day
                that it names is put behind the days that the row is for: "Monday to Friday (Wednesday)".
        """
        is_plain = self.is_pair and asked.words.isdisjoint(_words(" ".join(self.heads)))
        if not is_plain and not any(self.heads):
            return None
        text = ""
        cells = []
        for at, (start, end) in enumerate(self.cells):
            head, cell = self._headed(at)
            if at == self.labels_at[0] and len(asked.days) == 1 and asked.days < days_of(cell):
                cell += f" ({DAYS[min(asked.days)].title()})"
            text += f"{head}: " if head and not is_plain else ""
            cells.append((len(text), len(text) + end - start, start))
            text += cell + ("." if at + 1 == len(self.cells) else ": " if is_plain else "; ")
        return Spoken(text, tuple(cells))

    def _headed(self, at: int) -> tuple[str, str]:
        """Head and text of a cell, with the unit behind the number that it belongs to: "Price", "24.90 €"."""
        found = _UNIT.match(self.heads[at])
        head, unit = found.groups() if found else (self.heads[at], "")
        cell = self.cell(at)
        return head, f"{cell} {unit}" if unit and cell[-1:].isdigit() else cell

    def only_one_with(self, value: Value) -> int | None:
        """Place of the only cell behind the label that may hold a sort of value; None if there are more, or none."""
        behind = range(self.labels_at[-1] + 1, len(self.cells))
        found = [at for at in behind if may_hold(value, ": ".join(self._headed(at)))]
        return found[0] if len(found) == 1 else None

    def named(self, asked: Asked) -> int:
        """How plainly a question names the row: 3 by its label, 2 by a part of it, 1 by another cell, 0 not at all."""
        if asked.days & days_of(self.labels[0]) or self.named_by(asked):
            return WHOLE_LABEL
        if self.labels_at[0] and asked.has(self.cell(0)):
            return WHOLE_LABEL
        cores = (core[1] for label in self.labels if (core := _CORE.match(label)))
        if any(asked.has(part) for part in (*cores, *(part for label in self.labels for part in _PARTS.split(label)))):
            return _BY_LABEL
        others = (_BRACKETS.sub("", self.cell(at)) for at in range(len(self.cells)) if at not in self.labels_at)
        # What the title says is said of all rows, and a number without a noun is a value.
        return int(
            any(
                asked.has(part) and not COUNTER.match(part) and not self.told.issuperset(words(part))
                for other in others
                for part in _PARTS.split(other)
            )
        )

    def named_by(self, asked: Asked) -> frozenset[str]:
        """Words of the labels that a question names, as they are compared; empty if it names none."""
        return frozenset(word for label in self.labels if asked.has(label) for word in words(label))

    def addressed(self, asked: Asked) -> int | None:
        """Place of the cell that a question names by row and column; None if it names none, or several alike.

        Of a label and its value that is the value, if the question names nothing else.
        """
        if self.named(asked) < _BY_LABEL:
            return None
        label = frozenset(words(" ".join(self.labels)))
        if self.is_pair and asked.words <= label | self.told:
            return 1
        naming = {at for at in self.labels_at if len(self.labels) == 1 or asked.has(self.cell(at))}
        left = asked.words - label - {word for at in naming for word in _words(self.heads[at])}
        shared = [0 if at in naming else len(left & _words(head)) for at, head in enumerate(self.heads)]
        most = max(shared)
        return shared.index(most) if most and shared.count(most) == 1 else None

    def is_meant_whole(self, asked: Asked) -> bool:
        """Whether a question names the row and asks for nothing of it in particular: "What does F5 mean?"."""
        heads = _words(" ".join(self.heads[at] for at in self.labels_at))
        named = self.named_by(asked)
        return bool(named) and asked.words <= named | self.told | heads | _MEANING

    def is_other(self, asked: Asked) -> bool:
        """Whether a question asks for something else of the kind of the row."""
        return self._is_numbered_otherwise(asked) or self._is_modified_otherwise(asked)

    def _is_numbered_otherwise(self, asked: Asked) -> bool:
        """Whether a question asks for another number, code or day than the row's: 2018 for 2019, E9 for E2, Sunday."""
        if asked.days and (days := days_of(self.labels[0])):
            return asked.days.isdisjoint(days)
        tokens = (token for label in self.labels for token in TOKEN.findall(label) if _LETTER.search(token))
        for own in map(str.lower, (*self.labels, *tokens)):
            if COUNTER.match(own) or not _DIGIT.search(own) or shape_of(own) not in asked.shape:
                continue  # the shape only spares the search where it would be in vain
            # Years have as many digits as each other; other numbers alone may be anything.
            alike = rf"\d{{{len(own)}}}" if own.isdecimal() else re.sub(r"\d+", r"\\d+", re.escape(own))
            found = re.findall(rf"(?<![\w.,-]){alike}(?![\w-])", asked.text.lower())
            if own not in found and any(not (self.words | self.told).issuperset(words(other)) for other in found):
                return True
        return False

    def _is_modified_otherwise(self, asked: Asked) -> bool:
        """Whether a question says otherwise which one it means: melting for boiling point, sales in Asia for Europe."""
        known = self.words | self.told
        return any(
            bool(ours.get(word)) and not which <= known and asked.words.isdisjoint(ours[word])
            for ours in map(modifiers, self.labels)
            for word, which in asked.modifiers.items()
        )


_MEANING = frozenset(words("mean meaning stand signify indicate"))
WHOLE_LABEL, _BY_LABEL = 3, 2
"""What :meth:`Row.named` gives for the whole label, and from which on it means the label."""


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    """Words of what stands above a table, which is the same for all of its rows."""
    return frozenset(words(text))


def row_at(article: Article, start: int) -> Row | None:
    """The row of a table that holds an offset; None if that stands elsewhere, or in a page laid out with a table."""
    lines = outline(article)
    own = lines[line_of(article, start)]
    if own.letter != "t" or own.end - own.start > LONGEST_ROW:
        return None
    cells = list(_cells(article.text, own.start, own.end))
    above = lines[own.first - 1] if own.first else own
    is_head = above.letter == "T" and above.end - above.start <= LONGEST_ROW
    heads = (
        [article.text[first:last] for first, last in _cells(article.text, above.start, above.end)] if is_head else []
    )
    if len(cells) > len(heads):
        heads = [""] * len(cells)
    filled = [place for place, (first, last) in enumerate(cells) if first < last]
    if len(filled) < _PAIR:
        return None
    return Row(article, tuple(cells[place] for place in filled), tuple(heads[place] for place in filled), own.first)


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the cells of a line, without the space around them."""
    begin = start
    for cell in text[start:end].split("|"):
        first = begin + len(cell) - len(cell.lstrip())
        yield first, max(first, begin + len(cell.rstrip()))
        begin += len(cell) + 1
