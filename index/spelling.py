"""Slips of the finger in a question, mended with the articles' own words; the only home of rapidfuzz."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from index.keywords import KeywordIndex

_WORD = re.compile(r"(?<![\w'’.@/-])[^\W\d_]+(?![\w'’@/-])")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 5
"""Letters: shorter words have too many neighbours."""
_LONG = 8
"""Letters from which on two slips are mended, below only one."""
_PLURALS = (("s", ""), ("es", ""), ("ies", "y"))
_ENDINGS = (*_PLURALS, ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("ly", ""))
"""What a word may end in, and what stands there in the word that it is made of."""

_INFLECTED = frozenset(
    [
        "", "s", "e", "es", "ed", "er", "ers", "ing", "ings", "ly", "y", "ies", "ied", "or", "ors", "al", "ally", "ic",
        "ical", "ically", "ion", "ions", "ional", "ive", "ism", "ist", "ists", "ity",
    ]
)  # fmt: skip
"""Endings in which well-spelt words of one stem differ."""

_MOST_CHANGES = 8
"""Words mended in one question; more are no slips, but another language."""


class Speller:
    """Knows the words of the articles.

    Args:
        keywords: Knows which words they hold, whatever their endings.
        texts: All that they say.
        is_common: Whether a word of a question is so common that it is meant as it stands, whatever is near to it.
    """

    def __init__(self, keywords: KeywordIndex, texts: Iterable[str], is_common: Callable[[str], bool]) -> None:
        self._is_common = is_common
        self._keywords = keywords
        found = Counter(word for text in texts for word in _LETTERS.findall(text) if len(word) >= _SHORTEST - 1)
        self._count: Counter[str] = Counter()
        self._written: dict[str, str] = {}
        self._by_letter: dict[str, dict[str, str]] = {}
        for word, count in found.most_common():
            small = word.lower()
            self._count[small] += count
            # One small letter is enough: headlines and beginnings of sentences make no name of a word.
            if word == small or small not in self._written:
                self._written[small] = word
            self._by_letter.setdefault(small[0], {})[small] = _by_sound(small)

    def mend(self, question: str) -> str:
        """The question with each word that no article holds, and that is no common one, as an article writes it.

        Nothing is changed that has fewer than five letters, and no first letter. Two words are near if one slip leads
        from one to the other, two from eight letters on: a letter more, fewer or other, or two exchanged ("optimal
        string alignment" distance); "f" is as good as "ph". A plural or a past is near to that of a word of the
        articles. Small letters stay small, except in what the articles always begin with a capital.
        """
        changed = 0

        def mended(match: re.Match[str]) -> str:
            nonlocal changed
            word = match.group()
            better = self._nearest(word) if changed < _MOST_CHANGES else None
            changed += better is not None
            return better or word

        return _WORD.sub(mended, question)

    def _nearest(self, word: str) -> str | None:
        small, stems = word.lower(), words(word)
        if len(word) < _SHORTEST or not stems or small in self._written or self._is_ordinary(small):
            return None
        near = self._near(small)
        if self._keywords.holds(stems[0]):
            # "payrol" has the stem of "payroll", and is a slip; "keepers" has that of "keeper", and is none.
            if any(_is_inflected(small, other) for other in self._forms(stems[0])):
                return None
            near = {other: rank for other, rank in near.items() if words(other) == stems}
        else:
            near |= {other: rank for other, rank in self._plurals(small).items() if other not in near}
        best = min(near, key=lambda other: (*near[other], other), default="")
        return self._as_written(best, word) if best else None

    def _near(self, word: str) -> dict[str, tuple[int, int, int]]:
        """Words of the articles near to one, with what to prefer them by: slips between them, and how often each is."""
        found = process.extract(
            _by_sound(word), self._by_letter.get(word[0], {}), scorer=OSA.distance,
            score_cutoff=2 if len(word) >= _LONG else 1, limit=None,
        )  # fmt: skip
        return {other: (int(distance), 0, -self._count[other]) for _, distance, other in found}

    def _is_ordinary(self, word: str) -> bool:
        """Whether a word, or the one that it is made of, is a common one: "forecasts" is meant as it stands."""
        bases = [base for base, _, _ in _bases(word, _ENDINGS)]
        return any(self._is_common(base) for base in (word, *bases) if len(base) >= _SHORTEST - 1)

    def _plurals(self, word: str) -> dict[str, tuple[int, int, int]]:
        """Plurals that the articles do not have of words that they do: for "flihgts" where "flight" stands."""
        found = {}
        for base, ending, bare in _bases(word, _PLURALS):
            for other, (distance, _, count) in self._near(base).items() if len(base) >= _SHORTEST else ():
                form = other.removesuffix(bare) + ending
                if other.endswith(bare) and words(form) == words(other) and _is_inflected(form, other):
                    found[form] = (distance, 1, count)
        return found

    def _forms(self, stem: str) -> list[str]:
        """The words of the articles that have a stem."""
        like = [word for word in self._by_letter.get(stem[0], {}) if word.startswith(stem[: _SHORTEST - 2])]
        return [word for word in like if words(word) == [stem]]

    def _as_written(self, small: str, asked: str) -> str:
        """A word with the capitals of the articles if it has them always, else with those of the question."""
        written = self._written.get(small, small)
        return small.capitalize() if written == small and asked[0].isupper() else written


def _bases(word: str, endings: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """What a word may be made of, with the ending that it has and what stands there in the other."""
    for ending, bare in endings:
        start = word.removesuffix(ending)
        # No word makes its plural with a second "s", and few with "es".
        fits = {"s": not start.endswith("s"), "es": start.endswith(("s", "x", "z", "o", "h"))}
        if start != word and fits.get(ending, True):
            yield start + bare, ending, bare


def _is_inflected(word: str, other: str) -> bool:
    """Whether two words of one stem differ in their endings only, each in one that words have."""
    for at in range(len(word), 2, -1):
        start = word[:at]
        if other.startswith(start):
            endings = {word[at:], other[at:]}
            # "exampl" is no word beside "example", nor "batterys" beside "battery".
            if "" in endings and endings & {"e", "y"}:
                continue
            if start[-1] == "y" and start[-2] not in "aeiou" and any(ending.startswith("s") for ending in endings):
                continue
            # Before an ending a last letter may be there twice: "controlled".
            if all(ending in _INFLECTED or ending.removeprefix(start[-1]) in _INFLECTED - {""} for ending in endings):
                return True
    return False


def _by_sound(word: str) -> str:
    return word.replace("ph", "f")
