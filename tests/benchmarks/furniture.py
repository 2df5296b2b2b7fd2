"""What cleaning takes from plain text that has no furniture, which should be nothing.

    python tests/benchmarks/furniture.py FILE.jsonl.gz ... [FOLDER ...]

Of each row of a file the ``text`` or ``context`` is read as a plain text file, of a folder the body of each Markdown
file. Prints, for each, the share of characters (white space left out) that are neither in the article's text nor are
its title, author or date; and the beginning of each text that lost any.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

from index.cleaning import clean
from index.readers.furniture import without_furniture
from index.readers.plaintext import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator


def texts(path: Path) -> Iterator[str]:
    if path.is_dir():
        for file in sorted(path.glob("*.md")):
            yield file.read_text(encoding="utf-8").split("\n---\n", 1)[-1]
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        yield from dict.fromkeys(row.get("text") or row.get("context") or "" for row in rows)


def size(text: str) -> int:
    return len("".join(text.split()))


def lost(text: str) -> int:
    """Characters that are in no part of the article; those of the headline, once, of author and date are kept."""
    canonical = clean(text)
    if not canonical:
        return 0
    article = read_text(text, "a.txt")
    has_title = article.title.casefold() in canonical.casefold() and article.title != "a"
    return size(canonical) - size(article.text) - (size(article.title) if has_title else 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, nargs="+")
    for path in parser.parse_args().sources:
        count = total = gone = touched = titled = 0
        for text in texts(path):
            count, total = count + 1, total + size(text)
            titled += without_furniture(clean(text).split("\n")).title is not None
            if missing := lost(text):
                gone, touched = gone + missing, touched + 1
                print(f"    {missing} of {size(text)}: {text[:70]!r}")
        share = f"{gone:,} of {total:,} characters ({gone / total:.4%})" if total else "nothing"
        print(f"{path.name}: {count} texts, {touched} touched, {titled} headlines by marks of a page, lost {share}")


if __name__ == "__main__":
    main()
