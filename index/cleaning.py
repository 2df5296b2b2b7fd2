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


def clean(text: str) -> str:
    r"""Canonical form of a text.

    NFC; line ends as ``\n``; runs of spaces as one space; no control characters, no format characters (bidirectional
    controls, zero-width, soft hyphens, tag characters), no surrogates, no private-use or unassigned characters; at most
    one empty line in a row; nothing at the ends of lines. Idempotent.
    """
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = "".join(char for char in text if char in "\n\u200c\u200d" or _is_visible(char))
        text = _JOINERS.sub(_keep_between_letters, text)
        text = unicodedata.normalize("NFC", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _DROPPED_CATEGORIES


def _keep_between_letters(run: re.Match[str]) -> str:
    before, after = run.string[run.start() - 1 : run.start()], run.string[run.end() : run.end() + 1]
    shapes = all(char and not char.isascii() and not char.isspace() for char in (before, after))
    return run[0][0] if shapes else ""


def one_line(text: str) -> str:
    """:func:`clean`, then all white space as single spaces: for titles, names and dates."""
    return " ".join(clean(text).split())
