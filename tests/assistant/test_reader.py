from __future__ import annotations

import logging
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import reader as reading_model
from assistant.answering import Assistant
from assistant.errors import ReaderError
from assistant.reader import MAX_ANSWER_TOKENS, WEIGHTS_SHA256, Reader, titled
from index.embeddings import SentenceEmbedder
from index.models import file_sha256

OWL = "The grey owl hunts at night in the northern forest. It was first described in 1772."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def test_it_finds_the_words_that_answer(reader: Reader) -> None:
    found, nothing = reader.read("When was the grey owl first described?", [OWL, "Bread is made of flour and water."])
    assert OWL[found.start : found.end] == "1772"
    assert found.score > found.no_answer_score
    assert nothing.score < nothing.no_answer_score


def test_texts_are_read_alone_whatever_stands_beside_them(reader: Reader) -> None:
    question = "Where does the grey owl hunt?"
    alone = reader.read(question, [OWL])[0]
    beside = reader.read(question, ["Something much longer about bread and flour. " * 20, OWL])[1]
    assert (alone.start, alone.end) == (beside.start, beside.end)
    assert alone.score == pytest.approx(beside.score, abs=0.5)


@pytest.mark.parametrize("text", ["", " ", "word " * 2000, "日本の宇宙", "\n\n", "a" * 3000])
def test_any_text_can_be_read(reader: Reader, text: str) -> None:
    reading = reader.read("What is it?", [text])[0]
    for span in reading.spans:
        assert 0 <= span.start < span.end <= len(text)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
def test_spans_lie_in_their_text_best_first(question: str, texts: list[str]) -> None:
    readings = _shared().read(question, texts)
    assert len(readings) == len(texts)
    for text, reading in zip(texts, readings, strict=True):
        scores = [span.score for span in reading.spans]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= span.start <= span.end <= len(text) for span in reading.spans)


def _shared() -> Reader:
    if not hasattr(_shared, "reader"):
        _shared.reader = Reader.load()  # type: ignore[attr-defined]
    return _shared.reader  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("word", ["pass ", "Zwölffingerdarm ", "😀", "x"])
def test_a_question_of_any_length_can_be_read(reader: Reader, word: str) -> None:
    question = ("When will Apophis pass? " + word * 2000)[:2000]
    (reading,) = reader.read(question, ["In 2029 the asteroid Apophis will pass Earth. " * 4])
    assert reading.spans, "the text is read, too"


def test_an_answer_is_short(reader: Reader) -> None:
    text = "The list names " + ", ".join(f"number {number}" for number in range(200)) + "."
    for span in reader.read("What does the list name?", [text])[0].spans:
        assert len(text[span.start : span.end].replace(",", " ,").split()) <= MAX_ANSWER_TOKENS


UNNOTICED = pytest.mark.xfail(strict=True, reason="the model does not notice it")


@pytest.mark.parametrize(
    ("said", "unsaid"),
    [
        ("The grey owl hunts at night.", "The grey owl never hunts at night."),
        ("The grey owl hunts at night.", "The grey owl hunts during the day."),
        ("The grey owl was first described in 1772.", "The grey owl was first described in 1792."),
        (OWL, "The grey owl was last described in 1772."),
        pytest.param(
            "The grey owl was first described in 1772.", "The grey owl was first hunted in 1772.", marks=UNNOTICED
        ),
        ("At night, one may find this owl hunting in the woods of the north.", "The owl nests in the southern forest."),
        pytest.param(OWL, "The northern forest hunts the grey owl at night.", marks=UNNOTICED),
        pytest.param(OWL, "The grey owl, which eats mice, hunts at night in the northern forest.", marks=UNNOTICED),
    ],
)
def test_it_judges_whether_a_text_says_what_a_sentence_says(reader: Reader, said: str, unsaid: str) -> None:
    text = titled("Owls", OWL)
    (of_said,), (of_unsaid,) = reader.judge(said, [text]), reader.judge(unsaid, [text])
    assert of_said > 0 > of_unsaid


def test_a_judgement_is_about_the_text_and_its_title(reader: Reader) -> None:
    said = "The mill of Corvik was built in 1907."
    right, wrong, other = reader.judge(
        said, [titled("Corvik", "The mill was built in 1907."), titled("Bread", OWL), titled("Corvik", OWL)]
    )
    assert right > 0 > max(wrong, other)
    assert reader.judge(said, [titled("Bread", OWL)]) == [pytest.approx(wrong, abs=0.5)], "whatever stands beside it"


@pytest.mark.parametrize("text", ["", " ", "word " * 2000, "日本の宇宙", "a" * 3000])
def test_any_sentence_can_be_held_against_any_text(reader: Reader, text: str) -> None:
    assert len(reader.judge(text, [text, OWL])) == 2
    assert reader.judge(text, []) == []


def test_the_weights_are_those_that_the_model_card_describes() -> None:
    folder = Path(str(files("assistant") / "weights"))
    weights = folder / "reader.safetensors"
    assert file_sha256(weights) == WEIGHTS_SHA256
    assert weights.stat().st_size <= 25_000_000
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert WEIGHTS_SHA256 in card


@pytest.fixture
def weights_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "weights").mkdir()
    monkeypatch.setattr(reading_model, "files", lambda _package: tmp_path)
    return tmp_path / "weights" / "reader.safetensors"


def test_damaged_weights_are_noticed(weights_elsewhere: Path) -> None:
    shutil.copy(str(files("assistant") / "weights" / "reader.safetensors"), weights_elsewhere)
    assert Reader.load()
    content = bytearray(weights_elsewhere.read_bytes())
    content[-1] ^= 1
    weights_elsewhere.write_bytes(content)
    with pytest.raises(ReaderError, match="damaged"):
        Reader.load()


def test_without_the_weights_answers_are_chosen_by_likeness(
    weights_elsewhere: Path, seeds_home: Path, embedder: SentenceEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    assert not weights_elsewhere.exists()
    with caplog.at_level(logging.WARNING):
        assistant = Assistant.open(seeds_home, embedder=embedder)
    assert "weights are missing" in caplog.text
    answer = assistant.ask("When will the asteroid Apophis pass Earth?")
    assert "2029" in answer.text
    assert all(segment.emphasis is None for segment in answer.segments)
    assert assistant.ask("What is the capital of France?").status == "abstained"


def test_the_short_answer_is_emphasised_in_the_sentence_that_carries_it(assistant: Assistant) -> None:
    answer = assistant.ask("When will the asteroid Apophis pass Earth?")
    first = answer.segments[0]
    assert first.emphasis is not None
    assert first.text[slice(*first.emphasis)] == "2029"
