"""Questions asked of a real index with the real models, from Python and from the terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import assistant as package
from assistant import cli
from assistant.answering import Assistant
from assistant.errors import CitationError, EvaluationError
from assistant.evaluation import Evaluation, evaluate
from assistant.settings import Settings
from index.build import build
from index.embeddings import SentenceEmbedder
from index.settings import IndexSettings

ROWS: list[dict[str, Any]] = [
    {
        "id": "apophis", "kind": "date", "question": "When will Apophis pass Earth?", "answers": ["2029", "in 2029"],
        "quote": "In 2029 the asteroid Apophis\nwill pass Earth.",
    },
    {
        "id": "founder", "kind": "person", "question": "Who founded cross U?", "answers": ["Mitsui Fudosan"],
        "article": "harwell",
    },
    {
        "id": "follow", "kind": "person", "question": "And who founded it?", "must": ["Mitsui"], "article": "both",
        "history": [{"question": "What is cross U?", "answer": "A platform."}],
    },
    {"id": "france", "kind": "none", "question": "What is the capital of France?", "answerable": False},
    {"id": "wrong", "kind": "date", "question": "When will Apophis pass Earth?", "answers": ["1999"]},
    {"id": "lost", "question": "When will Apophis pass Earth?", "quote": "in the year 1999", "article": "moon"},
]  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def found(seeds_home: Path, embedder: SentenceEmbedder) -> Evaluation:
    steps: list[tuple[str, int, int]] = []
    made = evaluate(ROWS, seeds_home, embedder=embedder, progress=lambda *step: steps.append(step))
    assert steps == [("asking", done, len(ROWS)) for done in range(len(ROWS) + 1)]
    return made


@pytest.fixture
def question_file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS[:4]), encoding="utf-8")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", "evaluate", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call


def test_each_question_is_judged(found: Evaluation) -> None:
    assert {one.id: one.is_right for one in found.outcomes} == {
        "apophis": True, "founder": True, "follow": True, "france": True, "wrong": False, "lost": None,
    }  # fmt: skip
    by_id = {one.id: one for one in found.outcomes}
    assert by_id["apophis"].level == "passage"
    assert by_id["apophis"].rank == 1
    assert by_id["founder"].level == "article"
    assert by_id["follow"].standalone != by_id["follow"].question
    assert by_id["france"].is_refused
    assert by_id["france"].citations  # what would have been said
    assert all(all(one.are_exact) for one in found.outcomes)
    assert not found.is_partial


def test_what_the_index_does_not_hold_is_a_warning(found: Evaluation) -> None:
    assert found.without_place == 2
    assert [warning.split(":")[0] for warning in found.warnings] == [
        "1 quotes stand word for word in no article that they should",
        "1 rows name an article that the index does not hold",
    ]


def test_figures_of_a_run(found: Evaluation) -> None:
    assert found.figures["right"].value == pytest.approx(4 / 5)
    assert found.figures["citations_exact"].value == 1
    assert found.figures["refusal_recall"].value == 1
    assert found.auc == 1
    assert found.kinds["date"]["right"].value == 0.5
    assert set(found.times) == {"total", "search", "read"}
    assert (found.articles, found.k, found.threshold) == (2, 10, 0.5)


def test_judged_answers_are_those_that_users_see(found: Evaluation, assistant: Assistant) -> None:
    """The run asks with a threshold of 0; what it says of the threshold in use must be what the assistant does."""
    for one in found.outcomes:
        if one.id != "follow":
            answer = assistant.ask(one.question)
            assert answer.confidence == pytest.approx(one.confidence, abs=1e-6)
            assert (answer.status == "abstained") == one.is_refused
            if answer.status == "answered":
                assert (answer.text, answer.citations) == (one.text, one.citations)


def test_the_public_name_is_this_function() -> None:
    assert package.evaluate is evaluate
    assert package.Evaluation is Evaluation


def test_a_wrong_index_is_an_error(seeds_home: Path, embedder: SentenceEmbedder) -> None:
    rows = [{"question": "a?", "answers": ["x"], "article": f"other {number}"} for number in range(5)]
    with pytest.raises(EvaluationError, match=r"other 0, other 1, other 2 and 2 more\. It holds ESA .*--home"):
        evaluate(rows, seeds_home, embedder=embedder)


@pytest.mark.parametrize("k", [0, 4, 101])
def test_k_has_bounds(k: int) -> None:
    with pytest.raises(EvaluationError, match="must be from 5 to 100"):
        evaluate(ROWS, k=k)


def test_a_false_citation_is_a_finding_not_the_end(
    seeds_home: Path, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Assistant.ask

    def lying(self: Assistant, question: str, history: Any = ()) -> Any:
        if "founded" in question:
            raise CitationError("Citation [1] is not word for word.")
        return ask(self, question, history)

    monkeypatch.setattr(Assistant, "ask", lying)
    found = evaluate(ROWS[:2], seeds_home, embedder=embedder)
    assert [(one.is_right, one.problem) for one in found.outcomes] == [
        (True, ""),
        (False, "Citation [1] is not word for word."),
    ]


def interrupted_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    ask, calls = Assistant.ask, []

    def asked(self: Assistant, question: str, history: Any = ()) -> Any:
        calls.append(question)
        if len(calls) == number:
            raise KeyboardInterrupt
        return ask(self, question, history)

    monkeypatch.setattr(Assistant, "ask", asked)


def test_an_interrupt_keeps_what_was_measured(
    run: Run, seeds_home: Path, question_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_at(monkeypatch, 3)  # one call warms up
    code, out, err = run(question_file, "--home", seeds_home, "--json", tmp_path / "o.json")
    assert code == cli.EXIT_INTERRUPTED
    assert "PARTIAL: interrupted; 1 of 4 were asked." in out
    assert len(err.strip().splitlines()) == 1
    written = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
    assert (written["is_partial"], written["asked"], written["planned"]) == (True, 1, 4)


def test_without_an_index_it_says_what_ask_says(run: Run, question_file: Path, tmp_path: Path) -> None:
    code, _, err = run(question_file, "--home", tmp_path / "home")
    assert code == 66
    assert "No index in" in err


def test_an_interrupt_before_the_first_answer_writes_nothing(
    run: Run, seeds_home: Path, question_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_at(monkeypatch, 1)
    code, out, _ = run(question_file, "--home", seeds_home, "--json", tmp_path / "o.json")
    assert code == cli.EXIT_INTERRUPTED
    assert out == ""
    assert not (tmp_path / "o.json").exists()


@pytest.mark.slow
def test_an_index_that_is_built_anew_meanwhile_ends_it(
    tmp_path: Path, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(index=IndexSettings(home=tmp_path / "home"))
    (tmp_path / "a.txt").write_text("The grey owl hunts at night in the northern forest.")
    (tmp_path / "b.txt").write_text("The red fox sleeps by day in its den under the hill.")
    build([tmp_path / "a.txt"], settings=settings.index, embedder=embedder)
    monkeypatch.setattr("assistant.live.CHECK_EVERY", 0.0)
    ask, calls = Assistant.ask, []

    def asked(self: Assistant, question: str, history: Any = ()) -> Any:
        calls.append(question)
        if len(calls) == 3:
            build([tmp_path / "b.txt"], settings=settings.index, embedder=embedder)
        return ask(self, question, history)

    monkeypatch.setattr(Assistant, "ask", asked)
    rows = [{"question": f"When does the grey owl hunt{end}", "answers": ["at night"]} for end in ("?", "", "!")]
    found = evaluate(rows, settings=settings, embedder=embedder)
    assert len(found.outcomes) == 1
    assert found.is_partial
    assert found.exit_code == 75
    assert "newer generation" in found.stopped


def test_the_command_prints_a_table_and_writes_both_reports(
    run: Run, seeds_home: Path, question_file: Path, tmp_path: Path
) -> None:
    json_to, html_to = tmp_path / "o.json", tmp_path / "o.html"
    code, out, err = run(question_file, "--home", seeds_home, "--json", json_to, "--html", html_to, "-k", 12)
    assert code == 0
    assert err == ""
    assert "came out right" in out
    assert "MRR@12" in out
    assert max(len(line) for line in out.splitlines()) <= 100
    written = json.loads(json_to.read_text(encoding="utf-8"))
    assert len(written["questions"]) == 4
    assert written["file"] == str(question_file)
    assert html_to.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_shows_an_example_row(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert '"answers": [' in out
    assert "--html" in out


@pytest.mark.parametrize(
    ("content", "arguments", "code", "says"),
    [
        (None, [], 65, "There is no question file"),
        ("", [], 65, "is empty"),
        ("{", [], 65, "line 1: this is not JSON"),
        ('{"question": "a?", "answers": []}', ["--split", "judge"], 65, "No question has the split 'judge'"),
        ('{"question": "a?", "answers": []}', ["--json", "no-such-folder/o.json"], 65, "There is no folder"),
        ('{"question": "a?", "answers": []}', ["--html", "."], 65, "is a folder"),
        ('{"question": "a?", "answers": []}', ["--json", "q.jsonl"], 65, "is the question file itself"),
        ('{"question": "a?", "answers": []}', ["--json", "o", "--html", "o"], 65, "Both reports cannot go into o"),
        ('{"question": "a?", "answers": []}', ["--json", "/dev/null"], 65, "is no regular file"),
        ('{"question": "a?", "answers": []}', ["-k", "2"], 2, "-k"),
        ('{"question": "a?", "answers": []}', ["--limit", "0"], 2, "--limit"),
    ],
)
def test_what_is_wrong_is_said_before_a_model_is_loaded(
    run: Run,
    seeds_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str | None,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("q.jsonl").write_text(content, encoding="utf-8")
    monkeypatch.setattr(Assistant, "open", None)
    found, out, err = run("q.jsonl", "--home", seeds_home, *arguments)
    assert found == code
    assert says in err
    assert "Traceback" not in err
    assert out == ""


def test_a_folder_that_cannot_be_written_to(
    run: Run, seeds_home: Path, question_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _, mode: mode != os.W_OK)
    code, _, err = run(question_file, "--home", seeds_home, "--json", tmp_path / "o.json")
    assert code == 65
    assert "cannot be written to" in err


def test_settings_decide_what_is_refused(seeds_home: Path, embedder: SentenceEmbedder) -> None:
    settings = Settings(index=IndexSettings(home=seeds_home), threshold=1.0, hits=12)
    found = evaluate(ROWS[:1], settings=settings, embedder=embedder)
    [one] = found.outcomes
    assert (one.is_refused, one.is_right, one.would_be_right) == (True, False, True)
    lower = evaluate(ROWS[:1], settings=replace(settings, threshold=0.0), embedder=embedder)
    assert lower.outcomes[0].is_right
