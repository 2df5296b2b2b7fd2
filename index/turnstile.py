"""A lock that lets threads through in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque


class Turnstile:
    """Like :class:`threading.Lock` as a context manager, but fair.

    A thread that releases an ordinary lock and takes it again at once usually has it again, however many wait: a build,
    which uses a model for minutes, would leave next to nothing of it for questions.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def __enter__(self) -> None:
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()  # opened by the one before

    def __exit__(self, *_: object) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
