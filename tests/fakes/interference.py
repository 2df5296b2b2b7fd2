"""The n-th file operation of a process goes wrong: it fails with an error of the system, or the process dies there."""

from __future__ import annotations

import functools
import io
import os
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHANGING = ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir")
"""What changes the disk, or brings changes to it."""
ALL = (*CHANGING, "open", "scandir", "listdir")


class Interference:
    """Counts file operations below a folder, and makes one of them go wrong.

    Args:
        folder: Operations on other paths are left alone.
        names: Functions of ``os`` to count; with ``open``, the built-in one is counted, too.
        at: Which operation goes wrong, from 1; 0 for none.
        error: Error number to fail with; None kills the process before the operation.
    """

    def __init__(self, folder: Path, names: tuple[str, ...], at: int = 0, error: int | None = None) -> None:
        self.count = 0
        self._folder = str(folder)
        self._at = at
        self._error = error
        self._real: list[tuple[Any, str, Callable[..., Any]]] = [(os, name, getattr(os, name)) for name in names]
        if "open" in names:
            self._real.append((io, "open", io.open))

    def __enter__(self) -> Interference:
        for module, name, function in self._real:
            setattr(module, name, self._wrap(name, function))
        return self

    def __exit__(self, *_: object) -> None:
        for module, name, function in self._real:
            setattr(module, name, function)

    def _wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def interfered(*args: Any, **kwargs: Any) -> Any:
            if self._is_ours(name, args, kwargs):
                self.count += 1
                if self.count == self._at:
                    if self._error is None:
                        os.kill(os.getpid(), signal.SIGKILL)
                    raise OSError(self._error or 0, os.strerror(self._error or 0))
            return function(*args, **kwargs)

        return interfered

    def _is_ours(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        if name == "fsync" or kwargs.get("dir_fd") is not None:
            return True
        return bool(args) and not isinstance(args[0], int) and str(args[0]).startswith(self._folder)
