"""The reader for saved web pages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lxml import etree
from trafilatura.metadata import extract_metadata

from index.cleaning import one_line
from index.errors import SourceError
from index.readers.blocks import text_and_layout
from index.readers.dates import iso_date
from index.readers.decoding import decode
from index.readers.elements import Walker, is_dump
from index.readers.extraction import extracted
from index.readers.fragments import html_blocks
from index.readers.furniture import signed
from index.readers.languages import language_code
from index.readers.plaintext import title_from_name
from index.readers.sieve import seen
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trafilatura.settings import Document

    from index.readers.sieve import Page
    from index.types import Skipped

_HEAD = 4_096
"""Bytes in which a page says how it is encoded and a browser where it was saved from."""
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CHARSET = re.compile(
    rb"(?:<meta\s[^>]{0,500}?charset|<\?xml\s[^>]{0,200}?encoding)\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
# As browsers read them, which is not always as they are named.
_ENCODINGS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "iso8859-1": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "utf8": "utf-8",
}  # fmt: skip
_KNOWN_ENCODING = re.compile(
    r"utf-8|cp\d{3,4}|windows-\d{3,4}|iso-8859-\d{1,2}|koi8-[ru]|gb18030|big5|euc-jp|macintosh"
)
_FEW_ERRORS = 500
"""Characters among which one may be broken in the encoding that a page names."""
_MAGIC = {
    b"%PDF": "a PDF", b"PK\x03\x04": "a ZIP archive", b"\x1f\x8b": "compressed", b"\x89PNG": "a picture",
    b"GIF8": "a picture", b"\xff\xd8\xff": "a picture", b"RIFF": "a picture or a sound", b"\x7fELF": "a program",
    b"bplist": "a web archive of Safari; save the page as HTML", b"{\\rtf": "a document of a word processor",
}  # fmt: skip
_MIME_ARCHIVE = re.compile(rb"(?:From: <Saved by|MIME-Version:|Snapshot-Content-Location:)", re.IGNORECASE)
_TAG = re.compile(r"<(?:!doctype\s+html|[a-z][a-z0-9]{0,20}[\s>/])", re.IGNORECASE)
_SAVED_FROM = re.compile(
    r"<!--\s{0,9}(?:saved from url=\(\d{1,5}\)|Page saved with SingleFile\s{1,9}url:\s{0,9})(https?://[^\s<>]{1,2000})"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]{3,2000}")
_SENTENCE_END = re.compile(r"\w{2}[\"'”’»)\]]*(?:[.!?…]+[\"'”’»)\]]*(?:\s|$)|[。！？؟।])")
_WORDS_OF_A_SENTENCE = 6
_LETTERS_OF_A_SENTENCE = 12
"""In scripts that put no spaces between words."""
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def read_html(content: bytes, name: str) -> Iterator[Article | Skipped]:
    """Makes an article of a saved web page: what a reader sees of it, without menus, advertisements, comments.

    Title, author, publisher, date and address are what the page says of itself (JSON-LD, Open Graph, ``meta``, a
    canonical link), author and date else what the first lines say; the language is that of its ``html`` element.
    Pictures and the marks of footnotes are left out, links keep their text, a table's row is a line with bars between
    its cells. Nothing is fetched.

    Raises:
        SourceError: If the file is no page, is nested too deeply or too large, or has no article.
    """
    markup = _decoded(content, name)
    page = seen(markup, name)
    about = _about(page, _saved_from(markup))
    blocks = _blocks(page, markup, name)
    publisher = one_line(about.sitename or "")
    title = _without_site(one_line(about.title or ""), publisher)
    if blocks and blocks[0][0] in ("h1", "h2") and title.casefold().startswith(one_line(blocks[0][1]).casefold()):
        blocks = blocks[1:]
    if not any(_is_prose(text) for _, text in blocks):
        raise SourceError(name, "no article text was found in this page; it may only be menus, or be made by scripts")
    author, published = signed(blocks)
    canonical, layout = text_and_layout(blocks)
    yield Article(
        text=canonical,
        layout=layout,
        title=title or title_from_name(name),
        publisher=publisher or None,
        author=one_line(about.author or "") or author,
        published=iso_date(about.date or "") or published,
        language=_language(page.root),
        url=_address(about.url),
        source=name,
    )


def _decoded(content: bytes, name: str) -> str:
    """Text of a page: by byte-order mark, as UTF-8, by what it says of itself, else by detection."""
    stripped = content[:_HEAD].lstrip()
    kind = next((kind for magic, kind in _MAGIC.items() if stripped.startswith(magic)), None)
    if kind:
        raise SourceError(name, f"is no web page, but {kind}")
    if _MIME_ARCHIVE.match(stripped):
        raise SourceError(name, "is a web archive (MHTML); save the page as HTML")
    text = _as_declared(content) or decode(content, name)
    if "\x00" in text[:_HEAD]:
        raise SourceError(name, "is a binary file, not a web page")
    if not _TAG.search(text):
        raise SourceError(name, "is no web page: it has no HTML tags")
    return text


def _as_declared(content: bytes) -> str | None:
    """The text if it is in the encoding that the page names, but for a few errors.

    What is UTF-8 is nothing else: pages are saved again without what they say of themselves.
    """
    if content.startswith(_BOMS) or _is_utf8(content):
        return None
    found = _CHARSET.search(content[:_HEAD])
    if not found:
        return None
    label = found[1].decode("ascii", "replace").lower()
    encoding = _ENCODINGS.get(label, label)
    if not _KNOWN_ENCODING.fullmatch(encoding):
        return None
    try:
        text = content.decode(encoding, "replace")
    except LookupError:
        return None
    return text if text.count("\ufffd") <= len(text) / _FEW_ERRORS else None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _saved_from(markup: str) -> str | None:
    found = _SAVED_FROM.search(markup[:_HEAD])
    return found[1] if found else None


def _about(page: Page, saved_from: str | None) -> Document:
    """What the page says of itself. Its scripts are in the tree only for so long: nobody sees the text in them."""
    scripts = [script for text in page.data if (script := _script(text)) is not None]
    page.root.extend(scripts)
    try:
        return extract_metadata(page.root, default_url=saved_from, extensive=False)
    finally:
        for script in scripts:
            page.root.remove(script)


def _script(text: str) -> Any:  # noqa: ANN401 - lxml has no types
    """An element of JSON-LD, if it is JSON: of what is not, a library makes out something by slow expressions."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    script = etree.Element("script", type="application/ld+json")
    script.text = json.dumps(data)
    return script


