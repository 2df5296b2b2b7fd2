"""Figures on questions about documents as people have them: minutes, contracts, manuals, articles, saved pages.

    python tests/benchmarks/documents.py [tune|judge|later] [--show]

All documents of the half are indexed together. A question is right if every regular expression of its ``must`` is found
in the quotes, or, having no answer, if it was refused or a quote has its ``may``. The lines of one ``thread`` are turns
of a conversation. ``--show`` prints what went wrong, not of the judging half.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Assistant, Settings, Turn
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.types import Answer

DATA = Path(__file__).parent.parent / "data"
QUESTIONS = DATA / "documents.jsonl"
DOCUMENTS = DATA / "documents"
VERDICTS = ("right", "wrong", "refused", "answered though not")


def verdict(row: dict[str, Any], answer: Answer) -> str:
    """One of :data:`VERDICTS`; wrong, too, where a part of what was asked for is missing."""
    quoted = "\n".join(citation.quote for citation in answer.citations)
    if answer.status == "abstained":
        return "refused" if row["must"] else "right"
    if not row["must"]:
        may = row.get("may")
        return "right" if may and re.search(may, quoted, re.IGNORECASE) else "answered though not"
    found = all(re.search(pattern, quoted, re.IGNORECASE | re.DOTALL) for pattern in row["must"])
    return "right" if found else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", nargs="?", default="tune", choices=["tune", "judge", "later"])
    parser.add_argument("--show", action="store_true", help="print what went wrong, not of the judging half")
    given = parser.parse_args()
    rows = [row for row in map(json.loads, QUESTIONS.read_text("utf-8").splitlines()) if row["split"] == given.split]
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    threads: defaultdict[str, list[Turn]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(index=IndexSettings(home=Path(home)))
        build([DOCUMENTS / given.split], settings=settings.index)
        assistant = Assistant.open(settings=settings)
        for row in rows:
            turns = threads[row["thread"]] if row["thread"] else []
            answer = assistant.ask(row["question"], history=list(turns))
            turns.append(Turn(answer.standalone, answer.text))
            came = verdict(row, answer)
            for name in (row["sort"], "all"):
                counts[name][came] += 1
            if given.show and given.split != "judge" and came != "right":
                said = " / ".join(citation.quote for citation in answer.citations)[:300]
                print(f"{came}: {row['id']} {row['sort']} {answer.standalone!r} p={answer.confidence or 0:.2f} {said}")
    for name, of_sort in sorted(counts.items(), key=lambda item: item[0] == "all"):
        print(f"{name:14} {of_sort.total():4}  " + "  ".join(f"{one} {of_sort[one]}" for one in VERDICTS))


if __name__ == "__main__":
    main()
