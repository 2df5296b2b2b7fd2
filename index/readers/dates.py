"""Dates as sources write them become dates as the index keeps them."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = ("january", "february", "march", "april", "may", "june",
           "july", "august", "september", "october", "november", "december")  # fmt: skip
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_YEAR = r"(?P<year>(?:1[4-9]|20)\d\d)(?!\d)"
_FORMS = [
    re.compile(r"(?<!\d)(?P<year>(?:1[4-9]|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:1[4-9]|20)\d\d)/(?P<number>\d\d?)/(?P<day>\d\d?)(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?[\s.-]{1,3}(?:of )?" + _MONTH + r",?[\s-]{1,3}" + _YEAR,
        re.IGNORECASE,
    ),
    re.compile(r"\b" + _MONTH + r"\s{1,3}(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s{1,3}" + _YEAR, re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<year>(?:1[4-9]|20)\d\d)-(?P<number>\d\d)(?!\d)"),
    re.compile(r"\b" + _MONTH + r",?\s{1,3}" + _YEAR, re.IGNORECASE),
    re.compile(r"(?<!\d)" + _YEAR),
]
_LONGEST = 200


def iso_date(text: str) -> str | None:
    """The date in a short text as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; None if there is none.

    ISO 8601, RFC 822 and the English ways to write a date are understood. All-number dates that are read differently in
    different countries (03/04/2024) are not guessed: of them only the year is kept.
    """
    text = text[:_LONGEST]
    for form in _FORMS:
        for found in form.finditer(text):
            if date := _checked(found.groupdict()):
                return date
    return None


def _checked(parts: dict[str, str | None]) -> str | None:
    """The parts put together, if the calendar has such a day or month."""
    number = parts.get("number")
    if name := parts.get("month"):
        number = str(1 + next(at for at, month in enumerate(_MONTHS) if month.startswith(name[:3].lower())))
    pieces = [str(parts["year"]), *(f"{int(part):02d}" for part in (number, parts.get("day")) if part)]
    try:
        dt.date(*map(int, [*pieces, "01", "01"][:3]))
    except ValueError:
        return None
    return "-".join(pieces)
