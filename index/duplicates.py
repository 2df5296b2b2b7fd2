"""Articles that say nearly the same, as syndicated news do; the only home of datasketch."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Literal

import numpy as np
from datasketch import MinHash, MinHashLSH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.sketches import Sketch

NEAR = 0.6
"""Share of runs of words in common (Jaccard index) from which on two articles are shown as nearly the same."""

_HASHES = 64
_SCHEME: Literal["affine32"] = "affine32"
_RUN = 4
"""Words in a run: long enough that two reports of one event share few, short enough that an edited copy shares most."""
_WORD = re.compile(r"\w+")
_FEWEST_RUNS = 10


def sketch(text: str) -> Sketch:
    """The sketch of a text; that of a text of a few words is empty and like no other."""
    words = _WORD.findall(text.lower())
    runs = {" ".join(words[at : at + _RUN]).encode() for at in range(len(words) - _RUN + 1)}
    if len(runs) < _FEWEST_RUNS:
        return np.zeros(_HASHES, dtype=np.uint32)
    hashed = MinHash(num_perm=_HASHES, scheme=_SCHEME, hashfunc=zlib.crc32)  # nobody gains by making two runs equal
    hashed.update_batch(runs)
    return np.asarray(hashed.hashvalues, dtype=np.uint32)


def find_near(sketches: Mapping[str, Sketch]) -> dict[str, tuple[str, ...]]:
    """For each name the names of those that are nearly the same, in order; those without any are left out."""
    hashes = MinHash(num_perm=_HASHES, scheme=_SCHEME).permutations
    hashed = {
        name: MinHash(num_perm=_HASHES, hashvalues=values, permutations=hashes, scheme=_SCHEME)
        for name, values in sketches.items()
        if values.any()
    }
    table = MinHashLSH(threshold=NEAR, num_perm=_HASHES)
    for name, values in hashed.items():
        table.insert(name, values)
    near: dict[str, tuple[str, ...]] = {}
    for name, values in hashed.items():
        others = sorted(
            other for other in table.query(values) if other != name and hashed[other].jaccard(values) >= NEAR
        )
        if others:
            near[name] = tuple(others)
    return near
