"""One word for another in the same place: ``dangerous`` for ``vital``. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.verification.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis

_LIKE_ENOUGH = 0.6


def check_words(claim: Analysis, evidence: Analysis, pairs: Sequence[Pair]) -> list[Finding]:
    """A word of the claim between the very words between which the evidence has one that means something else."""
    taken = {pair.evidence for pair in pairs if pair.strength >= _LIKE_ENOUGH}
    for pair in pairs:
        if pair.strength >= _LIKE_ENOUGH or claim.tokens[pair.claim].is_capital:
            continue
        for place in evidence.content:
            if place in taken or evidence.tokens[place].is_capital:
                continue
            if _around(claim, pair.claim) == _around(evidence, place):
                told, said = evidence.tokens[place].text, claim.tokens[pair.claim].text
                return [Finding("word", f"The cited passages say “{told}”, not “{said}”.", is_fatal=False)]
    return []


def _around(sentence: Analysis, at: int) -> tuple[str, str]:
    """The words right before and behind a place; the end of a sentence counts as a full stop."""
    before = sentence.tokens[at - 1].lower if at else ""
    return before, sentence.tokens[at + 1].lower if at + 1 < len(sentence.tokens) else "."
