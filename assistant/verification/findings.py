"""What the rules of the check find against a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "number",
    "date",
    "name",
    "swap",
    "negation",
    "opposite",
    "relation",
    "quantifier",
    "hedge",
    "bound",
    "word",
    "assertion",
    "joined",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that does not hold.

    Attributes:
        kind: Which rule.
        reason: One sentence for people.
        is_fatal: Whether the sentence must go; otherwise it is weak.
        is_absence: Whether only something is missing, which another sentence of the passages may have.
    """

    kind: Kind
    reason: str
    is_fatal: bool = True
    is_absence: bool = False


def missing(kind: Kind, written: str) -> Finding:
    """A number, date or name that no supporting sentence has."""
    return Finding(kind, f"“{written}” is not in the cited passages.", is_absence=True)


def elsewhere(kind: Kind, written: str) -> Finding:
    """Something that the passages have, but say of something else."""
    return Finding(kind, f"“{written}” stands in the cited passages for something else.")
