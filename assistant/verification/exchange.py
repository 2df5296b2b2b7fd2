"""Words that changed places between clauses: ``A rose, while B fell`` for ``B rose, while A fell``. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.verification.findings import Finding
from assistant.verification.lexicon import opposite
from assistant.verification.relations import is_verb
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis

_JOINTS = listed(
    """
    while whereas but ; although though unlike yet
    """
)
_FINITE = listed(
    """
    is are was were has had will would can could may might must should
    """
)
_AFTER_COMMA = listed(
    """
    and but while whereas which who because although though
    """
)


def check_exchange(claim: Analysis, evidence: Analysis, pairs: Sequence[Pair]) -> list[Finding]:
    """What stands in one clause of the evidence, said with the words of another clause."""
    partners = {pair.claim: pair.evidence for pair in pairs if pair.strength >= 0.8 and pair.evidence >= 0}
    theirs = clause_numbers(evidence)
    ours = clause_numbers(claim)
    if len(set(theirs)) < 2:
        return []
    if len(set(ours)) > 1 and (word := _exchanged(claim, ours, theirs, partners)):
        return [Finding("relation", f"The cited passages say this of something else than “{word}”.")]
    if word := _wrong_opposite(claim, ours, evidence, theirs, partners):
        return [Finding("opposite", f"The cited passages say “{word}” of something else.")]
    return []


def clause_numbers(sentence: Analysis) -> list[int]:
    """For each token the number of its clause."""
    numbers, current = [], 0
    for at, token in enumerate(sentence.tokens):
        after_comma = at > 0 and sentence.tokens[at - 1].text == "," and token.lower in _AFTER_COMMA
        joins = token.lower == "and" and _has_verb(sentence, at, -1) and _has_verb(sentence, at, 1)
        if (token.lower in _JOINTS or after_comma or joins) and any(place < at for place in sentence.content):
            current += 1
        numbers.append(current)
    return numbers


def _has_verb(sentence: Analysis, at: int, step: int) -> bool:
    """Whether a verb stands on one side of a place before the next comma."""
    place = at + step
    while 0 <= place < len(sentence.tokens) and sentence.tokens[place].text not in (",", ";"):
        if (place in sentence.content and is_verb(sentence, place)) or sentence.tokens[place].lower in _FINITE:
            return True
        place += step
    return False


def _exchanged(claim: Analysis, ours: Sequence[int], theirs: Sequence[int], partners: Mapping[int, int]) -> str:
    """A word of a claim's clause that belongs to the evidence's clause of another one, and the other way round."""
    votes: dict[int, dict[int, list[int]]] = {}
    for at, place in partners.items():
        votes.setdefault(ours[at], {}).setdefault(theirs[place], []).append(at)
    main = {
        clause: max(found, key=lambda number: len(found[number]))
        for clause, found in votes.items()
    }  # fmt: skip
    if len(set(main.values())) < 2:
        return ""
    strays = {
        (clause, number): places
        for clause, found in votes.items() for number, places in found.items() if number != main[clause]
    }  # fmt: skip
    for (clause, number), places in strays.items():
        for other, number_of_other in strays:
            if other != clause and number_of_other == main[clause] and number == main[other]:
                return claim.tokens[places[0]].text
    return ""


def _wrong_opposite(
    claim: Analysis, ours: Sequence[int], evidence: Analysis, theirs: Sequence[int], partners: Mapping[int, int]
) -> str:
    """A word whose opposite stands in the clause to which the rest of the claim's clause belongs."""
    told = set(partners.values())
    for at, place in partners.items():
        for other in evidence.content:
            if (
                other in told
                or theirs[other] == theirs[place]
                or not opposite(claim.tokens[at].stem, evidence.tokens[other].stem)
            ):
                continue
            rest = [theirs[partners[near]] for near in partners if ours[near] == ours[at] and near != at]
            if rest.count(theirs[other]) > rest.count(theirs[place]):
                return claim.tokens[at].text
    return ""
