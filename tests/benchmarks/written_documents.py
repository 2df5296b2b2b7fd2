"""Training files made of the documents that were written for the reading model, read as the program reads them.

    python tests/benchmarks/written_documents.py --to FOLDER

``tests/data/written_documents.jsonl.gz`` holds documents, questions and statements of our own. They are indexed, each
question is searched for, and what the model learns from is what it would be given: passages below their title and what
leads to them, rows of tables behind their heads. FOLDER gets the four files that ``written.py`` makes, too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from written import is_aside

from assistant.answers.asked import Asked
from assistant.answers.candidates import told_before
from assistant.answers.outline import outline
from assistant.answers.rows import told_above
from assistant.answers.tables import row_at
from index.build import build
from index.search import Index
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Article, Hit

WRITTEN = Path(__file__).parents[1] / "data" / "written_documents.jsonl.gz"
HITS = 8
"""Passages that a question finds, as in the program."""
NEAR_EVERY = 3
"""One answered question in so many comes with the nearest passage, too, that does not hold its answer."""
_MARKS = re.compile(r"[*_`]+|^[#>\s|-]+|^\d+[.)]\s+|[\s|]+$", re.MULTILINE)


def plain(marked: str) -> str:
    """A line of Markdown without its marks, cells apart by bars, as articles have it."""
    return re.sub(r"\s*\|\s*", " | ", " ".join(_MARKS.sub("", marked).split()))


def place(article: Article, line: str, answer: str) -> tuple[int, int] | None:
    """Where an answer stands in an article; None if its line does not stand there as it was copied."""
    at = article.text.find(plain(line))
    inside = plain(line).find(plain(answer))
    return None if min(at, inside) < 0 else (at + inside, at + inside + len(plain(answer)))


def read_as(lead: str, text: str, answer: tuple[int, int] | None) -> dict[str, Any]:
    """What the model reads, with an answer by its offsets in the text."""
    context = f"{lead}\n{text}"
    by = len(lead) + 1
    answers = [{"text": text[slice(*answer)], "start": by + answer[0]}] if answer else []
    return {"context": context, "answers": answers}


def of_passages(
    hits: list[Hit], article: Article, answer: tuple[int, int] | None, number: int
) -> Iterator[dict[str, Any]]:
    """A question beside the passage that answers it; one without an answer beside the one or two nearest."""
    own = [hit for hit in hits if hit.article.id == article.id]
    if answer is None:
        for hit in own[: 1 + number % 2]:
            yield read_as(told_before(hit), hit.passage.text, None)
        return
    said = article.text[slice(*answer)].lower()
    holding = [hit for hit in own if hit.passage.start <= answer[0] and answer[1] <= hit.passage.end]
    for hit in holding[:1]:
        start = hit.passage.start
        yield read_as(told_before(hit), hit.passage.text, (answer[0] - start, answer[1] - start))
    lacking = [hit for hit in hits if said not in hit.passage.text.lower()]
    for hit in lacking[:1] if number % NEAR_EVERY == 0 else []:
        yield read_as(told_before(hit), hit.passage.text, None)


def of_rows(
    question: str, hits: list[Hit], article: Article, answer: tuple[int, int] | None
) -> Iterator[dict[str, Any]]:
    """A question beside the row of a table that answers it, and beside the one of the others that is nearest."""
    asked = Asked(question)
    rows = {line.start: row_at(article, line.start) for line in outline(article) if line.letter == "t"}
    found = {hit.passage.start: hit.passage.end for hit in hits if hit.article.id == article.id}
    near = [row for at, row in rows.items() if row and any(first <= at < end for first, end in found.items())]
    near.sort(key=lambda row: -len(row.words & asked.words))
    own = [row for row in near if answer and row.cells[0][0] <= answer[0] < row.cells[-1][1]]
    others = [row for row in near if row not in own and row.words & asked.words]
    for row in [*own, *(others[:1] if own or answer is None else [])]:
        spoken = row.spoken(asked)
        if spoken is None:
            continue
        cells = [
            (first + answer[0] - origin, first + answer[1] - origin)
            for first, last, origin in spoken.cells
            if answer and row in own and origin <= answer[0] and answer[1] <= origin + last - first
        ]
        if cells or row not in own:
            yield read_as(told_above(row), spoken.text, cells[0] if cells else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, required=True)
    to = parser.parse_args().to
    with gzip.open(WRITTEN, "rt", encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    rows: dict[str, list[dict[str, Any]]] = {
        name + of: [] for name in ("questions", "statements") for of in ("", "-aside")
    }
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "own").mkdir()
        for number, document in enumerate(documents):
            (home / "own" / f"{number:04}.md").write_text(document["text"], encoding="utf-8")
        settings = IndexSettings(home=home)
        build([home / "own"], home=home, settings=settings)
        with Index.open(home, settings=settings) as index:
            articles = {article.source: article for article in index.articles.values()}
            for number, document in enumerate(documents):
                article = articles[f"{number:04}.md"]
                aside = "-aside" if is_aside(document["title"]) else ""
                for at, (kind, question, *said) in enumerate(document["questions"]):
                    answer = place(article, said[1], said[0]) if said else None
                    if said and not answer:
                        missed += 1
                        continue
                    hits = index.search(question, k=HITS)
                    told = [*of_passages(hits, article, answer, at), *of_rows(question, hits, article, answer)]
                    rows[f"questions{aside}"] += [
                        {"question": question, "kind": kind, "title": article.title, **one} for one in told
                    ]
                best: Hit | None = None
                for kind, statement in document["statements"]:
                    # A changed statement is held against the same passage as the true one that stands before it.
                    if kind == "true" or best is None:
                        hits = index.search(statement, k=HITS)
                        best = next((hit for hit in hits if hit.article.id == article.id), best)
                    if best:
                        told_of = {"context": best.passage.text, "title": article.title, "supported": kind == "true"}
                        rows[f"statements{aside}"].append({"statement": statement, "kind": kind, **told_of})
    to.mkdir(parents=True, exist_ok=True)
    for name, made in rows.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
        (to / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        print(f"{name}: {len(made):,}")
    print(f"answers that do not stand where they should: {missed:,}")


if __name__ == "__main__":
    main()
