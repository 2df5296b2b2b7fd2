"""What the lines of an article are, and which line a sentence cannot be understood without. Pure.

A heading, what stands before a list, and the head of a table say what is below them; there it is not said again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import Article

_SENTENCE_END = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_LONGEST_HEADING = 80
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
    """

    letter: str
    start: int
    end: int


def outline(article: Article) -> tuple[Line, ...]:
    """The lines of an article that are not empty, in order."""
    return _outline(article.text, article.layout)


@lru_cache(maxsize=64)
def _outline(text: str, layout: str) -> tuple[Line, ...]:
    lines = text.split("\n")
    letters = layout if len(layout) == len(lines) else guessed(lines)
    found = []
    begin = 0
    for line, letter in zip(lines, letters, strict=True):
        if line.strip():
            found.append(Line(letter, begin, begin + len(line)))
        begin += len(line) + 1
    return tuple(found)


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
    own = lines[at].letter
    group = LISTED if own in LISTED else "t" if own == "t" else ""
    above = at - 1
    while above >= 0 and group and lines[above].letter in group:
        above -= 1
    found: tuple[Line, ...] = ()
    if above >= 0 and own == "t" and lines[above].letter == "T":
        found = (lines[above],)
    elif above >= 0 and own in LISTED and lines[above].letter != "h" and is_lead(article, lines[above]):
        found = (_last_sentence(article, lines[above]),)
    while above >= 0 and lines[above].letter != "h":
        above -= 1
    return (lines[above], *found) if above >= 0 else found


def _last_sentence(article: Article, line: Line) -> Line:
    start, end = sentence_spans(article.text[line.start : line.end], article.language)[-1]
    return Line(line.letter, line.start + start, line.start + end)


def is_lead(article: Article, line: Line) -> bool:
    """Whether a line leads to what is below it: a heading, or one that ends with a colon."""
    return line.letter == "h" or article.text[line.start : line.end].rstrip().endswith(":")


def run_of(article: Article, at: int) -> list[Line]:
    """The items of a list that a line is one of or leads to, in order; empty if it does neither."""
    lines = outline(article)
    first = at if lines[at].letter in LISTED else at + 1
    if first != at and not is_lead(article, lines[at]):
        return []
    while first > 0 and lines[first - 1].letter in LISTED:
        first -= 1
    last = first
    while last < len(lines) and lines[last].letter in LISTED:
        last += 1
    return list(lines[first:last])
