from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.errors import TrainingError
from assistant.training.examples import MAX_CHARACTERS, Example, Statement, epoch, passes, read_examples, told
from assistant.training.typed import slip

PLACES = ["Ardal", "Brekke", "Corvik", "Dalsund", "Eidvoll", "Fosnes", "Granvik", "Holmen"]


def row(place: str, year: int) -> dict[str, object]:
    text = (
        f"The quiet village of {place} lies by the water. Its wooden bridge was opened in {year} by the king. It rains."
    )
    return {
        "question": f"When was the wooden bridge of {place} opened?",
        "context": text,
        "answers": [{"text": str(year), "start": text.index(str(year))}],
        "title": "Villages",
    }


ROWS = [row(place, 1901 + 7 * number) for number, place in enumerate(PLACES)]


def write(path: Path, rows: Sequence[object]) -> Path:
    content = "\n".join(json.dumps(row) for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def asked_in(path: Path) -> list[Example]:
    return [example for example in read_examples(path) if isinstance(example, Example)]


@pytest.mark.parametrize("name", ["asked.jsonl", "asked.jsonl.gz"])
def test_a_question_file_is_read(tmp_path: Path, name: str) -> None:
    found = asked_in(write(tmp_path / name, [*ROWS, {"question": " Why? ", "context": "No.", "answers": []}]))
    assert len(found) == len(ROWS) + 1
    assert found[0].answer
    assert found[0].text[slice(*found[0].answer)] == "1901"
    assert found[-1] == Example("Why?", "No.", None)


def test_of_several_answers_the_commonest_counts(tmp_path: Path) -> None:
    several = {**ROWS[0], "answers": [{"text": "The", "start": 0}, *(2 * [{"text": "quiet", "start": 4}])]}
    (example,) = asked_in(write(tmp_path / "asked.jsonl", [several]))
    assert example.answer == (4, 9)


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        {"context": "x", "answers": []},
        {"question": "x", "answers": []},
        {"question": "x", "context": "x"},
        {"question": 3, "context": "x", "answers": []},
        {"question": "x", "context": "abc", "answers": [{"text": "c", "start": 0}]},
        {"question": "x", "context": "abc", "answers": [{"text": "", "start": 0}]},
        ["question"],
        {"statement": "x", "context": "abc"},
        {"statement": "x", "context": "abc", "supported": "yes"},
        {"statement": 3, "context": "abc", "supported": True},
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: object) -> None:
    path = write(tmp_path / "asked.jsonl", [ROWS[0], bad])
    with pytest.raises(TrainingError, match=r"Line 2 of .*asked\.jsonl"):
        read_examples(path)


