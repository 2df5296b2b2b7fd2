"""``assistant train-reader``: question files in, weights out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import TrainingError
from assistant.training.examples import passes
from assistant.training.trainer import train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.training.trainer import Trained


def train_reader(
    files: Sequence[str],
    to: Path,
    *,
    rounds: int,
    start_from_current: bool,
    start: Path | None,
    teachers: Sequence[Path],
    share: float,
    learning_rate: float,
    minutes: float | None,
    seed: int,
    negatives: float,
    progress: Callable[[str, int, int], None] | None = None,
) -> Trained:
    """Trains the reading model; see :func:`assistant.training.trainer.train`.

    Args:
        files: Names of question files; ``NAME:SHARE`` takes another such share of its questions in each round.
        to: Where the weights go.
        rounds: How often the files are gone through.
        start_from_current: See there, as for the rest.
        start: Weights to begin with.
        teachers: Weights that teach.
        share: Of the trained weights in the result.
        learning_rate: The highest one.
        minutes: At most.
        seed: Of every choice.
        negatives: See :func:`assistant.training.examples.passes`.
        progress: Told how many steps are done.

    Raises:
        TrainingError: If a share or a file is not as expected.
        ReaderError: If the current weights are to be used and are missing or damaged.
        ModelError: If the bundled model is missing or damaged.
    """
    if rounds < 1:
        raise TrainingError(f"{rounds} rounds train nothing; at least one is needed.")
    if not to.parent.is_dir():
        raise TrainingError(f"The folder {to.parent} does not exist, so the weights could not be written there.")
    made = passes([_file_and_share(name) for name in files], rounds, seed, negatives)
    return train(
        made, to, start_from_current=start_from_current, start=start, teachers=teachers, share=share,
        learning_rate=learning_rate, minutes=minutes, seed=seed, progress=progress,
    )  # fmt: skip


def _file_and_share(name: str) -> tuple[Path, float]:
    path, colon, share = name.rpartition(":")
    if not colon or Path(name).exists():
        return Path(name), 1.0
    try:
        number = float(share)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        raise TrainingError(f"The share in {name!r} must be a number above 0 and at most 1, as in questions.jsonl:0.5.")
    return Path(path), number
