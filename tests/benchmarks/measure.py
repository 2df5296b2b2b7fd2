"""Figures of retrieval, of sentence choice and of refusal, on question sets that a developer has at hand.

    python tests/benchmarks/measure.py retrieval FILE.jsonl.gz ...
    python tests/benchmarks/measure.py answers FILE.jsonl.gz ... --off FILE.jsonl.gz
    python tests/benchmarks/measure.py fit FILE.jsonl.gz ...

Each file has rows as :mod:`corpora` says. All files together make one corpus; ``--off`` gives questions of another one,
which it cannot answer. ``--only`` takes the questions of articles with these titles; the others stay as what the
right one has to be found among. ``fit`` prints the constants of ``assistant/answers/candidates.py`` and must be given
other questions than those that figures are reported on, and both others than those that the reading model was trained
on; those of ``assistant/answers/trust.py`` are fitted by ``trusting.py``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from corpora import Asked, Corpus, make_corpus, read_rows, sample
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answers import candidates as ranking
from assistant.answers import trust
from assistant.evaluation import metrics
from assistant.evaluation.report import calibration_lines, risk_lines
from assistant.reader import Reader
from assistant.settings import Settings
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.search import Index

HITS = Settings().hits
AIMED_AT = 0.93
"""Share of the answerable questions that should at least be answered."""


def retrieval(corpus: Corpus, questions: list[Asked]) -> None:
    """Prints hit@1/3/5 and MRR@10 of each way to search: is the answer inside the k-th passage?"""
    index = corpus.index
    passages, places = index.passages, index._places

    def dense(text: str) -> list[str]:
        found = index._vectors.search(index.embedder.encode_question(text), 10)
        return [passages[place].id for key, _ in found for place in index._twins[key]]

    def keywords(text: str) -> list[str]:
        return [passages[place].id for place in np.argsort(-index.keywords.scores(text), kind="stable")[:10]]

    def fused(text: str) -> list[str]:
        return [hit.passage.id for hit in index.search(text, 10)]

    print(f"{len(index.articles)} articles, {len(passages)} passages, {len(questions)} questions")
    print(f"{'':10}  hit@1  hit@3  hit@5  MRR@10")
    ways: dict[str, Callable[[str], list[str]]] = {"dense": dense, "BM25": keywords, "fused": fused}
    for name, search in ways.items():
        ranks = []
        for question in questions:
            found = [passages[places[passage_id]] for passage_id in search(question.text)]
            right = [
                rank
                for rank, passage in enumerate(found, 1)
                if passage.article_id == question.article_id
                and any(passage.start <= start and end <= passage.end for start, end in question.spans)
            ]
            ranks.append(right[0] if right else 0)
        at = np.array(ranks)
        shares = [((at > 0) & (at <= k)).mean() for k in (1, 3, 5)]
        reciprocal = np.mean([1 / rank if rank else 0 for rank in ranks])
        print(f"{name:10}  {'  '.join(f'{share:.3f}' for share in [*shares, reciprocal])}")


def read_all(index: Index, questions: Sequence[Asked]) -> list[tuple[np.ndarray, list[ranking.Candidate]]]:
    """For each question the features of trust and the candidates, best first."""
    reader = Reader.load()
    found = []
    for question in questions:
        hits = index.search(question.text, HITS)
        candidates = ranking.rank(question.text, hits, index.embedder, index.keywords, reader)
        if candidates:
            found.append((np.array(trust.trust_features(question.text, candidates, hits)), candidates))
    return found


def is_right(question: Asked, candidate: ranking.Candidate) -> bool:
    """Whether the sentence is one in which a given answer begins."""
    inside = any(candidate.start <= start < candidate.end for start, _ in question.spans)
    return inside and candidate.article.id == question.article_id


def probability(features: np.ndarray) -> float:
    weights = np.array(trust.TRUST_WEIGHTS)
    return float(1 / (1 + np.exp(-(weights[0] + weights[1:] @ features))))


def answers(corpus: Corpus, answerable: list[Asked], adversarial: list[Asked], off: list[Asked]) -> None:
    """Prints how often the first sentence is right, and how well questions without an answer are told apart."""
    started = time.perf_counter()
    read = read_all(corpus.index, answerable)
    seconds = (time.perf_counter() - started) / len(answerable)
    right = [is_right(question, found[1][0]) for question, found in zip(answerable, read, strict=True)]
    among = [any(is_right(q, candidate) for candidate in found[1]) for q, found in zip(answerable, read, strict=True)]
    print(f"answerable: {len(answerable)} questions, {1000 * seconds:.0f} ms each")
    print(f"right sentence first {np.mean(right):.3f}, among those read {np.mean(among):.3f}")
    yes = [probability(features) for features, _ in read]
    threshold = Settings().threshold
    print(f"answered at {threshold}: {np.mean(np.array(yes) >= threshold):.3f}")
    answered = np.array(yes) >= threshold
    print(f"right sentence first, of those answered: {np.mean(np.array(right)[answered]):.3f}")
    confidences = list(yes)
    for name, questions in (("adversarial", adversarial), ("off the corpus", off)):
        if questions:
            no = [probability(features) for features, _ in read_all(corpus.index, questions)]
            auc = roc_auc_score([1] * len(yes) + [0] * len(no), [*yes, *no])
            refused = np.mean(np.array(no) < threshold)
            where_aimed = np.mean(np.array(no) < np.quantile(yes, 1 - AIMED_AT))
            print(
                f"{name}: {len(no)} questions, AUC {auc:.3f}, refused {refused:.3f}; "
                f"{where_aimed:.3f} where {AIMED_AT:.0%} of the answerable ones are answered"
            )
            confidences += no
    truth = [*right, *[False] * (len(confidences) - len(yes))]  # whatever is answered to the others is wrong
    bins = metrics.calibration(confidences, truth)
    print("\n".join([*calibration_lines(bins), *risk_lines(metrics.risk_coverage(confidences, truth))]))
    area = metrics.area_under_risk(confidences, truth)
    print(f"expected calibration error {metrics.calibration_error(bins):.3f}, area under risk and coverage {area:.3f}")


def fit(corpus: Corpus, answerable: list[Asked]) -> None:
    """Prints SENTENCE_WEIGHTS (up to a factor) fitted on the questions."""
    rows, labels = [], []
    for question, (_, candidates) in zip(answerable, read_all(corpus.index, answerable), strict=True):
        rows += [
            (found.similarity, found.coverage, found.hit_score, found.margin, found.is_lacking) for found in candidates
        ]
        labels += [is_right(question, candidate) for candidate in candidates]
    print(
        "SENTENCE_WEIGHTS, MARGIN_WEIGHT, LACKING_WEIGHT", LogisticRegression(C=10).fit(rows, labels).coef_[0].round(2)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["retrieval", "answers", "fit"])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--off", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="TITLE")
    parser.add_argument("--size", type=int, default=1000, help="questions of each kind, at most")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        corpus = make_corpus(asked.files, Path(home), IndexSettings(home=Path(home)))
        if asked.only:
            wanted = {article.id for article in corpus.index.articles.values() if article.title in asked.only}
            corpus.questions[:] = [question for question in corpus.questions if question.article_id in wanted]
        answerable = sample((question for question in corpus.questions if question.spans), asked.size)
        adversarial = sample((question for question in corpus.questions if not question.spans), asked.size // 2)
        off = [Asked(row["question"].strip(), "") for row in read_rows(asked.off)] if asked.off else []
        off = sample(off, asked.size // 2)
        if asked.what == "retrieval":
            retrieval(corpus, answerable)
        elif asked.what == "answers":
            answers(corpus, answerable, adversarial, off)
        else:
            fit(corpus, answerable)
        corpus.index.close()


if __name__ == "__main__":
    main()
