"""Figures on documents of which nothing is trained on: direct questions, paraphrases, search words, near misses, lists.

    python tests/benchmarks/fresh_documents.py [tune|judge] [--show]

Of ``tests/data/fresh_documents.jsonl.gz`` about ten documents each make an index. A question is right if a quote has
words of its answer where they stand, or, having no answer, if it was refused; one for a list if every item is quoted,
and partly right if some are. Each document has two of these: one in the words of its heading, one in other words.
``--show`` prints what went wrong, of ``tune`` only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import roc_auc_score
from written_documents import place, plain

from assistant import Assistant, Settings
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.types import Answer
    from index.types import Article

FRESH = Path(__file__).parents[1] / "data" / "fresh_documents.jsonl.gz"
SORTS = {"D": "direct", "K": "search words", "P": "other words", "N": "no answer"}
LISTS = ("list, its words", "list, other words")
VERDICTS = ("right", "partly", "wrong", "refused")


def rows(split: str) -> list[dict[str, Any]]:
    """The documents of a half, in the order of their indexes."""
    with gzip.open(FRESH, "rt", encoding="utf-8") as file:
        found = [row for row in map(json.loads, file) if row["split"] == split]
    return sorted(found, key=lambda row: row["index"])


def write_documents(documents: list[dict[str, Any]], folder: Path) -> None:
    """Writes documents as files called 000.md, 001.md, … in order."""
    folder.mkdir(parents=True)
    for number, document in enumerate(documents):
        (folder / f"{number:03}.md").write_text(document["text"], encoding="utf-8")


def questions_of(document: dict[str, Any]) -> Iterator[tuple[str, str, list[Any]]]:
    """Sort, question, and what was said of its answer: nothing, its words and their line, or the items of a list."""
    lists = iter(LISTS)
    for kind, question, *said in document["questions"]:
        yield (next(lists) if kind == "L" else SORTS[kind]), question, said


def verdict(sort: str, said: list[Any], answer: Answer, article: Article) -> str:
    """One of :data:`VERDICTS`."""
    if answer.status == "abstained":
        return "refused" if said else "right"
    if not said:
        return "wrong"
    if sort in LISTS:
        quoted = plain("\n".join(citation.quote for citation in answer.citations))
        found = sum(plain(item) in quoted for item in said[0])
        return "right" if found == len(said[0]) else "partly" if found else "wrong"
    stands = place(article, said[1], said[0])
    own = [citation for citation in answer.citations if citation.article_id == article.id]
    if not stands:
        return "right" if any(plain(said[0]) in citation.quote for citation in own) else "wrong"
    return "right" if any(one.start < stands[1] and stands[0] < one.end for one in own) else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", nargs="?", choices=("tune", "judge"), default="tune")
    parser.add_argument("--show", action="store_true", help="print what went wrong, of tune only")
    given = parser.parse_args()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    confidences: list[tuple[bool, float]] = []
    groups: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(given.split):
        groups[row["index"]].append(row)
    for documents in groups.values():
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            write_documents(documents, home / "own")
            build([home / "own"], home=home, settings=IndexSettings(home=home))
            assistant = Assistant.open(home, settings=Settings())
            articles = {article.source: article for article in assistant.index.articles.values()}
            for number, document in enumerate(documents):
                for sort, question, said in questions_of(document):
                    answer = assistant.ask(question)
                    came = verdict(sort, said, answer, articles[f"{number:03}.md"])
                    counts[sort][came] += 1
                    if sort not in LISTS:
                        confidences.append((bool(said), answer.confidence or 0.0))
                    if given.show and given.split == "tune" and came != "right":
                        print(f"{came}: {sort}: {question} p={answer.confidence or 0:.2f} {answer.text[:200]!r}")
                        print(f"     wanted: {said}")
    for sort in (*SORTS.values(), *LISTS):
        of_sort = counts[sort]
        print(f"{sort:18}{of_sort.total():5}  " + "  ".join(f"{one} {of_sort[one]}" for one in VERDICTS))
    print(f"AUC of answerable ones against near misses: {roc_auc_score(*zip(*confidences, strict=True)):.3f}")


if __name__ == "__main__":
    main()
