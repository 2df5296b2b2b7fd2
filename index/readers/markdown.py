"""The reader for Markdown with YAML front matter; the only home of markdown-it and PyYAML."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import yaml
from markdown_it import MarkdownIt

from index.cleaning import one_line
from index.errors import SourceError
from index.readers.blocks import text_and_layout
from index.readers.footnotes import add_footnotes, footnotes
from index.readers.furniture import signed
from index.readers.plaintext import title_from_name
from index.types import Article

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_MAX_FRONT_MATTER = 20_000
_TEXT_TOKENS = ("text", "text_special", "code_inline")
_LABEL = re.compile(r"(?=[^\W\d_a-z])[\w()'’]{1,24}(?:[ /&-][\w()'’]{1,24}){0,3}: \S")
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Year, month or day; a time of day behind it is left out.
_DATE = re.compile(r"\d{4}(-\d{2})?|\d{4}-\d{2}-\d{2}([T ]\d[\d:.Z +-]*)?", re.ASCII)
_NULLS = ("", "~", "null")
_MAX_NESTING = 50
"""Levels of lists and quotes that are read; the parser's time grows with them, and its usual 20 lose list items."""


def read_markdown(text: str, name: str) -> Article | None:
    """Makes an article from Markdown: metadata from the front matter, text without markup.

    Keys that are understood: ``title``, ``publisher``, ``author``, ``published``, ``language``, ``url``, ``restates``,
    ``questions`` (a list) and ``index``; others are ignored. Raw HTML and images are left out, links keep their text.
    Author and date that the front matter does not say may stand in the first lines below the title.

    Returns:
        The article, or None if the front matter says ``index: false``.

    Raises:
        SourceError: If the front matter is broken or nothing visible is left.
    """
    text = re.sub("\r\n?", "\n", text.lstrip("\ufeff"))
    meta, body = _front_matter(text, name)
    if str(meta.get("index")).lower() in ("false", "no", "off"):
        return None
    blocks = _blocks(body)
    title = _string(meta, "title", name)
    if blocks and blocks[0][0] == "h1":
        heading = one_line(blocks[0][1])
        title = title or heading
        if title.casefold() == heading.casefold() and (len(blocks) > 1 or "title" not in meta):
            blocks = blocks[1:]
    author, published = signed(blocks) if title else (None, None)
    canonical, layout = text_and_layout(blocks)
    if not canonical:
        raise SourceError(name, "holds no visible text")
    return Article(
        text=canonical,
        layout=layout,
        title=title or title_from_name(name),
        publisher=_string(meta, "publisher", name),
        author=_string(meta, "author", name) or author,
        published=_date(meta, name) or published,
        language=(_string(meta, "language", name) or "en").lower(),
        url=_string(meta, "url", name),
        source=name,
        restates=_string(meta, "restates", name),
        questions=_strings(meta, "questions", name),
    )


