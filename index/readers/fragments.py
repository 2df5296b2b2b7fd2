"""Pieces of HTML and XHTML become blocks of text: of a feed's entry, a book's chapter, a field of JSON.

Whole pages, of which most is no article, are :mod:`index.readers.html`'s. The parser is libxml2's, which calls the
walker for each tag and builds no tree: a tree takes quadratic time for a tag with very many attributes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from index.cleaning import clean, one_line
from index.errors import SourceError
from index.readers.blocks import text_and_layout
from index.readers.hidden import is_hidden
from index.readers.limits import MAX_NESTING
from index.readers.notes import WithoutNotes
from index.readers.trees import prepared

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
    "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "menu", "dir")
# What is for machines, or for hands; of ruby the base text is what is read.
_UNSEEN = frozenset((
    "audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input", "noembed", "noframes", "noscript",
    "object", "option", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "title", "video",
))  # fmt: skip
_BLOCK = 1 << 14
"""Bytes after which the nesting is looked at; to close an element takes as long as there are elements open."""
_LONGEST_TITLE = 90
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")
_SURE_TAG = re.compile(
    r"</(?:p|div|b|i|a|em|strong|span|ul|ol|li|h[1-6]|table|tr|td|blockquote|section|article|figure|pre|code)>"
    r"|<(?:p|br|br/|br /|hr|hr/|hr /)>",
    re.IGNORECASE,
)


def html_blocks(markup: str, name: str) -> list[tuple[str, str]]:
    """What a reader sees of a piece of HTML: blocks as ``(kind, text)``, kinds as for :func:`text_and_layout`.

    Scripts, styles, forms' fields and elements that are hidden (``hidden``, ``aria-hidden``, ``display:none``) are left
    out, pictures and the marks of footnotes too. A table's row is one block with bars between its cells, unless a cell
    holds several blocks.

    Raises:
        SourceError: If elements are nested too deeply.
    """
    return _blocks(markup, name, etree.HTMLParser) or []


def xhtml_blocks(markup: str, name: str) -> list[tuple[str, str]]:
    """The same for a document that says it is XHTML; if it is not well-formed, it is taken for HTML.

    Raises:
        SourceError: If elements are nested too deeply.
    """
    try:
        text = prepared(markup, name)
    except SourceError:  # it declares entities, which HTML has not
        return html_blocks(markup, name)
    blocks = _blocks(text, name, etree.XMLParser)
    return html_blocks(markup, name) if blocks is None else blocks


def plain(markup: str, name: str) -> str:
    """What a reader sees of a piece of HTML, in one line."""
    return one_line(" ".join(text for _, text in html_blocks(markup, name)))


def canonical(raw: str, name: str, *, markup: bool) -> tuple[str, str]:
    """The canonical text and the layout of a field that holds HTML or plain text; see :class:`index.types.Article`."""
    return text_and_layout(html_blocks(raw, name)) if markup else (clean(raw), "")


def title_from_text(text: str) -> str:
    """The first words of a canonical text, for an article that has no title."""
    line = text.partition("\n")[0]
    return line if len(line) <= _LONGEST_TITLE else line[:_LONGEST_TITLE].rpartition(" ")[0].rstrip(" ,;:-") + "…"


def is_markup(text: str) -> bool:
    """Whether a text that may be plain holds tags of HTML; a lone ``<`` or the name of a tag is not enough."""
    return _SURE_TAG.search(text) is not None


def _blocks(markup: str, name: str, parser: type) -> list[tuple[str, str]] | None:
    """Blocks of markup; None if it is not well-formed and the parser minds."""
    walker = _Walker()
    notes = WithoutNotes(walker)
    options = {"target": notes, "encoding": "utf-8", "no_network": True, "huge_tree": False}
    if parser is etree.XMLParser:
        options |= {"resolve_entities": False, "load_dtd": False}
    fed = parser(**options)
    content = markup.encode("utf-8", "replace")
    try:
        for begin in range(0, len(content), _BLOCK):
            fed.feed(content[begin : begin + _BLOCK])
            walker.check(name)
        fed.close()
    except etree.LxmlError:
        # Of HTML this says only that no element was found; what text there was has been walked.
        if parser is etree.XMLParser:
            return None
    notes.close()
    walker.check(name)
    return walker.close()


@dataclass(slots=True)
class _Row:
    """A table's row: the blocks of each of its cells."""

    cells: list[list[tuple[str, str]]] = field(default_factory=list)
    is_head: bool = True

    def blocks(self) -> list[tuple[str, str]]:
        """One block, with a bar between cells; all of them if it is a row for the sake of layout."""
        if len(self.cells) < 2 or any(len(cell) > 1 for cell in self.cells):
            return [block for cell in self.cells for block in cell]
        texts = [" ".join(text.split()) for cell in self.cells for _, text in cell or [("", "")]]
        return [("T" if self.is_head else "t", " | ".join(texts))] if any(texts) else []


