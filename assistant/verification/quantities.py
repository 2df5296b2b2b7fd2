"""Numbers of a sentence, spelt in digits or words, with unit and comparison. Pure, English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.verification.units import SCALED, UNITS, figures
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.verification.tokens import Token

Bound = Literal["", "more", "less", "about"]
"""How a number is meant: exactly, as a lower bound, as an upper bound, roughly."""

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_ORDINAL_TENS = ["twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"]
CARDINALS = {word: float(at) for at, word in enumerate(_ONES)} | {
    word: 10.0 * at for at, word in enumerate(_TENS, 2)
}  # fmt: skip
ORDINALS = {word: float(at) for at, word in enumerate(_ORDINALS)} | {
    word: 10.0 * at for at, word in enumerate(_ORDINAL_TENS, 2)
}  # fmt: skip
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "dozens": 12.0,
    "m": 1e6, "bn": 1e9, "mn": 1e6, "tn": 1e12, "k": 1e3,
}  # fmt: skip
_FRACTIONS = {"half": 0.5, "halves": 0.5, "quarters": 0.25, "thirds": 1 / 3, "fifths": 0.2, "tenths": 0.1}
MULTIPLES = {"twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0,
              "triple": 3.0, "tripled": 3.0, "tripling": 3.0, "triples": 3.0, "halved": 0.5, "halving": 0.5,
              "quadrupled": 4.0, "pair": 2.0, "duo": 2.0, "trio": 3.0, "both": 2.0, "once": 1.0, "single": 1.0,
              "sole": 1.0}  # fmt: skip
SOFT = listed(
    """
    pair duo trio both once single sole half halves halved halving
    """
)
"""Words whose number the other text may leave to its grammar; they support a number, but need none."""

_BOUNDS: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"(?:no more|not more|no fewer|no less|not less) than\s*$|at least\s*$|minimum (?:of )?$"), "more"),
    (re.compile(r"(?:up to|at most|maximum (?:of )?|as (?:many|much|high) as)\s*$"), "less"),
    (re.compile(r"(?:less|fewer|lower|under|below|shorter|smaller|younger) (?:than\s*)?$|(?:under|below)\s*$"), "less"),
    (
        re.compile(r"(?:more|greater|higher|larger|longer|older) than\s*$|(?:over|above|exceed(?:s|ed|ing)?)\s*$"),
        "more",
    ),
    (re.compile(r"(?:about|around|approximately|roughly|nearly|almost|some|circa|close to|an estimated)\s*$"), "about"),
)
_ROUNDED = 0.05
"""By which share of it a rounded number may differ."""
_LEAST_CHANCE = 3  # "one in three" is a chance; "one in two" places may be one thing
_BEFORE_PRONOUN = frozenset(["no", "the", "this", "that", "any", "every", "only"])
_NO_MORE = re.compile(r"(?:no|not) more than\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its meaning.

    Attributes:
        first: Place of its first token.
        last: Place of its last token; unit not counted.
        value: Its value, rounded to nine significant digits.
        is_ordinal: ``third`` as opposed to ``three``.
        unit: Name of its unit from :data:`UNITS`, else the stem of the word behind it.
        bound: See :data:`Bound`.
        is_soft: Whether it is a word of :data:`SOFT`.
        text: As written.
    """

    first: int
    last: int
    value: float
    is_ordinal: bool
    unit: str
    bound: Bound
    is_soft: bool
    text: str

    @property
    def in_base(self) -> tuple[float, str]:
        """Value and unit as a multiple of the smallest unit of its kind: ``2 km`` as 2000 m."""
        unit, factor = SCALED.get(self.unit, (self.unit, 1.0))
        return float(f"{self.value * factor:.9g}"), unit

    def rounds(self, other: Quantity) -> bool:
        """Whether this is the other number rounded, and says so: ``about 640`` or ``more than 600`` for 637."""
        (ours, unit), (theirs, their_unit) = self.in_base, other.in_base
        if not self.bound or other.bound or unit != their_unit or min(ours, theirs) <= 0:
            return False
        if self.is_ordinal or other.is_ordinal:
            return False
        if (self.bound == "more" and theirs < ours) or (self.bound == "less" and theirs > ours):
            return False
        return abs(ours - theirs) <= _ROUNDED * theirs and figures(ours) < figures(theirs)


def quantities(text: str, tokens: Sequence[Token], taken: frozenset[int] = frozenset()) -> tuple[Quantity, ...]:
    """Numbers of a sentence.

    Args:
        text: The sentence.
        tokens: Its tokens.
        taken: Places that belong to dates and times.
    """
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        read = None if at in taken else _read(tokens, at, taken)
        if read is None or (read[1] == at + 1 and _is_no_number(tokens, at)):
            at += 1
            continue
        value, end, is_ordinal = read
        unit = _unit(tokens, at, end)
        written = text[tokens[at].start : tokens[end - 1].end]
        bound = "" if is_ordinal else _bound(text[: tokens[at].start].lower().rstrip("$€£¥ ") + " ")
        is_soft = tokens[at].lower in SOFT and end == at + 1
        found.append(Quantity(at, end - 1, float(f"{value:.9g}"), is_ordinal, unit, bound, is_soft, written))
        at = end
    return tuple(found)