@pytest.mark.parametrize("content", [None, b"not gzip", gzip.compress(b"\xff\xfe\xff")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "asked.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"asked\.jsonl\.gz cannot be read"):
        read_examples(path)


def test_a_pass_holds_every_question_and_texts_that_do_not_answer(tmp_path: Path) -> None:
    examples = asked_in(write(tmp_path / "asked.jsonl", 12 * ROWS))
    made = epoch(examples, 5)
    answered = [example for example in made if example.answer]
    assert len(answered) == len(examples)
    refused = [example for example in made if example.answer is None]
    assert 0.2 < len(refused) / len(answered) < 0.7
    for example in answered:
        assert example.text[slice(*(example.answer or ()))].isdigit()
    for example in refused:
        # Another text, the text without its sentence, or a question about another village.
        years = [
            str(1901 + 7 * number) for number, place in enumerate(PLACES) if place.lower() in example.question.lower()
        ]
        assert not any(year in example.text for year in years)
    forms = {example.question for example in made}
    assert any(question.startswith("when ") or "wooden bridge Ardal" in question for question in forms)


def test_many_texts_come_below_their_own_title(tmp_path: Path) -> None:
    rows = [{**row, "title": f"Place {at}"} for at, row in enumerate(ROWS)]
    examples = asked_in(write(tmp_path / "asked.jsonl", 6 * rows))
    titles = {example.text: example.title for example in examples}
    made = epoch(examples, 5)
    titled = [example for example in made if example.text.startswith("Place ")]
    assert 0.5 < len(titled) / len(made) < 0.9
    for example in titled:
        title, text = example.text.split("\n", 1)
        assert title == example.title
        assert titles.get(text, title) == title
        assert example.answer is None or example.text[slice(*example.answer)].isdigit()


def test_a_text_that_the_file_has_below_its_title_stays_as_it_is(tmp_path: Path) -> None:
    rows = [{**row, "title": "Villages", "context": f"Villages\n{row['context']}", "answers": []} for row in ROWS]
    examples = asked_in(write(tmp_path / "asked.jsonl", [*rows, *ROWS]))
    assert [example.is_as_read for example in examples] == [True] * len(rows) + [False] * len(ROWS)
    made = epoch(4 * examples[: len(rows)], 5)
    assert made
    assert all(example.text.count("Villages") == 1 for example in made)


def test_the_same_seed_gives_the_same_and_another_seed_another_pass(tmp_path: Path) -> None:
    path = write(tmp_path / "asked.jsonl", 4 * ROWS)
    first, second = passes([(path, 1.0)], 2, 3)
    assert [first, second] == passes([(path, 1.0)], 2, 3)
    assert first != second
    (half,) = passes([(path, 0.5)], 1, 3)
    assert sum(isinstance(example, Example) and example.answer is not None for example in half) == 16


def test_statements_come_again_with_a_text_that_does_not_say_them(tmp_path: Path) -> None:
    said = [
        {
            "statement": f" The bridge of {place} is old. ",
            "context": f"In {place} the bridge is old.",
            "supported": True,
        }
        for place in PLACES
    ]
    said.append({"statement": "The mill is old.", "context": "The mill is new.", "supported": False, "title": "Mills"})
    path = write(tmp_path / "both.jsonl", [*ROWS, *said])
    (made,) = passes([(path, 1.0)], 1, 3)
    statements = [one for one in made if isinstance(one, Statement)]
    assert Statement("The mill is old.", "The mill is new.", is_supported=False, title="Mills") in statements
    quoted = [one for one in statements if one.statement == one.text]
    assert all(one.is_supported for one in quoted)
    assert sum(one.is_supported for one in statements) == len(PLACES) + len(quoted)
    again = [one for one in statements if not one.is_supported and one.title != "Mills"]
    assert 1 <= len(again) < len(PLACES) + len(quoted)
    assert not any(place in one.statement and place in one.text for place in PLACES for one in again)
    assert sum(isinstance(one, Example) and one.answer is not None for one in made) == len(ROWS)


def test_what_repeats_the_text_is_among_the_statements_that_it_supports() -> None:
    said = [
        Statement(
            f"Nobody has seen {place}.",
            f"The bridge of {place} is old. It rains in {place}.",
            is_supported=False,
            title=place,
        )
        for place in 8 * PLACES
    ]
    made = told(said, random.Random(3))
    quoted = [one for one in made if one.is_supported]
    assert 1 <= len(quoted) < len(said) / 2
    assert all(one.statement in one.text and one.statement.endswith(".") for one in quoted)
    wrong = [one for one in made if not one.is_supported and not one.statement.startswith("Nobody")]
    assert wrong
    assert all(one.statement not in one.text and one.title in one.text for one in wrong)


def test_how_many_questions_come_with_another_text_can_be_chosen(tmp_path: Path) -> None:
    examples = asked_in(write(tmp_path / "asked.jsonl", 12 * ROWS))
    few, many = (sum(one.answer is None for one in epoch(examples, 5, share)) for share in (0.0, 1.0))
    assert many - few >= len(examples) * 0.8


def test_a_long_text_is_cut_around_the_answer() -> None:
    filler = "Nothing of note has ever happened here in winter. "
    text = 40 * filler + "The bridge was opened in 1901. " + 40 * filler
    at = text.index("1901")
    answered = Example("When was the bridge opened?", text, (at, at + 4), "Villages")
    for seed in range(5):
        for example in epoch([answered, Example("Why was it closed?", text, None, "Villages")], seed):
            assert len(example.text.removeprefix("Villages\n")) <= MAX_CHARACTERS
            if example.answer:
                assert example.text[slice(*example.answer)] == "1901"
                assert example.text[: example.text.index("1901")].endswith("The bridge was opened in ")


def test_one_sentence_that_is_too_long_stays_whole() -> None:
    text = "word " * 400 + "1901"
    (example, *_) = epoch([Example("When?", text, (len(text) - 4, len(text)), "")], 1)
    assert example.answer
    assert example.text[slice(*example.answer)] == "1901"


def test_a_slip_changes_one_word_a_little() -> None:
    chance = random.Random(1)
    for _ in range(50):
        slipped = slip("When was the wooden bridge opened?", chance)
        assert slipped != "When was the wooden bridge opened?" or "oo" in slipped
        assert abs(len(slipped) - 34) <= 1
    assert slip("Who is it?", chance) == "Who is it?"
