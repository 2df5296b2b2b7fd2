"""Which of the ranked sentences make the answer: as many as the kind of question needs, and no more. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answers.agreeing import relation, relation_by_answer
from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.agreeing import Relation
    from assistant.answers.candidates import Candidate
    from assistant.answers.kinds import Kind

MOST: dict[Kind, int] = {"fact": 3, "list": 5, "explanation": 3, "decision": 2, "open": 3}
"""Sentences of an answer, at most, but that each article that answers for itself has one."""
DISTANCE: dict[Kind, float] = {"fact": 1.0, "list": 2.5, "explanation": 1.5, "decision": 1.5, "open": 1.0}
"""How much lower than the best a sentence may score and still be shown."""
AGREES_WITHIN = 1.5
"""How much lower a sentence of another article may score that is only cited with one that says the same."""
_WITH_SHORT: tuple[Kind, ...] = ("fact", "open")
"""Kinds of question that a few words can answer."""
_LOOKED_AT = 16
_DIFFERS_WITHIN = 1.0
"""How much lower the other article's sentence may score for the two to be shown as different answers."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence of the answer.

    Attributes:
        sentence: What is shown.
        agreeing: Sentences of other articles that say the same, cited with it.
        has_short: Whether the sentence's ``answer`` is the short answer to the question, which is then shown in bold.
    """

    sentence: Candidate
    agreeing: tuple[Candidate, ...] = ()
    has_short: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences of an answer.

    Attributes:
        shown: In the order in which to read them; a short answer stands first.
        apart: Whether several articles answer, each for itself: then the sentences of each stand together.
        differing: Whether their short answers differ.
    """

    shown: tuple[Shown, ...]
    apart: bool = False
    differing: bool = False


def choose(kind: Kind, candidates: Sequence[Candidate], others: Sequence[Candidate] = ()) -> Choice:
    """The sentences of an answer.

    Args:
        kind: What is asked for.
        candidates: Best first.
        others: Those of other articles that answer for themselves, see :func:`assistant.answers.several.others`.
    """
    if not candidates:
        return Choice(())
    best = candidates[0]
    near = [found for found in candidates[:_LOOKED_AT] if found.score >= best.score - DISTANCE[kind]]
    chosen: list[list[Candidate]] = []
    for found in candidates[:_LOOKED_AT]:
        if found.score < best.score - max(DISTANCE[kind], AGREES_WITHIN):
            break
        said = [(group, _beside(group[0], found, kind)) for group in chosen]
        if same := next((group for group, beside in said if beside == "same"), None):
            if found.article.id not in {other.article.id for other in same}:
                same.append(found)
        elif any(beside == "part" for _, beside in said):
            continue  # nothing new, but not all that is shown: not to be cited with it
        elif found.unknown - best.unknown:
            continue  # its article does not know of what is asked about
        elif found in near and len(chosen) < MOST[kind]:
            chosen.append([found])
    shown = [Shown(group[0], tuple(group[1:])) for group in chosen]
    if also := _others(kind, shown, others, near):
        return _each(kind, shown, also)
    # Of a list or an explanation the reading model finds a piece, which is not the answer.
    if kind in _WITH_SHORT and best.answer is not None and best.margin > 0:
        return Choice((replace(shown[0], has_short=True), *_in_reading_order(shown[1:])))
    return Choice(tuple(_in_reading_order(shown)))


def _beside(shown: Candidate, found: Candidate, kind: Kind) -> Relation:
    """What a sentence says beside one that is shown."""
    beside = relation(shown.text, found.text, found.article.title)
    if beside != "other" or kind != "fact" or shown.article.id == found.article.id:
        return beside
    answers = _short(shown), _short(found)
    if not all(answers) or not (answers[0] <= answers[1] or answers[1] <= answers[0]):
        return "other"
    return relation_by_answer(shown.text, found.text)


def _others(
    kind: Kind, shown: Sequence[Shown], others: Sequence[Candidate], near: Sequence[Candidate]
) -> list[Candidate]:
    """Sentences of other articles that answer for themselves and say something else than what is shown first."""
    cited = {one.article.id for one in shown[0].agreeing}
    found = [one for one in others if one.article.id not in cited]
    other = _other_answer(kind, near[0], near)
    return found if other is None or other.article.id in {one.article.id for one in found} else [*found, other]


def _each(kind: Kind, shown: Sequence[Shown], also: Sequence[Candidate]) -> Choice:
    """What is shown first, then what other articles say, one after the other, each with what else is shown of it."""
    groups = [[shown[0].sentence, *shown[0].agreeing]]
    for one in also:
        same = next((group for group in groups if _beside(group[0], one, kind) == "same"), None)
        if same is None:
            groups.append([one])
        else:
            same.append(one)
    firsts = [
        Shown(group[0], tuple(group[1:]), has_short=kind in _WITH_SHORT and bool(_short(group[0]))) for group in groups
    ]
    taken = {id(one) for group in groups for one in group}
    rest = [item for item in shown[1:] if id(item.sentence) not in taken][: max(0, MOST[kind] - len(groups))]
    ordered = [
        item
        for first in firsts
        for item in (first, *(one for one in rest if one.sentence.article.id == first.sentence.article.id))
    ]
    answers = [_short(item.sentence) for item in firsts if item.has_short]
    is_differing = len(answers) == len(firsts) and any(one != answers[0] for one in answers)
    return Choice(tuple(ordered), apart=len(groups) > 1, differing=is_differing)


def _other_answer(kind: Kind, best: Candidate, near: Sequence[Candidate]) -> Candidate | None:
    """A sentence of another article that answers a question of fact as surely, but differently."""
    ours = _short(best)
    if kind != "fact" or not ours:
        return None
    for found in near[1:]:
        theirs = _short(found)
        if (
            found.article.id != best.article.id
            and theirs
            and not (theirs <= ours or ours <= theirs)
            and found.score >= best.score - _DIFFERS_WITHIN
            and found.coverage >= best.coverage
            and _shape(found) == _shape(best)
        ):
            return found
    return None


def _short(candidate: Candidate) -> set[str]:
    """Words of the short answer that the reading model is sure of; empty if it is not."""
    if candidate.answer is None or candidate.margin <= 0:
        return set()
    return set(words(candidate.article.text[slice(*candidate.answer)]))


def _shape(candidate: Candidate) -> tuple[bool, bool]:
    """Whether the short answer holds a number, and whether a name."""
    text = candidate.article.text[slice(*candidate.answer)] if candidate.answer else ""
    return bool(re.search(r"\d", text)), bool(re.search(r"\b[A-Z]", text))


def _in_reading_order(shown: Sequence[Shown]) -> list[Shown]:
    """Articles in the order of their best sentence, sentences of one as they stand in it."""
    order: dict[str, int] = {}
    for place, item in enumerate(shown):
        order.setdefault(item.sentence.article.id, place)
    return sorted(shown, key=lambda item: (order[item.sentence.article.id], item.sentence.start))
