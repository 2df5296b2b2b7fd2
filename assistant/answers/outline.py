"""What the lines of an article are, and which line a sentence cannot be understood without. Pure.

A heading, what stands before a list, and the head of a table say what is below them; there it is not said again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import Article

    Place = tuple[Article, int, int]
    """A stretch of an article: where, first offset, offset behind it."""

LONGEST_LEAD = 200
"""Characters of a title or a line that are read with what they lead to."""
_SENTENCE_END = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_LONGEST_HEADING = 80
_LONGEST_SENTENCE = 1_000
"""Characters of a paragraph among which the sentence that leads to a list is looked for."""
_BULLET = re.compile(r"(?:[-*+•–—·‣▪●]|\(?\d{1,3}[.)])\s+\S")
LISTED = "lmi"
"""Letters of the lines of a list."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an article that is not empty.

    Attributes:
        letter: What it was in the source, see :class:`index.types.Article`; guessed where that is not known.
        start: Its offset, in code points.
        end: Offset behind it.
        heading: Place of the nearest heading above; -1 if there is none.
        first: Place of the first line of its list or of the rows of its table; its own if it is in neither.
    """

    letter: str
    start: int
    end: int
    heading: int = -1
    first: int = 0


def outline(article: Article) -> tuple[Line, ...]:
    """The lines of an article that are not empty, in order."""
    return _outline(article.text, article.layout)


@lru_cache(maxsize=32)
def _outline(text: str, layout: str) -> tuple[Line, ...]:
    lines = text.split("\n")
    letters = layout if len(layout) == len(lines) else guessed(lines)
    found: list[Line] = []
    heading, begin = -1, 0
    for line, letter in zip(lines, letters, strict=True):
        if line.strip():
            at = len(found)
            goes_on = bool(found) and _group(letter) != "" and _group(letter) == _group(found[-1].letter)
            if letter == "t" and not goes_on and line.startswith("|"):
                letter = "T"  # noqa: PLW2901 - what has labels beside it and no label itself is a head
            found.append(Line(letter, begin, begin + len(line), heading, found[-1].first if goes_on else at))
            heading = at if letter == "h" else heading
        begin += len(line) + 1
    return tuple(found)


def _group(letter: str) -> str:
    """The letters of a list, or of the rows of a table; empty for a line that is in neither."""
    return LISTED if letter in LISTED else "t" if letter == "t" else ""


def guessed(lines: Sequence[str]) -> str:
    """A layout for a text that does not say what its lines were.

    A heading is a short line that is no sentence, and stands alone before something else: several in a row are a list,
    and so is what begins with a dash or a number.
    """
    layout = [" " if not line.strip() else "l" if has_bullet(line) else "p" for line in lines]
    filled = [place for place, letter in enumerate(layout) if letter != " "]
    short = [layout[place] == "p" and _looks_short(lines[place]) for place in filled]
    for place, behind, *around in zip(filled, filled[1:], [False, *short], short, short[1:], strict=False):
        if around == [False, True, False] and not lines[behind][:1].islower():
            layout[place] = "h"
    return "".join(layout)


def has_bullet(line: str) -> bool:
    """Whether a line begins with a dash, a dot or a number, as items of lists do."""
    return bool(_BULLET.match(line))


def _looks_short(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and not _SENTENCE_END.search(line) and not line[:1].islower()


def line_of(article: Article, offset: int) -> int:
    """Place of the line that holds an offset, among :func:`outline`."""
    return bisect_right(outline(article), offset, key=lambda line: line.start) - 1


def leads_of(article: Article, at: int) -> tuple[Line, ...]:
    """The lines that say what a line is about: its heading, and what stands before its list or the head of its table.

    Of a paragraph that leads to a list only the last sentence, which ends with a colon.
    """
    lines = outline(article)
    own = lines[at]
    above = lines[own.first - 1] if own.first and _group(own.letter) else None
    found = [lines[own.heading]] if own.heading >= 0 else []
    if above and own.letter == "t" and above.letter == "T":
        found.append(above)
    elif above and own.letter in LISTED and above.letter != "h" and is_lead(article, above):
        found.append(_last_sentence(article, above))
    return tuple(found)


def _last_sentence(article: Article, line: Line) -> Line:
    begin = max(line.start, line.end - _LONGEST_SENTENCE)
    start, end = sentence_spans(article.text[begin : line.end], article.language)[-1]
    return Line(line.letter, begin + start, begin + end, line.heading, line.first)


def is_lead(article: Article, line: Line) -> bool:
    """Whether a line leads to what is below it: a heading, or one that ends with a colon."""
    return line.letter == "h" or article.text[line.start : line.end].endswith(":")


def run_of(article: Article, at: int, most: int) -> list[Line]:
    """The items of a list that a line is one of or leads to, in order; empty if it does neither.

    Args:
        article: The article.
        at: Place of the line.
        most: Items that are wanted; of a longer list one more is given.
    """
    lines = outline(article)
    is_item = lines[at].letter in LISTED
    if not is_item and not is_lead(article, lines[at]):
        return []
    first = lines[at].first if is_item else at + 1
    return list(takewhile(lambda line: line.letter in LISTED, lines[first : first + most + 1]))
