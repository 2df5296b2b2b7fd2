"""Slips of the finger in a question, mended with the articles' own words; the only home of rapidfuzz."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.keywords import KeywordIndex

_WORD = re.compile(r"(?<![\w'’.@/-])[^\W\d_]+(?![\w'’@/-])")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 5
"""Letters: shorter words have too many neighbours."""
_LONG = 8
"""Letters from which on two slips are mended, below only one."""
_MOST_CHANGES = 8
"""Words mended in one question; more are no slips, but another language."""


class Speller:
    """Knows the words of the articles.

    Args:
        keywords: Knows which words they hold.
        text: Gives the passage that stands at a place in ``keywords``.
        is_common: Whether a word of a question is so common that it is meant as it stands, whatever is near to it.
    """

    def __init__(self, keywords: KeywordIndex, text: Callable[[int], str], is_common: Callable[[str], bool]) -> None:
        self._keywords = keywords
        self._text = text
        self._is_common = is_common
        self._frequencies = dict(keywords.frequencies())
        self._by_letter: dict[str, dict[str, str]] = {}
        for word in self._frequencies:
            if len(word) >= _SHORTEST - 2 and word.isalpha():
                self._by_letter.setdefault(word[0], {})[word] = _by_sound(word)

    def mend(self, question: str) -> str:
        """The question with each word that no article holds, and that is no common one, as an article writes it.

        Nothing is changed that has fewer than five letters, and no first letter. Two words are near if one slip leads
        from one to the other, two from eight letters on: a letter more, fewer or other, or two exchanged ("optimal
        string alignment" distance); "f" is as good as "ph".
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
        stems = words(word)
        if len(word) < _SHORTEST or not stems or stems[0] in self._frequencies or self._is_common(word):
            return None
        most = 2 if len(word) >= _LONG else 1
        near = process.extract(
            _by_sound(stems[0]), self._by_letter.get(stems[0][0], {}), scorer=OSA.distance, score_cutoff=most + 1,
            limit=None,
        )  # fmt: skip
        # Endings count too: the stem of a slip is often not the slip of a stem.
        written = {other: -self._frequencies[stem] for _, _, stem in near for other in self._as_written(stem)}
        distances = {
            other: OSA.distance(_by_sound(word.lower()), _by_sound(other.lower()), score_cutoff=most)
            for other in written
        }
        best = min(distances, key=lambda other: (distances[other], written[other], other), default="")
        return best if best and distances[best] <= most else None

    def _as_written(self, stem: str) -> set[str]:
        """The words of this stem as the first passage that holds it writes them."""
        place = self._keywords.first_text_with(stem)
        letters = () if place is None else _LETTERS.findall(self._text(place))
        return {word for word in letters if words(word) == [stem]}


def _by_sound(word: str) -> str:
    return word.replace("ph", "f")
