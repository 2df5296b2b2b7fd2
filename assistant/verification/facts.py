"""Numbers, dates and names of a claim: are they in the evidence, and do they belong to the same things there? Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.verification.findings import Finding, elsewhere, missing
from assistant.verification.naming import Context, check_names, substituted
from assistant.verification.quantities import MULTIPLES
from assistant.verification.surroundings import belongs_elsewhere
from assistant.verification.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis
    from assistant.verification.dates import Date
    from assistant.verification.quantities import Quantity

_KNOWN_UNITS = frozenset(UNITS.values())


def check_facts(
    claim: Analysis, evidence: Analysis, pairs: Sequence[Pair], context: Context
) -> tuple[list[Finding], bool]:
    """What of the claim's facts one sentence does not hold, and whether a name was borrowed from its context."""
    partners = {pair.claim: pair.evidence for pair in pairs if pair.strength > 0.5 and pair.evidence >= 0}
    found = [*_check_quantities(claim, evidence, partners, context), *_check_dates(claim, evidence, partners, context)]
    names, borrowed = check_names(claim, evidence, partners, context)
    if written := substituted(claim, evidence, partners):
        names = [elsewhere("swap", written)]
    return found + names, borrowed


def _check_quantities(
    claim: Analysis, evidence: Analysis, partners: Mapping[int, int], context: Context
) -> Iterable[Finding]:
    for ours in claim.quantities:
        equal = [theirs for theirs in evidence.quantities if equals(ours, theirs)]
        repeated = sum(equals(again, ours) for again in claim.quantities) > len(equal) > 0
        if repeated and ours.value > 1 and not ours.is_soft:
            yield elsewhere("number", ours.text)
        if not equal:
            if ours.is_soft or _said_by_article(ours, evidence) or _said_as_year(ours, evidence):
                continue
            if _is_of_borrowed_name(claim, ours, evidence, context):
                continue
            is_one = ours.value == 1 and not ours.is_ordinal
            counted = is_one and not any(theirs.unit == ours.unit for theirs in evidence.quantities)
            if counted or _counts(claim, ours) or _counts(evidence, ours):
                yield Finding("number", f"The cited passages do not count “{ours.text}”.", is_fatal=False)
            else:
                yield missing("number", ours.text)
            continue
        others = [
            theirs for theirs in evidence.quantities
            if not equals(ours, theirs) and theirs.is_ordinal == ours.is_ordinal and not theirs.is_soft
            and _comparable(ours.unit, theirs.unit)
        ]  # fmt: skip
        if ours.text.lower() not in MULTIPLES and belongs_elsewhere(
            claim, range(ours.first, ours.last + 1), evidence, partners,
            [range(theirs.first, theirs.last + 1) for theirs in equal],
            [range(theirs.first, theirs.last + 1) for theirs in others],
        ):  # fmt: skip
            yield elsewhere("number", ours.text)
        if all(_counts_other(claim, ours, evidence, theirs) for theirs in equal):
            yield elsewhere("number", ours.text)
        yield from _check_bound(ours, equal)


def equals(ours: Quantity, theirs: Quantity) -> bool:
    """Whether two numbers are one, written differently perhaps."""
    if ours.value == theirs.value and ours.is_ordinal == theirs.is_ordinal:
        return _comparable(ours.unit, theirs.unit)
    if ours.unit in _KNOWN_UNITS and ours.in_base == theirs.in_base and not ours.is_ordinal:
        return True
    return _is_half(ours, theirs) or _is_half(theirs, ours) or ours.rounds(theirs)


def _counts_other(claim: Analysis, ours: Quantity, evidence: Analysis, theirs: Quantity) -> bool:
    """Whether a number counts one thing in the claim and another in the evidence, which has both words."""
    if ours.is_ordinal or ours.unit == theirs.unit or not (ours.unit and theirs.unit):
        return False
    near = {token.stem for token in evidence.tokens[max(0, theirs.first - 6) : theirs.last + 6]}
    stems, said = ({one.tokens[at].stem for at in one.content} for one in (evidence, claim))
    return ours.unit in stems and ours.unit not in near and theirs.unit not in said


def _is_half(ours: Quantity, theirs: Quantity) -> bool:
    return ours.value == 0.5 and ours.is_soft and theirs.value == 50 and theirs.unit == "percent"


