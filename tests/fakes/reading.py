"""What a reader makes of a file, for tests of readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.errors import SourceError
from index.types import Article, Skipped

Reader = Callable[[bytes, str], Iterator[Article | Skipped]]


class Reading:
    """A reader and the name of the file that it is given.

    Args:
        reader: Of :mod:`index.readers`.
        name: Of the file.
    """

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader = reader
        self._name = name

    def all(self, content: bytes) -> list[Article | Skipped]:
        return list(self._reader(content, self._name))

    def article(self, content: bytes) -> Article:
        """The one article that must be there, with nothing left out."""
        (found,) = self.all(content)
        assert isinstance(found, Article), found
        return found

    def refusal(self, content: bytes) -> str:
        """Why the whole file is refused."""
        with pytest.raises(SourceError) as caught:
            self.all(content)
        assert caught.value.reason.isprintable()
        return caught.value.reason
