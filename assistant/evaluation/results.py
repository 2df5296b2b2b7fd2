"""What an evaluation gives: an outcome for each question, and figures over them. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.evaluation.figures import Figure, figure_kinds
from assistant.evaluation.metrics import RiskPoint, area_under_risk, auc, calibration, calibration_error, risk_coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evaluation.metrics import Bin
    from assistant.evaluation.outcomes import Outcome

STEPS = ("total", "search", "read")
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of one step over all questions: median and 95th percentile."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures of the assistant on a question file.

    Attributes:
        outcomes: One for each question asked, in the order of the file.
        planned: Number of questions that were to be asked.
        figures: By the names of :func:`figure_kinds`.
        kinds: The same for each kind of question.
        refusal_f1: Harmonic mean of the precision and recall of refusals.
        auc: How often a question that the articles answer has a higher confidence than one that they do not, in [0, 1].
        calibration: Confidence against what was right, in ten bins.
        calibration_error: Their expected calibration error.
        risk_coverage: What would be at other thresholds.
        risk_area: Area under that curve, in [0, 1]; lower is better.
        operating_point: What is at the threshold in use.
        times: By step.
        threshold: Confidence from which on a question is answered.
        k: Passages that retrieval was measured on.
        generation: Of the index.
        articles: Number of articles in the index.
        passages: Number of passages in it.
        without_place: Questions with an answer that retrieval could not be measured on.
        warnings: What the user should know, one sentence each.
        stopped: Why not all questions were asked; empty if they were.
    """

    outcomes: tuple[Outcome, ...]
    planned: int
    figures: dict[str, Figure]
    kinds: dict[str, dict[str, Figure]]
    refusal_f1: float | None
    auc: float | None
    calibration: tuple[Bin, ...]
    calibration_error: float | None
    risk_coverage: tuple[RiskPoint, ...]
    risk_area: float | None
    operating_point: RiskPoint | None
    times: dict[str, Times]
    threshold: float
    k: int
    generation: str
    articles: int
    passages: int
    without_place: int
    warnings: tuple[str, ...] = ()
    stopped: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether it ended before all questions were asked."""
        return len(self.outcomes) < self.planned

    @property
    def exit_code(self) -> int:
        """What the terminal command returns: 0 if all questions were asked, 130 after Ctrl+C, else 75 (try again)."""
        return 0 if not self.is_partial else 130 if self.stopped == INTERRUPTED else 75

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain JSON types."""
        values = asdict(self)
        outcomes = values.pop("outcomes")
        return {"is_partial": self.is_partial, "asked": len(outcomes), **values, "questions": outcomes}


def sum_up(
    outcomes: Sequence[Outcome],
    *,
    planned: int,
    threshold: float,
    k: int,
    generation: str,
    articles: int,
    passages: int,
    warnings: Sequence[str] = (),
    stopped: str = "",
) -> Evaluation:
    """The figures over outcomes; the arguments are those of :class:`Evaluation`."""
    names = sorted({one.kind for one in outcomes if one.kind})
    figures = _figures(outcomes, k)
    judged = [(one.confidence, one.would_be_right) for one in outcomes if one.would_be_right is not None]
    confidences, right = [pair[0] for pair in judged], [pair[1] for pair in judged]
    bins = calibration(confidences, right)
    shown = [one.would_be_right for one in outcomes if not one.is_refused and one.would_be_right is not None]
    return Evaluation(
        outcomes=tuple(outcomes),
        planned=planned,
        figures=figures,
        kinds={name: _figures([one for one in outcomes if one.kind == name], k) for name in names},
        refusal_f1=_harmonic(figures["refusal_precision"].value, figures["refusal_recall"].value),
        auc=auc(
            [one.confidence for one in outcomes if one.is_answerable],
            [one.confidence for one in outcomes if not one.is_answerable],
        ),
        calibration=bins,
        calibration_error=calibration_error(bins),
        risk_coverage=risk_coverage(confidences, right),
        risk_area=area_under_risk(confidences, right),
        operating_point=RiskPoint(
            threshold=threshold, coverage=len(shown) / len(judged), risk=1 - sum(shown) / len(shown)
        )
        if shown
        else None,
        times=_times(outcomes),
        threshold=threshold,
        k=k,
        generation=generation,
        articles=articles,
        passages=passages,
        without_place=sum(one.is_answerable and one.level is None for one in outcomes),
        warnings=tuple(warnings),
        stopped=stopped,
    )


def _figures(outcomes: Sequence[Outcome], k: int) -> dict[str, Figure]:
    return {name: Figure.of(kind.value(one) for one in outcomes) for name, kind in figure_kinds(k).items()}


def _times(outcomes: Sequence[Outcome]) -> dict[str, Times]:
    found = {}
    for step in STEPS:
        seconds = [one.timings[step] for one in outcomes if step in one.timings]
        if seconds:
            median, p95 = np.percentile(seconds, (50, 95)).tolist()
            found[step] = Times(median=median, p95=p95)
    return found


def _harmonic(precision: float | None, recall: float | None) -> float | None:
    """None if there was nothing to refuse; 0 if nothing was refused."""
    if recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0