class _Walker:
    """What libxml2 calls for each tag and text, in the order of the source; tags are well nested."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()  # of open elements, by tag
        self._deepest = 0
        self._unseen = 0  # how many elements were open with the one that is hidden, itself included
        self._parts: list[str] = []
        self._sinks: list[list[tuple[str, str]]] = [[]]
        self._rows: list[_Row] = []
        self._item_is_new = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = _local(tag)
        is_left_out = _is_left_out(tag, attributes)
        if not self._unseen and not is_left_out and tag in _BLOCKS:
            self._flush()
            self._begin(tag)
        elif tag == "cite" and self._open[-1:] == ["blockquote"] and self._parts:
            if _SENTENCE_END.search(self._parts[-1][-9:]):
                self._flush()  # who said it, not a title in the middle of a sentence
        elif tag == "br" and not self._unseen:
            self._parts.append("\n")
        self._open.append(tag)
        self._counts[tag] += 1
        self._deepest = max(self._deepest, len(self._open))
        if is_left_out and not self._unseen:
            self._unseen = len(self._open)

    def end(self, _tag: str) -> None:
        """The innermost open element ends."""
        if not self._open:
            return
        tag = self._open[-1]
        if not self._unseen and tag in _BLOCKS:
            self._flush()
            if tag == "tr" and self._rows:
                self._end_row()
        if self._unseen == len(self._open):
            self._unseen = 0
        self._open.pop()
        self._counts[tag] -= 1

    def data(self, text: str) -> None:
        """Text of the innermost open element."""
        if not self._unseen:
            self._parts.append(text if self._counts["pre"] else _SPACES.sub(" ", text))

    def check(self, name: str) -> None:
        """Raises SourceError if elements are or were nested too deeply."""
        if self._deepest > MAX_NESTING:
            raise SourceError(name, f"its elements are nested more than {MAX_NESTING} deep")

    def close(self) -> list[tuple[str, str]]:
        """All blocks, also those of elements that were never closed."""
        self._flush()
        while self._rows:
            self._end_row()
        return self._sinks[0]

    def _begin(self, tag: str) -> None:
        if tag == "li":
            self._item_is_new = True
        elif tag == "tr":
            self._rows.append(_Row())
            self._sinks.append([])  # for what stands between cells
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].cells.append(self._sinks[-1])
            self._sinks[-1] = []
            self._rows[-1].is_head &= tag == "th"

    def _end_row(self) -> None:
        row = self._rows.pop()
        row.cells.append(self._sinks.pop())
        before = row.cells.pop(0)  # of the first cell
        self._sinks[-1].extend([*before, *row.blocks()])

    def _flush(self) -> None:
        text = "".join(self._parts)
        self._parts = []
        if text.strip():
            self._sinks[-1].append((self._kind(), text))

    def _kind(self) -> str:
        """Of the block that ends here."""
        heading = next((tag for tag in _HEADINGS if self._counts[tag]), None)
        if heading:
            return heading
        if self._counts["pre"]:
            return "c"
        lists = sum(self._counts[tag] for tag in _LISTS)
        if lists and self._counts["li"]:
            kind = "i" if not self._item_is_new else "l" if lists == 1 else "m"
            self._item_is_new = False
            return kind
        return "q" if self._counts["blockquote"] else "p"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _is_left_out(tag: str, attributes: dict[str, str]) -> bool:
    is_page_number = any(  # of the printed book
        _local(name) in ("type", "role") and value in ("pagebreak", "doc-pagebreak")
        for name, value in attributes.items()
    )
    return tag in _UNSEEN or is_page_number or is_hidden(attributes)
