"""Questions as people ask them, over the beginnings of articles that are not part of the project.

    python tests/benchmarks/asked.py --data DATA [tune|judge] [--show]

``tests/data/asked.jsonl`` holds the questions, and of each article only its name and where its answers stand; DATA is
as for ``written.py``. The articles are indexed among those of SQuADShifts' Wikipedia part. A question is right if a
quote that is shown has some of the answer's words at their place, or, having no answer, if it was refused. ``--show``
prints what went wrong, of ``tune`` only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpora import make_corpus
from sklearn.metrics import roc_auc_score
from written import FILES, read_originals

from assistant.answering import Assistant
from assistant.settings import Settings
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.types import Answer

QUESTIONS = Path(__file__).parents[1] / "data" / "asked.jsonl"


def write_articles(rows: list[dict[str, Any]], originals: dict[tuple[str, str], tuple[str, str]], folder: Path) -> None:
    """Writes the beginnings of the articles that questions are about, one file each.

    Raises:
        ValueError: If an article is not what was written about.
    """
    folder.mkdir()
    for name, end, digest in {(row["article"], row["end"], row["sha256"]) for row in rows}:
        title, text = originals["space", name]
        if not hashlib.sha256(text[:end].encode()).hexdigest().startswith(digest):
            raise ValueError(f"{name} is not the article that was written about")
        paragraphs = text[:end].split("\n")
        (folder / f"{name}.txt").write_text("\n\n".join([title, *paragraphs]), encoding="utf-8")


def is_right(row: dict[str, Any], answer: Answer, text: str) -> bool:
    """Whether a quote has words of an answer where they stand; of a question without, whether it was refused.

    Args:
        row: The question.
        answer: What was answered.
        text: Of the question's article, in which the row's offsets count.
    """
    if not row["answers"] or answer.status == "abstained":
        return answer.status == "abstained" and not row["answers"]
    stands = [(text.find(citation.quote), len(citation.quote)) for citation in answer.citations]
    return any(at >= 0 and at < last and at + size > first for at, size in stands for first, last in row["answers"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", nargs="?", choices=("tune", "judge"), default="judge")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    originals = read_originals(asked.data)
    right, confidences = Counter[str](), []
    chosen = [row for row in rows if row["split"] == asked.split]
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_articles(rows, originals, home / "own")
        make_corpus([asked.data / FILES["wiki"]], home, IndexSettings())
        build([home / "own", home / "articles"], home=home, settings=IndexSettings())
        assistant = Assistant.open(home, settings=Settings())
        for row in chosen:
            answer = assistant.ask(row["question"])
            confidences.append(answer.confidence or 0.0)
            text = originals["space", row["article"]][1][: row["end"]]
            good = is_right(row, answer, text)
            right[row["kind"]] += good
            if asked.show and asked.split == "tune" and not good:
                print(f"{row['id']} {row['kind']} p={confidences[-1]:.2f} {row['question']} -> {answer.text[:160]!r}")
                print(f"     wanted: {[text[slice(*place)] for place in row['answers']]}")
    kinds = Counter(row["kind"] for row in chosen)
    for kind, count in kinds.items():
        print(f"{kind:8} {right[kind]:3} of {count:3}")
    print(f"{'all':8} {right.total():3} of {len(chosen):3}")
    print(f"AUC {roc_auc_score([bool(row['answers']) for row in chosen], confidences):.3f}")


if __name__ == "__main__":
    main()
