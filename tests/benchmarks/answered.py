"""Sentences that language models wrote as answers over passages of articles that are not part of the project.

``tests/data/claims_answers.jsonl.gz`` holds the sentences, whether the cited passages say them, and of each passage
only where it stands; ``claims.py --answers DATA`` puts your own copies back in, as ``written.py`` does.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.claims import Case, hit_of
from written import read_originals, title_of, whole

from index.types import Article

ANSWERS = Path(__file__).parents[1] / "data" / "claims_answers.jsonl.gz"


@dataclass(frozen=True)
class FiledCase(Case):
    """A sentence of a file that says of each whether it holds, whatever its kind."""

    supported: bool

    @property
    def is_supported(self) -> bool:
        return self.supported


def answer_rows(half: str) -> list[dict[str, Any]]:
    """The rows of one half, which is chosen by article."""
    with gzip.open(ANSWERS, "rt", encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if row["split"] == half]


def answer_cases(half: str, data: Path) -> list[FiledCase]:
    """The sentences of one half, each with the passages that its writer saw and the marks that it set.

    Raises:
        ValueError: If a passage is not what was written over.
    """
    originals = read_originals(data)
    cases = []
    for row in answer_rows(half):
        hits = []
        for source, name, start, end, digest in row["passages"]:
            named, text = originals[source, name]
            if not hashlib.sha256(text[start:end].encode()).hexdigest().startswith(digest):
                raise ValueError(f"passage {start}-{end} of {name} is not what was written over")
            title = title_of({"title": named}, text).replace("_", " ")
            hits.append(hit_of(Article(text=text, title=title, source=name), start, end))
        cited = "\n".join(hits[mark - 1].passage.text for mark in row["marks"])
        claim = whole(row["sentence"], cited)
        marks = tuple(row["marks"])
        origin = row["passages"][0][1]
        cases.append(
            FiledCase(row["kind"], claim, marks, tuple(hits), origin, by_hand=True, supported=row["supported"])
        )
    return cases
