"""What libraries print instead of logging it: Gradio writes tracebacks to standard error itself."""

from __future__ import annotations

import io
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import logging

NOTED_EVERY = 1.0
"""Seconds in which one note is made of all that is printed without an error."""
MAX_LINE = 2000


class Stray(io.TextIOBase):
    """Stands in for standard error or output, and logs what is written to it.

    Args:
        real: Whose file descriptor is given to those who ask for it.
        log: Where to.
        with_text: Whether the text itself may be logged; else only the error that was being handled when it was
            written, if any.
    """

    def __init__(self, real: IO[str], log: logging.Logger, *, with_text: bool) -> None:
        self._real = real
        self._log = log
        self._with_text = with_text
        self._own = threading.local()
        self._noted = float("-inf")

    def write(self, text: str) -> int:
        """Takes text as any file does."""
        if getattr(self._own, "is_writing", False):
            return len(text)  # the log itself went wrong; it must not go round in circles
        self._own.is_writing = True
        try:
            if self._with_text:
                self._pass_on(text)
            else:
                self._note()
        finally:
            self._own.is_writing = False
        return len(text)

    def fileno(self) -> int:
        """That of the real one."""
        return self._real.fileno()

    def writable(self) -> bool:
        """Of course."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """What is written is text anyway."""
        return "utf-8"

    def _pass_on(self, text: str) -> None:
        lines = (getattr(self._own, "begun", "") + text).split("\n")
        self._own.begun = lines.pop()[-MAX_LINE:]
        for line in filter(str.strip, lines):
            self._log.warning("%s", line[:MAX_LINE])

    def _note(self) -> None:
        error, now = sys.exc_info()[1], time.monotonic()
        if error is not None:
            # A traceback comes in many pieces. It is not kept itself: its frames hold all that it was about.
            known, noted = getattr(self._own, "error", (0, 0.0))
            if known != id(error) or now - noted > NOTED_EVERY:
                self._own.error = id(error), now
                self._log.error("A library reports an error", exc_info=error)
        elif now - self._noted > NOTED_EVERY:
            self._noted = now
            self._log.warning("A library printed something")
