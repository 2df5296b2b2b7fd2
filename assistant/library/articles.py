"""An article as HTML for the reading pane, with the cited words marked. Pure.

The text is shown as it is; how it looks follows what its lines were in the source, or a guess.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.page.markup import esc, human_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from index.types import Article

    Piece = Callable[[int, int], str]
    Line = tuple[str, int, int]
    """Its letter of the layout, where it begins and where it ends."""

MARK_ID = "cw-cited"
"""Id of the first marked stretch in the reading pane."""

_CLASSES = {"h": ' class="cw-heading"', "q": ' class="cw-quoted"', "c": ' class="cw-code"'}
_ITEM_CLASSES = {"m": ' class="cw-deeper"', "i": ' class="cw-more"'}
_PARTS = {"l": "list", "m": "list", "i": "list", "T": "table", "t": "table"}
_BETWEEN_CELLS = re.compile(r"(?:^| )\|(?= |$)")
_SENTENCE_END = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_LONGEST_HEADING = 80


def article_html(article: Article, start: int | None = None, end: int | None = None) -> str:
    """An article for the reading pane, with the stretch ``start:end`` of its text marked.

    Args:
        article: What to show, whole.
        start: Offset of the marked stretch; None to mark nothing.
        end: Offset behind it.

    Raises:
        ValueError: If there is no such stretch, or nothing visible in it.
    """
    if (start is None) != (end is None):
        raise ValueError("A stretch needs both its start and its end.")
    if start is not None and end is not None:
        if not 0 <= start < end <= len(article.text):
            raise ValueError(f"The article has no stretch {start}-{end}.")
        if not article.text[start:end].strip():
            raise ValueError(f"There is nothing to see at {start}-{end}.")
    body = "".join(_parts(article, _marking(article.text, start or 0, end or 0)))
    return f'<article class="cw-article">{_head(article)}{body}</article>'


def _head(article: Article) -> str:
    restated = "restated" if article.restates else None
    known = (article.publisher, article.author, human_date(article.published), restated)
    details = " · ".join(part for part in known if part)
    details = f'<p class="cw-details">{esc(details)}</p>' if details else ""
    notes = []
    if article.restates:
        notes.append(f'<p class="cw-note">Restates {esc(article.restates)}</p>')
    if article.url:
        notes.append(f'<p class="cw-url">{esc(article.url)}</p>')
    below = f'<div class="cw-notes">{"".join(notes)}</div>' if notes else ""
    return f'<header><h2 tabindex="-1">{esc(article.title)}</h2>{details}</header>{below}'


def _marking(text: str, start: int, end: int) -> Piece:
    """Gives pieces of a text as HTML, each with a ``<mark>`` of its own for its part of the stretch ``start:end``."""
    name = f' id="{MARK_ID}"'

    def piece(begin: int, behind: int) -> str:
        nonlocal name
        first, last = max(start, begin), min(end, behind)
        if first >= last:
            return esc(text[begin:behind])
        marked = f"<mark{name}>{esc(text[first:last])}</mark>"
        name = ""
        return f"{esc(text[begin:first])}{marked}{esc(text[last:behind])}"

    return piece


def _parts(article: Article, piece: Piece) -> Iterator[str]:
    """The lines of the text as paragraphs, lists and tables."""
    for kind, lines in groupby(_lines(article), key=lambda line: _PARTS.get(line[0], "")):
        if kind == "list":
            items = "".join(f"<li{_ITEM_CLASSES.get(item, '')}>{piece(*place)}</li>" for item, *place in lines)
            yield f"<ul>{items}</ul>"
        elif kind == "table":
            yield from _tables(article.text, list(lines), piece)
        else:
            for letter, *place in lines:
                yield f"<p{_CLASSES.get(letter, '')}>{piece(*place)}</p>"


def _lines(article: Article) -> Iterator[Line]:
    """The lines that are not empty."""
    lines = article.text.split("\n")
    layout = article.layout if len(article.layout) == len(lines) else _guessed(lines)
    begin = 0
    for line, letter in zip(lines, layout, strict=True):
        if line.strip():
            yield letter, begin, begin + len(line)
        begin += len(line) + 1


def _tables(text: str, rows: list[Line], piece: Piece) -> Iterator[str]:
    """Rows as tables; one whose rows do not fall into as many cells each, as lines."""
    heads = [place for place, (letter, *_) in enumerate(rows) if letter == "T"]
    for begin, behind in zip([0, *heads], [*heads, len(rows)], strict=True):
        cells = [list(_cells(text, first, last)) for _, first, last in rows[begin:behind]]
        if len({len(row) for row in cells}) > 1:
            yield from (f'<p class="cw-row">{piece(*place)}</p>' for _, *place in rows[begin:behind])
        elif cells:
            shown = "".join(
                _row(row, "th" if letter == "T" else "td", piece)
                for row, (letter, *_) in zip(cells, rows[begin:behind], strict=True)
                if letter != "T" or any(text[slice(*cell)].strip() for cell in row)
            )
            yield f'<div class="cw-wide"><table>{shown}</table></div>'


def _row(cells: Iterable[tuple[int, int]], tag: str, piece: Piece) -> str:
    return f"<tr>{''.join(f'<{tag}>{piece(*cell)}</{tag}>' for cell in cells)}</tr>"


def _cells(text: str, begin: int, behind: int) -> Iterator[tuple[int, int]]:
    """Where the cells of a row are, without the bars and spaces between them."""
    bars = [found.span() for found in _BETWEEN_CELLS.finditer(text[begin:behind])]
    firsts = [begin, *(begin + last for _, last in bars)]
    lasts = [*(begin + first for first, _ in bars), behind]
    for first, last in zip(firsts, lasts, strict=True):
        yield first + (text[first : first + 1] == " " and first < last), last


def _guessed(lines: list[str]) -> str:
    """A layout for a text that does not say which of its lines were headings.

    A heading is a short line that is no sentence, and stands alone before something else: several in a row are a list.
    """
    layout = [" " if not line.strip() else "p" for line in lines]
    filled = [place for place, letter in enumerate(layout) if letter == "p"]
    short = [_looks_short(lines[place]) for place in filled]
    for place, behind, *around in zip(filled, filled[1:], [False, *short], short, short[1:], strict=False):
        if around == [False, True, False] and not lines[behind][:1].islower():
            layout[place] = "h"
    return "".join(layout)


def _looks_short(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and not _SENTENCE_END.search(line) and not line[:1].islower()
