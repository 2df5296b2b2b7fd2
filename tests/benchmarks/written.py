"""Training files made of what was written for the reading model, with your own copies of the texts.

    python tests/benchmarks/written.py --data DATA --to FOLDER

``tests/data/written.jsonl.gz`` holds what was written, and of each passage only where it stands: the texts are not
ours. DATA is a folder with ``articles/space-wiki.jsonl.gz``, ``pages/gold.jsonl.gz``,
``reader/squadshifts-new-wiki.jsonl.gz`` and ``reader/policyqa-dev.jsonl.gz``. FOLDER gets ``questions.jsonl`` and
``statements.jsonl`` for ``assistant train-reader``, and ``questions-aside.jsonl`` and ``statements-aside.jsonl``, those
about a tenth of the articles, which are kept out of training. A passage whose text is not the one that was written
about is left out, and counted.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

from corpora import read_rows

from index.cleaning import clean

WRITTEN = Path(__file__).parents[1] / "data" / "written.jsonl.gz"
FILES = {
    "space": "articles/space-wiki.jsonl.gz",
    "news": "pages/gold.jsonl.gz",
    "wiki": "reader/squadshifts-new-wiki.jsonl.gz",
    "policy": "reader/policyqa-dev.jsonl.gz",
}
ASIDE = 10
"""One title in so many is kept aside."""
_SHORTEST_LINE = 150
"""Characters of a line of an encyclopaedia article that is a paragraph."""


def text_of(source: str, row: dict[str, Any]) -> str:
    """The text that offsets count in."""
    if source == "news":
        return clean(row["text"])
    if source == "space":
        lines = [line for line in row["text"].split("\n") if len(line) > _SHORTEST_LINE and line.rstrip().endswith(".")]
        return re.sub(r"\[\d+\]", "", "\n".join(map(clean, lines)))
    return str(row["context"])


def whole(said: str | list[Any], text: str) -> str:
    """A sentence of ours; words that it has from the text are offsets there: the file holds none of the text."""
    parts = [said] if isinstance(said, str) else said
    return "".join(part if isinstance(part, str) else text[slice(*part)] for part in parts)


def title_of(item: dict[str, Any], whole: str) -> str:
    """An article's title; of a news page its beginning, which is not in our file either."""
    return str(item["title"] or whole.partition("\n")[0][:80])


def is_aside(title: str) -> bool:
    """Whether an article's questions are kept out of training."""
    return zlib.crc32(title.encode()) % ASIDE == 3


def read_originals(data: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Title and text of every original, by its source and id."""
    return {
        (source, str(row["id"])): (str(row.get("title") or ""), text_of(source, row))
        for source, name in FILES.items()
        for row in read_rows(data / name)
    }


def passages(data: Path) -> list[tuple[dict[str, Any], str]]:
    """What was written about each passage, and its text; empty if that is another one now."""
    originals = read_originals(data)
    found = []
    with gzip.open(WRITTEN, "rt", encoding="utf-8") as file:
        for item in map(json.loads, file):
            _, whole = originals.get((item["source"], item["id"]), ("", ""))
            text = whole[item["start"] : item["end"]]
            is_same = hashlib.sha256(text.encode()).hexdigest()[:16] == item["sha256"]
            found.append(({**item, "title": title_of(item, whole)}, text if is_same else ""))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    asked = parser.parse_args()
    names = ("questions", "questions-aside", "statements", "statements-aside")
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    items = passages(asked.data)
    for item, text in items:
        if not text:
            continue
        told = {"context": text, "title": item["title"]}
        aside = "-aside" if is_aside(item["title"]) else ""
        for kind, question, *answer in item["questions"]:
            answers = [{"text": text[slice(*answer)], "start": answer[0]}] if answer else []
            rows[f"questions{aside}"].append({"question": question, "answers": answers, "kind": kind, **told})
        for kind, said in item["statements"]:
            statement = {"statement": whole(said, text), "supported": kind == "true", "kind": kind}
            rows[f"statements{aside}"].append({**statement, **told})
    asked.to.mkdir(parents=True, exist_ok=True)
    for name, made in rows.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
        (asked.to / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        print(f"{name}: {len(made):,}")
    print(f"passages: {sum(bool(text) for _, text in items):,} of {len(items):,}")


if __name__ == "__main__":
    main()
