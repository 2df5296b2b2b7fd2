"""Training of the reading model's weights, on the processor; torch and transformers are imported when it begins."""

from __future__ import annotations

import hashlib
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import TrainingError
from assistant.reader import add_judging_layer, check_weights, judgements, titled
from assistant.training.examples import Example
from assistant.training.teaching import Teachers, put_into, read_weights
from index.memory import keep_freed_memory
from index.models import model_folder, model_identity, pick_precision
from index.settings import BUNDLED_MODEL, go_offline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from assistant.training.examples import Statement

BATCH = 32
"""Examples of one step."""
MAX_TOKENS = 224
"""Word pieces of question and text together; more is cut off, answers in it count as not there."""
WARM_UP = 0.06
"""Share of the training in which the learning rate rises."""
DROPOUT = 0.1
"""Share of the activations that are left out, as in BERT [1]; at attention none are, which takes 0.6 of the time.

[1] Devlin et al., BERT, 2019, appendix A.2.
"""
_NEIGHBOURHOOD = 50
"""Batches within which examples are sorted by length, so that little is padded."""
SUPPORT_RATE = 5.0
"""How much faster than the rest the layer learns that judges statements: one row of numbers that begins as noise."""
_MADE_BY_READER = ("bert.encoder.", "qa_outputs.", "support.")


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave.

    Attributes:
        path: The weights.
        sha256: Of that file; what ``WEIGHTS_SHA256`` of :mod:`assistant.reader` must say for the program to take it.
        steps: How many steps were taken.
        minutes: How long it took.
        loss: Mean cross-entropy of the last tenth of the steps, in nats.
    """

    path: Path
    sha256: str
    steps: int
    minutes: float
    loss: float


def train(
    passes: Sequence[Sequence[Example | Statement]],
    to: Path,
    *,
    start_from_current: bool = False,
    start: Path | None = None,
    teachers: Sequence[Path] = (),
    share: float = 1.0,
    learning_rate: float = 2e-4,
    minutes: float | None = None,
    seed: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
) -> Trained:
    """Trains a reading model and writes its weights; an interruption (Ctrl+C) ends it early and writes what there is.

    AdamW; the learning rate rises over the first 6 %, then falls linearly to 0; gradients are cut at norm 1; the
    embeddings stay as they are in the bundled model. The loss of questions is the mean cross-entropy of the first and
    the last word piece, both [CLS] where the text does not answer [1]; that of statements the cross-entropy of being
    supported, from what stands at [CLS]. A batch has one sort only.

    Args:
        passes: The examples of each pass over the data, as :func:`assistant.training.examples.epoch` makes them.
        to: File to write; replaced at once when the training has ended.
        start_from_current: Begin with the weights that the program uses now, instead of the bundled embedding model.
        start: Begin with these weights instead of either.
        teachers: Weights that teach beside the examples, see :class:`assistant.training.teaching.Teachers`.
        share: Of the trained weights in what is written; the rest are the weights it began with. The mean of both is
            often better than either away from the data of the training [2].
        learning_rate: The highest one.
        minutes: Ends by then, with the learning rate falling in time; None for as long as it takes.
        seed: Of the order, of dropout and of the new layer.
        progress: Told how many steps are done.

    Raises:
        TrainingError: If there is nothing to learn from, or a file of weights is none.
        ReaderError: If it should begin with the current weights, or be taught, and they are missing or damaged.
        ModelError: If the bundled model is missing or damaged.

    [1] Devlin et al., BERT, 2019, section 4.3.
    [2] Wortsman et al., Robust fine-tuning of zero-shot models, 2022.
    """
    if not any(passes):
        raise TrainingError("There are no examples to learn from: name question files that hold answers.")
    import torch  # noqa: PLC0415 - seconds and hundreds of MB

    keep_freed_memory()
    torch.manual_seed(seed)
    model, tokenizer = _load(start_from_current=start_from_current, start=start)
    taught = Teachers(model, teachers) if teachers else None
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    before = [parameter.detach().clone() for parameter in trained]
    judging = list(model.support.parameters())
    reading = [one for name, one in model.named_parameters() if one.requires_grad and not name.startswith("support.")]
    groups = [{"params": reading}, {"params": judging}]
    optimizer = torch.optim.AdamW(groups, lr=learning_rate, weight_decay=0.01)
    batches = [batch for number, examples in enumerate(passes) for batch in _batches(examples, seed + number)]
    bf16 = pick_precision("auto") == "bf16"
    losses: list[float] = []
    started = time.monotonic()
    done = 0.0
    try:
        for step, batch in enumerate(batches):
            if minutes is not None:
                done = max(done, (time.monotonic() - started) / 60 / minutes)
            done = max(done, step / len(batches))
            if done >= 1:
                break
            for group, times in zip(optimizer.param_groups, (1.0, SUPPORT_RATE), strict=True):
                group["lr"] = times * learning_rate * min(done / WARM_UP + 1e-3, (1 - done) / (1 - WARM_UP))
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
                loss = _loss(model, tokenizer, batch, taught)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            if progress:
                progress(f"loss {_mean(losses[-100:]):.2f}", *_steps(done, step + 1, len(batches)))
    except KeyboardInterrupt:
        if not losses:
            raise
    with torch.no_grad():
        for parameter, old in zip(trained, before, strict=True):
            parameter.mul_(share).add_(old, alpha=1 - share)
    digest = _write(model, to)
    return Trained(
        to, digest, len(losses), (time.monotonic() - started) / 60, _mean(losses[-max(len(losses) // 10, 1) :])
    )


def encode(batch: Sequence[Example], tokenizer: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - transformers, torch
    """Word pieces of a batch, and the places of each answer's first and last one; 0, which is [CLS], for no answer.

    Returns:
        The model's input, shape ``(examples, word pieces)``, and two tensors of shape ``(examples,)``.
    """
    import torch  # noqa: PLC0415

    encoded = tokenizer(
        [example.question for example in batch], [example.text for example in batch], truncation="only_second",
        max_length=MAX_TOKENS, padding=True, return_tensors="pt", return_offsets_mapping=True,
    )  # fmt: skip
    offsets = encoded.pop("offset_mapping").tolist()
    places = []
    for row, example in enumerate(batch):
        inside = []
        if example.answer:
            first, last = example.answer
            inside = [
                place
                for place, (start, end) in enumerate(offsets[row])
                if encoded["token_type_ids"][row][place] == 1 and start < last and end > first
            ]
            if inside and offsets[row][inside[-1]][1] < last:
                inside = []  # cut off within the answer
        places.append((inside[0], inside[-1]) if inside else (0, 0))
    starts, ends = torch.tensor(places).T
    return encoded, starts.contiguous(), ends.contiguous()


def _loss(model: Any, tokenizer: Any, batch: Sequence[Example | Statement], taught: Teachers | None) -> Any:  # noqa: ANN401
    """Mean cross-entropy of a batch, in nats, with what teachers add to it."""
    import torch  # noqa: PLC0415

    asked = [one for one in batch if isinstance(one, Example)]
    if asked:
        encoded, starts, ends = encode(asked, tokenizer)
        output = model(**encoded, start_positions=starts, end_positions=ends)
        bare = torch.tensor([not one.title or not one.text.startswith(titled(one.title, "")) for one in asked])
        as_read = torch.tensor([one.is_as_read for one in asked])
        return taught.loss(output, encoded, (starts > 0) & ~as_read, bare) if taught else output.loss
    said = [one for one in batch if not isinstance(one, Example)]
    encoded = tokenizer(
        [one.statement for one in said], [titled(one.title, one.text) for one in said], truncation="only_second",
        max_length=MAX_TOKENS, padding=True, return_tensors="pt",
    )  # fmt: skip
    judged = judgements(model, encoded)
    wanted = torch.tensor([float(one.is_supported) for one in said])
    wanted = taught.judged(encoded, wanted) if taught else wanted
    return torch.nn.functional.binary_cross_entropy_with_logits(judged.float(), wanted)


def _load(*, start_from_current: bool, start: Path | None) -> tuple[Any, Any]:
    model_identity(BUNDLED_MODEL)
    folder = model_folder(BUNDLED_MODEL)
    go_offline()
    from transformers import AutoTokenizer, BertForQuestionAnswering  # noqa: PLC0415
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    model = BertForQuestionAnswering.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager",
        hidden_dropout_prob=DROPOUT, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    add_judging_layer(model)
    if start:
        put_into(model, read_weights(start), str(start))
    elif start_from_current:
        put_into(model, check_weights(), "the current weights")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(_MADE_BY_READER))
    model.train()
    return model, AutoTokenizer.from_pretrained(folder, local_files_only=True)


def _batches(examples: Sequence[Example | Statement], seed: int) -> Iterator[list[Example | Statement]]:
    """Batches of one sort and of like length, in random order."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    made: list[list[Example | Statement]] = []
    for is_asked in (True, False):
        shuffled = [one for one in examples if isinstance(one, Example) is is_asked]
        chance.shuffle(shuffled)
        for begin in range(0, len(shuffled), BATCH * _NEIGHBOURHOOD):
            near = sorted(shuffled[begin : begin + BATCH * _NEIGHBOURHOOD], key=lambda example: len(example.text))
            made += [near[place : place + BATCH] for place in range(0, len(near), BATCH)]
    chance.shuffle(made)
    yield from made


def _write(model: Any, to: Path) -> str:  # noqa: ANN401 - a model of transformers
    """Writes what differs from the bundled model, in bf16; returns the file's sha256."""
    import torch  # noqa: PLC0415
    from safetensors.torch import save  # noqa: PLC0415

    state = model.state_dict()
    content = save(
        {
            name: value.to(torch.bfloat16).contiguous()
            for name, value in state.items()
            if name.startswith(_MADE_BY_READER)
        }
    )
    part = to.with_name(to.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(to)
    except OSError as error:
        raise TrainingError(f"The weights cannot be written to {to} ({error}).") from error
    return hashlib.sha256(content).hexdigest()


def _steps(done: float, step: int, total: int) -> tuple[int, int]:
    """Steps done, and how many there will be, which is fewer if the time ends before."""
    return step, max(min(total, round(step / done)) if done else total, step)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
