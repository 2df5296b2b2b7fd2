"""How well the article is told from the page around it, beside what trafilatura does as it comes.

    python tests/benchmarks/pages.py FOLDER

The folder has ``gold.jsonl.gz`` with rows of ``{"id", "url", "text"}`` and the pages as ``html/ID.html.gz``. Precision,
recall and F1 are those of Scrapinghub's article extraction benchmark: shingles of four tokens, counted as often as they
occur; precision and recall are means over the pages, F1 is made of the two means. Choices may be tuned on pages whose
id begins with an even hexadecimal digit; the others tell what they are worth.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trafilatura
from corpora import read_rows

from index.errors import SourceError
from index.readers.html import read_html
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable

SHINGLE = 4


def ours(content: bytes) -> str:
    try:
        return "\n".join(article.text for article in read_html(content, "a.html") if isinstance(article, Article))
    except SourceError:
        return ""


def plain(content: bytes) -> str:
    return trafilatura.extract(content) or ""


def shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text)
    return Counter(tuple(tokens[at : at + SHINGLE]) for at in range(max(1, len(tokens) - SHINGLE + 1)))


def precision_and_recall(gold: str, found: str) -> tuple[float, float]:
    if not found.split():
        return 0.0, 0.0
    expected, given = shingles(gold), shingles(found)
    right = (expected & given).total()
    return right / given.total(), right / expected.total()


def report(name: str, read: Callable[[bytes], str], pages: list[tuple[dict[str, Any], bytes]]) -> None:
    started = time.process_time()
    figures = [precision_and_recall(row["text"], read(content)) for row, content in pages]
    seconds = time.process_time() - started
    precision, recall = (sum(column) / len(pages) for column in zip(*figures, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    empty = sum(figure == (0.0, 0.0) for figure in figures)
    print(
        f"{name:24} {len(pages):3} pages  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
        f"  nothing found {empty}  {1000 * seconds / len(pages):.0f} ms a page"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = read_rows(folder / "gold.jsonl.gz")
    pages = [(row, gzip.decompress((folder / "html" / f"{row['id']}.html.gz").read_bytes())) for row in rows]
    tuning = [page for page in pages if int(page[0]["id"][0], 16) % 2 == 0]
    held = [page for page in pages if int(page[0]["id"][0], 16) % 2]
    for part, some in (("all", pages), ("tuning half", tuning), ("held half", held)):
        report(f"ours, {part}", ours, some)
        report(f"trafilatura, {part}", plain, some)


if __name__ == "__main__":
    main()
