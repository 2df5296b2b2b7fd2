"""Pages made by Gradio, without what it makes of each of them four times over to throw it away."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Later:
    """An application of Gradio's that is made when something is asked of it."""

    def __init__(self, *given: object, **options: object) -> None:
        self._given, self._options = given, options

    def __getattr__(self, name: str) -> Any:
        from gradio.routes import App

        if "made" not in self.__dict__:
            self.made = App.create_app(*self._given, **self._options)  # type: ignore[arg-type]
        return getattr(self.made, name)


class _Late:
    create_app = _Later


@contextmanager
def made_once() -> Iterator[None]:
    """In the block, the application that is mounted is made, and no other that nobody asks for.

    Gradio makes one with all its routes at each step of a page; dozens of tests make a page of their own. Where Gradio
    was not imported so far, nothing is changed: importing it takes longer than what this saves.
    """
    with pytest.MonkeyPatch.context() as patch:
        if "gradio.blocks" in sys.modules:
            patch.setattr("gradio.blocks.App", _Late)
        yield