def _language(root: Any) -> str:  # noqa: ANN401 - lxml has no types
    said = [root.get("lang") or ""]
    said += [meta.get("content", "") for meta in root.iterfind(".//meta[@http-equiv]")
             if meta.get("http-equiv", "").lower() == "content-language"]  # fmt: skip
    said += [meta.get("content", "") for meta in root.iterfind(".//meta[@property='og:locale']")]
    return next((code for text in said if (code := language_code(text, ""))), "en")


def _address(url: str | None) -> str | None:
    return url if url and _ADDRESS.fullmatch(url) else None


def _without_site(title: str, site: str) -> str:
    """A title without the site's name behind it."""
    found = re.fullmatch(rf"(.+?) [-|–—:·]{{1,2}} {re.escape(site)}", title) if site else None
    return found[1] if found else title


def _is_prose(text: str) -> bool:
    """Whether a block has a sentence in it; menus and lists of links have none."""
    if not _SENTENCE_END.search(text):
        return False
    return len(text.split()) >= _WORDS_OF_A_SENTENCE or len(_NO_SPACES.findall(text)) >= _LETTERS_OF_A_SENTENCE


def _blocks(page: Page, markup: str, name: str) -> list[tuple[str, str]]:
    """The article's blocks as ``(kind, text)``, kinds as for :func:`text_and_layout`."""
    body = extracted(page.root)
    if body is None:
        return []
    if is_dump(body):
        return [(kind, text) for kind, text in html_blocks(markup, name) if _is_prose(text)]
    walker = Walker()
    walker.walk(body)
    return walker.blocks
