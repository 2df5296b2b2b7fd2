"""Asks the questions of a file one by one, and sums up what came of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering import Assistant
from assistant.errors import CitationError, EvaluationError
from assistant.evaluation.gold import find_gold
from assistant.evaluation.judging import judge
from assistant.evaluation.questions import parse_rows, read_file, take
from assistant.evaluation.results import INTERRUPTED, sum_up
from assistant.settings import Settings
from assistant.types import Answer, Turn
from index.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from assistant.evaluation.gold import Gold
    from assistant.evaluation.outcomes import Outcome
    from assistant.evaluation.questions import Question
    from assistant.evaluation.results import Evaluation
    from index.embeddings import Embedder
    from index.search import Index
    from index.types import Passage

    Progress = Callable[[str, int, int], None]

DEFAULT_K = 10
MIN_K, MAX_K = 5, 100
NAMED = 3
"""How many questions a warning names."""


def evaluate(
    questions: Path | str | Iterable[Mapping[str, Any]],
    home: Path | None = None,
    *,
    settings: Settings | None = None,
    embedder: Embedder | None = None,
    k: int = DEFAULT_K,
    split: str | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measures the assistant on questions whose answers are known.

    Every question is answered as if the threshold were 0, and the threshold in use is applied to the confidence
    afterwards: so it is known of each question, also of one that is refused, whether its answer would have been right.

    Ctrl+C ends it early; what was measured so far is given back, and says that it is partial.

    Args:
        questions: A question file, or its rows; see :class:`assistant.evaluation.questions.Question` and the README.
        home: Folder of the index; None for that of the settings.
        settings: None for :meth:`Settings.from_env`.
        embedder: None to load the embedding model that the settings name.
        k: Passages that retrieval is measured on, from 5 to 100; those that are read stay as the settings say.
        split: Only the questions with this ``split``.
        limit: Only so many, the first ones.
        progress: Told how far a first build, and then the asking, is.

    Raises:
        EvaluationError: If the questions are not as expected, or name no article of this index.
        IndexingError: If the index cannot be opened or built.
        KeyboardInterrupt: If it is interrupted before the first question was asked.
    """
    if not MIN_K <= k <= MAX_K:
        raise EvaluationError(f"k is {k}, but must be from {MIN_K} to {MAX_K}.")
    read = read_file(Path(questions)) if isinstance(questions, Path | str) else parse_rows(questions)
    asked = take(read.questions, split, limit)
    settings = Settings.of(home, settings)
    assistant = Assistant.open(settings=replace(settings, threshold=0.0), embedder=embedder, progress=progress)
    index = assistant.index
    golds = _find_golds(asked, index)
    warnings = [*([index.notice] if index.notice else []), *_gold_warnings(asked, golds)]
    if read.unused:
        warnings.append(f"Fields that mean nothing here: {', '.join(map(printable, read.unused[:10]))}.")
    outcomes: list[Outcome] = []
    stopped = ""
    try:
        assistant.ask(asked[0].text)  # what the first question alone takes is no time of an answer
        for question, gold in zip(asked, golds, strict=True):
            if progress:
                progress("asking", len(outcomes), len(asked))
            answer, problem = _answer(assistant, question)
            if answer.generation != index.generation:
                stopped = "a newer generation of the index was published meanwhile"
                break
            found = _found(index, answer, k, settings.hits)
            outcomes.append(
                judge(question, gold, answer, found, index.articles, threshold=settings.threshold, problem=problem)
            )
        if progress:
            progress("asking", len(outcomes), len(asked))
    except KeyboardInterrupt:
        if not outcomes:
            raise
        stopped = INTERRUPTED
    return sum_up(
        outcomes,
        planned=len(asked),
        threshold=settings.threshold,
        k=k,
        generation=index.generation,
        articles=len(index.articles),
        passages=len(index),
        warnings=warnings,
        stopped=stopped,
    )


def _answer(assistant: Assistant, question: Question) -> tuple[Answer, str]:
    """The answer, each earlier question made to stand alone as the page does; and what went wrong."""
    turns: list[Turn] = []
    try:
        for turn in question.history:
            turns.append(Turn(assistant.ask(turn.question, turns).standalone, turn.answer))
        return assistant.ask(question.text, turns), ""
    except CitationError as error:
        # A defect, and just what is to be measured; the other questions are asked all the same.
        generation = assistant.index.generation
        empty = Answer(
            question=question.text, standalone=question.text, status="abstained", reason="", generation=generation
        )
        return empty, str(error)


def _found(index: Index, answer: Answer, k: int, read: int) -> Sequence[Passage]:
    if not answer.hits:
        return ()
    hits = answer.hits if read >= k else index.search(answer.standalone, k)
    return [hit.passage for hit in hits[:k]]


def _find_golds(questions: Sequence[Question], index: Index) -> list[Gold]:
    """Where each answer stands.

    Raises:
        EvaluationError: If articles are named, and none of them is in the index.
    """
    passages: dict[str, list[Passage]] = {}
    for passage in index.passages:
        passages.setdefault(passage.article_id, []).append(passage)
    golds = [find_gold(question, index.articles, passages) for question in questions]
    unknown = list(dict.fromkeys(name for gold in golds for name in gold.unknown))
    if unknown and not any(gold.articles for gold in golds):
        raise EvaluationError(
            f"None of the articles that the questions name is in the index: {_some(unknown)}. It holds "
            f"{_some([article.title for article in index.articles.values()])}. Is it the right one (--home)?"
        )
    return golds


def _gold_warnings(questions: Sequence[Question], golds: Sequence[Gold]) -> list[str]:
    pairs = list(zip(questions, golds, strict=True))
    missing = [question.id for question, gold in pairs if gold.is_quote_missing]
    unknown = list(dict.fromkeys(name for gold in golds for name in gold.unknown))
    rows = sum(bool(gold.unknown) for gold in golds)
    warnings = []
    if missing:
        warnings.append(f"{len(missing)} quotes stand word for word in no article that they should: {_some(missing)}.")
    if unknown:
        warnings.append(f"{rows} rows name an article that the index does not hold: {_some(unknown)}.")
    return warnings


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name) for name in names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown
