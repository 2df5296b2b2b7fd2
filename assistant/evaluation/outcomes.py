"""What came of one question. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.evaluation.gold import Level
    from assistant.types import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one question.

    The answer is the one that would be shown if every question were answered; ``is_refused`` says whether the threshold
    holds it back. What a row has no gold for is None.

    Attributes:
        id: Of the row.
        kind: Of the row.
        question: As asked.
        standalone: As searched.
        is_answerable: Whether the articles answer it, as the row says.
        gold: What the row says about the answer, for people.
        is_refused: Whether it was refused.
        confidence: Estimated probability that the sources answer it, in [0, 1].
        is_right: Whether it came out right: answered with what the row wants, or refused where nothing answers.
        would_be_right: Whether the answer is right, shown or held back; False where nothing answers.
        judged_by: By which field that was judged, or ``refusal``; empty if there is nothing to judge it by.
        text: The answer with its marks.
        short: The short answer in it, or its first sentence.
        citations: What it quotes.
        are_exact: Of each citation, whether it stands word for word in its article.
        exact_match: Of the short answer, 0 or 1.
        token_f1: Of the short answer, in [0, 1].
        are_supporting: Of each citation, whether it has the answer (of a list, an item).
        item_recall: Of a list, the share of its items that are quoted.
        item_precision: Of a list, the share of the quotes that have an item.
        level: What retrieval was measured by.
        rank: Rank of the first relevant passage, from 1; None if it was not found or there is no gold.
        ndcg: Of the passages found, in [0, 1].
        timings: Seconds by step; see :attr:`assistant.types.Answer.timings`.
        problem: What went wrong while answering, for people.
    """

    id: str
    kind: str
    question: str
    standalone: str
    is_answerable: bool
    gold: str
    is_refused: bool
    confidence: float
    is_right: bool | None
    would_be_right: bool | None
    judged_by: str
    text: str
    short: str
    citations: tuple[Citation, ...]
    are_exact: tuple[bool, ...]
    exact_match: float | None
    token_f1: float | None
    are_supporting: tuple[bool, ...] | None
    item_recall: float | None
    item_precision: float | None
    level: Level | None
    rank: int | None
    ndcg: float | None
    timings: dict[str, float]
    problem: str = ""

    @property
    def is_first_right(self) -> bool | None:
        """Whether the first quote has the answer."""
        return None if self.are_supporting is None else self.are_supporting[:1] == (True,)

    @property
    def is_shown(self) -> bool | None:
        """Whether any of the quotes has it."""
        return None if self.are_supporting is None else any(self.are_supporting)
