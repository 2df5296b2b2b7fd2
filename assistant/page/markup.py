"""The pieces of HTML that answers and articles are made of; the only place where text becomes HTML. Pure.

No piece holds a newline, so that a Markdown reader takes a card for one block of HTML and looks for nothing in it.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.types import Citation

_FULL_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What ends a line for some reader of HTML or Markdown, then what shows nothing at all.
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
MARKDOWN_BREAK = "  \n"
"""A line's end inside a paragraph of Markdown."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def esc(text: str) -> str:
    """Text as HTML that shows just this text, on one line; also good inside an attribute in double quotes."""
    return text_html(text, " ")


def text_html(text: str, newline: str = "<br>") -> str:
    """Like :func:`esc`, but with each line break as ``newline``, which is HTML."""
    return newline.join(html.escape(_CONTROL.sub("", line)) for line in _LINE_END.split(text))


def human_date(published: str | None) -> str:
    """``2024-11-22`` as ``22 Nov 2024``, ``2024-11`` as ``Nov 2024``; anything else as it is."""
    found = _FULL_DATE.fullmatch(published or "")
    if not found or not 1 <= int(found[2]) <= len(_MONTHS):
        return published or ""
    year, month, day = found.groups()
    return " ".join(part for part in (day and str(int(day)), _MONTHS[int(month) - 1], year) if part)


def byline(publisher: str | None, published: str | None) -> str:
    """Publisher and date behind a title, as far as they are known."""
    shown = " · ".join(part for part in (publisher, human_date(published)) if part)
    return f' <span class="cw-byline">{esc(shown)}</span>' if shown else ""


def mark_pill(citation: Citation) -> str:
    """The small button that stands behind a cited sentence; its name for screen readers holds the quote."""
    return (
        f'<button type="button" class="cw-mark" value="{esc(_place(citation))}">'
        f'<span class="cw-sr">Citation </span>{citation.number}'
        f'<span class="cw-sr cw-quote">: “{esc(citation.quote)}” — {esc(citation.title)}</span></button>'
    )


def open_button(value: str, title: str) -> str:
    """A button that looks like a link and opens an article in the reading pane."""
    return f'<button type="button" class="cw-open" value="{esc(value)}">{esc(title)}</button>'


def _place(citation: Citation) -> str:
    return f"{citation.article_id}:{citation.start}-{citation.end}"
