"""Abbreviations that articles explain, "Karoo Deep Array (KDA)", written out in questions. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_LONGEST = 100
"""Characters of a full name."""
_MOST_WORDS = 10
_MOST_EXPANDED = 4
"""Abbreviations written out in one question, which would grow too long else."""
_BRACKET = re.compile(rf"\(([^()\n]{{2,{_LONGEST}}})\)")
_SHORT = re.compile(r"[A-Z][A-Za-z&]{0,6}[A-Z]")
_SHORT_BEFORE = re.compile(r"(?<![\w-])([A-Z][A-Za-z&]{0,6}[A-Z])\s?$")
_PART = re.compile(r"[^\W\d_][\w'’.]*|&")
_SMALL = frozenset(
    ["of", "the", "for", "and", "in", "on", "at", "to", "by", "with", "&", "de", "la", "le", "des", "du", "et", "und"]
)
_ASKED = re.compile(r"(?<![\w'’.@/&-])[A-Za-z][A-Za-z&]{0,6}[A-Za-z](?![\w@/&-]|['’][^\W_s])")


def learn(texts: Iterable[str]) -> dict[str, str]:
    """Abbreviations with their full names, from "Full Name (ABC)" and "ABC (Full Name)".

    The letters of the one have to be the initials of the other's capitalised words; those of small words ("of") may
    count or not. What stands for two names is left out. The worst that an article can do with a wrong name is to spoil
    the search for one abbreviation.
    """
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for text in texts:
        for match in _BRACKET.finditer(text):
            pair = _pair(text[max(0, match.start() - _LONGEST - 2) : match.start()], match[1].strip())
            if pair is None:
                continue
            short, full = pair
            if words(found.setdefault(short, full)) != words(full):
                doubtful.add(short)
    return {short: full for short, full in found.items() if short not in doubtful}


def expand(question: str, names: Mapping[str, str], is_common: Callable[[str], bool]) -> str:
    """The question with the full name before an abbreviation where it first stands, which follows in brackets.

    Args:
        question: As it is searched.
        names: What :func:`learn` gives.
        is_common: Whether a word is so common that it is an abbreviation in its capitals only ("who", "WHO").
    """
    by_small = {short.lower(): short for short in names}
    # Where all letters are capitals, they say nothing.
    shouted = question == question.upper()

    done: set[str] = set()

    def expanded(match: re.Match[str]) -> str:
        short = by_small.get(match[0].lower())
        if short is None or ((shouted or match[0] != short) and is_common(match[0])):
            return match[0]
        full = names[short]
        if full.lower() in question.lower() or short in done or len(done) == _MOST_EXPANDED:
            return match[0]
        done.add(short)
        return f"{full} ({short})"

    return _ASKED.sub(expanded, question)


def _pair(before: str, inside: str) -> tuple[str, str] | None:
    """The abbreviation and the full name at a bracket, if it has one and the other stands before it."""
    short = inside.removesuffix("s")
    if _SHORT.fullmatch(short):
        if not before.endswith(" "):
            return None
        parts = list(_PART.finditer(before))[-_MOST_WORDS:]
        # From the shortest name on: "the Bay of the Bears Observatory (BO)" is none of that bay.
        for at in range(len(parts) - 2, -1, -1):
            full = before[parts[at].start() :].rstrip()
            if _is_initials(short, full, [part[0] for part in parts[at:]]):
                return short, full
        return None
    ahead = _SHORT_BEFORE.search(before[-12:])
    parts = list(_PART.finditer(inside))
    if ahead and 2 <= len(parts) <= _MOST_WORDS and _is_initials(ahead[1], inside, [part[0] for part in parts]):
        return ahead[1], inside
    return None


def _is_initials(short: str, full: str, parts: list[str]) -> bool:
    """Whether an abbreviation is made of the initials of a name that begins with a capital and is no sentence."""
    if len(full) > _LONGEST or not parts[0][0].isupper() or re.search(r"[^\w\s'’.&-]|[.] ", full):
        return False
    reached = {0}
    for part in parts:
        small = part.lower() in _SMALL
        if not (small or part[0].isupper()):
            return False
        next_ones = {at + 1 for at in reached if at < len(short) and short[at].lower() == part[0].lower()}
        reached = next_ones | reached if small else next_ones
    return len(short) in reached
