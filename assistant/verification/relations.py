"""Who did what to whom: the sides of a verb or comparison in the claim and in the evidence. Pure, English patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.verification.findings import Finding
from assistant.verification.tokens import VERB_STEMS
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis
    from assistant.verification.tokens import Token

_BE = listed(
    """
    is are was were be been being get gets got
    """
)
_BEFORE_VERB = _BE | listed(
    """
    will would shall can could may might must should to has have had did does do not
    """
)
_SPEECH = listed(
    """
    said says say told tells stated added noted
    """
)
_PASTS = listed(
    """
    rose fell grew won lost bought sold built led began gave took sent held kept left made paid met ran saw spent
    stood wrote chose came went became broke brought caught drew drove fought flew found hit struck shot shut set
    put cut beat taught threw stole sought lent withdrew overtook upheld hurt cost
    """
)
_COMPARISONS = frozenset(["than", "before", "after"])
_REVERSED = {"before": "after", "after": "before"}
MUTUAL = listed(
    """
    with and between alongside or together
    """
)
"""Between two sides they make their order mean nothing."""
_BREAKS = listed(
    """
    ; . : but while whereas although
    """
)
_REACH = 12
"""Tokens between a verb and its sides, at most."""
_NEAREST = 4
"""Content words of each side that are looked at."""
_DOER_OF_VERB = re.compile(r"[eo]rs?$")
_DOER = re.compile(r"(?:[^aeiou]er|or)s?$|^(?:chief|head|chair|president|spokes\w+)$")


def check_relations(claim: Analysis, evidence: Analysis, pairs: Sequence[Pair]) -> list[Finding]:
    """What the claim turns round: subject and object of a verb, sides of a comparison, whence and whither."""
    partners = {pair.claim: pair.evidence for pair in pairs if pair.strength >= 0.8 and pair.evidence >= 0}
    for swapped in (*_verbs(claim, evidence, partners), *_comparisons(claim, evidence, partners, pairs)):
        return [Finding("relation", f"The cited passages say “{swapped}” the other way round.")]
    if places := _directions(claim, evidence, partners):
        return [Finding("relation", f"The cited passages have “{places}” the other way round.")]
    return []


def _verbs(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> Iterator[str]:
    named = {at for name in evidence.names for at in range(name.first, name.last + 1)}
    for pivot, place in pivots(claim, evidence, partners):
        left, right = (side[:_NEAREST] for side in _sides(claim, pivot))
        for one in left:
            for other in right:
                if one not in partners or other not in partners or partners[one] == partners[other]:
                    continue
                if _is_mutual(claim, one, other) or {partners[one], partners[other]} & {place}:
                    continue
                ours = _doer(claim, pivot, one, other)
                theirs = _doer(evidence, place, partners[one], partners[other])
                if ours is not None and theirs is not None and partners[ours] != theirs:
                    yield claim.tokens[pivot].text
                    return
        if _has_moved(claim, pivot, left, right, evidence, place, partners, named):
            yield claim.tokens[pivot].text


def pivots(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Verbs of the claim with their partners, and verbs of speech, which carry no content."""
    for at, place in partners.items():
        if is_verb(claim, at) and is_verb(evidence, place):
            yield at, place
    ours = [at for at, token in enumerate(claim.tokens) if token.lower in _SPEECH]
    theirs = [at for at, token in enumerate(evidence.tokens) if token.lower in _SPEECH]
    if len(ours) == len(theirs) == 1:
        yield ours[0], theirs[0]


def is_verb(sentence: Analysis, at: int) -> bool:
    """Whether a word is in all likelihood a verb there, or a noun that names a doer."""
    token = sentence.tokens[at]
    if token.is_capital or _is_between(token.lower):
        return False
    before = next(
        (near.lower for near in reversed(sentence.tokens[max(0, at - 4) : at]) if not _is_between(near.lower)), ""
    )
    if token.lower.endswith("ing") and before not in _BE:
        return False
    if before in ("the", "a", "an", "its", "their", "his", "her", "of") and not _DOER.search(token.lower):
        return False
    following = sentence.tokens[at + 1].lower if at + 1 < len(sentence.tokens) else ""
    if _names_doer(token) and following != "of":
        return False
    return (
        token.lower.endswith("ed") or token.stem in VERB_STEMS or token.lower in _PASTS
        or (before in _BEFORE_VERB and not (before == "to" and token.lower.endswith("s")))
        or (following == "of" and any(near.lower in _BE for near in sentence.tokens[max(0, at - 4) : at]))
        or (bool(_DOER.search(token.lower)) and following == "of")
        or (token.lower.endswith("s") and following in ("the", "a", "an", "its", "their"))
    )  # fmt: skip


def _names_doer(token: Token) -> bool:
    """``receivers``, whose stem is that of a verb, unlike that of ``offer``."""
    is_stem = token.stem in VERB_STEMS and not token.stem.endswith(("er", "or"))
    return is_stem and bool(_DOER_OF_VERB.search(token.lower))


def _is_between(word: str) -> bool:
    """Whether a word may stand between an auxiliary and its verb."""
    return word in ("not", "no", "longer", "also", "never", "still", "now") or (word.endswith("ly") and len(word) > 4)


def _sides(sentence: Analysis, pivot: int) -> tuple[list[int], list[int]]:
    """Content words of the same clause on both sides of a place, nearest first."""
    sides: tuple[list[int], list[int]] = ([], [])
    for side, places in enumerate((range(pivot - 1, -1, -1), range(pivot + 1, len(sentence.tokens)))):
        for at in places:
            lower = sentence.tokens[at].lower
            if lower in _BREAKS or abs(at - pivot) > _REACH or (lower == "," and side == 0 and sides[0]):
                break
            if at in sentence.content:
                sides[side].append(at)
    return sides


