"""The reader for JSON lines, an article a line, and for JSON files that hold a list of articles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from index.cleaning import one_line
from index.errors import SourceError
from index.readers.dates import iso_date
from index.readers.decoding import decode
from index.readers.fragments import canonical, is_markup, plain, title_from_text
from index.readers.languages import language_code
from index.readers.limits import MAX_ARTICLES_IN_FILE
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = {
    "title": ("title", "headline", "name"),
    "text": ("text", "content", "body", "article", "articlebody", "contenttext", "contenthtml", "maintext"),
    "published": ("published", "date", "publishedat", "publisheddate", "publicationdate", "datepublished",
                  "datepublish", "pubdate", "publishdate"),
    "author": ("author", "authors", "byline", "creator"),
    "publisher": ("publisher", "source", "site", "sitename", "sourcename"),
    "language": ("language", "lang"),
    "url": ("url", "link", "uri"),
}  # fmt: skip
_YEARS = range(1400, 2100)


def read_jsonl(content: bytes, name: str) -> Iterator[Article | Skipped]:
    """Reads objects with the fields of an article, one a line, or all of them in one list.

    Fields, with the other names that are understood; upper and lower case, ``_`` and ``-`` make no difference:

    - ``text``: content, body, article, articleBody, content_text, content_html, maintext. HTML is taken for what it
      shows. The only one that must be there.
    - ``title``: headline, name. Else the first words of the text.
    - ``published``: date, published_at, published_date, publication_date, date_published, date_publish, pubDate,
      publish_date. A text or the number of a year; a text in which no date is found counts as none.
    - ``author``: authors, byline, creator. A text, an object with a name, or a list of them.
    - ``publisher``: source, site, site_name, source_name. As for author.
    - ``url``: link, uri.
    - ``language``: lang. A code such as ``en`` or ``en-GB``.

    Others are ignored. An article is known as ``NAME#LINE``, in a list as ``NAME#PLACE``, both from 1. What is no such
    object is left out with its reason.

    Raises:
        SourceError: If the file is no text, no JSON at all, or holds too many articles.
    """
    text = decode(content, name)
    records = _whole(text, name) if text.lstrip()[:1] == "[" or name.lower().endswith(".json") else None
    if records is not None:
        _check_count(len(records), name)
        for place, record in enumerate(records, 1):
            yield _read(record, f"{name}#{place}")
        return
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    _check_count(len(lines), name)
    for number, line in lines:
        source = f"{name}#{number}"
        try:
            yield _read(_parsed(line), source)
        except ValueError as error:
            yield Skipped(source, f"line {number} is no JSON ({error})")


def _whole(text: str, name: str) -> list[Any] | None:
    """The records of a file that is one JSON value; None if it may be lines."""
    try:
        value = _parsed(text)
    except ValueError as error:
        if "\n{" in text.strip():
            return None
        raise SourceError(name, f"is no JSON ({error})") from error
    return value if isinstance(value, list) else [value]


def _parsed(text: str) -> Any:  # noqa: ANN401 - a stranger's
    """The value of a JSON text.

    Raises:
        ValueError: If it is none; the message is for people.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at column {error.colno}") from error
    except ValueError as error:  # a number with thousands of digits
        raise ValueError("a number in it is too long") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _check_count(count: int, name: str) -> None:
    if count > MAX_ARTICLES_IN_FILE:
        raise SourceError(name, f"holds more than {MAX_ARTICLES_IN_FILE:,} articles; split it")


def _read(record: Any, source: str) -> Article | Skipped:  # noqa: ANN401 - a stranger's
    if not isinstance(record, dict):
        return Skipped(source, f"must be an object with a 'text', but is {_kind(record)}")
    try:
        return _article({_plain_key(key): value for key, value in record.items()}, source)
    except SourceError as error:
        return Skipped(source, error.reason)


def _article(record: dict[str, Any], source: str) -> Article:
    raw = _string(record, "text", source)
    text, layout = canonical(raw, source, markup=is_markup(raw))
    if not text:
        raise SourceError(source, "holds no visible text")
    title = _string(record, "title", source)
    title = plain(title, source) if is_markup(title) else one_line(title)
    return Article(
        text=text,
        layout=layout,
        title=title or title_from_text(text),
        publisher=_names(record, "publisher", source),
        author=_names(record, "author", source),
        published=_date(record, source),
        language=language_code(_string(record, "language", source)),
        url=one_line(_string(record, "url", source)) or None,
        source=source,
    )


def _found(record: dict[str, Any], field: str) -> tuple[str, Any]:
    """The name and the value of the first of a field's names that says anything."""
    for name in _NAMES[field]:
        value = record.get(name)
        if value is not None and value not in ("", [], {}):
            return name, value
    return field, None


def _string(record: dict[str, Any], field: str, source: str) -> str:
    name, value = _found(record, field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SourceError(source, f"'{name}' must be a text, but is {_kind(value)}")
    return value


def _names(record: dict[str, Any], field: str, source: str) -> str | None:
    name, value = _found(record, field)
    names = []
    for item in value if isinstance(value, list) else [value]:
        one = item.get("name") if isinstance(item, dict) else item
        if one is not None and not isinstance(one, str):
            raise SourceError(source, f"'{name}' must be a text or a list of texts, but holds {_kind(one)}")
        names.append(one_line(one or ""))
    return ", ".join(filter(None, names)) or None


def _date(record: dict[str, Any], source: str) -> str | None:
    name, value = _found(record, "published")
    if isinstance(value, int) and not isinstance(value, bool) and value in _YEARS:
        return str(value)
    if value is not None and not isinstance(value, str):
        raise SourceError(source, f"'{name}' must be a text like 2024-11-22, but is {_kind(value)}")
    return iso_date(value or "")


def _plain_key(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def _kind(value: Any) -> str:  # noqa: ANN401 - a stranger's
    """What a JSON value is, for people."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"
