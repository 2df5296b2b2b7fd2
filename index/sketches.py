"""Sketches of articles, by which nearly equal ones are found, as they lie in a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.errors import IndexDamagedError
from index.manifest import verify_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.manifest import Manifest

SKETCHES = "sketches.npy"

Sketch = np.ndarray[tuple[int], np.dtype[np.uint32]]
"""Shape ``(64,)``: the smallest value of each hash function over the runs of words of a text (MinHash, Broder 1997)."""


def write_sketches(folder: Path, sketches: Sequence[Sketch]) -> None:
    """Writes the sketches of a build's articles, in their order."""
    np.save(folder / SKETCHES, np.stack(sketches))


def read_sketches(folder: Path, manifest: Manifest, names: Sequence[str]) -> dict[str, Sketch]:
    """Reads the sketches of a generation's articles, by name; none if the generation is from before there were any.

    Raises:
        IndexDamagedError: If they cannot be read or are not as many.
    """
    if SKETCHES not in manifest.files:
        return {}
    verify_file(folder, SKETCHES, manifest.files[SKETCHES])
    try:
        rows = np.load(folder / SKETCHES, allow_pickle=False)
        return dict(zip(names, rows, strict=True))
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamagedError(f"{SKETCHES} of index generation {folder.name} cannot be read.") from error
