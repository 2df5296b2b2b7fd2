"""The reader for RSS and Atom feeds; the only home of feedparser."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import feedparser
from lxml import etree

from index.cleaning import one_line
from index.errors import SourceError
from index.readers.dates import iso_date
from index.readers.fragments import canonical, is_markup, plain, title_from_text
from index.readers.languages import language_code
from index.readers.limits import MAX_ARTICLES_IN_FILE
from index.readers.trees import decoded, local_name, parse
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOTS = ("rss", "RDF", "feed", "channel")


def read_feed(content: bytes, name: str) -> Iterator[Article | Skipped]:
    """Reads the entries of a feed as articles, known as ``NAME#PLACE`` from 1.

    An entry's text is its content, else its summary; what links to, is not fetched. The feed's title is the publisher.

    Raises:
        SourceError: If it is no feed, declares entities, or holds too many entries.
    """
    feed, complaint = _parsed(content, name)
    entries = feed["entries"]
    if not entries and not feed["version"]:
        raise SourceError(name, "is no RSS or Atom feed")
    if not entries:
        raise SourceError(name, "is a feed without entries")
    if len(entries) > MAX_ARTICLES_IN_FILE:
        raise SourceError(name, f"holds more than {MAX_ARTICLES_IN_FILE:,} articles; split it")
    publisher = _line(feed["feed"], "title", name) or None
    language = language_code(feed["feed"].get("language") or "")
    for place, entry in enumerate(entries, 1):
        source = f"{name}#{place}"
        try:
            yield _article(entry, source, publisher, language)
        except SourceError as error:
            yield Skipped(source, error.reason)
    if complaint:
        yield Skipped(name, f"{complaint}; what could be made of it was read")


def _parsed(content: bytes, name: str) -> tuple[Any, str]:
    """What feedparser makes of a feed, and what is wrong with its XML.

    It is given the bytes of a well-formed tree in a stream: a string it would take for an address, ill-formed XML it
    would read by expressions that can take quadratic time, and entities it would expand.
    """
    text, complaint = decoded(content, name), ""
    try:
        root = parse(text, name)
    except SourceError as error:
        root, complaint = parse(text, name, mend=True), error.reason
    if local_name(root) not in _ROOTS:
        raise SourceError(name, "is XML, but no RSS or Atom feed")
    try:
        feed = feedparser.parse(
            io.BytesIO(etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False)),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # it raises anything for names and values that it does not expect
        raise SourceError(name, f"is damaged or no feed ({type(error).__name__})") from error
    return feed, complaint


def _article(entry: Any, source: str, publisher: str | None, language: str) -> Article | Skipped:  # noqa: ANN401
    text, layout = "", ""
    for detail in [*entry.get("content", ()), entry.get("summary_detail")]:
        if detail and not text:
            raw = detail.get("value") or ""
            text, layout = canonical(raw, source, markup=detail.get("type") != "text/plain" or is_markup(raw))
    title = _line(entry, "title", source)
    if not text:
        return Skipped(source, "the entry holds no text, only a title or a link", is_problem=False)
    # Past the aliases of feedparser's own dictionary, which warn.
    dates = (iso_date(str(dict.get(entry, key) or "")) for key in ("published", "updated", "created"))
    return Article(
        text=text,
        layout=layout,
        title=title or title_from_text(text),
        publisher=publisher,
        author=_line(entry, "author", source) or None,
        published=next(filter(None, dates), None),
        language=language,
        url=one_line(entry.get("link") or "") or None,
        source=source,
    )


def _line(entry: Any, key: str, source: str) -> str:  # noqa: ANN401
    """A field that may be HTML, in one line."""
    value = entry.get(key) or ""
    return plain(value, source) if is_markup(value) or "&" in value else one_line(value)
