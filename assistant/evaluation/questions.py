"""The question file: JSON lines, each a question with what is known about its answer.

The fields are in :class:`Question`; the README shows an example. Fields with other names are ignored, but named in a
warning, since a misspelt one would quietly measure less.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import EvaluationError
from assistant.evaluation.metrics import normalise
from assistant.types import Turn
from index.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FIELDS = (
    "question", "answers", "answerable", "quote", "article", "items", "must", "history", "kind", "id", "split",
    "evidence", "standalone",
)  # fmt: skip
"""The last two are for people: a quote that need not be word for word, and what a follow-up means."""


class _RowError(Exception):
    """What is wrong with a row, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with what is known about its answer.

    Attributes:
        text: The question itself.
        id: The row's ``id``, or its line.
        is_answerable: Whether the articles answer it.
        answers: Accepted short answers.
        quote: Words of the article that a citation must overlap.
        is_quote_exact: Whether the quote is meant word for word, and is missed if it stands nowhere.
        articles: Names of articles of which any one has the answer: title, source, its stem, or how the stem begins.
        items: Of a list, each with bars between spellings.
        must: Strings that all have to be quoted, each with bars between spellings.
        history: Earlier turns, oldest first.
        kind: What it is counted under.
        split: Which part of the file it belongs to.
    """

    text: str
    id: str
    is_answerable: bool
    answers: tuple[str, ...] = ()
    quote: str = ""
    is_quote_exact: bool = True
    articles: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    kind: str = ""
    split: str = ""

    @property
    def short_answers(self) -> tuple[str, ...]:
        """The accepted answers that can be quoted: "yes" and "no" are judgements, which no article holds."""
        return tuple(answer for answer in self.answers if normalise(answer) not in ("yes", "no"))


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """What was read.

    Attributes:
        questions: In the order of the file.
        unused: Names of fields that mean nothing here.
    """

    questions: tuple[Question, ...]
    unused: tuple[str, ...] = ()


def read_file(path: Path) -> QuestionFile:
    """Reads a question file.

    Raises:
        EvaluationError: With the line, if the file cannot be read or a row is not as expected.
    """
    shown = printable(path)
    try:
        # By "\n" alone: a string of JSON may hold other line separators as they are.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise EvaluationError(f"There is no question file {shown}; check the name.") from error
    except IsADirectoryError as error:
        raise EvaluationError(f"{shown} is a folder; name a file with one JSON object a line.") from error
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the name
        reason = (
            "it is not UTF-8 text" if isinstance(error, UnicodeError) else getattr(error, "strerror", None) or error
        )
        raise EvaluationError(f"The question file {shown} cannot be read: {reason}.") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append((f"line {number}", json.loads(line)))
            except (ValueError, RecursionError) as error:
                raise EvaluationError(
                    f"{shown}, line {number}: this is not JSON ({error}). Each line is one object in braces."
                ) from error
    if not rows:
        raise EvaluationError(f"The question file {shown} is empty.")
    return _parsed(rows, f"{shown}, ")


def parse_rows(rows: Iterable[Mapping[str, Any]]) -> QuestionFile:
    """Questions from rows that are at hand, as they would stand in a file.

    Raises:
        EvaluationError: With the row, counted from 1, if it is not as expected, or if there is none.
    """
    numbered = [(f"row {number}", row) for number, row in enumerate(rows, 1)]
    if not numbered:
        raise EvaluationError("There are no questions.")
    return _parsed(numbered, "")


def _parsed(rows: list[tuple[str, Any]], where: str) -> QuestionFile:
    questions: list[Question] = []
    seen: dict[str, str] = {}
    unused: dict[str, None] = {}
    for place, row in rows:
        try:
            question = _question(row, place)
        except _RowError as error:
            raise EvaluationError(f"{where}{place}: {error}") from error
        if question.id in seen:
            raise EvaluationError(
                f"{where}{place}: the id {printable(question.id)!r} is already that of {seen[question.id]}."
            )
        seen[question.id] = place
        questions.append(question)
        unused.update(dict.fromkeys(str(name) for name in row if name not in FIELDS))
    return QuestionFile(tuple(questions), tuple(unused))


def take(questions: tuple[Question, ...], split: str | None, limit: int | None) -> tuple[Question, ...]:
    """The questions of one part of the file, and of them the first ones.

    Raises:
        EvaluationError: If that leaves none.
    """
    if limit is not None and limit < 1:
        raise EvaluationError(f"The limit is {limit}, but at least one question must be asked.")
    chosen = tuple(question for question in questions if split is None or question.split == split)
    if not chosen:
        known = ", ".join(sorted({printable(question.split) for question in questions if question.split}))
        has = f"those named are: {known}" if known else "no row has the field split"
        raise EvaluationError(f"No question has the split {printable(split or '')!r}; {has}.")
    return chosen[:limit]


def _question(row: Any, place: str) -> Question:  # noqa: ANN401 - whatever stood in the file
    if not isinstance(row, dict):
        raise _RowError('a row is an object in braces, as in {"question": "…", "answers": ["…"]}.')
    text = _string(row, "question")
    if not text:
        raise _RowError('the row has no question; it needs "question": "…".')
    answers, items, must = (_strings(row, name) for name in ("answers", "items", "must"))
    quote, evidence = _string(row, "quote"), _string(row, "evidence")
    articles = _strings(row, "article", or_one=True)
    name = row.get("id")
    if name is not None and (isinstance(name, bool) or not isinstance(name, str | int) or not str(name).strip()):
        raise _RowError('"id" must be a text or a whole number.')
    has_gold = bool(answers or items or must or quote)
    return Question(
        text=text,
        id=place if name is None else _whole(str(name), "id"),
        is_answerable=_is_answerable(row, has_gold=has_gold, names_article=bool(articles)),
        answers=answers,
        quote=quote or evidence,
        is_quote_exact=bool(quote),
        articles=articles,
        items=items,
        must=must,
        history=_turns(row),
        kind=_string(row, "kind"),
        split=_string(row, "split"),
    )


def _is_answerable(row: dict[str, Any], *, has_gold: bool, names_article: bool) -> bool:
    said = row.get("answerable")
    if said is not None and not isinstance(said, bool):
        raise _RowError('"answerable" must be true or false.')
    if said is False and has_gold:
        raise _RowError('"answerable" is false, but the row has an answer.')
    if said is not None:
        return said
    if has_gold:
        return True
    if "answers" in row or ("article" in row and not names_article):
        return False
    if names_article:
        return True
    raise _RowError(
        'the row does not say whether the articles answer it: give "answers" (or "quote", "items", "must", "article"), '
        'or "answerable": false.'
    )


def _turns(row: dict[str, Any]) -> tuple[Turn, ...]:
    turns = row.get("history") or []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise _RowError('"history" must be a list of objects, each with "question" and "answer".')
    for turn in turns:
        if not _string(turn, "question"):
            raise _RowError('a turn of the history has no "question".')
    return tuple(Turn(_string(turn, "question"), _string(turn, "answer")) for turn in turns)


def _string(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _RowError(f'"{name}" must be a text.')
    return _whole(value, name).strip()


def _strings(row: dict[str, Any], name: str, *, or_one: bool = False) -> tuple[str, ...]:
    value = row.get(name)
    values = [] if value is None else [value] if or_one and isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
        raise _RowError(f'"{name}" must be {"a text, or " if or_one else ""}a list of texts.')
    if not all(text.strip(" |") for text in values):
        raise _RowError(f'"{name}" has an empty text.')
    return tuple(_whole(text, name).strip() for text in values)


def _whole(text: str, name: str) -> str:
    """The text, if it can be written: JSON can name halves of characters, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _RowError(f'"{name}" holds half of a character (a lone surrogate).') from None
    return text
