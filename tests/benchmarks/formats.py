"""How fast files of each format are read and split: ``python tests/benchmarks/formats.py ARTICLES.jsonl.gz``.

Lines of ARTICLES are ``{"title", "text"}``. The same articles are written in each format and read as a build reads
them, in the limited process; then they are split by the bundled tokenizer. Nothing is embedded.
"""

from __future__ import annotations

import argparse
import html as markup
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from building import read_texts
from fakes import documents

from index.embeddings import SentenceEmbedder
from index.parsing import Parser
from index.passages import split_article
from index.settings import IndexSettings, go_offline
from index.types import Article

LINES_A_PAGE = 50


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _html(text: str) -> str:
    return "".join(f"<p>{markup.escape(line)}</p>" for line in _paragraphs(text))


def _pages(text: str) -> list[list[str]]:
    plain = text.encode("ascii", "replace").decode()
    lines = [line for paragraph in _paragraphs(plain) for line in textwrap.wrap(paragraph, 90)]
    return [lines[first : first + LINES_A_PAGE] for first in range(0, len(lines), LINES_A_PAGE)]


FORMATS: dict[str, Callable[[str, str], bytes]] = {
    ".txt": lambda title, text: f"{title}\n\n{text}".encode(),
    ".md": lambda title, text: f"# {title}\n\n{text}".encode(),
    ".html": lambda title, text: documents.html(
        f"<article><h1>{markup.escape(title)}</h1>{_html(text)}</article>", title
    ),
    ".pdf": lambda title, text: documents.pdf(_pages(text), {"Title": title}),
    ".docx": lambda title, text: documents.docx([("Normal", line) for line in _paragraphs(text)], title=title),
    ".epub": lambda title, text: documents.epub([_html(text)], title=title),
    ".jsonl": lambda title, text: documents.jsonl({"title": title, "text": text}),
    ".rss": lambda title, text: documents.rss({"title": title, "description": text, "link": "https://example.org/"}),
    ".zip": lambda title, text: documents.zip_of({"inside.txt": f"{title}\n\n{text}".encode()}),
}


def main() -> None:
    """Prints a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=60)
    arguments = parser.parse_args()
    go_offline()
    texts = read_texts(arguments.articles, arguments.limit)
    embedder = SentenceEmbedder.load(IndexSettings())
    print(f"{len(texts)} articles, {sum(len(text) for _, text in texts) / 1e6:.1f} million characters, in each format")
    print(f"{'':7}{'read: articles/s':>18}{'characters/s':>14}{'read and split: passages/s':>28}")
    with Parser() as reading:
        for ending, make in FORMATS.items():
            files = [make(title, text) for title, text in texts]
            reading.read(files[0], f"warm{ending}")
            started = time.perf_counter()
            found = [reading.read(content, f"{number}{ending}") for number, content in enumerate(files)]
            read = time.perf_counter() - started
            articles = [item for items in found for item in items if isinstance(item, Article)]
            passages = sum(len(split_article(article, embedder.count_tokens)) for article in articles)
            both = time.perf_counter() - started
            size = sum(len(article.text) for article in articles)
            print(f"{ending:7}{len(articles) / read:18.0f}{size / read:14,.0f}{passages / both:28.0f}")


if __name__ == "__main__":
    main()
