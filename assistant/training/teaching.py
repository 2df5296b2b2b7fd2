"""Former weights as teachers of the reading model: what they know is learned beside the answers of the examples."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import TrainingError
from assistant.reader import check_weights, judgements

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPERATURE = 2.0
"""By which the teachers' logits are divided, so that the places they thought of second are learned, too [1].

[1] Hinton et al., Distilling the knowledge in a neural network, 2015.
"""
GOLD, KEPT, TAUGHT = 0.5, 0.2, 0.4
"""Weights of the examples' own answers, of what is kept from the current weights, and of what the teachers say."""
GOLD_JUDGED = 0.5
"""Share of the examples' own word in what is learned of a statement; the rest is the current weights' judgement."""
CURRENT = Path("current")
"""In place of a file of weights: those that the program uses now."""
_NEVER = -1e4
"""Logit of a place that is not looked at."""


class Teachers:
    """Weights that teach others.

    The mean of the teachers says where answers begin and end, of questions that the text answers: they were not made to
    refuse near misses. Of texts that the file has as the program reads them they say nothing: those are there for what
    the teachers do not know. When there is no answer, and whether a text says a statement, is what the current weights
    know best; that is kept, where the text has no title in front, since the first of them never saw one.

    Args:
        model: What is trained; the teachers are of the same form.
        files: Their weights; :data:`CURRENT` stands for those that the program uses now.

    Raises:
        TrainingError: If a file cannot be read or holds other weights.
        ReaderError: If the current weights are missing or damaged.
    """

    def __init__(self, model: Any, files: Sequence[Path]) -> None:  # noqa: ANN401 - a model of transformers
        self._current = _frozen(model, check_weights(), "the current weights")
        self._teachers = [_frozen(model, read_weights(file), str(file)) for file in files if file != CURRENT]
        self._is_teaching = CURRENT in files

    def loss(self, output: Any, encoded: Any, answered: Any, is_bare: Any) -> Any:  # noqa: ANN401 - tensors
        """Loss of a batch of questions, in nats.

        Args:
            output: Of the model, with its own loss.
            encoded: What it read.
            answered: Which texts answer in a way that the teachers know, shape ``(examples,)``.
            is_bare: Which texts stand without their title, likewise.
        """
        import torch  # noqa: PLC0415

        with torch.no_grad():
            taught = [teacher(**encoded) for teacher in self._teachers]
            current = self._current(**encoded)
        taught += [current] if self._is_teaching else []
        padding = encoded["attention_mask"] == 0
        outside = padding | (encoded["token_type_ids"] == 0)
        kept: Any = 0.0
        told: Any = 0.0
        for name in ("start_logits", "end_logits"):
            have = getattr(output, name).float()
            wanted = torch.softmax(getattr(current, name).float().masked_fill(padding, _NEVER), -1)[:, 0]
            rest = torch.logsumexp(have.masked_fill(padding, _NEVER)[:, 1:], -1)
            kept += torch.nn.functional.binary_cross_entropy_with_logits(
                have[:, 0] - rest, wanted, weight=is_bare.float()
            )
            said = sum(getattr(one, name).float() for one in taught) / len(taught)
            pair = [of.masked_fill(outside, _NEVER)[answered] / TEMPERATURE for of in (have, said)]
            logs = [torch.log_softmax(of, -1) for of in pair]
            told += torch.nn.functional.kl_div(logs[0], logs[1], reduction="sum", log_target=True) * TEMPERATURE**2
        if not bool(answered.any()):
            return (GOLD + KEPT) * output.loss + (1 - GOLD - KEPT) * kept / 2
        return GOLD * output.loss + KEPT * kept / 2 + TAUGHT * told / 2 / len(answered)

    def judged(self, encoded: Any, wanted: Any) -> Any:  # noqa: ANN401 - tensors
        """What is learned of statements: their own word, in [0, 1], softened by the current weights' judgement."""
        import torch  # noqa: PLC0415

        with torch.no_grad():
            current = torch.sigmoid(judgements(self._current, encoded).float())
        return GOLD_JUDGED * wanted + (1 - GOLD_JUDGED) * current


def read_weights(file: Path) -> bytes:
    """The content of a file of weights.

    Raises:
        TrainingError: If it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise TrainingError(f"The weights {file} cannot be read ({error}).") from error


def put_into(model: Any, content: bytes, name: str) -> None:  # noqa: ANN401 - a model of transformers
    """Gives a model other weights.

    Raises:
        TrainingError: If they are no weights of the reading model.
    """
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.torch import load  # noqa: PLC0415

    try:
        found = model.load_state_dict({key: value.float() for key, value in load(content).items()}, strict=False)
    except (SafetensorError, RuntimeError) as error:
        raise TrainingError(f"{name} holds no weights of the reading model ({error}).") from error
    if found.unexpected_keys:
        raise TrainingError(f"{name} holds no weights of the reading model (unexpected: {found.unexpected_keys[0]}).")


def _frozen(model: Any, content: bytes, name: str) -> Any:  # noqa: ANN401 - a model of transformers
    one = copy.deepcopy(model)
    put_into(one, content, name)
    one.eval()
    return one.requires_grad_(requires_grad=False)
