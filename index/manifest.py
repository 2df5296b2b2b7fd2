"""The manifest: what a generation is, and the sha256 of every file of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = 2
"""Version of the layout of a generation; one with another number is not opened."""

MANIFEST = "manifest.json"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in ``manifest.json`` of a generation.

    Attributes:
        generation: Name, six digits, counting up.
        created: UTC, ISO 8601.
        model: Name of the embedding model.
        fingerprint: sha256 over the model's files.
        precision: ``fp32`` or ``bf16``, in which passages were embedded.
        dimension: Length of a vector.
        passage_size: See :class:`index.settings.IndexSettings`.
        overlap: Likewise.
        sources: What was indexed, as absolute paths; ``seeds:`` stands for the articles that are installed.
        articles: How many.
        passages: How many.
        content: sha256 over the articles' ids and looks and everything above that decides about the passages; two
            generations with the same one answer alike.
        files: sha256 by relative path, of every file but the manifest.
        schema: See :data:`SCHEMA`.
    """

    generation: str
    created: str
    model: str
    fingerprint: str
    precision: str
    dimension: int
    passage_size: int
    overlap: int
    sources: tuple[str, ...]
    articles: int
    passages: int
    content: str
    files: dict[str, str] = field(default_factory=dict)
    schema: int = SCHEMA


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Hashes all files of a folder, writes the manifest beside them and brings everything to the disk.

    Returns:
        sha256 of the manifest itself.
    """
    files = {path.relative_to(folder).as_posix(): _sha256(path) for path in _files(folder)}
    text = json.dumps(dataclasses.asdict(dataclasses.replace(manifest, files=files)), indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for path in [*_files(folder), *(entry for entry in folder.rglob("*") if entry.is_dir()), folder]:
        fsync(path)
    return _sha256(folder / MANIFEST)


def read_manifest(folder: Path, expected_sha256: str | None = None) -> Manifest:
    """Reads a generation's manifest.

    Raises:
        IndexDamagedError: If it is missing, is not the expected one, or is of another schema.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        if expected_sha256 and hashlib.sha256(content).hexdigest() != expected_sha256:
            raise IndexDamagedError(f"The manifest of index generation {folder.name} is not as it was written.")
        values: dict[str, Any] = json.loads(content)
        if values["schema"] != SCHEMA:
            raise IndexDamagedError(
                f"Index generation {folder.name} has layout {values['schema']}, but this version reads {SCHEMA}."
            )
        return Manifest(**{**values, "sources": tuple(values["sources"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"The manifest of index generation {folder.name} cannot be read.") from error


def verify_file(folder: Path, name: str, expected_sha256: str, copy_to: Path | None = None) -> None:
    """Compares a file with its hash; with ``copy_to``, copies what is compared.

    Raises:
        IndexDamagedError: If it is missing, cannot be read or differs.
        OSError: If the copy cannot be written.
    """
    found = hashlib.sha256()
    if copy_to is not None:
        (copy_to / name).parent.mkdir(parents=True, exist_ok=True)
    with (copy_to / name).open("wb") if copy_to is not None else nullcontext() as copy:
        for block in _blocks(folder, name):
            found.update(block)
            if copy is not None:
                copy.write(block)
    if found.hexdigest() != expected_sha256:
        raise IndexDamagedError(f"The file {name} of index generation {folder.name} is not as it was written.")


def fsync(path: Path) -> None:
    """Brings a file or a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _blocks(folder: Path, name: str) -> Iterator[bytes]:
    """A file's bytes; errors of reading are told apart from those of whatever is done with them."""
    try:
        with (folder / name).open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise IndexDamagedError(f"The file {name} of index generation {folder.name} cannot be read.") from error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
