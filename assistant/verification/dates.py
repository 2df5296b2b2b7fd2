"""Dates and times of day in a sentence. Pure, English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.verification.tokens import Token

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = {spelling: at for at, month in enumerate(_MONTHS, 1) for spelling in (month, month[:3], month[:3] + ".")} | {
    "sept": 9, "sept.": 9
}  # fmt: skip
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![a-z])"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[0-9]\d\d|20\d\d|21\d\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?P<year>{_YEAR})-(?P<number>[01]\d)(?:-(?P<day>[0-3]\d))?\b",
        rf"\b(?:the )?(?P<day>{_DAY})(?: day)?(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>{_YEAR})\b)?",
        rf"\b(?P<month>{_MONTH}) (?:the )?(?P<day>{_DAY})\b(?!\d)(?:,? (?P<year>{_YEAR})\b)?",
        rf"\b(?P<month>{_MONTH}),?(?: of)? (?P<year>{_YEAR})\b",
        r"\b(?P<decade>\d{3}0)s\b",
        r"\b(?P<century>\d{1,2})(?:st|nd|rd|th)[ -]century\b",
        rf"(?<![$€£¥\d.,/-])\b(?P<year>{_YEAR})\b(?![,.]\d|\s?(?:%|percent|per cent|km|m\b|kg|people|dollars|euros))",
        (
            r"(?i:\b(?:in|since|by|until|till|from|to|of|last|next|this|early|late|mid|during|before|after|through|and"
            rf"|between|every)[ -])(?P<month>{_MONTH})"
        ),
        r"(?P<month>(?:January|February|April|June|July|August|September|October|November|December)\b)",
    )
)
_WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b|\b(?P<named>noon|midnight)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is given, or a time of day.

    Attributes:
        start: Its offset in the sentence, in code points.
        end: Offset behind it.
        parts: What is given: ``year``, ``month``, ``day``, ``weekday``, ``decade``, ``century``, ``time`` (minutes).
        text: As written.
    """

    start: int
    end: int
    parts: tuple[tuple[str, int], ...]
    text: str

    def is_held_by(self, other: Date) -> bool:
        """Whether the other date says all that this one does."""
        return set(self.parts) <= set(other.parts)

    def contradicts(self, other: Date) -> bool:
        """Whether a part that both give differs."""
        ours, theirs = dict(self.parts), dict(other.parts)
        return any(theirs.get(name, value) != value for name, value in ours.items())

    @property
    def names(self) -> frozenset[str]:
        """Which parts are given."""
        return frozenset(name for name, _ in self.parts)


def dates(text: str) -> tuple[Date, ...]:
    """Dates and times of a sentence, in order; those that overlap are read once, as the longest pattern does."""
    found: list[Date] = []
    free = [True] * (len(text) + 1)

    def take(start: int, end: int, parts: dict[str, int]) -> None:
        if all(free[start:end]):
            free[start:end] = [False] * (end - start)
            found.append(Date(start, end, tuple(sorted(parts.items())), text[start:end]))

    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            groups = {name: value for name, value in match.groupdict().items() if value}
            start = match.start("month") if set(groups) == {"month"} else match.start()
            if parts := _parts(groups):
                take(start, match.end(), parts)
    for match in _WEEKDAY.finditer(text):
        weekday = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun").index(match[1])
        take(match.start(), match.end(), {"weekday": weekday})
    for match in _TIME.finditer(text):
        take(match.start(), match.end(), {"time": _minutes(match)})
    return tuple(sorted(found, key=lambda date: date.start))


def _parts(groups: dict[str, str]) -> dict[str, int]:
    parts: dict[str, int] = {}
    if "month" in groups:
        parts["month"] = MONTHS[groups["month"].lower().rstrip(".")]
    if "number" in groups:
        if not 1 <= int(groups["number"]) <= 12:
            return {}
        parts["month"] = int(groups["number"])
    if "day" in groups:
        parts["day"] = int(re.sub(r"\D", "", groups["day"]))
    parts |= {name: int(groups[name]) for name in ("year", "decade", "century") if name in groups}
    return parts


def _minutes(match: re.Match[str]) -> int:
    if match["named"]:
        return 720 if match["named"].lower() == "noon" else 0
    if match["hour24"]:
        return 60 * int(match["hour24"]) + int(match["minute24"])
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
    return 60 * hour + int(match["minute"] or 0)


def places(found: Sequence[Date], tokens: Sequence[Token]) -> frozenset[int]:
    """Places of the tokens that belong to dates."""
    return frozenset(
        at for at, token in enumerate(tokens) for date in found if token.start < date.end and date.start < token.end
    )