def _read(  # noqa: PLR0911 - one return for each way to write a number
    tokens: Sequence[Token], at: int, taken: frozenset[int]
) -> tuple[float, int, bool] | None:
    """Value, place behind, whether ordinal."""
    token = tokens[at].lower
    if token in ("one", "1") and at + 2 < len(tokens) and tokens[at + 1].lower == "in" and at + 2 not in taken:
        chance = _read(tokens, at + 2, taken)  # "one in ten thousand"
        if chance and chance[0] >= _LEAST_CHANCE and not chance[2]:
            return 1 / chance[0], chance[1], False
    if match := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", token):
        return float(match[1]), at + 1, True
    if re.fullmatch(r"\d+(?:[.,]\d+)*", token):
        value = _digits(token)
        return None if value is None else (*_scaled(value, tokens, at + 1), False)
    if token in MULTIPLES or token in _FRACTIONS:
        return MULTIPLES.get(token, _FRACTIONS.get(token, 0.0)), at + 1, False
    if token in ORDINALS:
        return ORDINALS[token], at + 1, True
    if token in CARDINALS:
        return _words(tokens, at, taken)
    if token in ("dozen", "hundreds", "thousands", "millions", "billions", "dozens"):
        return SCALES[token], at + 1, False
    if match := re.fullmatch(r"1/(\d[\d,]*)", token):
        return 1 / float(match[1].replace(",", "")), at + 1, False
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if token == "a" and following in ("hundred", "thousand", "million", "billion", "dozen"):  # noqa: S105 - a word
        return (*_scaled(1.0, tokens, at + 1), False)
    return None


def _digits(token: str) -> float | None:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", token):
        return float(token.replace(",", ""))
    return float(token) if re.fullmatch(r"\d+(?:\.\d+)?", token) else None


def _scaled(value: float, tokens: Sequence[Token], end: int) -> tuple[float, int]:
    while end < len(tokens) and (scale := SCALES.get(tokens[end].lower)):
        if tokens[end].lower in ("m", "k") and tokens[end].start > tokens[end - 1].end:
            break  # "20 m" are metres
        value, end = value * scale, end + 1
    return value, end


def _words(tokens: Sequence[Token], at: int, taken: frozenset[int]) -> tuple[float, int, bool]:
    """``two hundred and forty-one thousand``, ``twenty-first``, ``two thirds``."""
    total, group, end = 0.0, 0.0, at
    while end < len(tokens) and end not in taken:
        word = tokens[end].lower
        joined = end > at and word in ("-", "and") and end + 1 < len(tokens)
        if word in CARDINALS and (end == at or group % 100 == 0 or (group % 100 >= 20 and CARDINALS[word] < 10)):
            group += CARDINALS[word]
        elif word == "hundred" and group:
            group *= 100
        elif word in SCALES and len(word) > 2 and group and word != "hundred":
            total, group = total + group * SCALES[word], 0.0
        elif word in ORDINALS and end > at and group % 10 == 0 and group >= 20:
            return total + group + ORDINALS[word], end + 1, True
        elif joined and (
            (word == "-" and tokens[end + 1].lower in CARDINALS | ORDINALS and group % 100 >= 20)
            or (word == "and" and tokens[end - 1].lower in SCALES and tokens[end + 1].lower in CARDINALS)
        ):
            pass
        else:
            break
        end += 1
    if end < len(tokens) and tokens[end].lower in ("thirds", "quarters", "fifths", "tenths"):
        return (total + group) * _FRACTIONS[tokens[end].lower], end + 1, False
    return total + group, end, False


def _is_no_number(tokens: Sequence[Token], at: int) -> bool:
    """``one of``, ``no one``, ``the one``, ``one another``; ``second`` as a time; ``at first``."""
    word = tokens[at].lower
    before = tokens[at - 1].lower if at else ""
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if word == "one":
        return before in _BEFORE_PRONOUN or not _counts_one(tokens, at)
    if word[:1].isdigit() and before == "-" and at > 1:
        # "SMART-1": part of the name.
        named, dash = tokens[at - 2], tokens[at - 1]
        return named.is_capital and named.is_word and named.end == dash.start and dash.end == tokens[at].start
    return (word in ("first", "second") and before == "at") or (
        word == "second" and (after == "hand" or before == "per")
    )


def _counts_one(tokens: Sequence[Token], at: int) -> bool:
    """Whether ``one`` counts something: ``one rocket``, ``one-way``; not ``if one fails``, ``the inner one``."""
    for token in tokens[at + 1 : at + 2]:
        singular = not (token.lower.endswith("s") and not token.lower.endswith("ss"))
        return token.text in ("-", "/") or token.lower in SCALES or (token.is_content and singular)
    return False


def _unit(tokens: Sequence[Token], at: int, end: int) -> str:  # noqa: PLR0911 - one for each kind of unit
    """The unit before (``$5``) or behind (``5 km``, ``five-year``) a number, else the stem of the next content word."""
    if at and tokens[at - 1].text in ("$", "€", "£", "¥"):
        return tokens[at - 1].text
    for token in tokens[end : end + 4]:
        if token.text == "-":
            continue
        if token.lower == "per":
            break
        if token.lower == "cent":
            return "percent"
        if token.lower in ("degree", "degrees"):
            scale = {following.lower for following in tokens[end : end + 5]} & {"celsius", "fahrenheit"}
            return {"celsius": "°C", "fahrenheit": "°F"}.get(next(iter(scale), ""), "degree")
        if token.lower in UNITS:
            return UNITS[token.lower]
        if token.text == "m":
            return "m"
        if token.text.startswith("°"):
            return UNITS.get(token.text.lower(), "degree")
        if not token.is_word:
            break
        if token.is_content:
            return token.stem
    if end + 1 < len(tokens) and tokens[end].lower == "per" and tokens[end + 1].lower == "cent":
        return "percent"
    return ""


def _bound(before: str) -> Bound:
    if _NO_MORE.search(before):
        return "less"
    return next((bound for pattern, bound in _BOUNDS if pattern.search(before)), "")
