"""How much of anything is read; what is larger is refused with its name, never cut silently."""

from __future__ import annotations

MAX_FILE_BYTES = 50 * 1024 * 1024
"""Of one file, and of all that is packed in one archive together."""

MAX_ARTICLE_CHARACTERS = 5_000_000
"""Of one article's text: several thick books."""

MAX_PAGES = 2_000
"""Of one PDF."""

MAX_ARTICLES_IN_FILE = 20_000
"""Of one archive, feed or file of JSON lines."""

MAX_NESTING = 500
"""Elements within elements of HTML and XML; libraries walk them by recursion."""


def megabytes(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1024 / 1024:.0f} MB"
