"""The questions that are made of verdicts, by hand and with the real models."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.service import APOPHIS, HARBOUR, quoting
from fakes.verdicts import ANSWER, OWN, QUOTES, REFUSAL, on

from assistant import cli
from assistant.answering import Assistant
from assistant.errors import EvaluationError
from assistant.evaluation import evaluate
from assistant.evaluation.gold import find_gold
from assistant.evaluation.judged import rows_of
from assistant.evaluation.questions import parse_rows, read_file
from assistant.keeping.feedback import FeedbackFile, Verdict, judged
from assistant.keeping.transcript import Entry, Source
from assistant.types import Answer, Segment, Turn
from index.embeddings import SentenceEmbedder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    return FeedbackFile(tmp_path / "home")


def test_a_good_answer_gives_a_question_with_its_quote() -> None:
    history = (Turn("What?", "That."),)
    (row,), look = rows_of([on(ANSWER, "up", history=history)])
    assert look == []
    assert row == {
        "id": row["id"], "question": "When?", "standalone": "When? (as searched)",
        "history": [{"question": "What?", "answer": "That."}],
        "answers": ["2029"], "quote": "The asteroid will pass Earth in 2029.", "article": APOPHIS.title,
    }  # fmt: skip
    (question,) = parse_rows([row]).questions
    assert parse_rows([row]).unused == ()
    assert question.history == history
    gold = find_gold(question, {article.id: article for article in (APOPHIS, HARBOUR)}, {})
    start = ANSWER.citations[0].start
    assert gold.spans == ((APOPHIS.id, start, start + 37),)


@pytest.mark.parametrize(
    ("verdicts", "quote"),
    [
        ([("up", None), ("down", 1)], 1),
        ([("up", None), ("down", 1), ("down", 2)], 2),
        ([("up", None), ("up", 4)], 3),
        ([("down", None), ("up", 3)], 2),
        ([("up", 2), ("down", 1)], 1),
        ([("up", None), ("down", 4)], 0),
    ],
)
def test_what_was_said_of_quotes_decides_which_one(verdicts: list[tuple[Verdict, int | None]], quote: int) -> None:
    (row,), look = rows_of(on(ANSWER, verdict, citation) for verdict, citation in verdicts)
    assert row["quote"] == QUOTES[quote]
    assert ("answers" in row) == (quote == 0)
    assert row["article"] == ANSWER.citations[quote].title
    assert look == []


@pytest.mark.parametrize(
    ("answer", "verdicts", "says"),
    [
        (ANSWER, [("down", None)], "called bad"),
        (ANSWER, [("down", None), ("down", 1)], "called bad"),
        (ANSWER, [("down", 3), ("down", 2)], "quote [2], [3]"),
        (ANSWER, [("up", None), *(("down", number) for number in (1, 2, 3, 4))], "quote [1], [2], [3], [4]"),
        (REFUSAL, [("down", None)], "refusal was called wrong"),
        (replace(ANSWER, mode="model"), [("down", None), ("up", 2)], "called bad"),
    ],
)
def test_what_is_wrong_needs_a_look_before_it_is_measured(
    answer: Answer, verdicts: list[tuple[Verdict, int | None]], says: str
) -> None:
    rows, (look,) = rows_of(on(answer, verdict, citation) for verdict, citation in verdicts)
    assert rows == []
    assert says in look["needs_a_look"]
    assert look["was"]["text"] == answer.text
    with pytest.raises(EvaluationError, match="does not say whether the articles answer it"):
        parse_rows([look])
    assert parse_rows([{**look, "answers": ["2029"]}]).questions[0].is_answerable


def test_a_good_refusal_says_that_the_articles_do_not_answer() -> None:
    (row,), look = rows_of([on(REFUSAL, "up")])
    assert (row["question"], row["answerable"], look) == ("Why?", False, [])
    assert not parse_rows([row]).questions[0].is_answerable


def test_a_supporting_quote_alone_does_not_make_a_models_answer_right() -> None:
    assert rows_of([on(replace(ANSWER, mode="model"), "up", 2)]) == ([], [])


def test_a_short_answer_that_the_quote_does_not_hold_is_left_out() -> None:
    written = Segment(text="In the late twenties.", marks=(1,), emphasis=(3, 20))
    (row,), _ = rows_of([on(replace(ANSWER, mode="model", segments=(written,)), "up")])
    assert row["quote"] == QUOTES[0]
    assert "answers" not in row


def test_of_the_same_question_the_latest_verdict_counts() -> None:
    harbour = quoting("When?", (HARBOUR,))
    rows, _ = rows_of([on(ANSWER, "up", turn=1), on(replace(REFUSAL, question="When?"), "up", turn=2),
                       on(harbour, "up", turn=3), on(ANSWER, "up", turn=4, history=(Turn("Other?"),))])  # fmt: skip
    assert [row.get("quote") for row in rows] == [HARBOUR.text.split("\n")[0], QUOTES[0]]
    assert len(parse_rows(rows).questions) == 2


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: FeedbackFile) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(
            sys, "argv", ["assistant", "feedback", "--home", str(file.path.parent), *map(str, arguments)]
        )
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call


def test_the_command_counts_and_writes_both_files_once(run: Run, file: FeedbackFile, tmp_path: Path) -> None:
    assert "No verdicts yet." in run()[1]
    to = tmp_path / "questions.jsonl"
    code, _, said = run("--export", to)
    assert (code, "There are no verdicts" in said) == (65, True)
    for judgement in (on(ANSWER, "up"), on(ANSWER, "up", 1), on(ANSWER, "down", 2),
                      on(REFUSAL, "down", turn=2), on(replace(REFUSAL, question="Who?"), "up", turn=3)):  # fmt: skip
        file.add(judgement)
    code, out, _ = run("--export", to)
    assert code == 0
    assert out.splitlines()[:2] == ["answers: 2 good, 1 bad", "quotes:  1 good, 1 bad"]
    assert [question.text for question in read_file(to).questions] == ["When?", "Who?"]
    look = tmp_path / "questions.look.jsonl"
    assert str(look) in out
    assert json.loads(look.read_text())["question"] == "Why?"
    look.write_text("completed by hand")
    to.unlink()
    code, _, said = run("--export", to)
    assert (code, "is there already" in said) == (65, True)
    assert look.read_text() == "completed by hand"
    assert not to.exists()


def test_verdicts_on_real_answers_can_be_measured(
    assistant: Assistant, embedder: SentenceEmbedder, seeds_home: Path, run: Run, file: FeedbackFile, tmp_path: Path
) -> None:
    turns: tuple[Turn, ...] = ()
    articles = assistant.index.articles
    for number, question in enumerate(("What is cross U?", "Who founded it?", "What is the capital of France?"), 1):
        answer = assistant.ask(question, turns)
        sources = tuple(Source.of(articles[name]) for name in {item.article_id for item in answer.citations})
        entry = Entry(number=number, asked=datetime.now(UTC), answer=answer, sources=sources, history=turns)
        file.add(judged(entry, token=OWN, citation=None, verdict="up", at="2026-11-21", version="1"))
        turns = (*turns, Turn(answer.standalone, answer.text))
    run("--export", tmp_path / "questions.jsonl")
    found = evaluate(tmp_path / "questions.jsonl", seeds_home, embedder=embedder)
    assert found.warnings == ()
    assert [one.is_answerable for one in found.outcomes] == [True, True, False]
    assert [one.is_right for one in found.outcomes] == [True, True, True], "what was called right comes out right"
    assert found.figures["citations_exact"].value == 1
