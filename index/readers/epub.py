"""The reader for books in EPUB."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from index.cleaning import one_line
from index.errors import SourceError
from index.readers.blocks import text_and_layout
from index.readers.dates import iso_date
from index.readers.fragments import xhtml_blocks
from index.readers.languages import language_code
from index.readers.plaintext import title_from_name
from index.readers.trees import children, decoded, local_name, parse
from index.readers.zipped import Zipped, shown_path
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTERS = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml")


def read_epub(content: bytes, name: str) -> Iterator[Article | Skipped]:
    """Reads a book as one article: its chapters in the order of reading, with their headings.

    Raises:
        SourceError: If it is damaged, protected against copying, or holds no text.
    """
    book = Zipped(content, name)
    package, folder = _package(book, name)
    protected = _protected(book, name)
    blocks: list[tuple[str, str]] = []
    skipped: list[Skipped] = []
    for path in _chapters(package, folder):
        source = f"{name}/{shown_path(path)}"
        if path in protected:
            raise SourceError(name, "is protected against copying (DRM) and cannot be read")
        try:
            blocks.extend(xhtml_blocks(decoded(_member(book, path, source), source), source))
        except SourceError as error:
            skipped.append(Skipped(source, error.reason))
    text, layout = text_and_layout(blocks)
    if not text:
        raise SourceError(name, skipped[0].reason if skipped else "holds no text, only pictures")
    says = _Metadata(package)
    yield Article(
        text=text,
        layout=layout,
        title=says.first("title") or title_from_name(name),
        publisher=says.first("publisher") or None,
        author=", ".join(says.all("creator")) or None,
        published=iso_date(says.first("date")),
        language=language_code(says.first("language")),
        url=says.address(),
        source=name,
    )
    yield from skipped


class _Metadata:
    """The Dublin Core of a package."""

    def __init__(self, package: Any) -> None:  # noqa: ANN401 - lxml has no types
        self._fields: list[tuple[str, str]] = []
        for metadata in children(package, "metadata"):
            for element in metadata.iter():  # old packages have a level more
                self._fields.append((local_name(element), one_line(element.text or "")))

    def all(self, field: str) -> list[str]:
        """What a field says, each thing once."""
        return list(dict.fromkeys(text for name, text in self._fields if name == field and text))

    def first(self, field: str) -> str:
        """What it says first, or an empty text."""
        return next(iter(self.all(field)), "")

    def address(self) -> str | None:
        """Where the book came from, if it says so with an address."""
        said = [*self.all("source"), *self.all("identifier")]
        return next((text for text in said if text.startswith(("https://", "http://"))), None)


def _package(book: Zipped, name: str) -> tuple[Any, str]:
    """The root of the package document, and the folder that it stands in."""
    for root in _xml(book, _CONTAINER, name).iter():
        path = root.get("full-path") if local_name(root) == "rootfile" else None
        if path:
            return _xml(book, path, name), posixpath.dirname(path)
    raise SourceError(name, "is damaged: its container names no package")


def _chapters(package: Any, folder: str) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    """Members that hold the text, in the order of reading, each once; without the table of contents."""
    items = {}
    for manifest in children(package, "manifest"):
        for item in children(manifest, "item"):
            is_text = item.get("media-type", "") in _CHAPTERS and "nav" not in item.get("properties", "").split()
            items[item.get("id")] = item.get("href") if is_text else None
    seen = set()
    for spine in children(package, "spine"):
        for reference in children(spine, "itemref"):
            href = items.get(reference.get("idref"))
            path = posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0]))) if href else ""
            if path and path not in seen:
                seen.add(path)
                yield path


def _protected(book: Zipped, name: str) -> set[str]:
    """Members that are encrypted; fonts may be, by ways that hide nothing but the font."""
    if book.find(_ENCRYPTION) is None:
        return set()
    references = (
        at.get("URI", "") for at in _xml(book, _ENCRYPTION, name).iter() if local_name(at) == "CipherReference"
    )
    return {posixpath.normpath(unquote(path)).lstrip("/") for path in references}


def _xml(book: Zipped, path: str, name: str) -> Any:  # noqa: ANN401 - lxml has no types
    source = f"{name}/{shown_path(path)}"
    try:
        return parse(decoded(_member(book, path, source), source), source)
    except SourceError as error:
        raise SourceError(name, f"is damaged: its {shown_path(path)} {error.reason}") from error


def _member(book: Zipped, path: str, source: str) -> bytes:
    member = book.find(path)
    if member is None:
        raise SourceError(source, "is missing")
    return book.read(member, source)
