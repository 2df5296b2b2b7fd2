"""From decoded characters to canonical text: what a reader sees, and nothing that only a machine would."""

from __future__ import annotations

import re
import unicodedata

# Line ends of all kinds, and the separators that Unicode counts as line ends.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
# The joiners shape words in Persian, Hindi and emoji; next to ASCII or white space they can only hide something.
_JOINERS = re.compile("[\u200c\u200d]+")
_DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MAX_MARKS = 30
"""Combining marks in a row that are kept, after the stream-safe text format of Unicode (UAX #15): no script needs more,
and sorting them takes quadratic time."""


def clean(text: str) -> str:
    r"""Canonical form of a text.

    NFC; line ends as ``\n``; runs of spaces as one space; no control characters, no format characters (bidirectional
    controls, zero-width, soft hyphens, tag characters), no surrogates, no private-use or unassigned characters; at most
    one empty line and 30 combining marks in a row; nothing at the ends of lines. Idempotent.
    """
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = text.translate({ord(char): None for char in set(text) if not _is_kept(char)})
        # Before the joiners, since it makes ASCII of a few letters; and after, since marks can move to a letter.
        text = unicodedata.normalize("NFC", _without_piles(text))
        text = _JOINERS.sub(_keep_between_letters, _without_piles(text))
        text = unicodedata.normalize("NFC", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_kept(char: str) -> bool:
    return char in "\n\u200c\u200d" or unicodedata.category(char) not in _DROPPED_CATEGORIES


def _without_piles(text: str) -> str:
    """Without the combining marks that come after ``_MAX_MARKS`` others in a row."""
    marks = "".join(sorted(char for char in set(text) if unicodedata.combining(char)))
    return re.sub(f"([{marks}]{{{_MAX_MARKS}}})[{marks}]+", r"\1", text) if marks else text


def _keep_between_letters(run: re.Match[str]) -> str:
    before, after = run.string[run.start() - 1 : run.start()], run.string[run.end() : run.end() + 1]
    shapes = all(char and not char.isascii() and not char.isspace() for char in (before, after))
    return run[0][0] if shapes else ""


def one_line(text: str) -> str:
    """:func:`clean`, then all white space as single spaces: for titles, names and dates."""
    return " ".join(clean(text).split())
