"""How far two series begin alike. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def begin_alike(ones: Iterable[object], others: Iterable[object]) -> int:
    """How many things stand at the beginning of both."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ones, others, strict=False)))
