"""A sentence with everything that the check compares of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from assistant.verification.dates import Date, dates, places
from assistant.verification.names import Name, name_forms, names
from assistant.verification.polarity import Polarity, polarity
from assistant.verification.quantities import Quantity, quantities
from assistant.verification.tokens import Token, tokenize
from assistant.verification.units import UNITS

_ANAPHORS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "his",
        "her",
        "its",
        "their",
        "him",
        "them",
        "this",
        "these",
        "those",
        "both",
        "such",
        "the",
    ]
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """One sentence, of an answer or of a passage.

    Attributes:
        text: Its words.
        tokens: Words, numbers and signs.
        dates: Dates and times.
        quantities: Other numbers.
        names: Names.
        forms: Every form in which it can be said to hold a name.
        polarity: Negation and the like.
        content: Places of the words whose wording is compared: no date, no number.
    """

    text: str
    tokens: tuple[Token, ...]
    dates: tuple[Date, ...]
    quantities: tuple[Quantity, ...]
    names: tuple[Name, ...]
    forms: frozenset[str]
    polarity: Polarity
    content: tuple[int, ...]

    @property
    def opens_with_anaphor(self) -> bool:
        """Whether its first words point back to an earlier sentence: ``He``, ``The mission``."""
        return any(token.lower in _ANAPHORS for token in [token for token in self.tokens if token.is_word][:3])

    @property
    def plain(self) -> tuple[int, ...]:
        """Places of the content words that belong to no name."""
        named = {at for name in self.names for at in range(name.first, name.last + 1)}
        return tuple(at for at in self.content if at not in named)

    def date_tokens(self, date: Date) -> range:
        """Places of a date's tokens."""
        inside = [at for at, token in enumerate(self.tokens) if token.start < date.end and date.start < token.end]
        return range(inside[0], inside[-1] + 1) if inside else range(0)


@lru_cache(maxsize=4_096)
def analyse(text: str) -> Analysis:
    """Reads a sentence; the last thousands are remembered, since the same passages are cited again and again."""
    tokens = tokenize(text)
    found_dates = dates(text)
    in_dates = places(found_dates, tokens)
    found_quantities = quantities(text, tokens, in_dates)
    in_numbers = frozenset(at for found in found_quantities for at in range(found.first, found.last + 1))
    # "Two" in "Group of Two" is a number here; a name is what is no number.
    found_names = names(text, tokens, in_dates | in_numbers)
    # The unit of a number is compared with the number.
    units = {
        found.last + step for found in found_quantities for step in (1, 2)
        if found.last + step < len(tokens) and tokens[found.last + step].lower in UNITS
    }  # fmt: skip
    content = tuple(
        at for at, token in enumerate(tokens)
        if token.is_content and at not in in_dates and at not in in_numbers and at not in units
    )  # fmt: skip
    return Analysis(
        text=text,
        tokens=tokens,
        dates=found_dates,
        quantities=found_quantities,
        names=found_names,
        forms=name_forms(text, tokens),
        polarity=polarity(tokens, in_dates),
        content=content,
    )
