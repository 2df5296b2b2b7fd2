"""Names of a claim: are they in the evidence, in the same place, or in what it points back to? Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.verification.findings import Finding, elsewhere, missing
from assistant.verification.names import canonical, holds
from assistant.verification.relations import is_verb
from assistant.verification.surroundings import belongs_elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.verification.analysis import Analysis
    from assistant.verification.names import Name

_FRAME = 4
"""Words around a name that are compared."""
_NAME_REACH = 8
"""Tokens between two parts of one name, at most: ``Josef Aschbacher, Director General``."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an evidence sentence may borrow: names only, from what stands before it.

    Attributes:
        names: Forms of names in the title and the sentence before.
        stems: Stems of the title and the sentence before, with the strength that they count with.
        year: Year of the article's date, for dates that leave it out; 0 if there is none.
        title: Forms of names in the title: what the whole article is about.
    """

    names: frozenset[str] = frozenset()
    stems: Mapping[str, float] = field(default_factory=dict, hash=False)
    year: int = 0
    title: frozenset[str] = frozenset()


def check_names(
    claim: Analysis, evidence: Analysis, partners: Mapping[int, int], context: Context
) -> tuple[list[Finding], bool]:
    """Names that the evidence lacks or has for something else, and whether one was borrowed from its context."""
    found: list[Finding] = []
    borrowed = False
    may_borrow = evidence.opens_with_anaphor
    for name in claim.names:
        initials = _initials(claim, name)
        absent = [
            part for part in name.parts
            if not holds(part, evidence.forms) and not _has_initials(initials, evidence.forms)
        ]  # fmt: skip
        if absent and ("".join(name.parts) in context.title or all(holds(part, context.title) for part in absent)):
            # Not verified by this sentence, but what all the article is about need not be named in each; nor the
            # site that says "we".
            if any(_has_neighbours_of(claim, name, evidence, place, partners) for place in _others(claim, evidence)):
                found.append(replace(elsewhere("name", name.text), is_absence=True))
            found.append(Finding("name", f"The cited passages name “{name.text}” elsewhere.", is_fatal=False))
        elif absent and may_borrow and all(
            holds(part, context.names) or _has_initials(initials, context.names) for part in absent
        ):  # fmt: skip
            if _takes_anothers_place(claim, name, evidence, partners):
                # Not this sentence's, but another one may have it.
                found.append(replace(elsewhere("name", name.text), is_absence=True))
            borrowed = True
        elif absent and (shorter := _shorter(name, evidence)):
            found.append(Finding("name", f"The cited passages say only “{shorter}”.", is_fatal=False))
        elif absent and _leads_noun(claim, name):
            found.append(Finding("name", f"The cited passages do not say “{name.text}”.", is_fatal=False))
        elif absent and (name.is_sure or not _stands_for_word(claim, name, evidence, partners)):
            found.append(missing("name", name.text))
        elif not absent and not _stands_together(name, evidence):
            found.append(elsewhere("name", name.text))
    return found, borrowed


def _shorter(name: Name, evidence: Analysis) -> str:
    """How the evidence writes a name of several words with its last ones only: ``Morrison``; empty if it does not.

    With other words before the last, it is another's name.
    """
    for other in evidence.names:
        before = evidence.tokens[other.first - 1] if other.first else None
        if before and before.is_word and before.is_capital:
            continue  # "Fenness Observatory", whose first word looks like a common one at the beginning
        if other.parts[-1] == name.parts[-1] and len(other.parts) < len(name.parts):
            rest = frozenset(name.parts)
            if all(holds(part, rest) for part in other.parts):
                return other.text
    return ""


def _leads_noun(claim: Analysis, name: Name) -> bool:
    """``Heavy layoffs``: the first word of a sentence, with a word behind it that is neither a name nor a verb.

    If it is a name all the same, :func:`substituted` compares it with the name that stands there in the evidence.
    """
    behind = name.last + 1
    if name.is_sure or behind >= len(claim.tokens):
        return False
    token = claim.tokens[behind]
    return behind in claim.content and not token.is_capital and not is_verb(claim, behind)


def _takes_anothers_place(claim: Analysis, name: Name, evidence: Analysis, partners: Mapping[int, int]) -> bool:
    """Whether a borrowed name stands where the evidence has another name, or where nothing points back."""
    used = [at for at, place in partners.items() if place in _pointing_back(evidence)]
    if used and min(abs(at - near) for at in used for near in (name.first, name.last)) > 3:
        return True
    others = _others(claim, evidence)
    if any(_has_neighbours_of(claim, name, evidence, place, partners) for place in others):
        return True
    first = next((at for at, token in enumerate(evidence.tokens) if token.is_word), 0)
    return belongs_elsewhere(
        claim, range(name.first, name.last + 1), evidence, partners, [range(first, first + 1)], others
    )


def _others(claim: Analysis, evidence: Analysis) -> list[range]:
    """Places of the evidence's names that the claim leaves out."""
    said = claim.forms
    return [
        range(other.first, other.last + 1) for other in evidence.names
        if not all(holds(part, said) for part in other.parts)
    ]  # fmt: skip


