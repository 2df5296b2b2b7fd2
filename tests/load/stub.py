"""The assistant without its models, for loads that are not about them: what surrounds the models is real."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fakes.embedder import WordEmbedder

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def without_models() -> Iterator[None]:
    """Lets every assistant that is opened in the block have a hashed bag of words, and no reading model."""
    from assistant import answering
    from assistant.answering import Assistant

    real_open, real_reader = Assistant.open.__func__, answering._load_reader  # type: ignore[attr-defined]

    def opened(cls: type[Assistant], *arguments: Any, **options: Any) -> Assistant:
        found: Assistant = real_open(cls, *arguments, **{**options, "embedder": WordEmbedder()})
        return found

    setattr(Assistant, "open", classmethod(opened))  # noqa: B010 - mypy would have it be the very same method
    answering._load_reader = lambda *_: None
    try:
        yield
    finally:
        setattr(Assistant, "open", classmethod(real_open))  # noqa: B010
        answering._load_reader = real_reader
