"""Figures on the project's own questions over the seeds.

    python tests/benchmarks/seed_questions.py [tune|judge] [--show]

A question is right if it was answered and every ``must`` string is in the quotes together, or, having no answer, was
refused.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from assistant.types import Answer, Turn

QUESTIONS = Path(__file__).parent.parent / "data" / "seed_questions.jsonl"


def holds(answer: Answer, must: list[str]) -> bool:
    """Whether every string is quoted; a bar separates spellings of which one is enough."""
    quoted = " ".join(citation.quote for citation in answer.citations).lower()
    return all(any(form.lower() in quoted for form in string.split("|")) for string in must)


def ask(assistant: Assistant, row: dict[str, Any]) -> Answer:
    """Asks a question with its history, each earlier question made to stand alone as the page does."""
    turns: list[Turn] = []
    for turn in row.get("history", []):
        earlier = assistant.ask(turn["question"], turns)
        turns.append(Turn(earlier.standalone, turn["answer"]))
    return assistant.ask(row["question"], turns)


def main(split: str, *, show: bool) -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    sentences = []
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant.open(Path(home))
        for row in rows:
            if row["split"] != split:
                continue
            answer = ask(assistant, row)
            has_answer = row["article"] is not None
            good = holds(answer, row["must"]) if has_answer else True
            good = good and (answer.status == "answered") == has_answer
            kind = row["kind"] if has_answer or row["kind"] != "followup" else "followup, no answer"
            total[kind] += 1
            right[kind] += good
            if answer.citations:
                sentences.append(len(answer.citations))
            if show and not good:
                print(f"{row['id']} {kind} p={answer.confidence:.2f} {answer.standalone!r} -> {answer.text[:160]}")
                print(f"     wanted: {row['evidence']}")
    for kind, count in total.items():
        print(f"{kind:20} {right[kind]:3} of {count:3}")
    print(f"{'all':20} {sum(right.values()):3} of {sum(total.values()):3}")
    print(f"sentences in an answer: {sum(sentences) / len(sentences):.1f}")


if __name__ == "__main__":
    main(next((word for word in sys.argv[1:] if not word.startswith("-")), "judge"), show="--show" in sys.argv)