class _PlainLoader(yaml.BaseLoader):
    """Texts, lists and mappings, nothing else: ``language: no`` is Norwegian, and ``title: 12:30`` no number.

    Without aliases, which let a few lines stand for gigabytes.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)


def _front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    opening = _FENCE.match(text)
    if not opening:
        return {}, text
    closing = _FENCE.search(text, opening.end())
    if not closing:
        raise SourceError(name, "its front matter is not closed; end it with a line of ---")
    block = text[opening.end() : closing.start()]
    if len(block) > _MAX_FRONT_MATTER:
        raise SourceError(name, f"its front matter is longer than {_MAX_FRONT_MATTER} characters")
    try:
        meta = yaml.load(block, Loader=_PlainLoader)  # noqa: S506 - less than the SafeLoader
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        problem = getattr(error, "problem", None) or str(error) or "no YAML"
        if isinstance(error, RecursionError):
            problem = "nested too deeply"
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise SourceError(name, f"its front matter is broken{line} ({one_line(problem)})") from error
    if meta is None or meta in _NULLS:
        meta = {}
    if not isinstance(meta, dict):
        raise SourceError(name, "its front matter must be lines of 'key: value'")
    return meta, text[closing.end() :]


def _string(meta: dict[str, Any], key: str, name: str) -> str | None:
    value = meta.get(key, "")
    if not isinstance(value, str):
        raise SourceError(name, f"'{key}' in its front matter must be one line of text")
    return None if value in _NULLS else one_line(value) or None


def _strings(meta: dict[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = meta.get(key, "")
    if value in _NULLS:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SourceError(name, f"'{key}' in its front matter must be a list of texts")
    return tuple(line for item in value if (line := one_line(item)))


def _date(meta: dict[str, Any], name: str) -> str | None:
    text = _string(meta, "published", name)
    if text is None:
        return None
    date = text[:10]
    if not _DATE.fullmatch(text) or not _is_in_calendar(date):
        raise SourceError(name, f"'published' in its front matter is {text[:40]!r}, but must be like 2024-11-22")
    return date


def _is_in_calendar(date: str) -> bool:
    """Whether there is such a day, or a month or a year with such a first day."""
    try:
        dt.date.fromisoformat(f"{date}-01-01"[:10])
    except ValueError:
        return False
    return True


def _blocks(body: str) -> list[tuple[str, str]]:
    """Blocks of text as ``(kind, text)``: one for each paragraph, heading, list item, code block and table row.

    A kind begins with its letter of the layout; headings have their level behind it.
    """
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING}).enable("table")
    add_footnotes(parser)
    env: dict[str, Any] = {}
    blocks = _of_tokens(parser.parse(body, env))
    parser.disable("footnote")  # notes in notes would be read again and again
    for note in footnotes(env):
        blocks += _of_tokens(parser.parse(note, env))
    return blocks


def _of_tokens(tokens: list[Token]) -> list[tuple[str, str]]:
    blocks: list[tuple[str, str]] = []
    cells: list[str] = []
    inside = _Inside()
    for token in tokens:
        inside.note(token)
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            blocks.append((inside.row, " | ".join(cells)))
        elif token.type == "inline" and inside.row:
            cells.append(_inline(token).replace("\n", " "))
        elif token.type == "inline":
            blocks.append((inside.kind(), _inline(token)))
        elif token.type in ("fence", "code_block"):
            blocks.append(("c", token.content))
    return [(kind, text) for kind, text in blocks if text.strip()]


@dataclass
class _Inside:
    """What the parser is in the middle of.

    Attributes:
        row: Kind of the rows of the table, if it is in one.
        heading: Kind of the heading, if it is in one.
        lists: How many lists are open, each in an item of the one before.
        quotes: How many quotations are open.
        is_new: Whether the item of the list has no text yet.
    """

    row: str = ""
    heading: str = ""
    lists: int = 0
    quotes: int = 0
    is_new: bool = False

    def note(self, token: Token) -> None:
        """Takes a beginning or an end into account."""
        if token.type in ("thead_open", "tbody_open", "table_close"):
            self.row = {"thead_open": "T", "tbody_open": "t"}.get(token.type, "")
        elif token.type in ("heading_open", "heading_close"):
            self.heading = token.tag if token.nesting == 1 else ""
        elif token.type in ("bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"):
            self.lists += token.nesting
        elif token.type == "list_item_open":
            self.is_new = True
        elif token.type in ("blockquote_open", "blockquote_close"):
            self.quotes += token.nesting

    def kind(self) -> str:
        """Of a paragraph or a heading here."""
        if self.heading:
            return self.heading
        if not self.lists:
            return "q" if self.quotes else "p"
        kind = "i" if not self.is_new else "l" if self.lists == 1 else "m"
        self.is_new = False
        return kind


def _inline(token: Token) -> str:
    """Text of a paragraph as it reads: no markup, no HTML, no images; a hard break ends a line.

    A wrapped line goes on, unless it and the next begin with labels, as in minutes: "Place: Room 3", "Chair: Ada".
    """
    lines: list[list[str]] = [[]]
    is_hard: list[bool] = []
    for child in token.children or []:
        if child.type in _TEXT_TOKENS:
            lines[-1].append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (
            child.type == "html_inline" and _LINE_BREAK_TAG.fullmatch(child.content)
        ):
            lines.append([])
            is_hard.append(child.type != "softbreak")
    texts = ["".join(line) for line in lines]
    parts = texts[:1]
    for (before, text), ends in zip(pairwise(texts), is_hard, strict=True):
        parts += ["\n" if ends or (_LABEL.match(before) and _LABEL.match(text)) else " ", text]
    return "".join(parts)
