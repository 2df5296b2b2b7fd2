"""Figures on follow-up questions: what the rules carry over, and how many are then answered right.

    python tests/benchmarks/conversations.py rewrites FILE.jsonl.gz [--show]
    python tests/benchmarks/conversations.py answers [--show]

``rewrites`` compares questions made to stand alone with gold ones. A row of the file is a conversation,
``{"id", "turns": [{"raw", "rewrite"}]}``, as in TREC CAsT; rows are dealt to the halves ``tune`` and ``judge`` in turn.

``answers`` asks the follow-ups of ``tests/data/conversations.jsonl`` and ``seed_questions.jsonl`` as they were typed,
made to stand alone by the rules, and in their gold form. Earlier turns are in the history as the page keeps them.

``--show`` lists single failures, of the ``tune`` half only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seed_questions import QUESTIONS, holds

from assistant.answering import Assistant
from assistant.conversation.standalone import standalone
from assistant.types import Answer, Turn
from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CONVERSATIONS = Path(__file__).parent.parent / "data" / "conversations.jsonl"
HALVES = ("tune", "judge")

WAYS: dict[str, Callable[[str, str, Sequence[Turn]], str]] = {
    "as typed": lambda question, _gold, _history: question,
    "rules": lambda question, _gold, history: standalone(question, history),
    "gold": lambda _question, gold, _history: gold,
}
"""Ways to make a question stand alone, from how it was typed, its gold form, and the history."""


def overlap(one: set[str], other: set[str]) -> float:
    """F1 of two sets of words."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def count_rewrite(counts: Counter[str], raw: set[str], made: set[str], gold: set[str]) -> bool:
    """Adds one turn to the counts, all sets being stems of content words; says whether it came out whole and clean."""
    needed, added = gold - raw, made - raw
    counts["turns"] += 1
    counts["f1"] += round(1000 * overlap(made, gold))
    counts["harm"] += bool(added - gold)
    if needed:
        counts["needy"] += 1
        counts["all"] += needed <= made
        counts["some"] += bool(needed & made)
    else:
        counts["free"] += 1
        counts["alone"] += made == raw
    return needed <= made and added <= gold


def rewrites(path: Path, way: Callable[[str, str, Sequence[Turn]], str], half: int, *, show: bool) -> Counter[str]:
    """Counts over the follow-up turns of one half of the conversations."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][half::2]
    counts: Counter[str] = Counter()
    for row in rows:
        history: list[Turn] = []
        for turn in row["turns"]:
            raw, gold = turn["raw"].strip(), turn["rewrite"].strip()
            made = way(raw, gold, history)
            if history:
                fine = count_rewrite(counts, *(set(words(text)) for text in (raw, made, gold)))
                if show and not fine:
                    print(f"{row['id']}  {raw}\n    made: {made}\n    gold: {gold}")
            history.append(Turn(made))
    return counts


def print_rewrites(path: Path, *, show: bool) -> None:
    """Prints the table of ``rewrites``; every figure but F1 is a share of the turns that it concerns."""
    print(f"{'':16} turns   F1   | needy: all  some | harm | free: left alone")
    for half, name in enumerate(HALVES):
        for label, way in WAYS.items():
            counts = rewrites(path, way, half, show=show and name == "tune" and label == "rules")
            turns, needy, free = counts["turns"], counts["needy"], counts["free"]
            print(
                f"{name:6} {label:9} {turns:5}  {counts['f1'] / 1000 / turns:.3f}"
                f" | {needy:4} {counts['all'] / needy:.3f} {counts['some'] / needy:.3f}"
                f" | {counts['harm'] / turns:.3f} | {free:3} {counts['alone'] / free:.3f}"
            )


def is_right(answer: Answer, must: list[str] | None) -> bool:
    """Whether the quotes hold what they must; None asks for a refusal."""
    return answer.status == "answered" and holds(answer, must) if must else answer.status == "abstained"


def conversations() -> list[dict[str, Any]]:
    """Our conversations, and the follow-ups among the seed questions in the same form."""
    rows = [json.loads(line) for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines()]
    for row in map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines()):
        if row["kind"] == "followup":
            earlier = [{**turn, "standalone": None, "must": None} for turn in row["history"]]
            last = {"question": row["question"], "standalone": row["standalone"], "must": row["must"] or None}
            rows.append({"id": row["id"], "split": row["split"], "turns": [*earlier, last]})
    return rows


def converse(
    assistant: Assistant, row: dict[str, Any], way: Callable[[str, str, Sequence[Turn]], str]
) -> list[tuple[dict[str, Any], Answer]]:
    """Asks the turns of a conversation; of a seed question only the last is asked, its history being given."""
    history: list[Turn] = []
    answers = []
    for number, turn in enumerate(row["turns"]):
        made = way(turn["question"], turn["standalone"] or turn["question"], history)
        if "answer" in turn:
            history.append(Turn(made, turn["answer"]))
            continue
        answer = assistant.ask(made)
        history.append(Turn(made, answer.text))
        if number:
            answers.append((turn, answer))
    return answers


def print_answers(*, show: bool) -> None:
    """Prints how many follow-ups come out right, by set, half, way and kind."""
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant.open(Path(home))
        for label, way in WAYS.items():
            total: Counter[tuple[str, str, str]] = Counter()
            right: Counter[tuple[str, str, str]] = Counter()
            for row in conversations():
                name = "seed questions" if row["id"].startswith("q") else "conversations"
                for turn, answer in converse(assistant, row, way):
                    good = is_right(answer, turn["must"])
                    kinds = ["all", "refusals" if turn["must"] is None else "answers"]
                    for kind in kinds + ([turn["kind"]] if "kind" in turn and row["split"] == "tune" else []):
                        total[name, row["split"], kind] += 1
                        right[name, row["split"], kind] += good
                    if show and not good and row["split"] == "tune" and label == "rules":
                        print(f"{row['id']} {turn['question']!r} -> {answer.question!r}: {answer.text[:120]}")
                        print(f"     wanted: {turn['must']} as in {turn['standalone']!r}")
            for key in sorted(total):
                print(f"{label:9} {key[0]:14} {key[1]:5} {key[2]:9} {right[key]:3} of {total[key]:3}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rewrites", "answers"])
    parser.add_argument("file", type=Path, nargs="?", help="conversations with gold rewrites, for rewrites")
    parser.add_argument("--show", action="store_true", help="list the failures of the tune half")
    asked = parser.parse_args()
    if asked.what == "answers":
        print_answers(show=asked.show)
    elif asked.file:
        print_rewrites(asked.file, show=asked.show)
    else:
        parser.error("rewrites needs a FILE.")


if __name__ == "__main__":
    main()
