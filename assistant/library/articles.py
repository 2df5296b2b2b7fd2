"""An article as HTML for the reading pane, with the cited words marked. Pure.

The text is shown as it is; how it looks follows what its lines were in the source, or a guess.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.answers.outline import has_bullet, outline
from assistant.page.markup import esc, human_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.answers.outline import Line
    from index.types import Article

    Piece = Callable[[int, int], str]

MARK_ID = "cw-cited"
"""Id of the first marked stretch in the reading pane."""

_CLASSES = {"h": ' class="cw-heading"', "q": ' class="cw-quoted"', "c": ' class="cw-code"'}
_ITEM_CLASSES = {"m": ' class="cw-deeper"', "i": ' class="cw-more"'}
_PARTS = {"l": "list", "m": "list", "i": "list", "T": "table", "t": "table"}
_BETWEEN_CELLS = re.compile(r"(?:^| )\|(?= |$)")


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
    for kind, lines in groupby(outline(article), key=lambda line: _PARTS.get(line.letter, "")):
        if kind == "list":
            yield f"<ul>{''.join(_item(article.text, line, piece) for line in lines)}</ul>"
        elif kind == "table":
            yield from _tables(article.text, list(lines), piece)
        else:
            for line in lines:
                yield f"<p{_CLASSES.get(line.letter, '')}>{piece(line.start, line.end)}</p>"


def _item(text: str, line: Line, piece: Piece) -> str:
    shown = ' class="cw-bulleted"' if has_bullet(text[line.start : line.end]) else _ITEM_CLASSES.get(line.letter, "")
    return f"<li{shown}>{piece(line.start, line.end)}</li>"


def _tables(text: str, rows: list[Line], piece: Piece) -> Iterator[str]:
    """Rows as tables; one whose rows do not fall into as many cells each, as lines."""
    heads = [place for place, row in enumerate(rows) if row.letter == "T"]
    for begin, behind in zip([0, *heads], [*heads, len(rows)], strict=True):
        cells = [list(_cells(text, row.start, row.end)) for row in rows[begin:behind]]
        if len({len(row) for row in cells}) > 1:
            yield from (f'<p class="cw-row">{piece(row.start, row.end)}</p>' for row in rows[begin:behind])
        elif cells:
            shown = "".join(
                _row(row, "th" if line.letter == "T" else "td", piece)
                for row, line in zip(cells, rows[begin:behind], strict=True)
                if line.letter != "T" or any(text[slice(*cell)].strip() for cell in row)
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
