"""Whether work grows in proportion to its input: ratios of processor time, never seconds."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS = 8
_TOLERANCE = 2.2
"""Four times the input may take up to 8.8 times as long; work that grows with the square takes 16 times."""

_LONG = 0.1


def _seconds(work: Callable[[], object], times: int) -> float:
    runs = []
    for _ in range(times):
        started = time.process_time()
        work()
        runs.append(time.process_time() - started)
    return min(runs)


def assert_grows_in_proportion(work: Callable[[int], Callable[[], object]], size: int) -> None:
    """Fails if four times the size takes much more than four times as long, each time that it is tried.

    Args:
        work: Gives what to do for a size; only what it gives is measured.
        size: Such that the work takes far longer than the clock's tick; a quarter does if it takes very long.
    """
    if _seconds(work(size), 1) > _LONG:
        size //= 4
    small, large = work(size), work(4 * size)
    ratios = []
    gc.disable()  # its full collections grow with all that the test process holds
    try:
        for _ in range(_ATTEMPTS):
            # What disturbs the large one fails the attempt, what disturbs the small one would hide a square.
            ratios.append(_seconds(large, 1) / max(_seconds(small, 3), 0.005))
            if ratios[-1] < 4 * _TOLERANCE:
                return
    finally:
        gc.enable()
    raise AssertionError(f"four times the input takes {', '.join(f'{ratio:.1f}' for ratio in ratios)} times as long")
