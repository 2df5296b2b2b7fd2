"""Bytes of a text file become text."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from index.errors import SourceError

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