def _is_mutual(sentence: Analysis, one: int, other: int) -> bool:
    between = {token.lower for token in sentence.tokens[min(one, other) + 1 : max(one, other)]}
    return bool(between & MUTUAL)


def _doer(sentence: Analysis, pivot: int, one: int, other: int) -> int | None:
    """Which of two places does what the pivot says; None where no pattern tells."""
    tokens = sentence.tokens
    first, second = sorted((one, other))
    if first > pivot and all(is_led_by(sentence, at, pivot, "by") for at in (one, other)):
        return None
    for at, rest in ((first, second), (second, first)):
        if at > pivot and is_led_by(sentence, at, pivot, "by"):
            return at  # "founded by X"
        if rest > pivot and is_led_by(sentence, rest, pivot, "of") and _DOER.search(tokens[pivot].lower):
            return at  # "X is the founder of Y", "the founder of Y is X"
    if not first < pivot < second or is_passive(sentence, pivot):
        return None
    return None if _followed_by(sentence, pivot) or _is_hyphened(sentence, pivot) else first


def _is_hyphened(sentence: Analysis, pivot: int) -> bool:
    """``Swedish-designed``."""
    return pivot > 0 and sentence.tokens[pivot - 1].text == "-"


def _followed_by(sentence: Analysis, pivot: int) -> bool:
    return pivot + 1 < len(sentence.tokens) and sentence.tokens[pivot + 1].lower in ("by", "via")


def is_passive(sentence: Analysis, pivot: int) -> bool:
    """``was founded``, ``has been founded``; not ``was founding``."""
    before = [token.lower for token in sentence.tokens[max(0, pivot - 2) : pivot]]
    lower = sentence.tokens[pivot].lower
    if before[-1:] == ["to"]:
        return False
    return bool(set(before) & _BE) and not lower.endswith("ing") and not _DOER.search(lower)


def is_led_by(sentence: Analysis, at: int, pivot: int, word: str) -> bool:
    """Whether a preposition stands before the noun phrase that holds a place, behind the pivot; no number between."""
    for place in range(at - 1, max(pivot, at - 6), -1):
        lower = sentence.tokens[place].lower
        if lower == word:
            # "side by side"; "found by X was hit by Y": Y did not find it.
            beside = sentence.tokens[place - 1].lower == sentence.tokens[min(place + 1, len(sentence.tokens) - 1)].lower
            between = {token.lower for token in sentence.tokens[pivot + 1 : place]}
            return not beside and not between & _BE
        if not (place in sentence.content or lower in ("the", "a", "an", "its", "their", "-")):
            return False
    return False


def _has_moved(
    claim: Analysis, pivot: int, left: Sequence[int], right: Sequence[int], evidence: Analysis, place: int,
    partners: Mapping[int, int], named: set[int],
) -> bool:  # fmt: skip
    """Whether the name that does it in the evidence has become its object, and someone else does it in the claim."""
    if not left or is_passive(claim, pivot) or is_passive(evidence, place) or _DOER.search(claim.tokens[pivot].lower):
        return False
    if any(_is_hyphened(*one) or _followed_by(*one) for one in ((evidence, place), (claim, pivot))):
        return False
    their_left = {at for at in _sides(evidence, place)[0][:_NEAREST] if at in named}
    kept = any(partners.get(at, -1) in _sides(evidence, place)[0] for at in left)
    return not kept and any(partners.get(at, -1) in their_left for at in right if not _is_mutual(claim, pivot, at))


def _comparisons(
    claim: Analysis, evidence: Analysis, partners: Mapping[int, int], pairs: Sequence[Pair]
) -> Iterator[str]:
    fewer = [any(token.lower in ("less", "fewer") for token in one.tokens) for one in (claim, evidence)]
    opposites = (sum(pair.is_opposite for pair in pairs) + (fewer[0] != fewer[1])) % 2
    for at, token in enumerate(claim.tokens):
        if token.lower not in _COMPARISONS:
            continue
        left, right = _sides(claim, at)
        for place, other in enumerate(evidence.tokens):
            if other.lower != token.lower and _REVERSED.get(token.lower) != other.lower:
                continue
            turned = opposites if token.lower == "than" else int(other.lower != token.lower)
            turned ^= _leads_on(claim, at) ^ _leads_on(evidence, place)
            ours_left = [partners[side] for side in left[:4] if side in partners]
            ours_right = [partners[side] for side in right[:3] if side in partners]
            if not ours_left or not ours_right:
                continue
            crossed = all(side < place for side in ours_right) and any(side > place for side in ours_left)
            straight = all(side > place for side in ours_right) and all(side < place for side in ours_left)
            if (crossed and not turned) or (straight and turned and token.lower != "than"):
                yield token.text


def _leads_on(sentence: Analysis, at: int) -> bool:
    """``after which``: what stands before it comes first."""
    return at + 1 < len(sentence.tokens) and sentence.tokens[at + 1].lower == "which"


def _directions(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> str:
    """``from Paris to Tokyo`` for ``from Tokyo to Paris``."""
    ours, theirs = _led(claim), _led(evidence)
    turned = [
        at for at, word in ours.items()
        if at in partners and partners[at] in theirs and {word, theirs[partners[at]]} == {"from", "to"}
    ]  # fmt: skip
    return " / ".join(claim.tokens[at].text for at in turned) if len(turned) > 1 else ""


def _led(sentence: Analysis) -> dict[int, str]:
    """Places of words that follow ``from`` or ``to``."""
    found: dict[int, str] = {}
    for at, token in enumerate(sentence.tokens):
        if token.lower in ("from", "to"):
            for place in range(at + 1, min(at + 4, len(sentence.tokens))):
                if place in sentence.content:
                    found[place] = token.lower
                    break
    return found
