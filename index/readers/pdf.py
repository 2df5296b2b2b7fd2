"""The reader for PDF; the only home of pypdf."""

from __future__ import annotations

import io
import logging
import math
import re
import struct
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from index.cleaning import one_line
from index.errors import SourceError
from index.readers.blocks import text_and_layout
from index.readers.languages import language_code
from index.readers.limits import MAX_PAGES
from index.readers.paragraphs import Line, paragraphs, title_of, without_furniture
from index.readers.plaintext import title_from_name
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAMAGE = (
    PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
    NotImplementedError, AssertionError, OSError, EOFError, struct.error, zlib.error,
)  # fmt: skip
"""What pypdf raises for bytes that are no good; it takes for granted that objects are what they should be."""
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b|untitled|document ?\d*$|presentation ?\d*$|slide \d+$|title$|"
    r".*\.(?:docx?|odt|rtf|pdf|te?x|dvi|indd|qxd|pages|pptx?|xlsx?|html?|txt|ps|fm|p65)$|.*[\\/].*[\\/]|[a-z]:\\|\W*$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:admin(?:istrator)?|user|owner|unknown|anonymous|author|default|root|\W*)\d*$", re.IGNORECASE
)
_YEARS = range(1980, 2100)
_FEW_LETTERS = 3
_SMALLEST = 0.1
_FARTHEST = 1e6
"""In points; pages are no larger than 14,400."""


def read_pdf(content: bytes, name: str) -> Iterator[Article | Skipped]:
    """Reads a PDF as one article: its pages' text in paragraphs, without what runs through all pages.

    Title, author and date are the file's own if they are not what a program left there; else the title is the largest
    line of the first page. A page that is damaged is left out with its number.

    Raises:
        SourceError: If it is damaged, needs a password, has too many pages or holds no text.
    """
    with _silence():
        try:
            reader = _opened(content, name)
            pages, skipped = _pages(reader, name)
            title, author, published, language = _metadata(reader)
        except _DAMAGE as error:
            raise SourceError(name, "is damaged or no PDF") from error
    if sum(1 for page in pages for line in page for char in line.text if char.isalnum()) < _FEW_LETTERS:
        raise SourceError(name, skipped[0].reason if skipped else "holds no text, only images; run OCR first")
    pages = without_furniture(pages)
    title = title or one_line(title_of(next(filter(None, pages), [])) or "") or title_from_name(name)
    blocks = paragraphs(pages)
    heads = [place for place, (_, text) in enumerate(blocks[:3]) if one_line(text).casefold() == title.casefold()]
    if heads and len(blocks) > 1:
        del blocks[heads[0]]
    text, layout = text_and_layout(blocks)
    yield Article(
        text=text, layout=layout, title=title, author=author, published=published, language=language, source=name
    )
    yield from skipped


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps what pypdf has to say about bad files off the screen; the message that counts is ours."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _opened(content: bytes, name: str) -> PdfReader:
    reader = PdfReader(io.BytesIO(content), strict=False)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(name, "is protected by a password; save a copy without one")
        count = len(reader.pages)
    except DependencyError as error:
        raise SourceError(name, "is encrypted; save a copy without protection") from error
    if count > MAX_PAGES:
        raise SourceError(name, f"has {count:,} pages; {MAX_PAGES:,} are read, so split it")
    return reader


def _pages(reader: PdfReader, name: str) -> tuple[list[list[Line]], list[Skipped]]:
    """Lines of each page, and the pages that could not be read."""
    pages: list[list[Line]] = []
    skipped = []
    for number, page in enumerate(reader.pages, 1):
        collector = _Collector()
        try:
            page.extract_text(visitor_text=collector.take)
        except _DAMAGE:
            skipped.append(Skipped(f"{name}#page={number}", "this page is damaged"))
        else:
            pages.append(collector.lines())
    return pages, skipped


class _Collector:
    """Puts the pieces that pypdf finds together to lines."""

    def __init__(self) -> None:
        self._lines: list[list[tuple[str, float, float, float]]] = [[]]

    def take(self, text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        """A piece of text, by the matrices of the page and of the text; it may end lines."""
        down = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        at = (tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5])
        height = abs(float(size)) * math.hypot(*down)
        for number, piece in enumerate(text.split("\n")):
            if number:
                self._lines.append([])
            self._lines[-1].append((piece, _finite(at[0]), _finite(at[1]), max(_SMALLEST, round(_finite(height), 1))))

    def lines(self) -> list[Line]:
        """The lines that show something, in the order in which they were drawn."""
        lines = []
        for pieces in self._lines:
            text = " ".join("".join(piece[0] for piece in pieces).translate(_LIGATURES).split())
            if (text and text.isprintable()) or any(char.isalnum() for char in text):
                longest = max(pieces, key=lambda piece: len(piece[0].strip()))
                first = next(piece for piece in pieces if piece[0].strip())
                lines.append(Line(text, first[1], longest[2], longest[3]))
        return lines


def _finite(number: float) -> float:
    """A number that can be reckoned with, whatever a file says."""
    return float(number) if math.isfinite(number) and abs(number) < _FARTHEST else 0.0


def _metadata(reader: PdfReader) -> tuple[str | None, str | None, str | None, str]:
    """Title, author, date and language, as far as they make sense; they are no reason to refuse a file."""
    info: Any = {}
    title = author = published = None
    language = "en"
    try:
        info = reader.metadata or {}
        title = _sensible(info.get("/Title"), _NO_TITLE)
        author = _sensible(info.get("/Author"), _NO_AUTHOR)
        language = language_code(str(reader.root_object.get("/Lang", "")))
        created = reader.metadata.creation_date if reader.metadata else None
        published = created.date().isoformat() if created and created.year in _YEARS else None
    except _DAMAGE:
        return title, author, published, language
    return title, author, published, language


def _sensible(value: object, senseless: re.Pattern[str]) -> str | None:
    text = one_line(str(value or "")[:1000])
    return text if 3 <= len(text) <= 300 and not senseless.match(text) else None
