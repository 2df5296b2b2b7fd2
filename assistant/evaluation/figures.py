"""The figures that are means over questions: what each is called, and how it is taken from an outcome. Pure.

The table on screen, the JSON file and the page all follow :func:`figure_kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.metrics import interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.evaluation.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over questions.

    Attributes:
        value: None if no question has what it needs.
        count: Number of questions in it.
        low: Lower end of its 95 % interval; None if there is none.
        high: Upper end.
    """

    value: float | None
    count: int
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Figure:
        """The mean of those that are not None."""
        known = [float(value) for value in values if value is not None]
        if not known:
            return cls(value=None, count=0)
        low, high = interval(known) or (None, None)
        return cls(value=float(np.mean(known)), count=len(known), low=low, high=high)


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A figure that is a mean over questions.

    Attributes:
        group: Heading that it stands under.
        label: Its name for people.
        value: Its value for one outcome; None if the outcome does not count.
    """

    group: str
    label: str
    value: Callable[[Outcome], float | None]


def _hit(rank: int) -> Callable[[Outcome], float | None]:
    return lambda one: None if one.level is None else float(one.rank is not None and one.rank <= rank)


def _shown(value: Callable[[Outcome], float | None]) -> Callable[[Outcome], float | None]:
    """The same figure over the questions that were answered."""
    return lambda one: None if one.is_refused else value(one)


def _refused_is_nothing(value: float | None, *, is_refused: bool) -> float | None:
    return None if value is None else 0.0 if is_refused else value


def _share(values: tuple[bool, ...] | None) -> float | None:
    return sum(values) / len(values) if values else None


def figure_kinds(k: int) -> dict[str, FigureKind]:
    """All figures that are means, by name.

    Args:
        k: Passages that retrieval is measured on.
    """
    kinds = {
        f"hit@{rank}": FigureKind(
            "retrieval", f"found among the first {rank}" if rank > 1 else "found first", _hit(rank)
        )
        for rank in sorted({1, 3, 5, k})
    }
    return kinds | {
        f"mrr@{k}": FigureKind(
            "retrieval", f"MRR@{k}", lambda one: None if one.level is None else 1 / one.rank if one.rank else 0.0
        ),
        f"ndcg@{k}": FigureKind("retrieval", f"nDCG@{k}", lambda one: one.ndcg),
        **FIGURES,
    }


FIGURES = {
    "right": FigureKind("answers", "came out right, refusals too", lambda one: one.is_right),
    "answered": FigureKind(
        "answers", "answered, of those with an answer", lambda one: not one.is_refused if one.is_answerable else None
    ),
    "right_answered": FigureKind("answers", "right, of all that were answered", _shown(lambda one: one.would_be_right)),
    "first": FigureKind("answers", "right sentence first, threshold or not", lambda one: one.is_first_right),
    "first_answered": FigureKind("answers", "… of those answered", _shown(lambda one: one.is_first_right)),
    "shown": FigureKind("answers", "right sentence shown, threshold or not", lambda one: one.is_shown),
    "shown_answered": FigureKind("answers", "… of those answered", _shown(lambda one: one.is_shown)),
    "exact_match": FigureKind(
        "answers",
        "short answer: exact match",
        lambda one: _refused_is_nothing(one.exact_match, is_refused=one.is_refused),
    ),
    "exact_match_answered": FigureKind("answers", "… of those answered", _shown(lambda one: one.exact_match)),
    "token_f1": FigureKind(
        "answers", "short answer: token F1", lambda one: _refused_is_nothing(one.token_f1, is_refused=one.is_refused)
    ),
    "token_f1_answered": FigureKind("answers", "… of those answered", _shown(lambda one: one.token_f1)),
    "item_recall": FigureKind(
        "answers", "lists: items quoted", lambda one: _refused_is_nothing(one.item_recall, is_refused=one.is_refused)
    ),
    "item_precision": FigureKind(
        "answers", "lists: quotes with an item, of answered", _shown(lambda one: one.item_precision)
    ),
    "refusal_precision": FigureKind(
        "refusals", "refused rightly (precision)", lambda one: not one.is_answerable if one.is_refused else None
    ),
    "refusal_recall": FigureKind(
        "refusals", "no answer, and refused (recall)", lambda one: one.is_refused if not one.is_answerable else None
    ),
    "citations_exact": FigureKind(
        "citations", "quotes of an answer that are word for word", _shown(lambda one: _share(one.are_exact))
    ),
    "citations_supporting": FigureKind(
        "citations", "quotes of an answer that have it", _shown(lambda one: _share(one.are_supporting))
    ),
}
"""Means that do not depend on how many passages are looked at; see :func:`figure_kinds`."""
