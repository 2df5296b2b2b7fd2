"""``assistant evaluate``: a question file in; a table, and the reports that are wanted, out."""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluation.page import to_html
from assistant.evaluation.run import evaluate
from index.errors import printable
from index.manifest import fsync

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.evaluation.results import Evaluation
    from assistant.settings import Settings


def evaluate_file(
    path: Path,
    settings: Settings,
    *,
    k: int,
    split: str | None = None,
    limit: int | None = None,
    json_to: Path | None = None,
    html_to: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Evaluation:
    """Measures, and writes the reports; see :func:`assistant.evaluation.run.evaluate`.

    Args:
        path: The question file.
        settings: Of the assistant.
        k: Passages that retrieval is measured on.
        split: Only questions of this split.
        limit: Only so many of them, the first ones.
        json_to: File for everything that was measured, a row for each question.
        html_to: File for a page with plots and all questions.
        progress: Told how far it is.

    Raises:
        EvaluationError: If the questions are not as expected, or a report cannot be written.
        IndexingError: If the index cannot be opened or built.
    """
    wanted = [report for report in (json_to, html_to) if report is not None]
    for report in wanted:
        _refuse_unwritable(report, path)
    if len(wanted) == 2 and wanted[0].absolute() == wanted[1].absolute():
        raise EvaluationError(f"Both reports cannot go into {printable(wanted[0])}.")
    evaluation = evaluate(path, settings=settings, k=k, split=split, limit=limit, progress=progress)
    if json_to is not None:
        values = {"file": printable(path), "version": version("citewell"), **evaluation.to_dict()}
        write_whole(json_to, json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    if html_to is not None:
        write_whole(html_to, to_html(evaluation, f"Evaluation: {printable(path.name)}"))
    return evaluation


def write_whole(path: Path, content: str) -> None:
    """Replaces a file in one step: whoever looks, and whatever happens, sees the old one or the new one.

    A link stays a link; what it leads to is replaced.

    Raises:
        EvaluationError: If it cannot be written; the old one is then as it was.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            part.write_text(content, encoding="utf-8", newline="\n")
            fsync(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise EvaluationError(f"The report {printable(path)} cannot be written: {error.strerror or error}.") from error


def _refuse_unwritable(report: Path, questions: Path) -> None:
    """Says before an hour of asking what would only turn out behind it."""
    shown = printable(report)
    try:
        if not report.parent.is_dir():
            raise EvaluationError(f"There is no folder {printable(report.parent)}, so no report can be written there.")
        if report.is_dir():
            raise EvaluationError(f"{shown} is a folder; name a file for the report.")
        if report.exists() and not report.is_file():
            raise EvaluationError(f"{shown} is no regular file; name another file for the report.")
        if questions.exists() and report.exists() and report.samefile(questions):
            raise EvaluationError(f"{shown} is the question file itself; name another file for the report.")
        if not os.access(report.parent, os.W_OK):
            raise EvaluationError(f"The folder {printable(report.parent)} cannot be written to.")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise EvaluationError(f"The report {shown} cannot be written: {error}.") from error
