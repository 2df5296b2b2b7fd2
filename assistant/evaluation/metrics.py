"""Figures from numbers and strings. Pure, and the same in whatever order the questions come.

scikit-learn has one of these (the area under the ROC curve), but comes only with other libraries and takes a second to
load; so the few lines are here, and a test compares them with it.
"""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BINS = 10
SAMPLES = 2000
"""Of the bootstrap."""
_SEED = 1
_Z = 1.959964
"""Normal quantile of a two-sided 95 % interval."""
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_DRAWS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Questions whose confidence lies in ``[low, high)``; the last bin has 1 in it, too.

    Attributes:
        low: Lower bound.
        high: Upper bound.
        count: Number of questions.
        confidence: Their mean confidence; None if there are none.
        right: Share that was, or would have been, answered rightly; None if there are none.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    right: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """What would be if questions were answered from one confidence on.

    Attributes:
        threshold: That confidence.
        coverage: Share of the questions that is answered, in [0, 1].
        risk: Share of those answered that is wrong, in [0, 1].
    """

    threshold: float
    coverage: float
    risk: float


def normalise(text: str) -> str:
    """A short answer as it is compared: lower case, no punctuation, no a/an/the, single spaces.

    After the evaluation of SQuAD (Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text",
    section 6.1, and the script that goes with it), except that the punctuation of other scripts is left out, too.
    """
    lowered = unicodedata.normalize("NFC", text).lower()
    kept = "".join(char for char in lowered if not _is_punctuation(char))
    return " ".join(_ARTICLES.sub(" ", kept).split())


def exact_match(given: str, accepted: Sequence[str]) -> float:
    """1 if the answer is one of those accepted, after :func:`normalise`; else 0."""
    return float(any(normalise(given) == normalise(answer) for answer in accepted))


def token_f1(given: str, accepted: Sequence[str]) -> float:
    """Harmonic mean of the precision and recall of words, for the accepted answer it is best for; in [0, 1].

    After the same source as :func:`normalise`. Two answers without any word are alike.
    """
    return max((_token_f1(normalise(given).split(), normalise(answer).split()) for answer in accepted), default=0.0)


def _token_f1(given: list[str], answer: list[str]) -> float:
    if not given or not answer:
        return float(given == answer)
    shared = sum((Counter(given) & Counter(answer)).values())
    return 2 * shared / (len(given) + len(answer))


def holds(text: str, answer: str) -> bool:
    """Whether a text has an answer in it as whole words, normalised or as it stands."""
    wanted = normalise(answer)
    if wanted and f" {wanted} " in f" {normalise(text)} ":
        return True
    return (
        bool(re.search(rf"(?<!\w){re.escape(answer.strip().lower())}(?!\w)", text.lower())) if answer.strip() else False
    )


def has_spelling(text: str, spellings: str) -> bool:
    """Whether a text has one of several spellings, divided by bars, in it: upper or lower case, also inside a word."""
    return any(form.lower() in text.lower() for form in spellings.split("|") if form)


def first_rank(relevant: Sequence[bool]) -> int | None:
    """Rank of the first relevant one of what was found, from 1; None if none is."""
    return next((rank for rank, is_relevant in enumerate(relevant, 1) if is_relevant), None)


def ndcg(relevant: Sequence[bool], total: int) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002) of a ranking, in [0, 1].

    Args:
        relevant: Of what was found, best first.
        total: Number of relevant ones that there are, at least 1; as many as fit are the ideal.
    """
    gain = sum(1 / math.log2(rank + 1) for rank, is_relevant in enumerate(relevant, 1) if is_relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(total, len(relevant)) + 1))
    return min(gain / ideal, 1.0) if ideal else 0.0


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Area under the ROC curve: how often a positive one has the higher value, a tie counting half.

    Returns:
        In [0, 1], .5 by chance; None if there are no positive or no negative ones.
    """
    if not positives or not negatives:
        return None
    below = np.sort(np.array(negatives, dtype=float))
    values = np.array(positives, dtype=float)
    beaten = (np.searchsorted(below, values, "left") + np.searchsorted(below, values, "right")) / 2
    return float(beaten.mean() / len(below))


def calibration(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """How often answers given with one confidence are right, in ten bins of equal width."""
    values, truth = np.array(confidences, dtype=float), np.array(right, dtype=float)
    places = np.minimum((values * BINS).astype(int), BINS - 1)
    found = []
    for place in range(BINS):
        inside = places == place
        count = int(inside.sum())
        found.append(
            Bin(
                low=place / BINS,
                high=(place + 1) / BINS,
                count=count,
                confidence=float(values[inside].mean()) if count else None,
                right=float(truth[inside].mean()) if count else None,
            )
        )
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al. 2015): mean gap of the bins, weighted by their counts; in [0, 1]."""
    total = sum(found.count for found in bins)
    gaps = (
        found.count * abs(found.confidence - found.right)
        for found in bins
        if found.confidence is not None and found.right is not None
    )
    return sum(gaps) / total if total else None


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve (El-Yaniv & Wiener 2010), one point for each different confidence, highest first."""
    if not confidences:
        return ()
    levels, counts, wrong = _levels(confidences, right)
    answered = np.cumsum(counts)
    risks = np.cumsum(wrong) / answered
    return tuple(
        RiskPoint(threshold=float(level), coverage=float(count / len(confidences)), risk=float(risk))
        for level, count, risk in zip(levels, answered, risks, strict=True)
    )


def area_under_risk(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Mean of the risks at every number of questions answered (Geifman & El-Yaniv 2017); 0 is best.

    Questions of one confidence have no order, so that each counts with the mean of all of them.
    """
    if not confidences:
        return None
    _, counts, wrong = _levels(confidences, right)
    wrongs = np.cumsum(np.repeat(wrong / counts, counts))
    return float((wrongs / np.arange(1, len(confidences) + 1)).mean())


def _levels(
    confidences: Sequence[float], right: Sequence[bool]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """The different confidences, highest first, with the number of questions and of wrong ones at each."""
    negated, places, counts = np.unique(-np.array(confidences, dtype=float), return_inverse=True, return_counts=True)
    wrong = np.bincount(places, weights=1 - np.array(right, dtype=float))
    return -negated, counts.astype(np.int64), wrong.astype(np.float64)


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """A 95 % interval of the mean of values in [0, 1]; None for fewer than two.

    Of shares (each value 0 or 1) it is Wilson's (1927), which also says something of 20 right ones out of 20, where
    resampling sees no spread; of others the percentile bootstrap (Efron 1979), with a fixed seed.
    """
    count = len(values)
    if count < 2:
        return None
    ordered = np.sort(np.array(values, dtype=float))
    mean = float(ordered.mean())
    if np.isin(ordered, (0.0, 1.0)).all():
        scale = 1 + _Z**2 / count
        middle = (mean + _Z**2 / (2 * count)) / scale
        half = _Z * math.sqrt(mean * (1 - mean) / count + _Z**2 / (4 * count**2)) / scale
        # At 0 and 1 rounding could put the end a hair beyond the mean.
        return max(0.0, min(middle - half, mean)), min(1.0, max(middle + half, mean))
    chance = np.random.default_rng(_SEED)
    at_once = max(1, _DRAWS_AT_ONCE // count)
    means: list[float] = []
    while len(means) < SAMPLES:
        size = min(at_once, SAMPLES - len(means))
        means += ordered[chance.integers(0, count, (size, count))].mean(axis=1).tolist()
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")
