"""What of a claim a sentence holds: its words, numbers, dates and names, one by one. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.verification.facts import equals
from assistant.verification.names import holds

if TYPE_CHECKING:
    from assistant.verification.analysis import Analysis

Holding = tuple[str, str]
"""Kind (``word``, ``number``, ``date``, ``name``) and how the claim writes it."""
FACT_WEIGHT = 3
"""How many words a number, date or name counts for: what cannot be said in other words."""


def holdings(claim: Analysis, sentence: Analysis) -> set[Holding]:
    """What of the claim a sentence holds; of the claim itself, everything."""
    stems = {sentence.tokens[at].stem for at in sentence.content}
    held = {("word", stem) for at in claim.plain if (stem := claim.tokens[at].stem) in stems}
    held |= {
        ("number", ours.text)
        for ours in claim.quantities
        if any(equals(ours, theirs) for theirs in sentence.quantities)
    }
    held |= {("date", ours.text) for ours in claim.dates if any(ours.is_held_by(theirs) for theirs in sentence.dates)}
    return held | {("name", part) for name in claim.names for part in name.parts if holds(part, sentence.forms)}


def weight(items: set[Holding]) -> int:
    """How much some holdings are worth."""
    return sum(1 if kind == "word" else FACT_WEIGHT for kind, _ in items)
