"""The reading model: finds the words that answer a question, and judges whether a text says what a sentence says.

A BERT for extractive question answering that begins as the bundled all-MiniLM-L6-v2 and shares its word embeddings; the
weights that differ are ``assistant/weights/reader.safetensors``, described in ``assistant/weights/MODEL_CARD.md``.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Self

from assistant.errors import ReaderError
from index.models import model_folder, model_identity, pick_precision
from index.settings import BUNDLED_MODEL, go_offline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.settings import Precision

WEIGHTS_SHA256 = "56d1d04a7e23c49c69ad43107e0e593d804c87e1e894b0230639e3953da7df80"
MAX_TOKENS = 320
"""Word pieces of question and text together; of a longer text only the beginning is read."""
MAX_QUESTION_TOKENS = 128
"""Word pieces of a question; a passage has up to 160, so both fit."""
MAX_ANSWER_TOKENS = 30
"""Word pieces of an answer, at most, as is customary for SQuAD."""
SPANS = 32
"""Spans looked at for each text, no two of which begin at the same place."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that may answer.

    Attributes:
        start: Offset of its first character in the text, in code points.
        end: Offset behind it.
        score: Sum of the logits of its first and last word piece.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one text for a question gave.

    Attributes:
        spans: Stretches that may answer, best first; at least one unless the text is empty.
        no_answer_score: The same sum for "there is no answer in this text". A span is the more likely to answer, the
            more its score is above this one.
    """

    spans: tuple[Span, ...]
    no_answer_score: float

    @property
    def start(self) -> int:
        """Offset of the best span."""
        return self.spans[0].start if self.spans else 0

    @property
    def end(self) -> int:
        """Offset behind the best span."""
        return self.spans[0].end if self.spans else 0

    @property
    def score(self) -> float:
        """Score of the best span; minus infinity for an empty text."""
        return self.spans[0].score if self.spans else float("-inf")


class Reader:
    """The model, loaded; safe to use from several threads. Made by :meth:`load`."""

    def __init__(self, model: Any, tokenizer: Any) -> None:  # noqa: ANN401 - classes of transformers, imported late
        self._model = model
        self._tokenizer = tokenizer
        # The tokenizer changes its own state while it pads; the model does not, and reads for several at once.
        self._lock = threading.Lock()

    @classmethod
    def load(cls, precision: Precision = "auto") -> Self:
        """Checks the weights by sha256 and loads them.

        Raises:
            ReaderError: If the weights are missing or damaged.
            ModelError: If the bundled model is.
        """
        model_identity(BUNDLED_MODEL)
        folder = model_folder(BUNDLED_MODEL)
        go_offline()
        import torch  # noqa: PLC0415 - seconds and hundreds of MB
        from safetensors.torch import load  # noqa: PLC0415
        from transformers import AutoTokenizer, BertForQuestionAnswering  # noqa: PLC0415
        from transformers.utils import logging as transformers_logging  # noqa: PLC0415

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        dtype = torch.bfloat16 if pick_precision(precision) == "bf16" else torch.float32
        own = load(check_weights())
        # It complains that the last layer is not in the bundled model; that layer is among our own weights.
        verbosity = transformers_logging.get_verbosity()
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        try:
            model = BertForQuestionAnswering.from_pretrained(folder, dtype=dtype, local_files_only=True)
        finally:
            transformers_logging.set_verbosity(verbosity)
        add_judging_layer(model)
        fits = not model.load_state_dict(own, strict=False).unexpected_keys
        if not fits or not {"qa_outputs.weight", "support.weight"} <= own.keys():
            raise ReaderError("The reading model's weights do not fit the bundled model; install the program again.")
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model.eval()  # type: ignore[no-untyped-call]
        return cls(model, tokenizer)

    def read(self, question: str, texts: Sequence[str], leads: Sequence[str] = ()) -> list[Reading]:
        """Reads texts for a question, all in one batch.

        Args:
            question: One that stands alone; of a very long one the first :data:`MAX_QUESTION_TOKENS` are read.
            texts: Passages; of each, what fits :data:`MAX_TOKENS` beside the question is read.
            leads: What stands before each text and is read with it, but answers nothing: a title, a heading. None at
                all, or one for each text.

        Returns:
            One reading for each text, in their order.
        """
        if not texts:
            return []
        import torch  # noqa: PLC0415

        leads = [f"{lead}\n" if lead else "" for lead in leads or [""] * len(texts)]
        told = [lead + text for lead, text in zip(leads, texts, strict=True)]
        encoded = self._encoded(question, told, return_offsets_mapping=True)
        offsets = encoded.pop("offset_mapping")
        with torch.inference_mode():
            output = self._model(**encoded)
        return [
            _reading(
                output.start_logits[row].float(), output.end_logits[row].float(), offsets[row], in_text, len(leads[row])
            )
            for row, in_text in enumerate(_text_tokens(encoded))
        ]

    def judge(self, statement: str, texts: Sequence[str]) -> list[float]:
        """How surely texts say what a statement says, all judged in one batch.

        Args:
            statement: A sentence that names what it speaks of; of a very long one the beginning is judged.
            texts: Passages with what they are about in front, see :func:`titled`; of each, what fits
                :data:`MAX_TOKENS` beside the statement is read.

        Returns:
            One logit for each text, in their order; above 0 the model thinks it more likely than not, on data on which
            half of the statements were supported.
        """
        if not texts:
            return []
        import torch  # noqa: PLC0415

        encoded = self._encoded(statement, texts)
        with torch.inference_mode():
            return [float(logit) for logit in judgements(self._model, encoded)]

    def _encoded(self, question: str, texts: Sequence[str], **wanted: bool) -> Any:  # noqa: ANN401 - a BatchEncoding
        """Word pieces of a question or statement beside each text; ``wanted`` is what the tokenizer should add."""
        question = self._shortened(question)
        with self._lock:
            return self._tokenizer(
                [question] * len(texts), list(texts), truncation="only_second", max_length=MAX_TOKENS, padding=True,
                return_tensors="pt", **wanted,
            )  # fmt: skip

    def _shortened(self, question: str) -> str:
        """A question that leaves room for a text; a longer one than all that can be read would be an error."""
        with self._lock:
            places = self._tokenizer(
                question, add_special_tokens=False, truncation=True, max_length=MAX_QUESTION_TOKENS,
                return_offsets_mapping=True,
            )["offset_mapping"]  # fmt: skip
        return question if len(places) < MAX_QUESTION_TOKENS else question[: places[-1][1]]


def titled(title: str, text: str) -> str:
    """A text as a statement is held against it: below its title, which often alone names what it is about."""
    return f"{title}\n{text}"


def add_judging_layer(model: Any) -> None:  # noqa: ANN401 - a model of transformers
    """Gives a model the layer that makes a judgement of what stands at [CLS]; its weights are still noise."""
    from torch.nn import Linear  # noqa: PLC0415

    model.support = Linear(model.config.hidden_size, 1, dtype=model.dtype)


def judgements(model: Any, encoded: Any) -> Any:  # noqa: ANN401 - a model of transformers, a BatchEncoding, a tensor
    """One logit for each statement beside its text, shape ``(statements,)``."""
    return model.support(model.bert(**encoded).last_hidden_state[:, 0])[:, 0].float()


def check_weights() -> bytes:
    """The weights as they were published.

    Raises:
        ReaderError: If they are missing or damaged.
    """
    with as_file(files("assistant") / "weights" / "reader.safetensors") as path:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ReaderError(
                "The reading model's weights are missing, so answers are chosen by likeness only. "
                "Install the program again to get them back."
            ) from error
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        raise ReaderError(
            "The reading model's weights are damaged, so answers are chosen by likeness only. "
            "Install the program again to mend them."
        )
    return content


def _text_tokens(encoded: Any) -> list[Any]:  # noqa: ANN401 - a BatchEncoding
    """For each row the places of the text's word pieces: behind the question, without the last [SEP]."""
    return [
        ((encoded["token_type_ids"][row] == 1) & (encoded["attention_mask"][row] == 1)).nonzero().flatten()[:-1]
        for row in range(len(encoded["input_ids"]))
    ]


def _reading(starts: Any, ends: Any, offsets: Any, in_text: Any, lead: int) -> Reading:  # noqa: ANN401 - tensors
    """The best spans of one text behind its lead: first and last word piece in order and at most 30 apart [1].

    [1] Devlin et al., BERT, 2019, section 4.3: the score of a span is the sum of its two logits, that of "no
    answer" the sum of the two logits of [CLS].
    """
    import torch  # noqa: PLC0415

    no_answer = float(starts[0] + ends[0])
    in_text = in_text[offsets[in_text][:, 0] >= lead]
    places = (offsets[in_text] - lead).tolist()
    count = len(places)
    if count == 0:
        return Reading((), no_answer)
    width = min(MAX_ANSWER_TOKENS, count)
    # Row by first word piece, column by how many follow.
    last = torch.nn.functional.pad(ends[in_text], (0, width - 1), value=float("-inf")).unfold(0, width, 1)
    scores, mores = (starts[in_text][:, None] + last).max(dim=1)
    best = scores.topk(min(SPANS, count))
    spans = tuple(
        Span(places[first][0], places[first + int(mores[first])][1], score)
        for score, first in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    )
    return Reading(spans, no_answer)
