from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import TrainingError
from assistant.reader import check_weights
from assistant.training.examples import Example, Statement
from assistant.training.teaching import CURRENT, Teachers
from assistant.training.trainer import MAX_TOKENS, _load, encode, train
from index.models import model_folder
from index.settings import BUNDLED_MODEL

TEXT = "The mill of Corvik was built in 1907. It stands by the water."
ANSWERED = Example("When was the mill built?", TEXT, (32, 36), "Mills")
YEARS = range(1900, 1916)
REFUSED = Example("Who built the mill?", TEXT, None, "Mills")


@pytest.fixture(scope="module")
def tokenizer() -> object:
    return AutoTokenizer.from_pretrained(model_folder(BUNDLED_MODEL), local_files_only=True)


def test_answers_are_placed_at_their_word_pieces(tokenizer: object) -> None:
    late = Example("When?", "far " * MAX_TOKENS + "1907", (4 * MAX_TOKENS, 4 * MAX_TOKENS + 4))
    encoded, starts, ends = encode([ANSWERED, REFUSED, late], tokenizer)
    assert encoded["input_ids"].shape == (3, MAX_TOKENS)
    pieces = encoded["input_ids"][0, starts[0] : ends[0] + 1]
    assert tokenizer.decode(pieces) == "1907"  # type: ignore[attr-defined]
    # [CLS], where the text does not answer, or where the answer is cut off.
    assert (starts[1], ends[1], starts[2], ends[2]) == (0, 0, 0, 0)


