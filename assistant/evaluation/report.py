"""An evaluation as a table for a terminal. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from assistant.evaluation.figures import figure_kinds
from index.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.evaluation.figures import Figure
    from assistant.evaluation.metrics import Bin, RiskPoint
    from assistant.evaluation.results import Evaluation

HEADINGS = {"retrieval": "Retrieval", "answers": "Answers", "refusals": "Refusals", "citations": "Citations"}
COVERAGES = (0.25, 0.5, 0.75, 1.0)
"""At which the table gives the risk."""
_LABEL = 42
_WIDTH = 100
_KIND = 18


def to_table(evaluation: Evaluation) -> str:
    """Lines of at most 100 columns; everything that a file or an article says is shown without control characters."""
    lines = [line for text in summary(evaluation) for line in textwrap.wrap(printable(text), _WIDTH)]
    lines += ["", f"{'':{_LABEL + 2}}  value   95 % interval  questions"]
    kinds = figure_kinds(evaluation.k)
    for group, heading in HEADINGS.items():
        lines.append(heading)
        for name, kind in kinds.items():
            figure = evaluation.figures[name]
            if kind.group == group and figure.count:
                lines.append(f"  {kind.label:{_LABEL}} {number(figure.value)}   {_range(figure)}  {figure.count:9}")
        if group == "retrieval":
            lines.append(f"  {retrieval_note(evaluation)}")
        if group == "refusals":
            lines += [f"  {label:{_LABEL}} {number(value)}" for label, value in confidence_figures(evaluation)]
    lines += ["", *calibration_lines(evaluation.calibration), "", *risk_lines(evaluation.risk_coverage)]
    if point := evaluation.operating_point:
        lines.append(f"  {'at the threshold, ' + f'{point.threshold:g}':22} {point.coverage:8.3f} {point.risk:7.3f}")
    lines += ["", f"{'Milliseconds':24} median     95 %"]
    lines += [f"  {step:20} {1000 * of.median:8.0f} {1000 * of.p95:8.0f}" for step, of in evaluation.times.items()]
    return "\n".join([*lines, *_kind_lines(evaluation)])


def summary(evaluation: Evaluation) -> list[str]:
    """What was measured, whether that is all, and what the user should know; a sentence or two each."""
    answerable = sum(one.is_answerable for one in evaluation.outcomes)
    asked = len(evaluation.outcomes)
    lines = [
        f"{asked} questions: {answerable} that the articles answer, {asked - answerable} that they do not.",
        f"Index generation {evaluation.generation}, {evaluation.articles} articles, {evaluation.passages} passages.",
        f"A question is answered from a confidence of {evaluation.threshold:g} on.",
    ]
    if evaluation.is_partial:
        lines.append(f"PARTIAL: {evaluation.stopped}; {asked} of {evaluation.planned} were asked.")
    return lines + [f"Note: {warning}" for warning in evaluation.warnings]


def retrieval_note(evaluation: Evaluation) -> str:
    """What retrieval was measured by; to find an article is easier than to find the passage."""
    by_passage = sum(one.level == "passage" for one in evaluation.outcomes)
    by_article = sum(one.level == "article" for one in evaluation.outcomes)
    return (
        f"judged by passage (a quote is known): {by_passage}, by article alone: {by_article}, "
        f"left out: {evaluation.without_place}"
    )


def confidence_figures(evaluation: Evaluation) -> list[tuple[str, float | None]]:
    """Figures that are no means over questions, with their names for people."""
    return [
        ("F1 of refusing", evaluation.refusal_f1),
        ("AUC of the confidence", evaluation.auc),
        ("expected calibration error", evaluation.calibration_error),
        ("area under risk and coverage", evaluation.risk_area),
    ]


def calibration_lines(bins: Sequence[Bin]) -> list[str]:
    """A table of the bins that are not empty."""
    rows = [
        f"  {one.low:.1f} to {one.high:.1f} {number(one.confidence):>14} {number(one.right)}  {one.count:9}"
        for one in bins
        if one.count
    ]
    return [f"{'Calibration':14} confidence   right  questions", *rows]


def risk_lines(points: Sequence[RiskPoint]) -> list[str]:
    """A table of the risk at a few coverages, the nearest there is from each on."""
    lines = [f"{'If answered from':22} {'coverage':>10} {'wrong':>7}"]
    shown: list[RiskPoint] = []
    for coverage in COVERAGES:
        point = next((point for point in points if point.coverage >= coverage - 1e-9), None)
        if point and point not in shown:
            shown.append(point)
            lines.append(f"  confidence {point.threshold:<11.2f} {point.coverage:8.3f} {point.risk:7.3f}")
    return lines


def number(value: float | None) -> str:
    """With three digits, or a dash of the same width."""
    return f"{value:7.3f}" if value is not None else f"{'-':>7}"


def _range(figure: Figure) -> str:
    return f"{figure.low:.3f} to {figure.high:.3f}" if figure.low is not None else " " * 14


def kind_columns(k: int) -> dict[str, str]:
    """The figures shown for each kind of question: names by headings."""
    return {
        "right": "right",
        "found 1st": "hit@1",
        f"MRR@{k}": f"mrr@{k}",
        "exact": "exact_match",
        "F1": "token_f1",
        "1st right": "first",
        "answered": "answered",
        "refused": "refusal_recall",
    }


def _kind_lines(evaluation: Evaluation) -> Iterable[str]:
    if not evaluation.kinds:
        return
    columns = kind_columns(evaluation.k)
    yield ""
    yield f"{'By kind':{_KIND}}      n " + " ".join(f"{heading:>8}" for heading in columns)
    for name, figures in evaluation.kinds.items():
        count = sum(one.kind == name for one in evaluation.outcomes)
        shown = printable(name)
        shown = shown if len(shown) <= _KIND - 2 else shown[: _KIND - 3] + "…"
        values = " ".join(f" {number(figures[column].value)}" for column in columns.values())
        yield f"  {shown:{_KIND - 2}} {count:6} {values}"
