"""How the C library handles memory that is asked for and given back again and again."""

from __future__ import annotations

import ctypes
import os
import threading

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8
"""Options of glibc's mallopt(3)."""
_KEPT = ((_MMAP_THRESHOLD, 2**25), (_TRIM_THRESHOLD, 2**29), (_TOP_PAD, 2**26))
"""In bytes; larger ones than the first are not accepted for the first."""


def keep_freed_memory() -> None:
    """Has this process keep the memory that it frees, up to half a gigabyte, instead of giving it back at once.

    A model asks for megabytes in every layer and frees them; to get them from the system each time, page by page, costs
    a quarter of the processor time of encoding (measured with torch 2.13 on Linux), and leaves no less memory in use.
    Where there is no glibc this does nothing.
    """
    _set(_KEPT)


def share_heaps() -> None:
    """Has the threads of this process share as many heaps as there are cores, instead of eight times as many.

    Each heap keeps what its threads have freed, and other threads cannot have it: a server with forty threads grew by
    40 MB in 5,000 questions. To be called before there are many threads.
    """
    _set(((_ARENA_MAX, os.cpu_count() or 1),))


def give_back_freed(every: float) -> threading.Event:
    """Has a thread give memory that this process has freed back to the system, again and again.

    The pages of conversations are large, and come and go in any order; between what stays, the C library keeps their
    room for later. Little of it is ever used again, so a server would grow for hours.

    Args:
        every: Seconds between two times. It takes some ten milliseconds, in which nobody else gets memory.

    Returns:
        To be set to end it. Where there is no glibc nothing is done.
    """
    ended = threading.Event()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return ended

    def work() -> None:
        while not ended.wait(every):
            trim(0)

    threading.Thread(target=work, name="give-back-freed", daemon=True).start()
    return ended


def _set(options: tuple[tuple[int, int], ...]) -> None:
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or none that can be asked
        return
    for option in options:
        set_option(*option)