def _pointing_back(evidence: Analysis) -> list[int]:
    """Places of the words of ``The mission`` at the beginning of a sentence; none behind ``It``."""
    found: list[int] = []
    for at, token in enumerate(evidence.tokens[:6]):
        if at in evidence.content:
            found.append(at)
        elif found or token.lower not in ("the", "this", "these", "that", "those", "both", "such"):
            break
    return found


def _has_neighbours_of(
    claim: Analysis, name: Name, evidence: Analysis, place: range, partners: Mapping[int, int]
) -> bool:
    """Whether what stands right before and behind two names is the same."""
    same = 0
    for ours, theirs in ((name.first - 1, place.start - 1), (name.last + 1, place.stop)):
        inside = 0 <= ours < len(claim.tokens) and 0 <= theirs < len(evidence.tokens)
        if inside and partners.get(ours) == theirs:
            return True
        same += inside and claim.tokens[ours].lower == evidence.tokens[theirs].lower
    return same == 2


def substituted(claim: Analysis, evidence: Analysis, partners: Mapping[int, int]) -> str:
    """A name of the claim that stands exactly where the evidence has another one, which the claim leaves out."""
    said = {token.lower for token in claim.tokens}
    others = [
        range(other.first, other.last + 1) for other in evidence.names
        if other.is_sure and not all(part in said for part in other.parts)
    ]  # fmt: skip
    spans = [(name.first, name.last) for name in claim.names]
    opening = next((at for at, token in enumerate(claim.tokens) if token.is_word), 0)
    if opening in claim.content and opening not in partners and (opening, opening) not in spans:
        spans.append((opening, opening))
    for first, last in spans:
        parts = {canonical(token.lower) for token in claim.tokens[first : last + 1]}
        for place in others:
            if parts & {canonical(token.lower) for token in evidence.tokens[place.start : place.stop]}:
                continue
            before = _is_alike(claim, first - 1, evidence, place.start - 1, partners, -1)
            if before and _is_alike(claim, last + 1, evidence, place.stop, partners, 1):
                return claim.text[claim.tokens[first].start : claim.tokens[last].end]
    return ""


def _is_alike(
    claim: Analysis, ours: int, evidence: Analysis, theirs: int, partners: Mapping[int, int], step: int
) -> bool:
    """Whether two places are followed (or, with step -1, preceded) by the same words up to the next content word."""
    for _ in range(_FRAME):
        one, other = _word_at(claim, ours), _word_at(evidence, theirs)
        if not one and not other:
            return True
        if partners.get(ours) == theirs and ours in claim.content:
            return True
        if one != other:
            return False
        ours, theirs = ours + step, theirs + step
    return True


def _word_at(sentence: Analysis, at: int) -> str:
    """The word at a place; nothing beyond the ends of the sentence or for its full stop."""
    return sentence.tokens[at].lower if 0 <= at < len(sentence.tokens) and sentence.tokens[at].text != "." else ""


def _initials(claim: Analysis, name: Name) -> frozenset[str]:
    """``esa`` for ``European Space Agency``, as long as the whole name is meant."""
    letters = [token.lower[0] for token in claim.tokens[name.first : name.last + 1] if token.is_word]
    return frozenset({"".join(letters)}) if len(letters) > 1 else frozenset()


def _has_initials(initials: frozenset[str], forms: frozenset[str]) -> bool:
    return bool(initials & forms)


def _stands_for_word(claim: Analysis, name: Name, evidence: Analysis, partners: Mapping[int, int]) -> bool:
    """Whether the first word of a sentence is in all likelihood a common word for a common word of the evidence."""
    partner = partners.get(name.first)
    return partner is not None and not evidence.tokens[partner].is_capital and name.first in claim.content


def _stands_together(name: Name, evidence: Analysis) -> bool:
    """Whether the parts of one name are near each other: not a first name of one and a last name of another."""
    places = [
        [at for at, token in enumerate(evidence.tokens) if token.lower in (part, f"{part}s", part.removesuffix("s"))]
        for part in name.parts
    ]
    known = [place for place in places if place]
    return all(
        any(abs(one - other) <= _NAME_REACH for one in first for other in second) for first, second in pairwise(known)
    )
