"""A model's text → its sentences with the passages that each cites, also while the text is still being written. Pure.

The law for growing texts: what is final in a beginning of a text stands unchanged at the same place in the whole. A
sentence therefore is final only when words of the next one are there, since marks may follow the full stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.verification.beginnings import begin_alike
from assistant.verification.markdown import plain_lines
from assistant.verification.records import MarkedSentence, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

HIGHEST_MARK = 99
"""A larger number in brackets is no mark: ``[1999] UKHL 3``."""

_NUMBERS = r"\^?\d{1,2}(?:\s*(?:[-–—,;&]|and)\s*\^?\d{1,2})*"
_GROUP = rf"(?:\[\s*(?:(?:source|passage|citation|ref)s?\.?\s*)?(?:{_NUMBERS})\s*\]|【\s*(?:{_NUMBERS})[^】]*】)"
_MARKS = re.compile(rf"(?P<before>\s*)(?P<groups>(?:{_GROUP}[\s,;]*)*{_GROUP})", re.IGNORECASE)
_ONE_GROUP = re.compile(_GROUP, re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*[-–—]\s*\^?(\d+)|(\d+)")
_OPEN_BRACKET = re.compile(r"(?:\[[^\[\]]*|\[[^\[\]]*\]\([^()\s]*|【[^【】]*)$")
_CLOSED_BRACKET = re.compile(r"\[[^\[\]]*\]$")
_OPEN_BOLD = re.compile(r"[\s>]*(?:\*\*|__)[^*_]*(?:\*+|_+)?")
_OPEN_WORD = re.compile(r"\W*\w{0,14}(?: \w{0,8})?\W*")
_LONGEST_OPEN = 200
"""Characters of a last line that may be such a word; the pattern's time grows with the square of its length."""
_END = re.compile(r"[.!?…]+[\"”’»)\]']*(?=\s|\x00|$)|[。！？]+")
_PLACE = re.compile(r"\s*\x00([\d,]*)\x00")
_SHORT = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|mr|mrs|ms|dr|prof|st|sr|jr|gen|col|sen|rep|gov|lt|capt|vs|fig|figs"
    r"|eq|vol|pp|p|cf|ca|approx|dept|est|inc|ltd|co|corp)$",
    re.IGNORECASE,
)
_SHORT_BEFORE_NUMBER = re.compile(r"(?:^|\s)(?:no|nos|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$", re.IGNORECASE)


@dataclass(slots=True)
class _Piece:
    """A sentence while it is put together; text holds marks as ``NUL numbers NUL``."""

    text: str
    part: Part
    lead: str = ""


def split_marked(text: str) -> list[MarkedSentence]:
    """The sentences of a model's text.

    Marks are ``[1]``, ``[1][2]``, ``[1, 2]``, ``[1-3]``, ``[^1]``, ``[Source 1]`` and ``【1】``, inside a sentence or
    behind it, before or after its full stop; a mark at the beginning of a line belongs to the sentence there, a line of
    marks alone to the sentence before. What stands in brackets otherwise (``[2024]``, ``[0, 1]``, ``x[1]y``) is text.

    Args:
        text: What the model has written so far.

    Returns:
        Sentences in order. The last is not final, nor is any that what stands behind it may still change.
    """
    text = _without_open_bracket(text)
    found = _sentences_with_marks(text)
    finals = len(found) - 1
    for shorter in _without_what_may_go(text):
        others = _sentences_with_marks(shorter)
        finals = min(finals, begin_alike(found, others), len(others) - 1)
    return [replace(one, is_final=at < finals) for at, one in enumerate(found)]


def _sentences_with_marks(text: str) -> list[MarkedSentence]:
    found: list[MarkedSentence] = []
    for piece in _pieces(text):
        marks = tuple(dict.fromkeys(mark for place in _PLACE.findall(piece.text) for mark in _numbers(place)))
        words = _tidy(_PLACE.sub("", piece.text))
        if any(map(str.isalnum, words)):
            found.append(MarkedSentence(text=words, marks=marks, part=piece.part, lead=piece.lead))
        elif marks and found:
            found[-1] = replace(found[-1], marks=tuple(dict.fromkeys((*found[-1].marks, *marks))))
    return found


