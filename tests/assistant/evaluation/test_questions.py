"""The question file: what it may say, and a sentence for people for everything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EvaluationError
from assistant.evaluation.questions import Question, parse_rows, read_file, take
from assistant.types import Turn

SEED_QUESTIONS = Path(__file__).parents[2] / "data" / "seed_questions.jsonl"


def one(row: dict[str, Any]) -> Question:
    return parse_rows([row]).questions[0]


def test_all_fields() -> None:
    row = {
        "id": 7, "split": "tune", "kind": "span", "question": " Who? ", "answers": ["Ada ", "A. Lovelace"],
        "article": ["one", "two"], "quote": "It was Ada.", "must": ["Ada|Lovelace"], "items": ["x"],
        "history": [{"question": "What?", "answer": "That."}, {"question": "And?"}], "answerable": True,
    }  # fmt: skip
    assert one(row) == Question(
        text="Who?", id="7", split="tune", kind="span", answers=("Ada", "A. Lovelace"), articles=("one", "two"),
        quote="It was Ada.", must=("Ada|Lovelace",), items=("x",), is_answerable=True,
        history=(Turn("What?", "That."), Turn("And?")),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "is_answerable"),
    [
        ({"answers": ["x"]}, True),
        ({"answers": []}, False),
        ({"answers": None, "answerable": False}, False),
        ({"answerable": False}, False),
        ({"answerable": True}, True),
        ({"answers": [], "article": "a"}, False),  # an article is named that does not say it
        ({"answers": [], "must": ["x"]}, True),
        ({"items": ["x"]}, True),
        ({"quote": "x"}, True),
        ({"article": "a"}, True),
        ({"article": None}, False),
    ],
)
def test_whether_there_is_an_answer(row: dict[str, Any], *, is_answerable: bool) -> None:
    assert one({"question": "Why?", **row}).is_answerable is is_answerable


def test_yes_and_no_are_no_words_of_an_article() -> None:
    assert one({"question": "Is it?", "answers": ["Yes.", "no", "none"]}).short_answers == ("none",)


def test_evidence_is_a_quote_that_need_not_be_exact() -> None:
    found = one({"question": "Why?", "answers": ["x"], "evidence": "Because of x"})
    assert (found.quote, found.is_quote_exact) == ("Because of x", False)


def test_fields_that_mean_nothing_are_named() -> None:
    rows: list[dict[str, Any]] = [
        {"question": "a?", "answers": [], "anwers": ["x"]},
        {"question": "b?", "answers": [], "note": 1},
    ]
    assert parse_rows(rows).unused == ("anwers", "note")


def test_our_own_questions_can_be_read() -> None:
    read = read_file(SEED_QUESTIONS)
    rows = [json.loads(line) for line in SEED_QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert read.unused == ()
    assert [question.is_answerable for question in read.questions] == [row["article"] is not None for row in rows]


def test_a_file_may_have_a_mark_empty_lines_and_other_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"question": "a?", "answers": []}\r\n\r\n  \n{"question": "b\xe2\x80\xa8?", "answers": []}'
    )
    assert [(question.id, question.text) for question in read_file(path).questions] == [
        ("line 1", "a?"),
        ("line 4", "b\u2028?"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b'{"question": "a?", "answers": []}\n{"question": ', "line 2: this is not JSON"),
        (b"\xff\xfe{", "not UTF-8"),
        (b"[" * 100_000, "line 1: this is not JSON"),
        (b'["a?"]', "line 1: a row is an object"),
        (b"3", "line 1: a row is an object"),
        (b'{"answers": ["x"]}', 'line 1: the row has no question; it needs "question"'),
        (b'{"question": "  ", "answers": ["x"]}', "has no question"),
        (b'{"question": ["a?"]}', '"question" must be a text'),
        (b'{"question": "a?"}', 'line 1: the row does not say whether the articles answer it: give "answers"'),
        (b'{"question": "a?", "answers": "x"}', '"answers" must be a list of texts'),
        (b'{"question": "a?", "answers": [1]}', '"answers" must be a list of texts'),
        (b'{"question": "a?", "answers": ["x", " "]}', '"answers" has an empty text'),
        (b'{"question": "a?", "must": ["|"]}', '"must" has an empty text'),
        (b'{"question": "a?", "items": {}}', '"items" must be a list of texts'),
        (b'{"question": "a?", "article": 3}', '"article" must be a text, or a list of texts'),
        (b'{"question": "a?", "answerable": "no"}', '"answerable" must be true or false'),
        (b'{"question": "a?", "answerable": false, "answers": ["x"]}', "is false, but the row has an answer"),
        (b'{"question": "a?", "answers": [], "history": "x"}', '"history" must be a list of objects'),
        (b'{"question": "a?", "answers": [], "history": ["x"]}', '"history" must be a list of objects'),
        (b'{"question": "a?", "answers": [], "history": [{"answer": "x"}]}', 'a turn of the history has no "question"'),
        (b'{"question": "a?", "answers": [], "history": [{"question": 1}]}', '"question" must be a text'),
        (b'{"question": "a?", "answers": [], "id": true}', '"id" must be a text or a whole number'),
        (b'{"question": "a?", "answers": [], "id": ""}', '"id" must be a text or a whole number'),
        (b'{"question": "a?", "answers": [], "kind": 1}', '"kind" must be a text'),
        (b'{"question": "\\ud800", "answers": []}', "half of a character"),
        (b'{"question": "a?", "answers": [], "id": "\\ud800"}', "half of a character"),
        (
            b'{"id": "x", "question": "a?", "answers": []}\n{"id": "x", "question": "b?", "answers": []}',
            "line 2: the id 'x' is already that of line 1",
        ),
        (b'{"id": "line 2", "question": "a?", "answers": []}\n{"question": "b?", "answers": []}', "is already that of"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(EvaluationError) as error:
        read_file(path)
    assert says in str(error.value)
    assert "q.jsonl" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"There is no question file .*nothing\.jsonl"):
        read_file(tmp_path / "nothing.jsonl")
    with pytest.raises(EvaluationError, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_file(Path("a\0b"))
    (tmp_path / "file").touch()
    with pytest.raises(EvaluationError, match="Not a directory"):
        read_file(tmp_path / "file" / "q.jsonl")


def test_a_name_cannot_fake_a_message(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as error:
        read_file(tmp_path / "a\x1b[2J\nassistant: fine")
    assert "\x1b" not in str(error.value)
    assert "\n" not in str(error.value)


def test_splits_and_limits() -> None:
    rows = [{"question": f"{place}?", "answers": [], "split": "ab"[place % 2]} for place in range(5)]
    questions = parse_rows(rows).questions
    assert [question.text for question in take(questions, "a", 2)] == ["0?", "2?"]
    assert take(questions, None, None) == questions
    with pytest.raises(EvaluationError, match="No question has the split 'c'; those named are: a, b"):
        take(questions, "c", None)
    with pytest.raises(EvaluationError, match="no row has the field split"):
        take(parse_rows([{"question": "a?", "answers": []}]).questions, "c", None)
    with pytest.raises(EvaluationError, match="at least one question"):
        take(questions, None, 0)


def test_rows_at_hand_are_counted() -> None:
    with pytest.raises(EvaluationError, match=r"^row 2: the row has no question"):
        parse_rows([{"question": "a?", "answers": []}, {}])
    with pytest.raises(EvaluationError, match="There are no questions"):
        parse_rows([])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["question", "answers", "article", "quote", "items", "must", "history", "id", "answerable"]),
        json_values,
    )
)
def test_any_row_is_a_question_or_an_error_for_people(row: dict[str, Any]) -> None:
    try:
        question = one(row)
    except EvaluationError as error:
        assert str(error)  # noqa: PT017 - either is fine
    else:
        assert question.text
        question.text.encode()
