"""Verdicts of users as questions to measure by.

What a user called good says what is right, so it becomes a row of a question file. What was called bad only says what
is wrong: such rows go into a file of their own, which ``assistant evaluate`` refuses until somebody has added to each
row what is right.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.errors import EvaluationError
from assistant.evaluation.command import write_whole
from index.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from assistant.keeping.feedback import Feedback, JudgedQuote, Judgement

Row = dict[str, Any]
LOOK = ".look"
"""Stands before the ending of the file of what needs a look."""


@dataclass(slots=True)
class _Judged:
    """An answer with all verdicts on it."""

    about: Judgement
    verdict: str | None = None
    quotes: dict[int, str] = field(default_factory=dict)


def rows_of(judgements: Iterable[Judgement]) -> tuple[list[Row], list[Row]]:
    """Rows of a question file, and those that need a look. Of the same question the latest verdict counts.

    A good answer gives the quote that was called good, else the one with the short answer, else the first that was not
    called bad. A quote that was called good makes a row even of a bad answer if it is the answer's own text, since then
    it was asked whether it answers the question. A good refusal says that the articles do not answer.
    """
    rows: dict[str, Row] = {}
    look: dict[str, Row] = {}
    for item in _by_answer(judgements):
        quote = _gold(item)
        is_right_refusal = item.verdict == "up" and item.about.status == "abstained"
        if quote or is_right_refusal:
            _put(rows, {**_asked(item), **(_answered(quote) if quote else {"answerable": False})})
        elif problem := _problem(item):
            _put(look, {**_asked(item), **_said(item, problem)})
    return list(rows.values()), list(look.values())


def _by_answer(judgements: Iterable[Judgement]) -> list[_Judged]:
    """In the order of the latest verdict on each."""
    found: dict[str, _Judged] = {}
    for judgement in judgements:
        item = found.pop(judgement.answer, None) or _Judged(judgement)
        found[judgement.answer] = item
        if judgement.citation is None:
            item.verdict = judgement.verdict
        elif judgement.verdict:
            item.quotes[judgement.citation] = judgement.verdict
    return list(found.values())


def _gold(item: _Judged) -> JudgedQuote | None:
    """The quote that answers the question, as far as the verdicts say so."""
    left = [quote for quote in item.about.quotes if item.quotes.get(quote.number) != "down"]
    good = [quote for quote in left if item.quotes.get(quote.number) == "up"]
    if item.verdict == "up":
        with_short = [quote for quote in left if quote.short]
        return next(iter([*good, *with_short, *left]), None)
    return next(iter(good), None) if item.about.mode == "quotes" else None


def _problem(item: _Judged) -> str:
    if item.verdict == "down":
        is_refusal = item.about.status == "abstained"
        return "The refusal was called wrong." if is_refusal else "The answer was called bad."
    bad = sorted(number for number, verdict in item.quotes.items() if verdict == "down")
    return f"Called bad: quote {', '.join(f'[{number}]' for number in bad)}." if bad else ""


def _asked(item: _Judged) -> Row:
    about = item.about
    row: Row = {"id": f"feedback-{about.answer}", "question": about.question}
    if about.history:
        row["history"] = [asdict(turn) for turn in about.history]
    if about.standalone != about.question:
        row["standalone"] = about.standalone
    return row


def _answered(quote: JudgedQuote) -> Row:
    # A language model may say shortly what the article does not say in these words.
    has_short = quote.short.casefold() in quote.quote.casefold() and any(map(str.isalnum, quote.short))
    return {**({"answers": [quote.short]} if has_short else {}), "quote": quote.quote, "article": quote.title}


def _said(item: _Judged, problem: str) -> Row:
    about = item.about
    return {
        "needs_a_look": f'{problem} Add what is right: "answers", "quote" and "article", or "answerable": false.',
        "was": {
            "text": about.text,
            "quotes": [{"number": quote.number, "quote": quote.quote, "title": quote.title} for quote in about.quotes],
            "mode": about.mode,
            "generation": about.generation,
            "at": about.at,
        },
    }


def _put(rows: dict[str, Row], row: Row) -> None:
    key = json.dumps([row["question"], row.get("history")])
    rows.pop(key, None)
    rows[key] = row


def summary(feedback: Feedback) -> str:
    """For people: how many verdicts of which kind there are."""
    if not (feedback.judgements or feedback.unreadable):
        return "No verdicts yet. On the page, each answer has a thumb up and a thumb down."
    lines = [
        f"answers: {feedback.count('up', of_quotes=False)} good, {feedback.count('down', of_quotes=False)} bad",
        f"quotes:  {feedback.count('up', of_quotes=True)} good, {feedback.count('down', of_quotes=True)} bad",
    ]
    if feedback.unreadable:
        lines.append(f"lines that could not be read: {feedback.unreadable}")
    return "\n".join(lines)


def export_questions(feedback: Feedback, to: Path) -> list[str]:
    """Writes the question file, and beside it the file of what needs a look; each only if there is something for it.

    Returns:
        For people: what was written.

    Raises:
        EvaluationError: If there is nothing to write, a file is there already, or it cannot be written.
    """
    good, look = rows_of(feedback.judgements)
    if not (good or look):
        raise EvaluationError("There are no verdicts to make questions of.")
    look_to = to.with_name(f"{to.stem}{LOOK}{to.suffix}")
    wanted = [(path, rows) for path, rows in ((to, good), (look_to, look)) if rows]
    for path, _ in wanted:
        # Rows are completed by hand; that work must not be lost to a second export.
        if path.exists():
            raise EvaluationError(f"{printable(path)} is there already; name another file, or move it away.")
    for path, rows in wanted:
        write_whole(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    said = []
    if good:
        said.append(f"{printable(to)}: {_questions(good)}, for: assistant evaluate {printable(to)}")
    if look:
        said.append(f"{printable(look_to)}: {_questions(look)} to look at first; each row says what to add")
    return said


def _questions(rows: Sequence[Row]) -> str:
    return "1 question" if len(rows) == 1 else f"{len(rows)} questions"
