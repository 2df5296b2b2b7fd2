"""Sentences with exact offsets; the only home of sentencex."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries

if TYPE_CHECKING:
    from collections.abc import Iterator

Span = tuple[int, int]

_WINDOW = 5_000
"""Characters of a line that are split at once: for some scripts sentencex takes quadratic time."""
_AHEAD = 200
"""Characters behind the beginning of a sentence that can have a say in whether it is one."""

# A small letter is no initial of a name; sentencex takes one for an abbreviation or the number of a list's item.
_UNIT = re.compile(
    r"(?<![\w.,])\d[\d.,]{0,20}\s?(?:(?:sq|cu)\.?\s)?(?:[mtghsl]|mm|[^\W\d_]{0,3}[°€$£%]?/[^\W\d_]{1,2})\."
    r"[)\"”’]{0,3}\s{1,9}(?=[\"“‘(]?(?P<next>[^\W\d_]))"
)
_NO = re.compile(
    r"[\"“‘]?No\.\s{1,9}(?!(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)\b)"
    r"(?=(?P<next>[^\W\d_])(?:[^\W\d_]|(?<=[IA])['’\s]))(?![IVXLC]{2})"
)
"""An answer; "No. 5", "No. IV" and "No. B 2" are numbers."""


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    """Offsets of the sentences of a text, in order.

    A newline always ends a sentence (see :class:`index.types.Article`). Spans do not overlap, begin and end with a
    character that is no white space, and together hold every such character of the text.

    Args:
        text: Any text without lone surrogates, best canonical.
        language: ISO 639 code; an unknown one is split by the splitter's common rules.

    Returns:
        Pairs ``(start, end)`` in code points with ``text[start:end]`` the sentence.
    """
    return [
        trimmed
        for line_start, line in _lines(text)
        for start, end in pairwise([*_starts(line, language), len(line)])
        if (trimmed := _trim(text, line_start + start, line_start + end))
    ]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _starts(line: str, language: str) -> list[int]:
    """Where sentences of one line begin; the first is 0, so that nothing is lost whatever the splitter says."""
    starts = [0]
    at = 0
    while at + _WINDOW < len(line):
        sure = [found for found in _splits(line[at : at + _WINDOW], language) if found < _WINDOW - _AHEAD]
        starts += [at + found for found in sure]
        # The last sentence goes on behind the window, so the next one begins with it.
        at += sure[-1] if sure else _WINDOW - _AHEAD
    starts += [at + found for found in _splits(line[at:], language)]
    return sorted({*starts, *_missed(line)})


def _missed(line: str) -> Iterator[int]:
    """Where sentences begin that the splitter runs together with those before: behind a unit, behind "No."."""
    for found in (_NO.match(line), *_UNIT.finditer(line)):
        if found and found["next"].isupper():
            yield found.end()


def _splits(text: str, language: str) -> list[int]:
    starts = {boundary["start_index"] for boundary in get_sentence_boundaries(language, text)}
    return sorted(start for start in starts if 0 < start < len(text))


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