@pytest.mark.slow
def test_training_learns_and_writes_weights_that_fit_the_program(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    passes = [[ANSWERED, REFUSED] * 16] * 8
    trained = train(passes, tmp_path / "w.safetensors", progress=lambda what, done, total: steps.append((done, total)))
    assert trained.steps == 8
    assert steps[-1] == (8, 8)
    assert trained.loss < 2  # a guess among some twenty word pieces costs about 3
    written = load_file(trained.path)
    (tmp_path / "current.safetensors").write_bytes(check_weights())
    current = load_file(tmp_path / "current.safetensors")
    assert {name: value.shape for name, value in written.items()} == {n: v.shape for n, v in current.items()}
    assert [path.name for path in tmp_path.glob("w*")] == ["w.safetensors"]


TRUE = [Statement(f"Built in {year}.", f"The mill was built in {year}.", is_supported=True) for year in YEARS]
FALSE = [
    replace(one, statement=f"Burned in {year}.", is_supported=False) for one, year in zip(TRUE, YEARS, strict=True)
]


@pytest.mark.slow
def test_true_statements_are_learned_to_be_told_from_false_ones(tmp_path: Path) -> None:
    losses = [
        train([[*TRUE, *FALSE]] * rounds, tmp_path / "w.safetensors", start_from_current=True).loss
        for rounds in (1, 12)
    ]
    assert losses[1] < losses[0] / 2


def test_statements_are_learned_beside_questions(tmp_path: Path) -> None:
    mixed = train([[TRUE[0], FALSE[0], ANSWERED]], tmp_path / "w.safetensors", start_from_current=True)
    assert mixed.steps == 2, "questions and statements are not in one batch"
    (tmp_path / "current.safetensors").write_bytes(check_weights())
    before, after = load_file(tmp_path / "current.safetensors"), load_file(mixed.path)
    assert after.keys() == before.keys()
    assert not torch.equal(after["support.weight"], before["support.weight"]), "the layer that judges learns, too"


def test_what_a_teacher_knows_is_learned_and_what_the_current_weights_know_is_kept(tmp_path: Path) -> None:
    model, _ = _load(start_from_current=True, start=None)
    model.eval()
    (tmp_path / "current.safetensors").write_bytes(check_weights())
    teachers = Teachers(model, [tmp_path / "current.safetensors"])
    pieces = {"input_ids": torch.arange(200, 240).view(2, 20), "attention_mask": torch.ones(2, 20, dtype=torch.int64)}
    pieces["token_type_ids"] = (torch.arange(20) > 5).long().repeat(2, 1)
    answered = torch.tensor([True, False])

    def loss(shift: int, is_bare: list[bool]) -> float:
        """Of the current weights' own logits, of which one is moved by a shift."""
        output = model(**pieces, start_positions=torch.tensor([9, 0]), end_positions=torch.tensor([9, 0]))
        for name, row, at in (("start_logits", 0, 12), ("start_logits", 1, 0)):
            getattr(output, name).detach()[row, at] += shift * (row == 0 or any(is_bare))
        output.loss = torch.tensor(0.0)
        return float(teachers.loss(output, pieces, answered, torch.tensor(is_bare)).detach())

    like_them = loss(0, [True, True])
    assert loss(6, [True, True]) > like_them, "what they say is learned, also that there is no answer"
    assert loss(0, [False, False]) < like_them, "they are not asked about texts with a title"
    wanted = torch.tensor([1.0, 0.0])
    judged = teachers.judged(pieces, wanted)
    assert ((judged > 0) & (judged < 1)).all()
    assert (judged[0] >= 0.5) & (judged[1] <= 0.5)


def test_the_weights_in_use_can_teach_and_are_not_read_twice() -> None:
    model, _ = _load(start_from_current=True, start=None)
    pieces = {"input_ids": torch.arange(200, 240).view(2, 20), "attention_mask": torch.ones(2, 20, dtype=torch.int64)}
    pieces["token_type_ids"] = (torch.arange(20) > 5).long().repeat(2, 1)
    teachers = Teachers(model, [CURRENT])
    read: list[object] = []
    for one in {id(part): part for part in (*teachers._teachers, teachers._current)}.values():
        one.register_forward_hook(lambda *_: read.append(None))

    def loss(answered: list[bool]) -> float:
        model.train()
        torch.manual_seed(1)
        output = model(**pieces, start_positions=torch.tensor([9, 9]), end_positions=torch.tensor([9, 9]))
        output.loss = torch.tensor(0.0)
        return float(teachers.loss(output, pieces, torch.tensor(answered), torch.tensor([False, False])).detach())

    assert loss([True, True]) > loss([True, False]) > 0, "only what they know is learned from them"
    assert len(read) == 2


def test_an_interruption_ends_early_and_writes_what_there_is(tmp_path: Path) -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    trained = train([[ANSWERED] * 96], tmp_path / "w.safetensors", start_from_current=True, progress=interrupt)
    assert trained.steps == 2
    assert trained.path.exists()


@pytest.mark.slow
def test_the_result_can_be_a_mean_of_old_and_new(tmp_path: Path) -> None:
    (tmp_path / "old.safetensors").write_bytes(check_weights())
    old = load_file(tmp_path / "old.safetensors")
    for share, moves in ((0.0, False), (0.5, True)):
        trained = train([[ANSWERED] * 128], tmp_path / "w.safetensors", start_from_current=True, share=share)
        new = load_file(trained.path)
        assert any(not new[name].equal(old[name]) for name in old) is moves


def test_time_that_is_up_ends_it(tmp_path: Path) -> None:
    assert train([[ANSWERED] * 96], tmp_path / "w.safetensors", minutes=1e-6).steps == 1


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no examples"):
        train([[]], tmp_path / "w.safetensors")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jsonl"], "missing.jsonl cannot be read"),
        (["asked.jsonl:2"], "share"),
        (["asked.jsonl:half"], "share"),
        (["asked.jsonl", "--to", "nowhere/w.safetensors"], "does not exist"),
        (["asked.jsonl", "--rounds", "0"], "at least one"),
        (["asked.jsonl", "--from", "none.safetensors"], "none.safetensors cannot be read"),
        (["asked.jsonl", "--from", "asked.jsonl"], "asked.jsonl holds no weights"),
        (["asked.jsonl", "--from-current", "--teacher", "asked.jsonl"], "asked.jsonl holds no weights"),
    ],
)
def test_what_is_wrong_with_the_command_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("asked.jsonl").write_text('{"question": "q", "context": "c", "answers": []}\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["train-reader", *arguments])
    assert isinstance(result.exception, TrainingError)
    assert message in str(result.exception)


def test_the_command_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    row = {"question": "When was the mill built?", "context": TEXT, "answers": [{"text": "1907", "start": 32}]}
    Path("asked.jsonl").write_text(4 * (json.dumps(row) + "\n"), encoding="utf-8")
    result = CliRunner().invoke(app, ["train-reader", "asked.jsonl:0.5", "--to", "w.safetensors", "--rounds", "1"])
    assert result.exit_code == 0
    assert "1 steps" in result.stdout
    assert Path("w.safetensors").stat().st_size < 25_000_000