def _without_what_may_go(text: str) -> Iterator[str]:
    """A growing text without what stands at its end and may become something else.

    That is a last line that may become a heading or the number of an item, and brackets that may become a link.
    """
    head, _, last = text.rpartition("\n")
    is_word = len(last) <= _LONGEST_OPEN and _OPEN_WORD.fullmatch(last)
    if is_word or _OPEN_BOLD.fullmatch(last.rstrip()):
        yield head
    if match := _CLOSED_BRACKET.search(last):
        yield text[: len(text) - len(match[0])]


def _without_open_bracket(text: str) -> str:
    """What the end of a growing text may still turn into a mark or a link is left out."""
    head, newline, last = text.rpartition("\n")
    match = _OPEN_BRACKET.search(last)
    return head + newline + (last[: match.start()].rstrip() if match else last)


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    lead, open_text = "", ""
    for line in plain_lines(text.replace("\x00", "")):
        coded = _code_marks(line.text)
        if line.kind == "heading":
            pieces.append(_Piece(coded, "heading"))
            lead = open_text = ""
            continue
        if line.kind == "text" and not line.begins and open_text and pieces and not _has_ended(open_text):
            # A paragraph broken into lines: its last sentence goes on.
            first = pieces.pop()
            coded = f"{open_text} {coded}"
        elif line.kind == "item":
            first = _Piece("", "item", lead)
        else:
            first = _Piece("", "sentence")
            lead = ""
        sentences = _sentences(coded)
        pieces += [_Piece(sentence, first.part, first.lead if at == 0 else "") for at, sentence in enumerate(sentences)]
        open_text = sentences[-1]
        bare = _tidy(_PLACE.sub("", open_text))
        if first.part == "sentence" and bare.endswith(":"):
            pieces[-1].part, lead = "lead", bare
    return pieces


def _has_ended(coded: str) -> bool:
    return bool(re.search(r"[.!?…:。！？][\"”’»)\]']*$", _PLACE.sub("", coded).rstrip()))


def _code_marks(line: str) -> str:
    """Marks as ``NUL numbers NUL``, so that nothing else in brackets is taken for one."""

    def code(match: re.Match[str]) -> str:
        numbers = [number for group in _ONE_GROUP.findall(match["groups"]) for number in _range_numbers(group)]
        behind, before = line[match.end() : match.end() + 1], line[match.start() : match.start() + 1]
        in_code = bool(re.match(r"[\w(=\[]", behind)) and not match["before"] and before == "[" and (
            bool(re.search(r"\w$", line[: match.start()]))
        )  # fmt: skip
        if not numbers or in_code:
            return match[0]
        return f"\x00{','.join(map(str, numbers))}\x00"

    return _MARKS.sub(code, line)


def _range_numbers(group: str) -> list[int]:
    """Numbers of one bracket; none if one of them cannot be a passage's."""
    found: list[int] = []
    for first, last, single in _RANGE.findall(group.partition("†")[0]):
        low, high = (int(first), int(last)) if first else (int(single), int(single))
        if not 0 < low <= high <= HIGHEST_MARK:
            return []
        found += range(low, high + 1)
    return found


def _numbers(place: str) -> list[int]:
    return [int(number) for number in place.split(",") if number]


def _sentences(coded: str) -> list[str]:
    """Cuts one line; marks directly behind a full stop stay with what they follow. At least one piece."""
    cuts = [0]
    for match in _END.finditer(coded):
        end = match.end()
        while place := _PLACE.match(coded, end):
            end = place.end()
        rest = coded[end:].lstrip(" ,;")
        if not rest or not _begins_sentence(rest[0]) or _is_short(coded[cuts[-1] : match.start()], match[0], rest[0]):
            continue
        if end == match.end() and not coded[end].isspace() and match[0][-1] not in "。！？":
            continue
        cuts.append(end)
    return [coded[start:end].strip() for start, end in zip(cuts, [*cuts[1:], len(coded)], strict=True)]


def _begins_sentence(character: str) -> bool:
    return not character.islower() and (character.isalnum() or character in "\"“‘'«([$€£#")


def _is_short(before: str, end: str, following: str) -> bool:
    """Whether a full stop ends an abbreviation."""
    bare = _PLACE.sub("", before)
    return end == "." and bool(_SHORT.search(bare) or (following.isdigit() and _SHORT_BEFORE_NUMBER.search(bare)))


def _tidy(text: str) -> str:
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
