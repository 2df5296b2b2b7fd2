"""A question as the rows of tables are compared with it: what it names, numbers and tells apart. Pure, English."""

from __future__ import annotations

import re
from collections import defaultdict

from index.keywords import STOP_WORDS, words

TOKEN = re.compile(r"\w+(?:['’.,:/–-]\w+)*")
"""A word, a number or a code as it is written: DENV-1, 2:09:02."""
COUNTER = re.compile(r"\d{1,3}\.?$")
"""The whole of a cell that numbers its row, or of a small value."""
_SHORT = 2
"""Characters up to which a label is looked for as it is written: "C band" names C, and "a band" not A."""
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_NTH = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b")
_NUMBERED = re.compile(r"(\w+) (?:(?:no\.?|number|#) ?)?(\d{1,3})\b(?![.,:/–-]\d)")
_MODIFIED = re.compile(r"(?=\b(\w+)[ -](\w+)\b)")
_LINKED = re.compile(r"\b(\w+) (?:of|in|for|at|per|to|from|under|over) (?:the |an? )?(\w+)")
_EMPTY = frozenset(("current", "exact", "precise", "actual", "official", "usual", "normal", "own", "same", "total"))
"""Words that make no other thing of the word behind them: the current price is the price."""
_SAME = {"top": "maximum", "highest": "maximum", "max": "maximum", "lowest": "minimum", "min": "minimum"}
"""Words that say which one with another word for the same."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BEGINNINGS = tuple(day[:3] for day in DAYS)
_DAY = rf"({'|'.join(DAYS)}|(?-i:{'|'.join(day.title() for day in _BEGINNINGS)}))s?\b\.?"
_SPAN_OF_DAYS = re.compile(rf"\b{_DAY}(?:\s?(?:to|until|till|through|[-–—])\s?{_DAY})?", re.IGNORECASE)
_WEEK = {"weekday": range(5), "weekend": range(5, 7), "daily": range(7), "every day": range(7)}


class Asked:
    """A question as rows are compared with it.

    Attributes:
        text: The question.
        words: Its words, as they are compared.
        tokens: They as they are written, but for the first, which has a capital letter anyway.
        numbers: Numbers that it gives to things: 3 in "came third" and in "step 3".
        shape: Its text in lower case with 0 for every number.
        days: Days of the week that it names.
        modifiers: For words the ones that say which; see :func:`modifiers`.
    """

    def __init__(self, question: str) -> None:
        """Takes a question that stands alone."""
        self.text = question
        self.words = frozenset(words(question))
        self.tokens = frozenset(TOKEN.findall(question)[1:])
        self.shape = shape_of(question)
        self.days = days_of(question)
        self.modifiers = modifiers(question)
        lower = question.lower()
        written = TOKEN.findall(lower)
        self.numbers = {
            *(int(number) for word, number in _NUMBERED.findall(lower) if word not in {*STOP_WORDS, "many"}),
            *(int(number) for number in _NTH.findall(lower)),
            *(place for place, word in enumerate(_ORDINALS, 1) if word in written),
        }

    def has(self, label: str) -> bool:
        """Whether the question names something by all words of its label."""
        label = label.strip()
        if COUNTER.match(label):
            return int(label.rstrip(".")) in self.numbers
        if len(label) <= _SHORT:
            return label in self.tokens and label != "I"
        found = words(label)
        return bool(found) and self.words.issuperset(found)


def shape_of(text: str) -> str:
    """A text in lower case with 0 for every number: that of E2 and E9 is the same."""
    return re.sub(r"\d+", "0", text.lower())


def modifiers(text: str) -> dict[str, set[str]]:
    """For words of a text those before them, and those tied to them by "of", "in" or the like, as they are compared."""
    lower = text.lower()
    found: defaultdict[str, set[str]] = defaultdict(set)
    pairs = [
        *((word, which) for which, word in _MODIFIED.findall(lower) if not STOP_WORDS & {which, word}),
        *_LINKED.findall(lower),
    ]
    for word, which in pairs:
        if which not in _EMPTY and not which.isdigit():
            for stem in words(word):
                found[stem].update(words(_SAME.get(which, which)))
    return found


def days_of(text: str) -> frozenset[int]:
    """Days of the week that a text names, 0 for Monday: 0 to 4 for "Mon–Fri"; empty if it names none."""
    lower = text.lower()
    found = {day for word, days in _WEEK.items() if word in lower for day in days}
    for first, last in _SPAN_OF_DAYS.findall(text):
        begin, end = (_BEGINNINGS.index(day[:3].lower()) for day in (first, last or first))
        found.update(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))
    return frozenset(found)
