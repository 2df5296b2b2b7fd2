"""Figures of the reading model alone: each question with the right text given.

    python tests/benchmarks/reading.py FILE.jsonl.gz ... [--weights FILE] [--only TITLE ...] [--size N]

Files as for ``assistant train-reader``. Prints exact match and F1 of the best span (Rajpurkar et al. 2016, the best
of the given answers), how often it begins in a sentence that holds an answer, how often the sentence that the
assistant would show first is one (likeness and shared words count there, too), and how well the margin tells questions
with an answer from those without.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from corpora import read_rows
from sklearn.metrics import roc_auc_score

from assistant import reader as reading
from assistant.answers.candidates import rank
from assistant.evaluation.metrics import exact_match, token_f1
from index.embeddings import SentenceEmbedder
from index.keywords import KeywordIndex, write_keywords
from index.sentences import sentence_spans
from index.settings import IndexSettings
from index.types import Article, Hit, Passage


def load(weights: Path | None) -> reading.Reader:
    """The reader in use, or one with other weights, which need not be the published ones."""
    if weights is not None:
        content = weights.read_bytes()
        print(f"{weights}: sha256 {hashlib.sha256(content).hexdigest()}")
        reading.check_weights = lambda: content
    return reading.Reader.load()


def in_right_sentence(row: dict[str, Any], start: int) -> bool:
    places = [answer["start"] for answer in row["answers"]]
    sentences = sentence_spans(row["context"])
    return any(first <= start < last and any(first <= at < last for at in places) for first, last in sentences)


class FirstShown:
    """Where the sentence begins that the assistant would show first if a text were its only hit.

    Args:
        texts: Tell how rare words are.
        reader: The reading model.
    """

    def __init__(self, texts: set[str], reader: reading.Reader) -> None:
        self._embedder = SentenceEmbedder.load(IndexSettings())
        self._reader = reader
        with tempfile.TemporaryDirectory() as folder:
            write_keywords(Path(folder), sorted(texts))
            self._keywords = KeywordIndex.open(Path(folder))

    def start(self, row: dict[str, Any]) -> int:
        article = Article(title=row["title"].replace("_", " "), text=row["context"])
        passage = Passage.of(article, 0, len(article.text))
        hit = Hit(passage=passage, article=article, score=1.0, similarity=1.0, keyword_score=1.0)
        ranked = rank(row["question"], [hit], self._embedder, self._keywords, self._reader, reach=0.0)
        return ranked[0].start if ranked else -1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="TITLE")
    parser.add_argument("--size", type=int, default=1000, help="questions of each kind, at most")
    asked = parser.parse_args()
    reader = load(asked.weights)
    rows = [row for path in asked.files for row in read_rows(path)]
    rows = [row for row in rows if not asked.only or row["title"] in asked.only]
    margins: dict[bool, list[float]] = {True: [], False: []}
    exact, f1, right, shown = [], [], [], []
    first = FirstShown({row["context"] for row in rows}, reader)
    for row in rows:
        answered = bool(row["answers"])
        if len(margins[answered]) == asked.size:
            continue
        (found,) = reader.read(row["question"], [row["context"]])
        margins[answered].append(found.score - found.no_answer_score)
        if answered:
            golds = [answer["text"] for answer in row["answers"]]
            said = row["context"][found.start : found.end]
            exact.append(exact_match(said, golds))
            f1.append(token_f1(said, golds))
            right.append(in_right_sentence(row, found.start))
            shown.append(in_right_sentence(row, first.start(row)))
    print(f"{len(right)} answerable: exact {np.mean(exact):.3f}, F1 {np.mean(f1):.3f}, sentence {np.mean(right):.3f}")
    print(f"sentence that the assistant would show first {np.mean(shown):.3f}")
    if margins[False]:
        truth = [1] * len(margins[True]) + [0] * len(margins[False])
        print(
            f"{len(margins[False])} without an answer: AUC {roc_auc_score(truth, margins[True] + margins[False]):.3f}"
        )


if __name__ == "__main__":
    main()
