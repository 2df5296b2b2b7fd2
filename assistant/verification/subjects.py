"""Who does it: the subject of a verb in the claim and in the evidence. Pure, English patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.verification.findings import Finding
from assistant.verification.relations import is_led_by, is_passive, is_verb, pivots
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis

_STOPS = listed(
    """
    ; : while whereas but although because if when
    """
)
_PRONOUNS = listed(
    """
    he she it they we this these those i you
    """
)
_FINITE = listed(
    """
    is are was were has had will would can could may might must should
    """
)
_LEADING = listed(
    """
    to for as from with under between
    """
)
_PLACED = frozenset(["in", "on", "at"])
_REACH = 10


def check_subjects(claim: Analysis, evidence: Analysis, pairs: Sequence[Pair]) -> list[Finding]:
    """A verb that someone else does in the evidence, or that is done to them there."""
    sure = {pair.claim: pair.evidence for pair in pairs if pair.strength >= 0.8 and pair.evidence >= 0}
    likely = {pair.claim: pair.evidence for pair in pairs if pair.strength >= 0.4 and pair.evidence >= 0}
    for pivot, place in pivots(claim, evidence, sure):
        if _is_reduced(claim, pivot) or _is_reduced(evidence, place) or _followed(claim, pivot) == "of":
            continue
        if _is_infinitive(claim, pivot) or _is_infinitive(evidence, place):
            continue
        ours, theirs = _subject(claim, pivot), _subject(evidence, place)
        if ours and theirs and _differs(claim, pivot, ours, evidence, place, theirs, likely):
            # A subject that the passages do not know at all may be another word for theirs; a known one is not.
            is_fatal = any(at in sure for at in ours) or _names(claim, ours) or _names(evidence, theirs)
            if evidence.opens_with_anaphor and not _names(evidence, theirs) and not any(at in sure for at in ours):
                is_fatal = False  # "The company shelved it": whether it is the one that the claim names, names tell.
            if _is_done(evidence, place) and not _is_done(claim, pivot) and sure.get(ours[0], -1) not in theirs:
                # Nobody is said to do it there: "the gust was recorded at Cape Holm".
                is_fatal = any(is_led_by(evidence, at, place, "by") for at in evidence.content)
            reason = f"The cited passages say “{claim.tokens[pivot].text}” of someone or something else."
            return [Finding("swap" if is_fatal else "word", reason, is_fatal=is_fatal)]
    return []


def _differs(
    claim: Analysis, pivot: int, ours: Sequence[int], evidence: Analysis, place: int, theirs: Sequence[int],
    partners: Mapping[int, int],
) -> bool:  # fmt: skip
    said = {partners[at] for at in ours if at in partners}
    active, their_active = not _is_done(claim, pivot), not _is_done(evidence, place)
    if active and their_active:
        return not said & set(theirs)
    if not active and not their_active:
        turned = bool(said) and not said & set(theirs) and any(is_led_by(evidence, at, place, "by") for at in said)
        return turned or bool(_doers(claim, pivot, partners) & set(theirs))
    if active:
        # "Trawlers closed the bay" for "the bay was closed to trawlers": who does it must follow "by".
        head = partners.get(ours[0], -1)
        return head >= 0 and not is_led_by(evidence, head, place, "by")
    # "Closed by X" for "Y closed", "the operator was sent" for "the operator sent technicians".
    doers = _doers(claim, pivot, partners)
    return not doers & set(theirs) if doers else bool(said & set(theirs)) and not any(at > place for at in said)


def _followed(sentence: Analysis, pivot: int) -> str:
    return sentence.tokens[pivot + 1].lower if pivot + 1 < len(sentence.tokens) else ""


def _doers(claim: Analysis, pivot: int, partners: Mapping[int, int]) -> set[int]:
    """Partners of what follows ``by`` behind a verb."""
    return {partners[at] for at in claim.content if at in partners and is_led_by(claim, at, pivot, "by")}


def _is_done(sentence: Analysis, pivot: int) -> bool:
    """Whether something is done to the subject: ``was founded``, ``founded by``."""
    following = _followed(sentence, pivot)
    by_whom = following == "by" and not any(number.first == pivot + 2 for number in sentence.quantities)
    return by_whom or is_passive(sentence, pivot)


def _is_reduced(sentence: Analysis, pivot: int) -> bool:
    """``Kestrel, founded in Leipzig``, ``the warning issued on Saturday``: no subject of its own can be told."""
    following = _followed(sentence, pivot)
    if is_passive(sentence, pivot):
        return False
    return following in _PLACED or (following in _LEADING and _has_finite_verb(sentence, pivot))


def _is_infinitive(sentence: Analysis, pivot: int) -> bool:
    """``to measure``, ``to be measured``: who does it is said elsewhere, or not at all."""
    before = [token.lower for token in sentence.tokens[max(0, pivot - 3) : pivot] if not token.lower.endswith("ly")]
    return before[-1:] == ["to"] or before[-2:] == ["to", "be"]


def _has_finite_verb(sentence: Analysis, pivot: int) -> bool:
    """Whether an auxiliary stands before a place in the same clause: ``is the only telescope designed to``."""
    for at in range(pivot - 2, max(-1, pivot - 1 - _REACH), -1):
        lower = sentence.tokens[at].lower
        if lower in _STOPS or lower in (",", "and", "which", "who", "that"):
            return False
        if lower in _FINITE:
            return True
    return False


def _subject(sentence: Analysis, pivot: int) -> list[int]:
    """Content words before a verb in its clause, nearest first; none where a pronoun stands for them."""
    found: list[int] = []
    # "Burnet, inspired by Jerne, formulated": the subject stands before what is put in.
    put_in = pivot > 0 and sentence.tokens[pivot - 1].text == ","
    for at in range(pivot - 1, max(-1, pivot - 1 - _REACH * (2 if put_in else 1)), -1):
        token = sentence.tokens[at]
        following = sentence.tokens[at + 1]
        if token.lower in _PRONOUNS and not found:
            return []
        if token.text == "," and following.lower == "not":
            found = []
        elif token.lower in _STOPS or (token.text == "," and found and not following.is_capital and not put_in):
            break
        elif at in sentence.content and not is_verb(sentence, at):
            found.append(at)
    return found


def _names(sentence: Analysis, places: Sequence[int]) -> bool:
    return any(sentence.tokens[at].is_capital for at in places)
