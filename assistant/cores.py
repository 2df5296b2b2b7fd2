"""The processor's cores, shared by the answers that are worked on at the same time."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cores:
    """Gives each answer its part of torch's threads.

    An answer alone has all of them. Of several each has fewer: the threads of one matrix product wait for one another,
    so that answers side by side on a core each get more done than answers that all use every core.
    """

    def __init__(self) -> None:
        self._threads = 0  # not known before torch is loaded
        self._answers = 0
        self._lock = threading.Lock()

    @contextmanager
    def part(self) -> Iterator[int]:
        """While it is open, the calling thread has its part, as many threads as it is told.

        How many share is looked at when it opens: an answer takes a fraction of a second.
        """
        # Only if something has loaded it: loading takes seconds, and without its models there is nothing to share.
        torch: Any = sys.modules.get("torch")
        if torch is None:
            yield 1
            return
        with self._lock:
            self._threads = self._threads or torch.get_num_threads()
            self._answers += 1
            part = max(1, self._threads // self._answers)
            torch.set_num_threads(part)
        try:
            yield part
        finally:
            with self._lock:
                self._answers -= 1
                # Of this thread, and the number that threads begin with which use torch for the first time.
                torch.set_num_threads(self._threads)
