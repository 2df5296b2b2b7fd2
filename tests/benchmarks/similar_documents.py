"""Figures on documents of one kind, in which nearly the same sentence stands with other values.

    python tests/benchmarks/similar_documents.py [tune|judge] [--show]

Each row of ``tests/data/similar_documents.jsonl.gz`` holds three to five documents of one kind (leases, minutes, data
sheets), which make an index, and questions. One that names a document is right if that one's words stand in the first
sentence of the answer, and wrong if another's do; one that names none is right if every document that says it is
quoted, and partly right if some are; one without an answer is right if it was refused. ``--show`` prints what went
wrong, of ``tune`` only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from written_documents import plain

from assistant import Assistant, Settings
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.types import Answer

SIMILAR = Path(__file__).parents[1] / "data" / "similar_documents.jsonl.gz"
SORTS = {
    "named": "of one document",
    "general": "of each, differing",
    "agree": "of each, agreeing",
    "none": "no answer",
}
VERDICTS = ("right", "partly", "another's", "wrong", "refused")


def rows(split: str) -> list[dict[str, Any]]:
    """The groups of documents of a half."""
    with gzip.open(SIMILAR, "rt", encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if row["split"] == split]


def verdict(asked: dict[str, Any], answer: Answer, sources: dict[str, str]) -> str:
    """One of :data:`VERDICTS`.

    Args:
        asked: The question, its kind, and its answers: words and the document that holds them.
        answer: What was answered.
        sources: File names by article id.
    """
    said = asked["answers"]
    if answer.status == "abstained":
        return "refused" if said else "right"
    if not said:
        return "wrong"
    by_number = {one.number: (sources[one.article_id], plain(one.quote)) for one in answer.citations}
    if asked["kind"] == "named":
        return _of_one(said, answer, by_number)
    quoted = documents_quoted(asked, answer, sources)
    return "right" if quoted == {one["document"] for one in said} else "partly" if quoted else "wrong"


def documents_quoted(asked: dict[str, Any], answer: Answer, sources: dict[str, str]) -> set[str]:
    """The documents whose answer is quoted."""
    quotes = [(sources[one.article_id], plain(one.quote)) for one in answer.citations]
    return {one["document"] for one in asked["answers"] if _is_in(one, quotes)}


def _of_one(said: list[dict[str, str]], answer: Answer, by_number: dict[int, tuple[str, str]]) -> str:
    first = [by_number[mark] for segment in answer.segments[:1] for mark in segment.marks]
    if any(_is_in(one, first) for one in said):
        return "right"
    if any(_is_in(one, by_number.values()) for one in said):
        return "partly"
    return "wrong" if any(source == said[0]["document"] for source, _ in first) else "another's"


def _is_in(one: dict[str, str], quoted: Any) -> bool:
    return any(source == one["document"] and plain(one["quote"]) in quote for source, quote in quoted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", nargs="?", choices=("tune", "judge"), default="tune")
    parser.add_argument("--show", action="store_true", help="print what went wrong, of tune only")
    given = parser.parse_args()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    documents: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for group in rows(given.split):
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            (home / "own").mkdir()
            for document in group["documents"]:
                (home / "own" / document["name"]).write_text(document["text"], encoding="utf-8")
            build([home / "own"], home=home, settings=IndexSettings(home=home))
            assistant = Assistant.open(home, settings=Settings())
            sources = {article.id: article.source for article in assistant.index.articles.values()}
            for asked in group["questions"]:
                answer = assistant.ask(asked["question"])
                came = verdict(asked, answer, sources)
                counts[asked["kind"]][came] += 1
                documents[asked["kind"]][0] += len(documents_quoted(asked, answer, sources))
                documents[asked["kind"]][1] += len({one["document"] for one in asked["answers"]})
                if given.show and given.split == "tune" and came != "right":
                    print(
                        f"{came}: {asked['kind']}: {asked['question']} p={answer.confidence or 0:.2f} {answer.text!r}"
                    )
                    print(f"     wanted: {[(one['document'], one['quote']) for one in asked['answers']]}")
                    print(f"     cited: {[(one.number, sources[one.article_id]) for one in answer.citations]}")
    for kind, sort in SORTS.items():
        of_sort = counts[kind]
        print(f"{sort:20}{of_sort.total():5}  " + "  ".join(f"{one} {of_sort[one]}" for one in VERDICTS), end="")
        print("; documents quoted {} of {}".format(*documents[kind]) if kind != "none" else "")


if __name__ == "__main__":
    main()
