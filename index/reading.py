"""A file becomes an article: one reader per format, chosen by the file's ending."""

from __future__ import annotations

import codecs
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from index.errors import SourceError
from index.markdown import read_markdown
from index.plaintext import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from index.types import Article

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Larger files are refused: an article of 20 MB is a book shelf, and its text would be held several times."""

READERS: dict[str, Callable[[str, str], Article | None]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
}
"""By ending, in lower case: a function of the decoded text and the source's name that gives an article."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, and how it is named to people.

    Attributes:
        path: Where it is.
        name: The path relative to the folder that was given, or the file's own name.
        is_named: Whether the user named this very file (a problem is then an error, not a skip).
    """

    path: Path
    name: str
    is_named: bool = False


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """The files behind what the user named: files themselves, and everything in folders, sorted, at any depth.

    Hidden files and folders are passed over, links in folders are never followed.

    Raises:
        SourceError: If a named path does not exist or is no file or folder.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise SourceError(path, "there is no such file or folder; check the name") from error
        if stat.S_ISDIR(mode):
            yield from _walk(path, path)
        elif stat.S_ISREG(mode):
            yield Source(path, path.name, is_named=True)
        else:
            raise SourceError(path, "is no regular file; name a file or a folder of files")


def _walk(folder: Path, root: Path) -> Iterator[Source]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(folder, f"the folder cannot be opened ({error.strerror})") from error
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _walk(entry, root)
        else:
            yield Source(entry, entry.relative_to(root).as_posix())


def is_supported(source: Source) -> bool:
    """Whether there is a reader for the file's ending."""
    return source.path.suffix.lower() in READERS


def read_article(source: Source) -> Article | None:
    """Reads one file.

    Returns:
        The article, or None if the file says of itself that it is none (``index: false`` in its front matter).

    Raises:
        SourceError: With the reason why the file is no article.
    """
    read = READERS.get(source.path.suffix.lower())
    if read is None:
        raise SourceError(source.name, f"this format is not read yet; supported are {', '.join(READERS)}")
    text = decode(_bytes_of(source), source.name)
    return read(text, source.name)


def _bytes_of(source: Source) -> bytes:
    try:
        status = source.path.lstat() if not source.is_named else source.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(source.name, "is no regular file")
        if status.st_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024 // 1024
            raise SourceError(source.name, f"is larger than {limit} MB; split it into articles")
        with source.path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SourceError(source.name, f"cannot be opened ({error.strerror})") from error
    if not content.strip():
        raise SourceError(source.name, "the file is empty")
    return content


_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]


def decode(content: bytes, name: str) -> str:
    """Text of a file: by byte-order mark, as UTF-8, else by detection.

    Raises:
        SourceError: If the bytes are binary or no encoding fits them.
    """
    encoding = next((encoding for bom, encoding in _BOMS if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise SourceError(name, "is a binary file, not text") from None
        best = from_bytes(content).best()
        if best is None:
            raise SourceError(name, "its text encoding is not recognised; save it as UTF-8") from None
        text = str(best)
    if _is_binary(text):
        raise SourceError(name, "is a binary file, not text")
    return text


def _is_binary(text: str) -> bool:
    """More than one control character in a hundred, or a NUL among the first characters: nobody wrote that."""
    head = text[:65_536]
    controls = sum(1 for char in head if (char < " " and char not in "\t\n\r\f") or char == "\x7f")
    return "\x00" in head or controls > len(head) / 100
