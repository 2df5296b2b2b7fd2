"""Marks of footnotes are left out of HTML: behind a number they would make another number of it. Pure.

An exponent, an ordinal, an isotope or a fraction looks much the same and stays. A link to a place in the page, or what
an element says of itself, tells a mark for sure; else the text before it does, and in doubt nothing is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 24
_MOST_EVENTS = 24
"""Tags and texts of one mark; an encyclopaedia's have about a dozen."""
_BEFORE = 40
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
_ATTRIBUTES = ("type", "role", "class", "rel")
_SAYS_SO = re.compile(
    r"(?:doc-)?(?:foot|end)?note-?_?(?:ref(?:erence)?|anchor|mark|link|call)s?|(?:foot|end)notes?|references?|fn|fnref",
    re.IGNORECASE,
)
_ONE = r"(?:(?:note|nb|n|fn)\.?\s?)?\d{1,3}|[a-z]|[ivxl]{1,6}|[*†‡§¶#]{1,4}"
_SURE = re.compile(rf"[\[(]?\s?(?:{_ONE})(?:\s?[,;–-]\s?(?:{_ONE}))*\s?[\])]?", re.IGNORECASE)
_BRACKETED = re.compile(r"\[\s?(?:(?:note|nb|n|fn)\.?\s?)?(?:\d{1,3}|[a-z])\s?\]", re.IGNORECASE)
_BACK = re.compile("[\\[(]?[↩↑^⏎]\ufe0e?[\\])]?")
"""From a note to its mark."""
_AROUND = " \t\r\n\xa0[](),;–-"
_NUMBERS = re.compile(r"(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|\(\d{1,3}\))")
_SIGNS = re.compile(r"[*†‡§¶]{1,3}")
_PUNCTUATION = '.,;:!?…%"”’»'
_CENTS = re.compile(r"\d[.,:]$")
"""Before two raised digits, this is a price or a time of day."""
_FORMULA = re.compile(r"[=×÷*/+−·π√∝≈<>]")
_LAST_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?=[.,]?$)")
_FIRST_LETTERS = "abcd"
"""Raised letters that count notes; others end an ordinal or an abbreviation in some language."""
_ENOUGH_LETTERS = 3
_ENOUGH_CAPITALS = 4
_UNITS = frozenset(("cm", "cu", "dm", "ft", "h", "in", "km", "m", "mi", "min", "mm", "nm", "s", "sec", "sq", "yd"))
"""Units that may have a full stop before they are squared or cubed."""
# What is squared or cubed, or has a number of its own.
_RAISED = frozenset((
    "acre", "acres", "americium", "amu", "area", "bar", "bit", "bits", "body", "bond", "byte", "bytes", "caesium",
    "calcium", "carbon", "centimeter", "centimeters", "centimetre", "centimetres", "cesium", "char", "chi", "chlorine",
    "cobalt", "copper", "cos", "cosh", "cot", "cube", "cubic", "day", "days", "deg", "degree", "degrees", "delta",
    "density", "depth", "det", "deuterium", "diameter", "distance", "duration", "energy", "epsilon", "error", "exp",
    "feet", "field", "foot", "force", "frequency", "gamma", "gauss", "gram", "grams", "height", "helium", "hour",
    "hours", "hydrogen", "inch", "inches", "iodine", "iron", "kilogram", "kilograms", "kilometer", "kilometers",
    "kilometre", "kilometres", "krypton", "lambda", "lead", "length", "light", "lithium", "log", "lux", "mass", "max",
    "mean", "meter", "meters", "metre", "metres", "metro", "metros", "micron", "microns", "mile", "miles", "millimeter",
    "millimeters", "millimetre", "millimetres", "min", "minute", "minutes", "mol", "mole", "moles", "month", "months",
    "mètre", "mètres", "neptunium", "nitrogen", "nmi", "omega", "oxygen", "phi", "phosphorus", "pixel", "pixels",
    "plutonium", "polonium", "potassium", "power", "price", "psi", "rad", "radium", "radius", "radon", "range", "ratio",
    "rho", "root", "ruthenium", "score", "sec", "second", "seconds", "side", "sigma", "sin", "sinh", "size", "sodium",
    "speed", "square", "squares", "step", "strontium", "sulfur", "sulphur", "tan", "tanh", "tau", "technetium",
    "temperature", "theta", "thickness", "thorium", "time", "tritium", "uranium", "value", "variance", "velocity",
    "voltage", "volume", "weight", "width", "xenon", "yard", "yards", "year", "years", "zeta",
))  # fmt: skip


