"""A claim that leaves words of its evidence out and changes none: what can be held against it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from assistant.verification.analysis import Analysis
    from assistant.verification.findings import Finding

_BY_ORDER = ("swap", "relation", "date")
"""Rules that tell from order and neighbours to what something belongs; leaving words out changes the neighbours."""
_SMALL = listed(
    """
    a an the that which who and also is are was were be been has have had , ; : - ( )
    """
)
"""What a claim may add without saying anything else: what joins, and the verb of "the areas (are) clearly labelled"."""


def is_cut_from(claim: Analysis, evidence: Analysis) -> bool:
    """Whether the claim's words all stand in the evidence, in the same order."""
    theirs = iter(token.lower for token in evidence.tokens)
    return all(token.lower in _SMALL or token.lower in theirs for token in claim.tokens if token.text != ".")


def softened(finding: Finding) -> Finding:
    """A finding as it counts against a claim that is cut from its evidence: what belongs to what is only doubtful."""
    if finding.kind in _BY_ORDER and not finding.is_absence:
        return replace(finding, is_fatal=False)
    return finding
