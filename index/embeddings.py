"""Texts become vectors; the only home of sentence-transformers and torch.

Importing torch and sentence-transformers takes seconds and hundreds of megabytes, so both are imported when a model is
loaded and not before.
"""

from __future__ import annotations

import itertools
import logging
import threading
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.errors import ModelError, printable
from index.memory import keep_freed_memory
from index.models import model_folder, model_identity, pick_precision
from index.settings import IndexSettings, go_offline
from index.turnstile import Turnstile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentence_transformers import SentenceTransformer

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""Shape ``(n, d)``, each row of unit length."""
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
"""Shape ``(d,)``, of unit length."""

BATCH = 32
"""Texts computed at once, at most; larger batches are no faster on a processor."""
_PIECES = 2048
"""Word pieces computed at once, at most: a quarter of a second, which a question may have to wait for a build."""
_REPORT_EVERY = 4 * BATCH
_WIDTH = 16
"""Texts are padded to a multiple of so many word pieces."""
_SPECIAL = 2
"""Word pieces that the tokenizer adds to a text, at its beginning and its end."""
_QUESTIONS_KEPT = 64
_TEXTS_KEPT = 8192
"""Vectors of single sentences that are kept, of 1.5 KB each: about those of the last two hundred questions."""
_FEW = 256
"""Texts at once, at most, whose vectors are kept: more of them are a build's passages, which come once."""


