"""The table of formats: which reader a file's ending calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.readers.decoding import decode
from index.types import Skipped

if TYPE_CHECKING:
    from index.types import Article

Reader = Callable[[bytes, str], "Iterator[Article | Skipped]"]
"""From a file's bytes and the name by which people know it: its articles, and what in it could not be read.

Raises SourceError if the file as a whole is no good. What it imports it imports when it is called.
"""


def _markdown(content: bytes, name: str) -> Iterator[Article | Skipped]:
    from index.readers.markdown import read_markdown  # noqa: PLC0415

    article = read_markdown(decode(content, name), name)
    yield article or Skipped(name, "says 'index: false'", is_problem=False)


def _text(content: bytes, name: str) -> Iterator[Article | Skipped]:
    from index.readers.plaintext import read_text  # noqa: PLC0415

    yield read_text(decode(content, name), name)


READERS: dict[str, Reader] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
    ".text": _text,
}
"""By ending, in lower case."""


def is_supported(name: str) -> bool:
    """Whether there is a reader for a name's ending."""
    return _ending(name) in READERS


def warm_up() -> None:
    """Imports what nearly every corpus needs, before memory and files are limited."""
    from index.readers.markdown import read_markdown  # noqa: F401, PLC0415
    from index.readers.plaintext import read_text  # noqa: F401, PLC0415


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
