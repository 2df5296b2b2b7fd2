"""Whether a sentence of one article says what is shown of another, so that it may be cited with it. Pure, English.

A sentence that is cited is vouched for: "up to 140 euros" must not bear the mark of an article that says 110, however
alike the two sentences are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assistant.verification.analysis import Analysis, analyse
from assistant.verification.facts import equals
from index.keywords import words

if TYPE_CHECKING:
    from assistant.verification.names import Name
    from assistant.verification.polarity import Polarity
    from assistant.verification.quantities import Quantity

Relation = Literal["same", "part", "other"]
"""``same``: the sentence says all that is shown; ``part``: less than that, and nothing else; ``other``: something else,
or the contrary."""

ALIKE = 0.75
"""Share of common words from which on two sentences are alike."""


def relation(shown: str, sentence: str, title: str = "") -> Relation:
    """What a sentence says beside one that is shown.

    Every word, number and date that is shown must stand in the sentence, names and numbers in the same order, and both
    deny, plan or doubt, or neither does.

    Args:
        shown: The sentence that is shown.
        sentence: The one that might be cited with it, of another article perhaps.
        title: Of that article: what is said there need not be said again.
    """
    if shown == sentence:
        return "same"
    ours, theirs = set(words(shown)), set(words(sentence))
    if not ours or len(ours & theirs) < ALIKE * len(ours | theirs):
        return "other"
    lacking = ours - theirs - set(words(title))
    one, other = analyse(shown), analyse(sentence)
    if _turned(one.polarity) != _turned(other.polarity) or not _in_order(one, other):
        return "other"
    is_held = not lacking and holds_facts(one, other)
    if is_held:
        return "same"
    return "part" if not theirs - ours and holds_facts(other, one) else "other"


def holds_facts(claim: Analysis, evidence: Analysis) -> bool:
    """Whether each number and date of a sentence stands in another one, with its unit."""
    return all(any(equals(ours, theirs) for theirs in evidence.quantities) for ours in claim.quantities) and all(
        any(ours.is_held_by(theirs) for theirs in evidence.dates) for ours in claim.dates
    )


def relation_by_answer(shown: str, sentence: str) -> Relation:
    """What a sentence says beside one that is shown, where both give the same short answer.

    Then they may tell it in quite other words, but a number or a date must not be vouched for that is not there.
    """
    one, other = analyse(shown), analyse(sentence)
    if holds_facts(one, other):
        return "same"
    return "part" if holds_facts(other, one) else "other"


def _turned(found: Polarity) -> tuple[object, ...]:
    return bool(found.scopes), bool(found.planned), bool(found.possible), found.quantifiers


def _in_order(one: Analysis, other: Analysis) -> bool:
    """Whether the names and numbers that both have stand in the same order: who did what to whom, from 3 to 5."""
    ours, theirs = _ordered(one), _ordered(other)
    return [word for word in ours if word in theirs] == [word for word in theirs if word in ours]


def _ordered(sentence: Analysis) -> list[str]:
    found: list[Name | Quantity] = [*sentence.names, *sentence.quantities]
    places = {at for one in found for at in range(one.first, one.last + 1)}
    return list(dict.fromkeys(sentence.tokens[at].lower for at in sorted(places)))
