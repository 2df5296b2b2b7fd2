"""XML that a stranger may have written: no entities of its own, no DTD, nothing fetched, no deep nesting."""

from __future__ import annotations

import re
from contextlib import suppress
from html.entities import html5
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape  # only escapes; what parses is lxml

from lxml import etree

from index.errors import SourceError
from index.readers.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_DECLARATION = re.compile(r"<\?xml\s[^<>]*\?>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31});")
_ENCODING = re.compile(rb"<\?xml[^<>]{1,100}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})[\"']")
_HEAD = 300
# Of all that Python can decode only alphabets: others of its encodings take quadratic time.
_KNOWN = re.compile(
    r"utf[-_]?(?:8|16|32)(?:[-_]?[lb]e)?|(?:us-)?ascii|iso[-_]?8859-\d{1,2}|latin-?\d|windows-\d{3,4}|cp\d{3,4}"
    r"|koi8-[ru]|big5(?:-?hkscs)?|gb(?:k|2312|18030)|euc-(?:jp|kr|cn)|shift[-_]jis|iso-2022-(?:jp|kr)|tis-620|macintosh",
    re.IGNORECASE,
)
# The XML specification, appendix F: the "<" that XML begins with, where no mark tells the order of bytes.
_STARTS = [
    (b"<\x00\x00\x00", "utf-32-le"),  # before UTF-16, which begins like it
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
]
_OWN = ("lt", "gt", "amp", "quot", "apos")


def decoded(content: bytes, name: str) -> str:
    """Text of XML: in the encoding that it declares or that its first characters show, else as for any text.

    Raises:
        SourceError: If no encoding fits.
    """
    shown = next((encoding for start, encoding in _STARTS if content.startswith(start)), None)
    declared = _ENCODING.search(content[:_HEAD])
    for encoding in (shown, declared[1].decode("ascii") if declared else None):
        if encoding and _KNOWN.fullmatch(encoding):
            with suppress(LookupError, UnicodeError):
                return content.decode(encoding)
    return decode(content, name)


def prepared(text: str, name: str) -> str:
    """XML without what a parser could be led astray by.

    The declaration goes, since the text is decoded; so does a document type that only names a DTD. The entities that
    HTML knows become their characters, as that DTD would have it; others become the words that stand there.

    Raises:
        SourceError: If the document type declares anything itself.
    """
    text = text.lstrip("\ufeff \t\r\n")
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    return _NAMED.sub(_character, _without_doctype(text, name))


def parse(text: str, name: str, *, mend: bool = False) -> Any:  # noqa: ANN401 - lxml has no types
    """The root element.

    Args:
        text: Decoded XML.
        name: What people know it by.
        mend: Whether to make of ill-formed XML what can be made.

    Raises:
        SourceError: If it is no XML, is nested too deeply, or declares entities.
    """
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=mend,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(prepared(text, name).encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise SourceError(name, f"is no well-formed XML{_line(error)}") from error
    if root is None:
        raise SourceError(name, "is no XML")
    if root.getroottree().docinfo.internalDTD is not None:  # a second document type, which should not be possible
        raise SourceError(name, _ENTITIES)
    if mend and any("depth" in entry.message.lower() for entry in parser.error_log):
        raise SourceError(name, "its elements are nested too deeply")
    return root


def local_name(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    """An element's tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401 - lxml has no types
    """Those of a local name, whatever their namespace: books and old feeds mix them up."""
    return (child for child in element if local_name(child) == tag)


_ENTITIES = "declares entities or a document type of its own, which are not read"


def _without_doctype(text: str, name: str) -> str:
    """Text without its document type; upper and lower case, since pages of HTML are sold as XHTML."""
    begin = text[:_PROLOGUE].upper().find("<!DOCTYPE")
    if begin < 0:
        return text
    end = text.find(">", begin)
    if end < 0 or "[" in text[begin:end]:
        raise SourceError(name, _ENTITIES)
    return text[:begin] + text[end + 1 :]


_PROLOGUE = 10_000
"""Characters among which a document type is looked for."""


def _character(named: re.Match[str]) -> str:
    if named[1] in _OWN:
        return named[0]
    found = html5.get(named[1] + ";")
    return escape(found) if found else f"&amp;{named[1]};"


def _line(error: Any) -> str:  # noqa: ANN401 - lxml has no types
    number = getattr(error, "lineno", None)
    return f" (line {number})" if number else ""
