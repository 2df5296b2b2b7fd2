"""What belongs to a sentence that explains: the cause before "As a result, …", the aim behind it. Pure, English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answers.candidates import Candidate
from assistant.answers.choosing import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.answers.outline import Place

MOST_ADDED = 2
"""Sentences that are added to an answer."""
_GAP = 3
"""Characters between two sentences of which one follows the other: a space, a line's end."""
_ASKS_WHY = re.compile(
    r"\b(?:why|how come|what .*\bfor\W*$|(?:reason|purpose|cause|point|aim|goal)s?\b)", re.IGNORECASE
)
_FOLLOWS = re.compile(
    r"(?:as a (?:result|consequence)|therefore|thus|hence|consequently|accordingly|so,"
    r"|for (?:this|that|these|those) (?:reasons?|purposes?)|(?:because of|due to|owing to) (?:this|that|these|those)"
    r"|(?:this|that) is (?:also )?why"
    r"|to (?:avoid|prevent|reduce|solve|overcome|counter|remedy|mitigate|limit|achieve|do) (?:this|that|these|those|it)"
    r"|in (?:response|reaction)|(?:this|that|which) (?:means?|meant|led|leads|causes?|caused|makes?|made)\b)",
    re.IGNORECASE,
)
"""How a sentence begins whose cause or aim stands in the one before."""
_GIVES_REASON = re.compile(
    r"(?:this|that|it|they|these|those) (?:\w+ ){0,3}?(?:because|due to|owing to|so that|in order"
    r"|(?:done|made|used|meant|intended|needed|required|designed) to)\b"
    r"|(?:the|one|another|its|their|a) (?:\w+ )?(?:reason|cause|purpose|aim|goal)\b|because\b",
    re.IGNORECASE,
)
"""How a sentence begins that says why what stands before it is so."""


def with_reasons(question: str, shown: Sequence[Shown], sentences: Mapping[Place, float]) -> list[Shown]:
    """The sentences of an explanation, with those beside them that they cannot be understood without.

    Added are the sentence before one that begins with what it follows from ("As a result", "To prevent this"), and, if
    it is asked why, the one behind that gives the reason ("This is done to …"). What is shown already is not added.

    Args:
        question: One that stands alone and asks for an explanation.
        shown: In reading order.
        sentences: Of the hits, with the score of their passage.
    """
    asks_why = bool(_ASKS_WHY.search(question))
    taken = {(item.sentence.article.id, item.sentence.start) for item in shown}
    found: list[Shown] = []
    for item in shown:
        before = _beside(item.sentence, sentences, is_before=True) if _FOLLOWS.match(item.sentence.text) else None
        behind = _beside(item.sentence, sentences, is_before=False) if asks_why else None
        if behind and not _GIVES_REASON.match(behind.text):
            behind = None
        for other in (before, item.sentence, behind):
            if other is item.sentence:
                found.append(item)
            elif other and (other.article.id, other.start) not in taken and len(taken) < len(shown) + MOST_ADDED:
                taken.add((other.article.id, other.start))
                found.append(Shown(other))
    return found


def _beside(one: Candidate, sentences: Mapping[Place, float], *, is_before: bool) -> Candidate | None:
    """The sentence right before or behind another one, if it is in the hits.

    It is shown for the sake of the other one, not for its own likeness to the question, which is not computed.
    """
    for (article, start, end), hit_score in sentences.items():
        gap = one.start - end if is_before else start - one.end
        if article.id == one.article.id and 0 <= gap <= _GAP:
            return Candidate.for_another(article, start, end, hit_score)
    return None
