"""The weights of trust, fitted on the tuning halves of all question sets.

    python tests/benchmarks/trusting.py ask SET ... --to FILE [--data DATA] [--split judge]
    python tests/benchmarks/trusting.py fit FILE ...

``ask`` puts the questions of sets (:data:`SETS`) with a threshold of 0 and notes, for each, what trust was estimated
from and whether what was shown is right. ``fit`` prints how many come out right with the weights in use and with
fitted ones, each question by weights that were fitted without a seventh of the questions in which it is, and then the
weights fitted on all. DATA is as for ``written.py``; ``squad`` and ``asked`` need it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from put import FOREIGN, SETS
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.answers import extractive, trust
from assistant.settings import Settings

AIMED_AT = 0.93
"""Share of SQuAD's answerable questions that are answered where foreign ones are counted."""
FOLDS = 7
FEW = 40
"""Questions of a set with an answer, or without, below which they count less than those of the others."""
NO_ANSWER_WEIGHT, FOREIGN_WEIGHT = 1.2, 1.5
"""By how much more a question without an answer counts, and once more a foreign one."""


@dataclass(frozen=True)
class Noted:
    """What is noted of one; ``features`` is empty where trust was given and not estimated."""

    set: str
    sort: str
    has_answer: bool
    is_right: bool
    confidence: float
    features: tuple[float, ...]


@contextmanager
def _features() -> Iterator[list[tuple[float, tuple[float, ...]]]]:
    """Each probability that is estimated within, with what it was estimated from."""
    found: list[tuple[float, tuple[float, ...]]] = []

    def noting(question: str, candidates: Any, hits: Any, *, read: bool) -> float:
        probability = trust.probability(question, candidates, hits, read=read)
        found.append((probability, trust.trust_features(question, candidates, hits)))
        return probability

    with patch.object(extractive, "probability", noting):
        yield found


def ask(names: list[str], split: str, data: Path) -> Iterator[Noted]:
    """Puts all questions of some sets."""
    for name in names:
        with tempfile.TemporaryDirectory() as home, _features() as found:
            for assistant, puts in SETS[name](split, Path(home), data):
                for put in puts:
                    found.clear()
                    answer = assistant.ask(put.question, history=put.history)
                    confidence = answer.confidence or 0.0
                    probability, features = max(found, default=(-1.0, ()))
                    is_estimated = abs(probability - confidence) < 1e-6
                    is_right = put.is_right is not None and put.is_right(answer)
                    has_answer = put.is_right is not None
                    yield Noted(name, put.sort, has_answer, is_right, confidence, features if is_estimated else ())


def weights_of(noted: list[Noted]) -> np.ndarray:
    """How much each question counts: sets alike, and in each those with and without an answer, but for the factors."""
    sizes: defaultdict[tuple[str, bool], int] = defaultdict(int)
    for one in noted:
        sizes[one.set, one.has_answer] += 1
    weights: np.ndarray = np.ones(len(noted))
    for place, one in enumerate(noted):
        weights[place] /= max(sizes[one.set, one.has_answer], FEW)
        weights[place] *= 1 if one.has_answer else NO_ANSWER_WEIGHT * (FOREIGN_WEIGHT if one.sort == FOREIGN else 1)
    weights /= weights.mean()
    return weights


def fitted(noted: list[Noted]) -> np.ndarray:
    """Constant and weights of a logistic regression on what has features."""
    scale = StandardScaler()
    features = scale.fit_transform([one.features for one in noted])
    model = LogisticRegression(C=1.0).fit(features, [one.has_answer for one in noted], weights_of(noted))
    own = model.coef_[0] / scale.scale_
    return np.array([model.intercept_[0] - own @ scale.mean_, *own])


def confidences(noted: list[Noted], weights: np.ndarray) -> np.ndarray:
    """Probability of each with these weights; as it was where trust was given."""
    return np.array(
        [
            1 / (1 + np.exp(-(weights[0] + weights[1:] @ np.array(one.features)))) if one.features else one.confidence
            for one in noted
        ]
    )


def show(name: str, noted: list[Noted], found: np.ndarray, threshold: float) -> None:
    """Prints, of every set, how many come out right, AUC, and the share answered right, or refused, by sort."""
    print(f"\n{name}")
    for of in dict.fromkeys(one.set for one in noted):
        rows = [(one, confidence) for one, confidence in zip(noted, found, strict=True) if one.set == of]
        right = sum(one.is_right if confidence >= threshold else not one.has_answer for one, confidence in rows)
        area = roc_auc_score([one.has_answer for one, _ in rows], [confidence for _, confidence in rows])
        print(f"{of:10} right {right:5} of {len(rows):5}, AUC {area:.3f}", end="")
        if of not in {"fresh", "squad"}:
            print()
            continue
        for sort in dict.fromkeys(one.sort for one, _ in rows):
            of_sort = [(one, confidence) for one, confidence in rows if one.sort == sort]
            share = np.mean([one.is_right if c >= threshold else not one.has_answer for one, c in of_sort])
            print(f"; {sort} {share:.3f}", end="")
        if of == "squad":
            lowest = np.quantile([confidence for one, confidence in rows if one.has_answer], 1 - AIMED_AT)
            refused = np.mean([confidence < lowest for one, confidence in rows if one.sort == FOREIGN])
            print(f"; foreign refused where {AIMED_AT} are answered {refused:.3f}", end="")
        print()


def fit(noted: list[Noted]) -> None:
    """Prints figures with the weights in use and with fitted ones, and these."""
    threshold = Settings().threshold
    show("weights in use", noted, confidences(noted, np.array(trust.TRUST_WEIGHTS)), threshold)
    folds = np.random.default_rng(0).integers(FOLDS, size=len(noted))
    found = np.zeros(len(noted))
    for fold in range(FOLDS):
        learned = [one for one, of in zip(noted, folds, strict=True) if of != fold and one.features]
        place = np.flatnonzero(folds == fold)
        found[place] = confidences([noted[at] for at in place], fitted(learned))
    show("fitted without the question", noted, found, threshold)
    print("\nTRUST_WEIGHTS", fitted([one for one in noted if one.features]).round(2).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ask", "fit"])
    parser.add_argument("names", nargs="+", metavar="SET or FILE")
    parser.add_argument("--split", choices=["tune", "judge"], default="tune")
    parser.add_argument("--data", type=Path, default=Path())
    parser.add_argument("--to", type=Path)
    given = parser.parse_args()
    if given.what == "ask":
        lines = [json.dumps(vars(one)) for one in ask(given.names, given.split, given.data)]
        given.to.write_text("\n".join(lines), encoding="utf-8")
        print(f"{len(lines):,} questions")
        return
    rows = [json.loads(line) for name in given.names for line in Path(name).read_text(encoding="utf-8").splitlines()]
    fit([Noted(**{**row, "features": tuple(row["features"])}) for row in rows])


if __name__ == "__main__":
    main()