class Target(Protocol):
    """What libxml2 calls for each tag and text."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """The innermost open element ends."""

    def data(self, text: str) -> None:
        """Text of the innermost open element."""


class WithoutNotes:
    """Stands before a target and hands on all but the marks of footnotes.

    What can be a mark is held back until it has ended or has become too long for one.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._before = ""  # the end of the block's text so far
        self._held: list[tuple[Callable[..., None], Callable[..., None], tuple[object, ...]]] = []
        self._text = ""
        self._signs: set[str] = set()
        self._open: list[set[str]] = []  # signs of the elements that are held back and open

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name, signs = _bare(tag), _signs(tag, attributes)
        if self._held or name == "sup" or signs:
            self._open.append(signs)
            self._signs |= signs
            self._hold(self.start, self._target.start, tag, attributes)
            if self._held and name not in _INLINE:
                self._release()
            return
        if name not in _INLINE:
            self._before = ""
        self._target.start(tag, attributes)

    def end(self, tag: str) -> None:
        """The innermost open element ends."""
        if not self._held:
            if _bare(tag) not in _INLINE:
                self._before = ""
            self._target.end(tag)
            return
        self._open.pop()
        self._hold(self.end, self._target.end, tag)
        if self._held and not self._open:
            if _is_mark(self._text.strip(), self._before, self._signs):
                self._forget()
            else:
                self._release()

    def data(self, text: str) -> None:
        """Text of the innermost open element."""
        if not self._held:
            self._before = (self._before + text[-_BEFORE:])[-_BEFORE:]
            self._target.data(text)
            return
        self._text += text[: _LONGEST + 1]
        if text.strip(_AROUND) and not {"sup", "link"} <= set().union(*self._open):
            self._signs.add("beside")
        self._hold(self.data, self._target.data, text)

    def close(self) -> None:
        """The document ends; the target is closed by who made it."""
        while self._held:
            self._release()

    def _hold(self, again: Callable[..., None], on: Callable[..., None], *given: object) -> None:
        self._held.append((again, on, given))
        if len(self._held) > _MOST_EVENTS or len(self._text) > _LONGEST:
            self._release()

    def _forget(self) -> None:
        self._held, self._open, self._text, self._signs = [], [], "", set()

    def _release(self) -> None:
        """Hands on what was held back, its first tag for good: in the rest may be a mark."""
        (_, on, given), *rest = self._held
        self._forget()
        on(*given)
        for again, _, more in rest:
            again(*more)


def _bare(name: str) -> str:
    """A name without its namespace."""
    return re.split("[}:]", name)[-1].lower()


def _signs(tag: str, attributes: dict[str, str]) -> set[str]:
    """What tells a mark in an element: ``sup``, ``link`` if it leads to a place, ``note`` if it says that it is one."""
    name = _bare(tag)
    if name not in ("a", "sup"):
        return set()
    signs = {"sup"} if name == "sup" else set()
    for key, value in attributes.items():
        if _bare(key) == "href" and name == "a" and "#" in value[:500]:
            signs.add("link")
        elif _bare(key) in _ATTRIBUTES and any(_says_so(word, name) for word in value[:200].split()):
            signs.add("note")
    return signs


def _says_so(word: str, name: str) -> bool:
    # Of a link, some programs that make handbooks say "reference" whatever it leads to.
    return _SAYS_SO.fullmatch(word) is not None and (name == "sup" or not word.lower().startswith("reference"))


def _is_mark(text: str, before: str, signs: set[str]) -> bool:
    """Whether a raised text or a link is the mark of a footnote."""
    if "link" in signs and _BACK.fullmatch(text):
        return True
    if "note" in signs or (signs >= {"sup", "link"} and "beside" not in signs):
        return _SURE.fullmatch(text) is not None
    if "link" in signs:
        return _BRACKETED.fullmatch(text) is not None and bool(before) and not before[-1].isspace()
    return _is_raised_mark(text, before)


def _is_raised_mark(text: str, before: str) -> bool:
    """Whether a raised text that leads nowhere is a mark, by what it stands behind."""
    if _BRACKETED.fullmatch(text):
        return True
    found = _LAST_WORD.search(before)
    word, behind = found[0] if found else "", before[-1:]
    if _SIGNS.fullmatch(text):
        return len(word) != 1 and bool(behind) and not behind.isspace()
    if _NUMBERS.fullmatch(text) and behind and behind in _PUNCTUATION:
        is_cents = len(text) == 2 and _CENTS.search(before)
        is_unit = text in ("2", "3") and behind == "." and word.lower() in _UNITS
        return not is_cents and not is_unit
    is_plain = len(word) >= _ENOUGH_LETTERS and word[1:].islower() and word.lower() not in _RAISED
    if not behind.isalpha() or not (is_plain or (len(word) >= _ENOUGH_CAPITALS and word.isupper())):
        return False
    is_letter = text.lower() in _FIRST_LETTERS and len(text) == 1 and len(word) > _ENOUGH_LETTERS
    return is_letter or (_NUMBERS.fullmatch(text) is not None and not _FORMULA.search(before))
