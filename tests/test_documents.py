"""The questions about documents are as their description says, and their answers stand in what is read of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.readers.formats import read
from index.types import Article

DATA = Path(__file__).parent / "data"
ROWS = [json.loads(line) for line in (DATA / "documents.jsonl").read_text("utf-8").splitlines()]


def texts(split: str) -> list[str]:
    return [
        f"{article.title}\n{article.text}"
        for path in sorted((DATA / "documents" / split).iterdir())
        for article in read(path.read_bytes(), path.name, "")
        if isinstance(article, Article)
    ]


def test_the_counts_are_those_of_the_description() -> None:
    told = " ".join((DATA / "README.md").read_text("utf-8").split())
    counts = Counter(row["split"] for row in ROWS)
    assert f"`documents.jsonl`: {len(ROWS)} questions about thirty-eight documents" in told
    assert f"`tune`: twenty documents and {counts['tune']} questions" in told
    assert f"`judge`: ten documents and {counts['judge']} questions" in told
    assert f"`later`: eight documents and {counts['later']} questions" in told
    assert [len(texts(split)) for split in ("tune", "judge", "later")] == [20, 10, 8]
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("split", ["tune", "judge", "later"])
def test_every_answer_stands_in_a_document(split: str) -> None:
    read_texts = texts(split)

    def stands(row: dict[str, Any], text: str) -> bool:
        return all(re.search(pattern, text, re.IGNORECASE | re.DOTALL) for pattern in row["must"])

    whole = "\n".join(read_texts)
    lost = [row["id"] for row in ROWS if row["split"] == split and not stands(row, whole)]
    assert not lost
