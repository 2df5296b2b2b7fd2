"""Text that a library for articles takes for a page's looks: captions, and the names of who is quoted. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.cleaning import one_line
from index.readers.marks import is_strong, is_weak

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAIN = ("article", "main")
_ENOUGH_WORDS = 5
_WORDS_OF_A_SENTENCE = 3
_LONGEST = 2_000
_LONGEST_NAME = 150
_MOST_PIECES = 500
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_PICTURE = r"(?:file )?(?:photo(?:graph)?|image|picture|illustration|video|foto|bild)s?"
_CREDIT = re.compile(
    rf"(?:^|(?<=[\s.!?…\"”’)]))[\[(]?(?:{_PICTURE}\s?(?:credits?|courtesy|by|von|:|/|©)"
    r"|credits?\s?(?:[:./…]|to\b)|©|\(c\)|copyright\b|courtesy of\b).{0,120}$",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"\b(?:getty|reuters|shutterstock|alamy|istock|unsplash|(?-i:AFP|EPA|DPA|dpa)|(?-i:AP) (?:file|photo))\b|/ ?AP\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:image|media|photo|video) ?caption[:,]?\s?", re.IGNORECASE)
_SAYS_CREDIT = re.compile(r"credit|copyright|photographer|attribution|license", re.IGNORECASE)


def keep_captions(root: Any) -> None:  # noqa: ANN401 - lxml has no types
    """Makes paragraphs of captions that say something, and of the line that names who is quoted.

    Of a page that marks its article, only the captions in it. What credits a photographer goes.

    Args:
        root: The page's ``html`` element, which is changed.
    """
    quoting = {figure for quote in root.iter("blockquote") for figure in quote.iterancestors("figure")}
    is_marked = next(root.iter(*_MAIN), None) is not None
    for caption in list(root.iter("figcaption")):
        figure = caption.getparent()
        if figure is None or (is_marked and next(caption.iterancestors(*_MAIN), None) is None):
            continue
        if text := _text(caption) if figure in quoting else _caption(caption):
            _make_paragraph(caption, text)
            for around in caption.iterancestors("figure"):
                around.tag = "div"
                around.attrib.clear()
    for quote in list(root.iter("blockquote")):
        for child in list(quote):
            is_last = child.getnext() is None and not (child.tail or "").strip()
            is_behind = child.getprevious() is not None or bool((quote.text or "").strip())
            text = _text(child) if child.tag == "footer" or (child.tag == "cite" and is_last and is_behind) else ""
            if 0 < len(text) <= _LONGEST_NAME:
                _make_paragraph(child, text)


def _caption(caption: Any) -> str:  # noqa: ANN401 - lxml has no types
    """What a caption says without its credit; nothing if that is not much."""
    text = _text(caption, without=_SAYS_CREDIT)
    if len(text) > _LONGEST:
        return ""
    text = _CREDIT.sub("", _LABEL.sub("", text, count=1)).strip(" |·-–—")
    is_enough = len(text.split()) >= (_WORDS_OF_A_SENTENCE if _SENTENCE_END.search(text) else _ENOUGH_WORDS)
    return "" if not is_enough or _AGENCY.search(text) or is_strong(text) or is_weak(text) else text


def _text(element: Any, without: re.Pattern[str] | None = None) -> str:  # noqa: ANN401 - lxml has no types
    """The text of an element; none if it is too long, so that nested ones are not all read to their ends."""
    parts: list[str] = []
    length = 0
    for part in islice(_pieces(element, without), _MOST_PIECES):
        parts.append(part)
        length += len(part)
        if length > 2 * _LONGEST:
            break
    else:
        return one_line("".join(parts)) if len(parts) < _MOST_PIECES else ""
    return ""


def _pieces(element: Any, without: re.Pattern[str] | None) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    yield element.text or ""
    for child in element:
        is_left_out = without and without.search(f"{child.get('class') or ''} {child.get('itemprop') or ''}")
        if not is_left_out:
            yield from _pieces(child, without)
        yield child.tail or ""


def _make_paragraph(element: Any, text: str) -> None:  # noqa: ANN401 - lxml has no types
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "p", text, tail
