"""What belongs to which name, and what is of what: the surroundings of names, and the words behind ``of`` and ``to``.

Pure, English patterns.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from assistant.verification.exchange import clause_numbers
from assistant.verification.findings import Finding, elsewhere
from assistant.verification.names import holds
from assistant.verification.relations import is_verb
from assistant.verification.surroundings import belongs_elsewhere
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis
    from assistant.verification.names import Name

_LEADING = frozenset(["of", "to"])
_ENDS = listed(
    """
    of to in on at by for from with and or but who which that while whereas as than is are was were has had
    """
)
_LED = 6
"""Tokens behind ``of`` or ``to`` that may belong to it."""


def check_belonging(claim: Analysis, evidence: Analysis, pairs: Sequence[Pair]) -> list[Finding]:
    """What the claim says of one name or thing and the evidence of another."""
    partners = {pair.claim: pair.evidence for pair in pairs if pair.strength >= 0.8 and pair.evidence >= 0}
    if word := _complements_exchanged(claim, evidence, partners):
        return [Finding("relation", f"The cited passages say “{word}” of something else.")]
    drawn = _drawn(claim, evidence, partners)
    for (name, towards), (other, back) in combinations(drawn, 2):
        if _stands_in(other, evidence, towards) and _stands_in(name, evidence, back):
            return [elsewhere("relation", name.text)]
    if drawn:
        reason = f"The cited passages may say this of another than “{drawn[0][0].text}”."
        return [Finding("relation", reason, is_fatal=False)]
    if parted := _parted(claim, evidence):
        return [Finding("relation", f"The cited passages do not tie “{parted}” to the rest.", is_fatal=False)]
    return []


def _places(name: Name, evidence: Analysis) -> list[range]:
    """Where the evidence has a name, as far as it is written in one run of words there."""
    return [
        range(other.first, other.last + 1) for other in evidence.names
        if any(holds(part, frozenset(other.parts)) for part in name.parts)
    ]  # fmt: skip


def _stands_in(name: Name, evidence: Analysis, place: range) -> bool:
    return any(set(place) & set(own) for own in _places(name, evidence))


def _drawn(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> list[tuple[Name, range]]:
    """Names of the claim whose surroundings fit another name of the evidence better, with that one's place."""
    found = []
    for name in claim.names:
        own = _places(name, evidence)
        others = [
            place for other in evidence.names
            if (place := range(other.first, other.last + 1)) not in own and other.is_sure
        ]  # fmt: skip
        ours = range(name.first, name.last + 1)
        rest = {at: place for at, place in partners.items() if at not in ours}
        better = [place for place in others if belongs_elsewhere(claim, ours, evidence, rest, own, [place])]
        if better:
            found.append((name, better[0]))
    return found


def _parted(claim: Analysis, evidence: Analysis) -> str:
    """A name that the claim has in one clause with another one, and the evidence in a clause of its own."""
    ours, theirs = clause_numbers(claim), clause_numbers(evidence)
    if not theirs or max(theirs) == 0:
        return ""
    for one, other in combinations(claim.names, 2):
        if ours[one.first] != ours[other.first]:
            continue
        between = {token.lower for token in claim.tokens[one.last + 1 : other.first]}
        clauses = [{theirs[place.start] for place in _places(name, evidence)} for name in (one, other)]
        if not between & {"and", "or", ","} and all(clauses) and not clauses[0] & clauses[1]:
            return other.text
    return ""


def _complements_exchanged(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> str:
    """``the successor to A`` for ``A, the successor to B``; ``the root of A`` for ``A is the root of B``."""
    for at, place in partners.items():
        ours, theirs = _led(claim, at), _led(evidence, place)
        if not ours or not theirs:
            continue
        said, told = {partners[one] for one in ours if one in partners}, set(theirs)
        outside = {partners[one]: one for one in partners if one not in ours}
        stems = {evidence.tokens[one].stem for one in told} & {claim.tokens[one].stem for one in ours}
        moved = {one for one in said - told if evidence.tokens[one].stem not in stems}
        left = {one for one in told & set(outside) if evidence.tokens[one].stem not in stems}
        if moved and left and not said & told - {one for one in told if evidence.tokens[one].stem in stems}:
            return claim.tokens[at].text
    return ""


def _led(sentence: Analysis, at: int) -> list[int]:
    """Content words behind the ``of`` or ``to`` that follows a word, one more word between them at most."""
    lowers = [token.lower for token in sentence.tokens[at + 1 : at + 3]]
    step = next((step for step, lower in enumerate(lowers, 1) if lower in _LEADING), 0)
    if not step or (step == 2 and (at + 1 not in sentence.content or is_verb(sentence, at + 1))):
        return []
    found = []
    for place in range(at + step + 1, min(at + step + 1 + _LED, len(sentence.tokens))):
        token = sentence.tokens[place]
        if token.lower in _ENDS or not (token.is_word or token.text == "-"):
            break
        if place in sentence.content:
            found.append(place)
    return found
