"""Lines as they lie on printed pages become paragraphs again. Pure; what lies where, a reader says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_EDGE = 2
"""Lines at the top and at the bottom of a page that may be repeated on others."""
_ENOUGH_PAGES = 3
_NUMBER = re.compile(r"\d{1,6}")
_LIST_ITEM = re.compile(r"(?:[-*+•–—·‣▪●]|\(?[0-9]{1,3}[.)]|\(?[a-z][.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_HYPHENS = ("-", "\u2010")
_SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\W\d_]{1,50}$")
_LARGER = 1.15
_WIDER_GAP = 1.3
_LONGEST_TITLE = 250
_LONGEST_FIRST_LINE = 150


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page.

    Attributes:
        text: Without white space at its ends, never empty.
        x: Where it begins, in points from the left.
        y: Its baseline, in points from the bottom.
        size: Of its letters, in points.
    """

    text: str
    x: float
    y: float
    size: float


def without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without the headers, footers and page numbers that run through them.

    Such a line is among the two at the top or at the bottom and stands on three pages (of two pages: on both) at the
    same height, with the same words. In the very first or last line one number may count the pages, and if it does so
    at the line's beginning or end, the words may differ.
    """
    marks = [_edges(page, number) for number, page in enumerate(pages)]
    counts = Counter(mark for page in marks for mark in {mark for _, own in page for mark in own})
    enough = max(2, min(_ENOUGH_PAGES, len(pages)))
    kept = []
    for page, own_marks in zip(pages, marks, strict=True):
        running = {id(line) for line, own in own_marks if any(counts[mark] >= enough for mark in own)}
        kept.append([line for line in page if id(line) not in running])
    return kept


def paragraphs(pages: list[list[Line]]) -> list[tuple[str, str]]:
    """Blocks as ``(kind, text)``, kinds as for :func:`text_and_layout`, in the order of the lines.

    A word that is divided at the end of a line is put together if it is sure that it is one word: by a soft hyphen, or
    because it stands undivided elsewhere. Else its hyphen stays.
    """
    lines = [(line, number) for number, page in enumerate(pages) for line in page]
    if not lines:
        return []
    shape = _Shape([line for line, _ in lines])
    words = _words(line.text for line, _ in lines)
    groups = [[lines[0][0]]]
    for (before, page), (line, next_page) in pairwise(lines):
        if shape.goes_on(before, line, same_page=page == next_page):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [(shape.kind(group), _text(group, words)) for group in groups]


def title_of(page: list[Line]) -> str | None:
    """What is most like a title on a first page: its largest letters, else a short first line that stands apart."""
    if not page:
        return None
    body, largest = _body_size(page), max(line.size for line in page)
    if largest > _LARGER * body:
        first = next(number for number, line in enumerate(page) if line.size > 0.97 * largest)
        size = next((number for number, line in enumerate(page[first:]) if line.size <= 0.97 * largest), len(page))
        title = " ".join(line.text for line in page[first : first + size])
        if len(title) <= _LONGEST_TITLE and _WORD.search(title):
            return title
    (_, first_line), *others = paragraphs([page])
    is_title = len(first_line) <= _LONGEST_FIRST_LINE and not _SENTENCE_END.search(first_line) and others
    return first_line if is_title and _WORD.search(first_line) else None


class _Shape:
    """What is usual in a text, and by that, what is not."""

    def __init__(self, lines: list[Line]) -> None:
        self.body = _body_size(lines)
        lengths = sorted(len(line.text) for line in lines)
        self.full = lengths[len(lengths) * 9 // 10]
        gaps = [a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 3 * self.body and _same(a.size, b.size)]
        self.gap = median(gaps) if gaps else 0.0

    def goes_on(self, before: Line, line: Line, *, same_page: bool) -> bool:
        """Whether a line goes on with the paragraph of the line before."""
        ended = bool(_SENTENCE_END.search(before.text))
        if not _same(before.size, line.size) or _LIST_ITEM.match(line.text):
            return False
        if not same_page or line.y > before.y + before.size:  # the next page, or the next column
            return not ended and (line.text[0].islower() or len(before.text) > 0.7 * self.full)
        if self.gap and before.y - line.y > _WIDER_GAP * self.gap * max(1.0, line.size / self.body):
            return False
        if line.size > _LARGER * self.body:  # a heading of several lines
            return True
        is_indented = line.x > before.x + 0.8 * line.size
        if ended and (is_indented or len(before.text) < 0.75 * self.full):
            return False
        # Short lines one under the other: an address, a column of figures.
        return line.text[0].islower() or len(before.text) >= 0.5 * self.full

    def kind(self, group: list[Line]) -> str:
        """Of a paragraph."""
        if _LIST_ITEM.match(group[0].text):
            return "l"
        is_heading = group[0].size > _LARGER * self.body and sum(len(line.text) for line in group) <= _LONGEST_TITLE
        return "h2" if is_heading else "p"


def _body_size(lines: list[Line]) -> float:
    """The size of most letters."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 0.08 * max(one, other)


def _edges(page: list[Line], number: int) -> list[tuple[Line, set[tuple[int, str]]]]:
    """The lines at the top and at the bottom, each with that by which it can be known again on another page."""
    by_height = sorted(page, key=lambda line: -line.y)
    edges = {id(line): line for line in by_height[:_EDGE] + by_height[-_EDGE:]}
    return [(line, _marks(line, number, is_first=line in (by_height[0], by_height[-1]))) for line in edges.values()]


def _marks(line: Line, page: int, *, is_first: bool) -> set[tuple[int, str]]:
    """Height and words; of a first or last line also with each number as its distance to the page's."""
    text = " ".join(line.text.casefold().split())
    marks = {(round(line.y), text)}
    for found in list(_NUMBER.finditer(text))[:4] if is_first else ():
        before, after, offset = text[: found.start()], text[found.end() :], int(found[0]) - page
        marks.add((round(line.y), f"{before}\x00{offset}\x00{after}"))
        if not before or not after:  # "Chapter 2: On tides 17", another chapter on other pages
            marks.add((round(line.y), f"\x00{offset}\x00" if after else f"\x00\x00{offset}"))
    return marks


def _words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands inside a line, hyphenated words whole."""
    words: Counter[str] = Counter()
    for text in texts:
        found = [word.casefold() for word in _WORD.findall(text)]
        words.update(found[:-1] if text.endswith(_HYPHENS) else found)
    return words


def _text(group: list[Line], words: Counter[str]) -> str:
    parts = [group[0].text]
    for line in group[1:]:
        parts[-1:] = _joined(parts[-1], line.text, words)
    return "".join(parts)


def _joined(text: str, line: str, words: Counter[str]) -> tuple[str, str]:
    """The end of a line and the next line, as they stand in a paragraph."""
    if text.endswith(_SOFT_HYPHEN):
        return text[:-1], line
    head, tail = _LAST_WORD.search(text[-51:-1]), _FIRST_WORD.match(line)
    if not text.endswith(_HYPHENS) or not head or not tail:
        return f"{text} ", line
    if not line[0].islower():
        return text, line
    whole = (head[0] + tail[0]).casefold()
    is_one_word = words[whole] > words[f"{head[0]}-{tail[0]}".casefold()]
    return text[:-1] if is_one_word else text, line
