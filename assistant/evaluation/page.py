"""An evaluation as one HTML file: no scripts, nothing fetched, and every word from elsewhere escaped. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluation.figures import figure_kinds
from assistant.evaluation.plots import calibration_plot, risk_plot
from assistant.evaluation.report import HEADINGS, confidence_figures, kind_columns, retrieval_note, summary
from assistant.page.markup import esc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.evaluation.outcomes import Outcome
    from assistant.evaluation.results import Evaluation

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Whatever should get past the escaping still could neither run nor fetch anything."""


def to_html(evaluation: Evaluation, title: str = "Evaluation") -> str:
    """The page.

    Args:
        evaluation: What is shown.
        title: Its heading, such as the name of the question file.
    """
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{esc(title)}</title><style>{_STYLE}</style></head><body><h1>{esc(title)}</h1>"
        f"{''.join(f'<p>{esc(note)}</p>' for note in summary(evaluation))}"
        f"<h2>Figures</h2>{_figures(evaluation)}<p>Retrieval was {esc(retrieval_note(evaluation))}.</p>"
        f"<h2>Confidence</h2>{_confidence(evaluation)}"
        f'<div class="plots">{calibration_plot(evaluation.calibration)}'
        f"{risk_plot(evaluation.risk_coverage, evaluation.operating_point)}</div>"
        f"<h2>Times</h2>{_times(evaluation)}{_kinds(evaluation)}"
        f"<h2>Questions</h2>{_questions(evaluation)}</body></html>\n"
    )


def _figures(evaluation: Evaluation) -> str:
    kinds = figure_kinds(evaluation.k)
    rows = []
    for group, heading in HEADINGS.items():
        rows.append(f'<tr><th colspan="4" scope="rowgroup">{heading}</th></tr>')
        for name, kind in kinds.items():
            figure = evaluation.figures[name]
            if kind.group == group and figure.count:
                between = f"{figure.low:.3f} to {figure.high:.3f}" if figure.low is not None else ""
                rows.append(_row((kind.label, _number(figure.value), between, str(figure.count))))
    return _table(("", "value", "95 % interval", "questions"), rows)


def _confidence(evaluation: Evaluation) -> str:
    rows = [_row((label, _number(value))) for label, value in confidence_figures(evaluation)]
    if point := evaluation.operating_point:
        rows.append(_row((f"answered at the threshold of {point.threshold:g}", _number(point.coverage))))
        rows.append(_row(("wrong of those", _number(point.risk))))
    return _table(("", "value"), rows)


def _times(evaluation: Evaluation) -> str:
    rows = [
        _row((step, f"{1000 * times.median:.0f} ms", f"{1000 * times.p95:.0f} ms"))
        for step, times in evaluation.times.items()
    ]
    return _table(("step", "median", "95 %"), rows)


def _kinds(evaluation: Evaluation) -> str:
    if not evaluation.kinds:
        return ""
    columns = kind_columns(evaluation.k)
    rows = [
        _row(
            (
                name,
                str(sum(one.kind == name for one in evaluation.outcomes)),
                *(_number(figures[column].value) for column in columns.values()),
            )
        )
        for name, figures in evaluation.kinds.items()
    ]
    return f"<h2>By kind</h2>{_table(('kind', 'questions', *columns), rows)}"


def _questions(evaluation: Evaluation) -> str:
    columns = ("id", "kind", "question", "wanted", "answer", "confidence", "rank", "right")
    return _table(columns, [_question(one) for one in evaluation.outcomes], name="questions")


def _question(one: Outcome) -> str:
    asked = esc(one.question)
    if one.standalone != one.question:
        asked += f'<br><span class="aside">searched: {esc(one.standalone)}</span>'
    quotes = "".join(
        f'<br><span class="aside">[{citation.number}] {esc(citation.title)}</span>' for citation in one.citations
    )
    said = f"{esc(one.text)}{quotes}"
    if one.is_refused:
        kept_back = f'<br><span class="aside">held back: {esc(one.text)}</span>' if one.text else ""
        said = f"<em>refused</em>{kept_back}"
    if one.problem:
        said += f"<br><strong>{esc(one.problem)}</strong>"
    rank = "" if one.level is None else str(one.rank or "not found")
    verdict = "–" if one.is_right is None else "right" if one.is_right else "wrong"
    by = f'<br><span class="aside">by {esc(one.judged_by)}</span>' if one.judged_by else ""
    cells = [esc(one.id), esc(one.kind), asked, esc(one.gold), said, f"{one.confidence:.2f}", rank, f"{verdict}{by}"]
    return f'<tr class="{verdict}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _table(headings: Iterable[str], rows: Iterable[str], name: str = "") -> str:
    """A table of rows that are HTML already."""
    head = "".join(f'<th scope="col">{esc(heading)}</th>' for heading in headings)
    kind = f' class="{name}"' if name else ""
    return f'<div class="wide"><table{kind}><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _row(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in cells)}</tr>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


_STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:78rem;padding:0 1rem}
h1{overflow-wrap:anywhere}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid #8886;padding:.3rem .7rem;text-align:left;vertical-align:top}
.questions td{overflow-wrap:anywhere;min-width:3rem}
.questions td:nth-child(3),.questions td:nth-child(5){min-width:14rem}
.aside{font-size:.85em;opacity:.75}
tr.right td:last-child{color:light-dark(#12663f,#6fd3a0)}
tr.wrong td:last-child{color:light-dark(#a3261b,#ff9a8e);font-weight:bold}
.plots{display:flex;flex-wrap:wrap;gap:2rem;margin-top:1rem}
figure{margin:0}
svg{max-width:100%;height:auto}
svg text{font-size:12px;fill:currentColor}
.grid{stroke:currentColor;opacity:.15}
.ideal{stroke:currentColor;stroke-dasharray:4 4;opacity:.6}
polyline{fill:none;stroke:light-dark(#0f6b64,#5fd0c3);stroke-width:2}
circle{fill:light-dark(#0f6b64,#5fd0c3);fill-opacity:.7}
"""
