"""Figures on the project's own questions over the seeds.

    python tests/benchmarks/seed_questions.py [tune|judge] [--show]

A question is right if it was answered and every ``must`` string is in the quotes together, or, having no answer, was
refused. ``assistant evaluate tests/data/seed_questions.jsonl --split tune`` gives all other figures on them.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation import evaluate
from assistant.evaluation.metrics import has_spelling

if TYPE_CHECKING:
    from assistant.evaluation.outcomes import Outcome
    from assistant.types import Answer

QUESTIONS = Path(__file__).parent.parent / "data" / "seed_questions.jsonl"


def holds(answer: Answer, must: list[str]) -> bool:
    """Whether every string is quoted; a bar separates spellings of which one is enough."""
    quoted = " ".join(citation.quote for citation in answer.citations)
    return all(has_spelling(quoted, spellings) for spellings in must)


def main(split: str, *, show: bool) -> None:
    with tempfile.TemporaryDirectory() as home:
        outcomes = evaluate(QUESTIONS, Path(home), split=split).outcomes
    kinds: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        kinds["followup, no answer" if one.kind == "followup" and not one.is_answerable else one.kind].append(one)
        if show and not one.is_right:
            said = "refused, but for the threshold: " if one.is_refused else ""
            print(f"{one.id} {one.kind} p={one.confidence:.2f} {one.standalone!r} -> {said}{one.text[:160]}")
            print(f"     wanted: {one.gold}")
    for kind, found in kinds.items():
        print(f"{kind:20} {sum(one.is_right is True for one in found):3} of {len(found):3}")
    print(f"{'all':20} {sum(one.is_right is True for one in outcomes):3} of {len(outcomes):3}")
    sentences = [len(one.citations) for one in outcomes if not one.is_refused]
    print(f"sentences in an answer: {sum(sentences) / len(sentences):.1f}")


if __name__ == "__main__":
    main(next((word for word in sys.argv[1:] if not word.startswith("-")), "judge"), show="--show" in sys.argv)
