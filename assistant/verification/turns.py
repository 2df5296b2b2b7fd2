"""Does the evidence turn or soften what the claim says: negation, opposites, plans, "all" and "only"? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.verification.findings import Finding
from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis

_REACH = 5
"""Tokens behind a word of possibility or plan that it may soften."""
_PERMITTED = listed(
    """
    free allowed permitted entitled right option
    """
)
_REQUIRING = frozenset(["must", "need", "needs", "should"])
_REQUIRED = listed(
    """
    have required obliged obligatory allowed forbidden banned prohibited compulsory
    """
)
_UP = listed(
    """
    more twice double doubled tripled increase increased higher
    """
)
_DOWN = listed(
    """
    less fewer half halved decrease decreased lower
    """
)
_OPPOSED = listed(
    """
    against oppose opposes opposed opposing opposition reject rejects rejected
    """
)
_SURE, _VERBATIM = 0.8, 0.9
"""Strength of a partner that surely means the same, and the share of such words from which on a claim repeats."""
_TOLD_WORDS, _TOLD_SHARE = 2, 0.6
"""How many words behind a negation the evidence must have, and more than which share, for it to be denied."""
_BESIDE = 4
"""Tokens beside a word in which its neighbours are looked for."""
_HEADS = 3
"""Places of a negation that decide what it denies: its own and the two content words behind it."""
_SMALL_OPPOSITES = {
    "more": {"less", "fewer"}, "less": {"more"}, "fewer": {"more"}, "most": {"least", "fewest"}, "least": {"most"},
    "before": {"after"}, "after": {"before"}, "for": {"against"}, "against": {"for"}, "above": {"below", "under"},
    "below": {"above", "over"}, "over": {"under", "below"}, "under": {"over", "above"}, "up": {"down"},
    "down": {"up"}, "into": {"out"}, "with": {"without"}, "without": {"with"}, "many": {"few"}, "few": {"many"},
}  # fmt: skip
"""Function words that turn what follows."""


def check_turns(claim: Analysis, evidence: Analysis, pairs: Sequence[Pair]) -> list[Finding]:
    """What contradicts, then what softens."""
    partners = {pair.claim: pair.evidence for pair in pairs if pair.strength > 0.5 and pair.evidence >= 0}
    return [
        *_own_answer(claim, evidence),
        *_negation(claim, evidence, partners, pairs),
        *_small_words(claim, evidence, partners),
        *([] if "than" in _words(claim) & _words(evidence) else _directions(claim, evidence, partners)),
        *_quantifiers(claim, evidence),
        *_softened(claim, evidence, partners),
    ]


def _own_answer(claim: Analysis, evidence: Analysis) -> list[Finding]:
    """``No, …``: what a question is answered with is no sentence of the passages, though what follows may be."""
    if _is_answer(claim) and not _is_answer(evidence):
        return [Finding("negation", f"“{claim.tokens[0].text}” is the answer's own word.", is_fatal=False)]
    return []


def _is_answer(sentence: Analysis) -> bool:
    return [token.lower for token in sentence.tokens[:2]] in (["yes", ","], ["no", ","])


def _negation(claim: Analysis, evidence: Analysis, partners: Mapping[int, int], pairs: Sequence[Pair]) -> list[Finding]:
    """Negations and opposites of the claim, and those of the evidence that touch it, must come out even."""
    opposites = {pair.claim: pair.evidence for pair in pairs if pair.is_opposite}
    spoken = {*partners.values(), *opposites.values()}
    # A negation that is itself the opposite ("inadequate", "prevented") does not turn that once more.
    near = [s for s in evidence.polarity.scopes if set(s[:_HEADS]) & spoken and s[0] not in opposites.values()]
    ours = [s for s in claim.polarity.scopes if (s[0] or not _is_answer(claim)) and s[0] not in opposites]
    for at, place in opposites.items():
        # "not successful" for "failed": the opposite and one negation of it make a pair.
        turned = [scope for scope in ours if at in scope[:_HEADS]], [scope for scope in near if place in scope[:_HEADS]]
        if len(turned[0]) % 2 == len(turned[1]) % 2:
            told, said = evidence.tokens[place].text, claim.tokens[at].text
            return [Finding("opposite", f"The cited passages say “{told}”, not “{said}”.")]
        ours = [scope for scope in ours if scope not in turned[0]]
        near = [scope for scope in near if scope not in turned[1]]
    if (len(ours) + len(near)) % 2 == 0:
        # As many turns, but of other things: "not A but B" for "not B but A".
        denied = {place for scope in evidence.polarity.scopes for place in scope}
        strangers = [
            scope for scope in ours
            if near and scope[1:] and scope[1] in partners and not any(partners.get(at) in denied for at in scope)
        ]  # fmt: skip
        return [_negated(claim, strangers[0][1])] if strangers else []
    if len(ours) > len(near):
        return [_denied_by_claim(claim, evidence, ours, pairs)]
    head = next((scope[1] for scope in near if scope[1:] and scope[1] in spoken), None)
    if head is None:
        return [Finding("negation", "The cited passages deny something of this.", is_fatal=False)]
    return [Finding("negation", f"The cited passages deny this (“{evidence.tokens[head].text}”).")]


def _denied_by_claim(
    claim: Analysis, evidence: Analysis, scopes: Sequence[tuple[int, ...]], pairs: Sequence[Pair]
) -> Finding:
    """What to make of negations of the claim that the evidence does not have at the same words.

    A paraphrase may deny the same in another place, or without a "not": "nobody lived there" for "uninhabited". What
    repeats nearly every word, or the very word that it denies, has turned it.
    """
    is_repeated = sum(pair.strength >= _SURE for pair in pairs) >= _VERBATIM * len(pairs)
    if sum(len(scope) > 1 for scope in evidence.polarity.scopes) >= len(scopes) and not is_repeated:
        return Finding("negation", "The cited passages deny something else of this.", is_fatal=False)
    sure = {pair.claim for pair in pairs if pair.strength >= _SURE}
    turned = [
        scope for scope in scopes
        if is_repeated or len(scope) == 1 or scope[1] in sure or _is_told_behind(claim, scope[0], sure)
    ]  # fmt: skip
    if not turned:
        return Finding("negation", "The cited passages may say this without a “not”.", is_fatal=False)
    return _negated(claim, turned[0][min(1, len(turned[0]) - 1)])


def _is_told_behind(claim: Analysis, cue: int, sure: set[int]) -> bool:
    """Whether most of what follows a negation is the evidence's: ``It is not true that the mill was built``."""
    behind = [at for at in claim.content if at > cue]
    told = sum(at in sure for at in behind)
    return told >= _TOLD_WORDS and told > _TOLD_SHARE * len(behind)