class Embedder(Protocol):
    """What the index asks of an embedding model."""

    @property
    def name(self) -> str:
        """For people and for the manifest."""
        ...

    @property
    def fingerprint(self) -> str:
        """sha256 over the model's files; vectors of two fingerprints are never compared."""
        ...

    @property
    def precision(self) -> str:
        """``fp32`` or ``bf16``."""
        ...

    @property
    def dimension(self) -> int:
        """Length ``d`` of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Word pieces it reads of a text; the rest would be ignored."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special tokens not counted."""
        ...

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of texts, in their order; ``progress`` is told how many are done."""
        ...

    def encode_question(self, text: str) -> Vector:
        """Vector of a question."""
        ...


def is_common(embedder: Embedder, word: str) -> bool:
    """Whether a word is so common that the model knows it as one piece, and it is meant as it stands."""
    return embedder.count_tokens([word.lower()])[0] <= 1


class SentenceEmbedder:
    """An :class:`Embedder` with sentence-transformers."""

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str, precision: str) -> None:
        self._model = model
        # The tokenizer changes its own state while it pads, and fails when two threads use it.
        self._lock = Turnstile()
        self._questions: dict[str, Vector] = {}
        self._texts: dict[str, Vector] = {}
        self.name = name
        self.fingerprint = fingerprint
        self.precision = precision
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)

    @classmethod
    def load(cls, settings: IndexSettings) -> SentenceEmbedder:
        """Checks the model's files and loads them, from this machine only.

        Raises:
            ModelError: If files are missing, damaged or no SentenceTransformer.
        """
        folder = model_folder(settings.embedding_model)
        name, fingerprint = model_identity(settings.embedding_model)
        go_offline()
        import torch  # noqa: PLC0415 - seconds and hundreds of MB, see the module's docstring
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        from transformers.utils import logging as transformers_logging  # noqa: PLC0415

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        if settings.threads:
            torch.set_num_threads(settings.threads)
        precision = pick_precision(settings.precision)
        try:
            model = SentenceTransformer(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={
                    "dtype": torch.bfloat16 if precision == "bf16" else torch.float32,
                    "use_safetensors": True,
                },
            )
        except Exception as error:  # the libraries raise anything for damaged files; all of it is "cannot be loaded"
            raise ModelError(
                f"The embedding model in {printable(folder)} cannot be loaded ({type(error).__name__}). "
                "Install it again, or name another one with ASSISTANT_EMBEDDING_MODEL."
            ) from error
        model.eval()
        keep_freed_memory()
        return cls(model, name, fingerprint, precision)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See :class:`Embedder`."""
        if not texts:
            return []
        with self._lock:
            encoded = self._model.tokenizer(
                list(texts), add_special_tokens=False, truncation=False, padding=False, verbose=False
            )
        return [len(ids) for ids in encoded["input_ids"]]

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """See :class:`Embedder`.

        How wide a text is padded depends on its own length only, and not on the texts beside it: it has the same
        vector, bit for bit, in whatever company. So vectors can be kept, and no answer depends on what was asked
        before. Only in bf16 on processors with matrix units (AMX) the size of a batch changes the rounding: two
        vectors of a text then differ by up to about 0.001 in a dimension, a cosine of .99999.
        """
        if len(texts) > _FEW:
            return self._computed(texts, progress)
        with self._lock:
            kept = {text: vector for text in texts if (vector := self._texts.get(text)) is not None}
        new = list(dict.fromkeys(text for text in texts if text not in kept))
        known = kept | dict(zip(new, self._computed(new), strict=True))
        with self._lock:
            for text, vector in known.items():
                self._texts.pop(text, None)
                self._texts[text] = vector
            while len(self._texts) > _TEXTS_KEPT:
                del self._texts[next(iter(self._texts))]
        if progress:
            progress(len(texts))
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, self.dimension), dtype=np.float32)

    def _computed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        vectors: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        widths = [-(-min(size + _SPECIAL, self.max_tokens) // _WIDTH) for size in self.count_tokens(texts)]
        order = sorted(range(len(texts)), key=lambda at: -widths[at])
        for first in range(0, len(order), _REPORT_EVERY):
            rows = order[first : first + _REPORT_EVERY]
            for width, group in itertools.groupby(rows, key=lambda at: widths[at]):
                alike = list(group)
                size = max(1, min(BATCH, _PIECES // (width * _WIDTH)))
                for begin in range(0, len(alike), size):
                    some = alike[begin : begin + size]
                    vectors[some] = self._compute([texts[at] for at in some])
            if progress:
                progress(first + len(rows))
        return unit_length(vectors)

    def _compute(self, texts: list[str]) -> Vectors:
        """Vectors of texts of the same width, not yet of unit length."""
        with self._lock:
            rows = self._model.encode_document(
                texts,
                batch_size=BATCH,
                show_progress_bar=False,
                convert_to_numpy=True,
                processing_kwargs={"text": {"pad_to_multiple_of": _WIDTH}},
            )
        return np.asarray(rows, dtype=np.float32)

    def encode_question(self, text: str) -> Vector:
        """See :class:`Embedder`. Searching and reading both ask for it, so the last ones are kept."""
        with self._lock:
            vector = self._questions.pop(text, None)
            if vector is None:
                rows = self._model.encode_query([text], show_progress_bar=False, convert_to_numpy=True)
                vector = unit_length(np.asarray(rows, dtype=np.float32))[0]
            self._questions[text] = vector
            if len(self._questions) > _QUESTIONS_KEPT:
                del self._questions[next(iter(self._questions))]
        return vector


class LazyEmbedder:
    """An :class:`Embedder` that knows its name at once and loads the model when there is something to embed.

    Args:
        settings: Which model.

    Raises:
        ModelError: If its files are missing or damaged.
    """

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loaded: SentenceEmbedder | None = None
        self.name, self.fingerprint = model_identity(settings.embedding_model)

    @property
    def precision(self) -> str:
        """See :class:`Embedder`."""
        return pick_precision(self._settings.precision)

    @property
    def dimension(self) -> int:
        """See :class:`Embedder`."""
        return self._model.dimension

    @property
    def max_tokens(self) -> int:
        """See :class:`Embedder`."""
        return self._model.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See :class:`Embedder`."""
        return self._model.count_tokens(texts)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """See :class:`Embedder`."""
        return self._model.encode_passages(texts, progress)

    def encode_question(self, text: str) -> Vector:
        """See :class:`Embedder`."""
        return self._model.encode_question(text)

    @property
    def _model(self) -> SentenceEmbedder:
        with self._lock:
            if self._loaded is None:
                self._loaded = SentenceEmbedder.load(self._settings)
            return self._loaded


def unit_length(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1: what bf16 computes is off by up to 1 %. Rows of zeros stay."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