def _comparable(ours: str, theirs: str) -> bool:
    """Two units can be one unless both are known and differ; other words behind a number decide nothing."""
    return ours == theirs or not (ours in _KNOWN_UNITS and theirs in _KNOWN_UNITS)


def _said_by_article(ours: Quantity, evidence: Analysis) -> bool:
    """``one satellite`` for ``a satellite``."""
    return ours.value == 1 and not ours.is_ordinal and any(
        token.lower in ("a", "an") and ours.unit and any(
            near.stem == ours.unit for near in evidence.tokens[at + 1 : at + 4]
        )
        for at, token in enumerate(evidence.tokens)
    )  # fmt: skip


def _counts(sentence: Analysis, ours: Quantity) -> bool:
    """``two`` where the sentence lists two names: ``ESA and JAXA``, ``the two agencies``."""
    if ours.is_ordinal or not 2 <= ours.value <= 9:
        return False
    listed = 1
    for one, other in pairwise(sentence.names):
        between = {token.lower for token in sentence.tokens[one.last + 1 : other.first]}
        listed = listed + 1 if between and between <= {",", "and", "the"} else 1
        if listed == ours.value and "and" in between:
            return True
    if sentence.quantities and sentence.quantities[0] is ours:
        # "A, B and C are three kinds of …"
        before = [token.lower for token in sentence.tokens[: ours.first]]
        joints = before.count(",") + sum(
            word in ("and", "or") and before[at - 1] != "," for at, word in enumerate(before) if at
        )
        return joints + 1 == ours.value and bool(before) and before[-1] in ("are", "were", "the")
    return False


def _is_of_borrowed_name(claim: Analysis, ours: Quantity, evidence: Analysis, context: Context) -> bool:
    """``Voyager 1`` for ``The probe``: a number that ends a name, which stands whole where names may come from.

    Not beside ``Voyager 2``: what the evidence names itself it need not borrow.
    """
    name = claim.tokens[ours.first - 1].lower
    if not (any(one.last == ours.first - 1 for one in claim.names) and ours.text.isdigit()) or name in evidence.forms:
        return False
    whole = name + ours.text
    return whole in context.title or (evidence.opens_with_anaphor and whole in context.names)


def _said_as_year(ours: Quantity, evidence: Analysis) -> bool:
    """A number that the evidence's reading takes for a year, and the claim's does not."""
    return any(dict(date.parts).get("year") == ours.value and len(date.parts) == 1 for date in evidence.dates)


def _check_bound(ours: Quantity, equal: Sequence[Quantity]) -> Iterable[Finding]:
    bounds = {theirs.bound for theirs in equal}
    if ours.bound in bounds or ours.bound == "about" or bounds == {"about"}:
        return
    if ours.bound and bounds - {""}:
        yield Finding("bound", f"The cited passages bound “{ours.text}” the other way.")
    else:
        yield Finding("bound", f"The cited passages say “{ours.text}” with another bound.", is_fatal=False)


def _check_dates(
    claim: Analysis, evidence: Analysis, partners: Mapping[int, int], context: Context
) -> Iterable[Finding]:
    for ours in claim.dates:
        holding = [theirs for theirs in evidence.dates if ours.is_held_by(theirs)]
        if not holding:
            if _is_number(ours, evidence):
                continue
            if not (context.year and _held_with_year(ours, evidence, context.year)):
                yield missing("date", ours.text)
            else:
                yield Finding("date", f"The cited passages say “{ours.text}” without its year.", is_fatal=False)
            continue
        others = [theirs for theirs in evidence.dates if ours.contradicts(theirs) and ours.names & theirs.names]
        if belongs_elsewhere(
            claim, claim.date_tokens(ours), evidence, partners,
            [evidence.date_tokens(theirs) for theirs in holding],
            [evidence.date_tokens(theirs) for theirs in others],
        ):  # fmt: skip
            yield elsewhere("date", ours.text)


def _is_number(ours: Date, evidence: Analysis) -> bool:
    """``2,000 people``: what reads like a year in the claim and like a number in the evidence."""
    parts = dict(ours.parts)
    return set(parts) == {"year"} and any(
        theirs.value == parts["year"] and not theirs.is_ordinal for theirs in evidence.quantities
    )


def _held_with_year(ours: Date, evidence: Analysis, year: int) -> bool:
    rest = {part for part in ours.parts if part != ("year", year)}
    return len(rest) < len(ours.parts) and bool(rest) and any(rest <= set(theirs.parts) for theirs in evidence.dates)
