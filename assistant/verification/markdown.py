"""Markdown as language models write it, reduced line by line to plain text. Pure.

Every rule looks at one line, so that a text which still grows changes only in its last line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_HEADING = re.compile(r"\s*#{1,6}\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•–]|\(?\d{1,2}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_QUOTED = re.compile(r"\s*(?:>\s?)+")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_ROW = re.compile(r"\s*\|(.*?)\|?\s*$")
_DELIMITERS = re.compile(r"[\s|:-]+$")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)([^*_]+?[^*_.!?])(?:\*\*|__)\s*$")
_REFERENCES = re.compile(
    r"\W*(?:sources?|references?|citations?|cited passages|footnotes|bibliography)\W*$", re.IGNORECASE
)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"</?(?:b|i|u|em|strong|p|br|sup|sub|code|span|mark|div)\s*/?>", re.IGNORECASE)
_STRONG = re.compile(r"\*\*|__|~~|`+")
_STAR = re.compile(r"(?<![\s\d])\*|\*(?![\s\d])")
_UNDERLINE = re.compile(r"(?<!\w)_|_(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")

LineKind = Literal["text", "item", "heading"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line with content.

    Attributes:
        text: Plain, but for marks and brackets.
        kind: What it was in Markdown.
        begins: Whether the line before it was blank, or it is an item or heading; otherwise it continues a paragraph.
    """

    text: str
    kind: LineKind
    begins: bool


def plain_lines(text: str) -> Iterator[Line]:
    """The lines of a Markdown text, without fences, rules, delimiters of tables and the list of references behind it.

    A row of a table becomes its cells with commas between them.
    """
    begins, in_references = True, False
    for raw in text.splitlines():
        if _FENCE.match(raw) or _RULE.fullmatch(raw) or not raw.strip():
            begins = True
            continue
        line, kind = _content(raw, begins=begins)
        in_references = in_references or bool(_REFERENCES.match(line))
        if in_references or not line:
            begins = True
            continue
        yield Line(line, kind, begins or kind != "text")
        begins = kind == "heading"


def _content(raw: str, *, begins: bool) -> tuple[str, LineKind]:
    raw = raw[match.end() :] if (match := _QUOTED.match(raw)) else raw
    # Bold letters alone in a line are a heading only where a paragraph may begin: more may follow in the line.
    if match := _HEADING.match(raw) or (_BOLD_LINE.match(raw) if begins else None):
        return inline(match[1]), "heading"
    if match := _ITEM.match(raw):
        return inline(match[1]), "item"
    if match := _ROW.match(raw):
        if _DELIMITERS.fullmatch(match[1]):
            return "", "text"
        return inline(", ".join(cell.strip() for cell in match[1].split("|") if cell.strip())), "item"
    return inline(raw), "text"


def inline(text: str) -> str:
    """A line without links, tags, bold, italics, code and escapes; white space joined."""
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _STRONG.sub("", text)
    text = _UNDERLINE.sub("", _STAR.sub("", text))
    return " ".join(_ESCAPE.sub(r"\1", text).split())
