"""A file becomes an article: one reader per format, chosen by the file's ending."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from index.errors import SourceError, printable
from index.markdown import read_markdown
from index.plaintext import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
        name: As it can be shown: the path relative to the folder that was given, or the file's own name.
        is_named: Whether the user named this very file (a problem is then an error, not a skip).
    """

    path: Path
    name: str
    is_named: bool = False


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """The files behind what the user named: files themselves, and everything in folders, sorted, at any depth.

    Hidden files and folders are passed over, links in folders are never followed.

    Raises:
        SourceError: If a named path does not exist or is no file or folder, or a folder cannot be opened.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
            raise SourceError(path, "there is no such file or folder; check the name") from error
        except OSError as error:
            raise SourceError(path, f"cannot be opened ({error.strerror})") from error
        if stat.S_ISDIR(mode):
            yield from _walk(path)
        elif stat.S_ISREG(mode):
            yield Source(path, printable(path.name), is_named=True)
        else:
            raise SourceError(path, "is no regular file; name a file or a folder of files")


def _walk(root: Path) -> Iterator[Source]:
    # No recursion: folders may be nested deeper than Python calls.
    pending = [(root, True)]
    while pending:
        path, is_folder = pending.pop()
        if not is_folder:
            yield Source(path, printable(path.relative_to(root).as_posix()))
            continue
        try:
            with os.scandir(path) as entries:
                inside = [
                    (Path(entry.path), entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if not entry.name.startswith(".") and not entry.is_symlink()
                ]
        except OSError as error:
            raise SourceError(path, f"the folder cannot be opened ({error.strerror})") from error
        pending += sorted(inside, key=lambda entry: entry[0].name, reverse=True)


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
        content = b""
        if status.st_size <= MAX_FILE_BYTES:
            with source.path.open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)  # it may have grown since
    except OSError as error:
        raise SourceError(source.name, f"cannot be opened ({error.strerror})") from error
    if max(status.st_size, len(content)) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        raise SourceError(source.name, f"is larger than {limit} MB; split it into articles")
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
        matches = from_bytes(content)
        best = matches.best()
        if best is None:
            raise SourceError(name, "its text encoding is not recognised; save it as UTF-8") from None
        # Windows-1252 is by far the most common of the old encodings, but detection takes its letters for Baltic or
        # Czech ones; where it reads as a language no less, it is meant.
        western = (match for match in matches if "cp1252" in match.could_be_from_charset)
        text = str(next((match for match in western if match.coherence >= best.coherence), best))
    if _is_binary(text):
        raise SourceError(name, "is a binary file, not text")
    return text


def _is_binary(text: str) -> bool:
    """More than one control character in a hundred, or a NUL among the first characters: nobody wrote that."""
    head = text[:65_536]
    controls = sum(1 for char in head if (char < " " and char not in "\t\n\r\f") or char == "\x7f")
    return "\x00" in head or controls > len(head) / 100