def _negated(claim: Analysis, at: int) -> Finding:
    return Finding("negation", f"The cited passages do not deny this (“{claim.tokens[at].text}”).")


def _small_words(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> list[Finding]:
    """``before half-time`` for ``after half-time``: the same word led by the opposite small word."""
    ours, theirs = _led(claim), _led(evidence)
    for at, led in ours.items():
        other = theirs.get(partners.get(at, -1), frozenset())
        for word in led:
            turned = _SMALL_OPPOSITES[word] & other
            if turned and word not in other:
                place = evidence.tokens[partners[at]].text
                reason = f"The cited passages say “{min(turned)}”, not “{word}”, of “{place}”."
                return [Finding("opposite", reason)]
    return []


def _directions(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> list[Finding]:
    """``fewer visitors`` where the evidence speaks of more and of nothing less."""
    ours, theirs = ({token.lower for token in one.tokens} for one in (claim, evidence))
    for said, told in ((_UP, _DOWN), (_DOWN, _UP)):
        if ours & said and not ours & told and theirs & told and not theirs & said:
            words = min(theirs & told), min(ours & said)
            fatal = _stand_alike(claim, words[1], evidence, words[0], partners)
            return [Finding("opposite", f"The cited passages say “{words[0]}”, not “{words[1]}”.", is_fatal=fatal)]
    return []


def _stand_alike(claim: Analysis, ours: str, evidence: Analysis, theirs: str, partners: Mapping[int, int]) -> bool:
    """Whether two words have neighbours that stand for each other."""
    one, other = ([token.lower for token in text.tokens] for text in (claim, evidence))
    near = range(one.index(ours) - _BESIDE, one.index(ours) + _BESIDE + 1)
    return any(at in partners and abs(partners[at] - other.index(theirs)) <= _BESIDE for at in near)


def _led(sentence: Analysis) -> dict[int, frozenset[str]]:
    """Content words with the turning small words right before them, articles and numbers between them."""
    found: dict[int, frozenset[str]] = {}
    for at in sentence.content:
        small = set()
        for place in range(at - 1, max(-1, at - 4), -1):
            token = sentence.tokens[place]
            if token.lower in _SMALL_OPPOSITES:
                small.add(token.lower)
            elif token.lower not in (
                "the",
                "a",
                "an",
                "its",
                "their",
                "his",
                "her",
                "last",
                "first",
                "than",
                "shortly",
            ):
                break
        if small:
            found[at] = frozenset(small)
    return found


def _quantifiers(claim: Analysis, evidence: Analysis) -> list[Finding]:
    ours, theirs = claim.polarity.quantifiers, evidence.polarity.quantifiers
    found = []
    wider = ["not only" in one.text.lower() for one in (claim, evidence)]
    if (wider[0] and "only" in theirs and not wider[1]) or (wider[1] and "only" in ours and not wider[0]):
        found.append(Finding("negation", "“Only” and “not only” are not the same."))
    if "all" in ours and "all" not in theirs and "some" in theirs:
        found.append(Finding("quantifier", "The cited passages say this of some, not of all.", is_fatal=False))
    elif "all" in ours and "all" not in theirs:
        found.append(Finding("quantifier", "The cited passages do not say this of all.", is_fatal=False))
    if "against" in _words(claim) and not _words(evidence) & _OPPOSED:
        found.append(Finding("quantifier", "The cited passages do not say “against”.", is_fatal=False))
    if "only" in ours and "only" not in theirs:
        found.append(Finding("quantifier", "The cited passages do not say “only”.", is_fatal=False))
    if claim.polarity.superlatives and not evidence.polarity.superlatives:
        word = claim.tokens[claim.polarity.superlatives[0]].text
        found.append(Finding("quantifier", f"The cited passages do not say “{word}”.", is_fatal=False))
    return found


def _softened(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> list[Finding]:
    """Possible → certain, planned → done; and certain → possible."""
    ours, theirs = claim.polarity, evidence.polarity
    spoken = set(partners.values())
    possible = _reaching(evidence, theirs.possible, spoken)
    planned = _reaching(evidence, theirs.planned, spoken)
    if possible and not ours.possible and not _words(claim) & _PERMITTED:
        reason = f"The cited passages say this only as possible (“{evidence.tokens[possible[0]].text}”)."
        return [Finding("hedge", reason, is_fatal=False)]
    required = planned and evidence.tokens[planned[0]].lower in _REQUIRING and _words(claim) & _REQUIRED
    if planned and not required and not ours.planned and not ours.possible:
        reason = f"The cited passages say this of the future (“{evidence.tokens[planned[0]].text}”)."
        return [Finding("hedge", reason, is_fatal=False)]
    if ours.possible and not theirs.possible and not theirs.planned:
        reason = f"The cited passages say this without “{claim.tokens[ours.possible[0]].text}”."
        return [Finding("hedge", reason, is_fatal=False)]
    return []


def _words(sentence: Analysis) -> set[str]:
    return {token.lower for token in sentence.tokens}


def _reaching(evidence: Analysis, places: Sequence[int], spoken: set[int]) -> list[int]:
    return [
        at for at in places
        if any(place in spoken for place in range(at, min(at + 1 + _REACH, len(evidence.tokens))))
    ]  # fmt: skip
