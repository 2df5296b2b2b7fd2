"""The documents of one kind that judge whether each answers for itself: every answer stands in its document."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from index.readers.markdown import read_markdown

# As in test_written_documents.py.
with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(Path(__file__).with_name("benchmarks"))
    from similar_documents import SIMILAR, SORTS, rows, verdict
    from written_documents import plain

from assistant.answers.citations import cite
from assistant.types import Answer, Segment, Status
from index.types import Article


def test_every_answer_stands_in_its_document() -> None:
    with gzip.open(SIMILAR, "rt", encoding="utf-8") as file:
        groups = [json.loads(line) for line in file]
    assert {group["split"] for group in groups} == {"tune", "judge"}
    for group in groups:
        assert len(group["documents"]) > 2
        texts = {}
        for document in group["documents"]:
            article = read_markdown(document["text"], document["name"])
            assert article
            texts[document["name"]] = plain(article.text)
        for asked in group["questions"]:
            assert asked["kind"] in SORTS
            assert (asked["kind"] == "none") == (not asked["answers"])
            assert all(plain(said["quote"]) in texts[said["document"]] for said in asked["answers"]), asked


def test_counts_are_those_that_are_told() -> None:
    told = (SIMILAR.parent / "README.md").read_text(encoding="utf-8")
    for split in ("tune", "judge"):
        kinds = Counter(asked["kind"] for group in rows(split) for asked in group["questions"])
        assert f"`{split}`: {len(rows(split))} groups, " + ", ".join(f"{kinds[kind]} {kind}" for kind in SORTS) in told


FLATS = [Article(title=f"Lease {number}", text=f"The rent is {number}00 euros.") for number in (1, 2)]


@pytest.mark.parametrize(
    ("kind", "said", "cited", "expected"),
    [
        ("named", [1], [1], "right"),
        ("named", [1], [2], "another's"),
        ("named", [1], [2, 1], "partly"),
        ("named", [1], [], "refused"),
        ("general", [1, 2], [2, 1], "right"),
        ("general", [1, 2], [2], "partly"),
        ("none", [], [], "right"),
        ("none", [], [1], "wrong"),
    ],
)
def test_verdicts(kind: str, said: list[int], cited: list[int], expected: str) -> None:
    citations = tuple(cite(at, FLATS[flat - 1], 0, 22) for at, flat in enumerate(cited, 1))
    segments = tuple(Segment(text=one.quote, marks=(one.number,)) for one in citations)
    status: Status = "answered" if cited else "abstained"
    answer = Answer(question="", standalone="", status=status, reason="", segments=segments, citations=citations)
    answers = [{"document": f"{flat}.md", "quote": f"{flat}00 euros"} for flat in said]
    sources = {article.id: f"{number}.md" for number, article in enumerate(FLATS, 1)}
    assert verdict({"kind": kind, "answers": answers}, answer, sources) == expected
