"""The table of formats: which reader a file's ending calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.readers.archives import read_zip
from index.readers.decoding import decode
from index.readers.markdown import read_markdown
from index.readers.plaintext import read_text
from index.types import Skipped

if TYPE_CHECKING:
    from index.types import Article

Reader = Callable[[bytes, str], "Iterator[Article | Skipped]"]
"""From a file's bytes and the name by which people know it: its articles, and what in it could not be read.

Raises SourceError if the file as a whole is no good. What it imports it imports when it is called.
"""


def _markdown(content: bytes, name: str) -> Iterator[Article | Skipped]:
    article = read_markdown(decode(content, name), name)
    yield article or Skipped(name, "says 'index: false'", is_problem=False)


def _text(content: bytes, name: str) -> Iterator[Article | Skipped]:
    yield read_text(decode(content, name), name)


def _zip(content: bytes, name: str) -> Iterator[Article | Skipped]:
    yield from read_zip(content, name, read, is_supported)


@dataclass(frozen=True, slots=True)
class _Imported:
    """A reader in a module of its own, which is imported when it is first needed."""

    module: str
    function: str

    def __call__(self, content: bytes, name: str) -> Iterator[Article | Skipped]:
        reader: Reader = getattr(import_module(self.module), self.function)
        yield from reader(content, name)


_HTML = _Imported("index.readers.html", "read_html")
_PDF = _Imported("index.readers.pdf", "read_pdf")
_WORD = _Imported("index.readers.word", "read_docx")
_EPUB = _Imported("index.readers.epub", "read_epub")
_JSON = _Imported("index.readers.jsonlines", "read_jsonl")
_FEED = _Imported("index.readers.feeds", "read_feed")

READERS: dict[str, Reader] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
    ".text": _text,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".pdf": _PDF,
    ".docx": _WORD,
    ".epub": _EPUB,
    ".jsonl": _JSON,
    ".ndjson": _JSON,
    ".json": _JSON,
    ".xml": _FEED,
    ".rss": _FEED,
    ".atom": _FEED,
    ".zip": _zip,
}
"""By ending, in lower case."""


def is_supported(name: str) -> bool:
    """Whether there is a reader for a name's ending."""
    return _ending(name) in READERS


def prepare(name: str, ending: str = "") -> None:
    """Imports what reading a file will need, so that nothing is imported while it is read."""
    reader = READERS.get(ending or _ending(name))
    for needed in READERS.values() if reader is _zip else [reader]:
        if isinstance(needed, _Imported):
            import_module(needed.module)


def read(content: bytes, name: str, ending: str = "") -> Iterator[Article | Skipped]:
    """Reads a file by the reader for its ending.

    Args:
        content: The file's bytes.
        name: By which people know it.
        ending: Of its format, as ``.html``, where the name does not tell.

    Raises:
        SourceError: If there is no reader for it, or the file is no good.
    """
    reader = READERS.get(ending or _ending(name))
    if reader is None:
        raise SourceError(name, f"this format is not read; supported are {', '.join(READERS)}")
    if not content.strip():
        raise SourceError(name, "the file is empty")
    yield from reader(content, name)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
