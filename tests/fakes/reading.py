"""What a reader makes of a file, for tests of readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.errors import SourceError
from index.readers.markdown import read_markdown
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


def article_of(markdown: str) -> Article:
    article = read_markdown(markdown, "my_file.md")
    assert article is not None
    return article


def refusal_of(markdown: str) -> str:
    """The message with which all of it is refused."""
    with pytest.raises(SourceError) as caught:
        read_markdown(markdown, "my_file.md")
    message = str(caught.value)
    assert message.startswith("my_file.md: ")
    assert message.isprintable()
    return message
