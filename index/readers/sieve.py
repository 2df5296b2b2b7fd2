"""The tree of what can be seen of a web page, built so that a hostile page stays small and shallow.

libxml2's parser calls the sieve for each tag and text; it drops what is hidden and what is for machines, counts the
nesting before anything walks the tree by recursion, and cuts attributes, of which a tree takes quadratic time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from index.errors import SourceError
from index.readers.hidden import is_hidden
from index.readers.limits import MAX_NESTING
from index.readers.notes import WithoutNotes

MAX_ELEMENTS = 100_000
"""That are seen; the longest encyclopaedia pages have about 50,000."""
_BLOCK = 1 << 14
"""Bytes after which the nesting is looked at; to close an element takes as long as there are elements open."""
_MAX_ATTRIBUTES = 30
_MAX_VALUE = 2_000
_MAX_SCRIPTS = 20
_MAX_SCRIPT = 300_000
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_KEPT = re.compile(
    r"class|id|role|rel|href|name|property|content|itemprop|itemtype|datetime|pubdate|http-equiv|lang|type|title"
    r"|colspan|rowspan|data-component|data-testid|data-lp-replacement-content"
)
_UNSEEN = frozenset((
    "applet", "audio", "button", "canvas", "datalist", "dialog", "embed", "frame", "frameset", "iframe", "img", "input",
    "map", "math", "noembed", "noframes", "noscript", "object", "option", "picture", "progress", "rp", "rt", "script",
    "select", "style", "svg", "template", "textarea", "video",
))  # fmt: skip
# Scripts hide these until they have run; a page that is saved or never run would have nothing in it.
_WHOLE = ("html", "head", "body")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is seen.

    Attributes:
        root: The ``html`` element of :mod:`lxml.html`.
        data: What scripts of JSON-LD say about it, unread.
    """

    root: Any
    data: list[str] = field(default_factory=list)


def seen(markup: str, name: str) -> Page:
    """The part of a page that a reader can see, with its head.

    Raises:
        SourceError: If its elements are nested too deeply, or are too many.
    """
    sieve = _Sieve()
    notes = WithoutNotes(sieve)
    parser = etree.HTMLParser(target=notes, encoding="utf-8", no_network=True, huge_tree=False)
    content = _NO_TEXT.sub(" ", markup).encode("utf-8", "replace")
    try:
        for begin in range(0, len(content), _BLOCK):
            parser.feed(content[begin : begin + _BLOCK])
            sieve.check(name)
        parser.close()
    except etree.LxmlError:
        pass  # it says only that no element was found; what text there was has been taken
    notes.close()
    sieve.check(name)
    return sieve.page()


class _Sieve:
    """What libxml2 calls for each tag and text, in the order of the source; tags are well nested."""

    def __init__(self) -> None:
        self._root = HTMLParser().makeelement("html")
        self._path = [self._root]  # the innermost elements that are seen and open
        self._last: Any = None  # the element that ended last, if the text goes behind it
        self._depth = 0
        self._deepest = 0
        self._elements = 0
        self._unseen = 0  # how many elements were open with the one that is hidden, itself included
        self._parts: list[str] = []
        self._data: list[str] = []
        self._is_data = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)
        if self._unseen:
            return
        if tag == "script" and attributes.get("type", "").strip().lower() == "application/ld+json":
            self._flush()
            self._is_data = len(self._data) < _MAX_SCRIPTS
        if tag in _UNSEEN or (tag not in _WHOLE and is_hidden(attributes)):
            self._unseen = self._depth
            return
        self._flush()
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            self._path.append(self._path[-1])
            return
        kept = _kept(attributes)
        if tag == "html":
            element = self._root
            element.attrib.update(kept)
        else:
            element = etree.SubElement(self._path[-1], tag if _NAME.fullmatch(tag) else "span", kept)
        self._path.append(element)
        self._last = None

    def end(self, _tag: str) -> None:
        """The innermost open element ends."""
        if not self._depth:
            return
        if self._unseen:
            if self._unseen == self._depth:
                self._unseen = 0
                self._end_data()
        else:
            self._flush()
            self._last = self._path.pop()
            if self._last is self._root:
                self._last = None
        self._depth -= 1

    def data(self, text: str) -> None:
        """Text of the innermost open element."""
        if not self._unseen or self._is_data:
            self._parts.append(text)

    def check(self, name: str) -> None:
        """Raises SourceError if elements are or were nested too deeply, or are too many."""
        if self._deepest > MAX_NESTING:
            raise SourceError(name, f"its elements are nested more than {MAX_NESTING} deep")
        if self._elements > MAX_ELEMENTS:
            raise SourceError(name, f"it has more than {MAX_ELEMENTS:,} elements")

    def page(self) -> Page:
        """All of it, also elements that were never closed."""
        self._end_data()
        self._flush()
        return Page(self._root, self._data)

    def _end_data(self) -> None:
        if self._is_data:
            text = "".join(self._parts)
            if len(text) <= _MAX_SCRIPT:
                self._data.append(text)
            self._parts = []
            self._is_data = False

    def _flush(self) -> None:
        if not self._parts:
            return
        text = _NO_TEXT.sub(" ", "".join(self._parts))  # again, since &#1; is one of them
        self._parts = []
        if self._last is None:
            self._path[-1].text = (self._path[-1].text or "") + text
        else:
            self._last.tail = (self._last.tail or "") + text


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes that tell something about an element, shortened."""
    kept: dict[str, str] = {}
    for name, value in attributes.items():
        if _KEPT.fullmatch(name):
            kept[name] = _NO_TEXT.sub(" ", value[:_MAX_VALUE])
            if len(kept) == _MAX_ATTRIBUTES:
                break
    return kept
