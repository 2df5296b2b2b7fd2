"""The reader for plain text."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from index.cleaning import clean, one_line
from index.errors import SourceError
from index.readers.dates import iso_date
from index.readers.furniture import without_furniture
from index.types import Article

_MAX_TITLE = 150
_WRAPPED_WIDTH = range(45, 121)
_LIST_ITEM = re.compile(r"(?:[-*+•–—·]|\(?[0-9]{1,3}[.)]|\(?[a-z][.)])\s")
_FIELD = re.compile(r"(From|To|Cc|Bcc|Reply-To|Sent|Date|Subject|Attachments?):\s*(.*)", re.IGNORECASE)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg)\s?:\s*)+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def read_text(text: str, name: str) -> Article:
    """Makes an article from plain text.

    Of a text that was copied with the page around it, only the article is left, and its headline, author and date are
    found. A message with its fields on top is called by its subject, and dated as it says. Else a short first line is
    the title if a blank line or a much longer line follows it, or the file's name is.
    Lines that an editor wrapped are joined again, so that a newline stands only where a paragraph ends.

    Raises:
        SourceError: If nothing visible is left after cleaning.
    """
    canonical = clean(text)
    if not canonical:
        raise SourceError(name, "holds no visible text")
    if message := _subject_and_date(canonical):
        subject, date = message
        return Article(text=_unwrapped(canonical), title=subject, published=date, source=name)
    found = without_furniture(canonical.split("\n"))
    title, body = found.title, "\n".join(found.lines)
    if not title or not body:
        title, body = _split_title(body or canonical)
    return Article(
        text=_unwrapped(body),
        title=title or title_from_name(name),
        author=found.author,
        published=found.published,
        source=name,
    )


def title_from_name(name: str) -> str:
    """A readable title from a file's name: ``2024_esa-jaxa.txt`` gives ``2024 esa jaxa``."""
    stem = PurePosixPath(name).stem
    return one_line(re.sub(r"[_\-]+", " ", stem)) or "Untitled"


def _subject_and_date(text: str) -> tuple[str, str | None] | None:
    """What a message, or the first of several, is about and when it was sent; None if the text is no message."""
    lines = text.partition("\n\n")[0].split("\n")
    fields = {found[1].lower(): found[2] for line in lines if (found := _FIELD.fullmatch(line))}
    subject = _REPLY.sub("", fields.get("subject", ""), count=1).strip()[:_MAX_TITLE]
    if len(fields) < len(lines) or not subject or "from" not in fields:
        return None
    return subject, iso_date(fields.get("date") or fields.get("sent") or "")


def _split_title(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition("\n")
    body = rest.strip()
    second = rest.partition("\n")[0]
    stands_apart = rest.startswith("\n") or len(second) > max(2 * len(first), _WRAPPED_WIDTH.stop)
    if body and stands_apart and len(first) <= _MAX_TITLE and not _SENTENCE_END.search(first):
        return first, body
    return None, text


def _unwrapped(text: str) -> str:
    return "\n\n".join(_unwrap(block) for block in text.split("\n\n"))


def _unwrap(block: str) -> str:
    """Joins the lines of a paragraph that an editor wrapped; leaves lists, verses and one-line paragraphs alone."""
    lines = block.split("\n")
    inner = lines[:-1]
    wrapped = len(lines) > 1 and all(len(line) in _WRAPPED_WIDTH for line in inner)
    # Lines that all end a sentence are paragraphs of their own, whatever their length; one dash can begin any line.
    is_list = sum(1 for line in lines if _LIST_ITEM.match(line)) > 1 or all(map(_FIELD.fullmatch, lines))
    if wrapped and not is_list and not all(_SENTENCE_END.search(line) for line in inner):
        return " ".join(lines)
    return block
