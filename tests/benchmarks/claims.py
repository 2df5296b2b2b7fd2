"""The check of a model's sentences, by kind of sentence: ``python tests/benchmarks/claims.py``.

Options: ``--half tune`` for the other half; ``--articles FILE`` (JSON lines with ``id``, ``title``, ``text``, gzipped)
for cases made by rule from more articles; ``--questions FILE …`` (gzipped JSON lines with ``title``, ``question``,
``context``, ``answers``) for statements made of people's questions; ``--failures`` to see what went wrong, of ``tune``
only; ``--no-reader``; ``--fit`` to print weights fitted on ``tune`` of all sets that are named; ``--file
tests/data/claims_fresh.jsonl`` for a set that names passages of articles that are not part of the project, which
``--articles`` then has to hold; ``--answers DATA`` for sentences of answers, likewise (see ``answered.py``).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from answered import ANSWERS, FiledCase, answer_cases
from fakes.claims import (
    SEEDS,
    SUPPORTED,
    UNDECIDED,
    Case,
    asked_cases,
    by_kind,
    half_of,
    hand_articles,
    hand_cases,
    hit_of,
    rule_cases,
)

from assistant.reader import Reader
from assistant.verification.analysis import analyse
from assistant.verification.records import CheckedSentence
from assistant.verification.scoring import WEIGHTS
from assistant.verification.sources import cited_sentences
from assistant.verification.verifier import Verifier
from index.cleaning import clean
from index.embeddings import SentenceEmbedder
from index.readers.markdown import read_markdown
from index.settings import IndexSettings
from index.types import Article, Hit

MOST_ARTICLES = 40


def more_articles(path: Path, half: str) -> list[Article]:
    """Prose of the articles of one half: lines of some length only, the first forty of them."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if half_of(row["id"]) != half:
                continue
            lines = [clean(part) for part in row["text"].split("\n") if len(part) > 200 and part.rstrip().endswith(".")]
            text = re.sub(r"\[\d+\]", "", "\n".join(lines[:8]))
            if len(lines) >= 4:
                found.append(Article(text=text, title=row["title"], source=row["id"]))
    return sorted(found, key=lambda article: article.source)[:MOST_ARTICLES]


def make_cases(half: str, articles: Path | None, questions: Sequence[Path] = ()) -> list[Case]:
    cases = [*hand_cases(half), *rule_cases([article for article, _ in hand_articles(half)])]
    if articles:
        cases += rule_cases(more_articles(articles, half), each=8)
    for path in questions:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            cases += asked_cases(map(json.loads, file), half)
    return cases


def file_cases(path: Path, articles: Path, half: str) -> list[FiledCase]:
    """The rows of one half of a set that names its passages by article, offsets and the start of their SHA-256.

    Each sentence cites the passages of its row and no others. It is given one more that it does not cite: the one the
    row names (where the fact stands that another passage is cited for), else the first of the next article.

    Raises:
        ValueError: If an article or a passage is not what the set was written over.
    """
    rows = [row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if row["split"] == half]
    names = list(dict.fromkeys(row["article"] for row in rows))
    originals = _originals(names, articles)
    first = {row["article"]: row["passages"][0] for row in reversed(rows)}
    cases = []
    for row in rows:
        name = row["article"]
        cited = [_filed_hit(*originals[name], *place) for place in row["passages"]]
        if "uncited" in row:
            others = [_filed_hit(*originals[name], *place) for place in row["uncited"]]
        else:
            other = names[(names.index(name) + 1) % len(names)]
            others = [_filed_hit(*originals[other], *first[other])]
        hits = (*others, *cited)
        marks = tuple(range(len(others) + 1, len(hits) + 1))
        claim = _filed_claim(row, originals[name][0])
        cases.append(FiledCase(row["kind"], claim, marks, hits, name, by_hand=True, supported=row["supported"]))
    return cases


def _originals(names: Sequence[str], path: Path) -> dict[str, tuple[str, Article]]:
    """The text that offsets count in, and the article as the index would hold it, by name."""
    found = {}
    for name in names:
        if (SEEDS / name).is_file():
            article = read_markdown((SEEDS / name).read_text(encoding="utf-8"), name)
            assert article is not None
            found[name] = (article.text, article)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["id"] in names:
                article = Article(text=clean(row["text"]), title=row["title"], source=row["id"])
                found[row["id"]] = (row["text"], article)
    if missing := set(names) - set(found):
        raise ValueError(f"articles not found: {sorted(missing)}")
    return found


def _filed_hit(original: str, article: Article, start: int, end: int, digest: str) -> Hit:
    text = clean(original[start:end])
    at = article.text.find(text)
    if at < 0 or not hashlib.sha256(original[start:end].encode()).hexdigest().startswith(digest):
        raise ValueError(f"passage {start}-{end} of {article.source} is not what the set was written over")
    return hit_of(article, at, at + len(text))


def _filed_claim(row: dict[str, Any], original: str) -> str:
    """The sentence; one that is nearly quoted from others is kept as offsets and edits, the last of them first."""
    if "sentence" in row:
        return str(row["sentence"])
    text = original[slice(*row["quote"])]
    for start, end, new in reversed(row["edits"]):
        text = text[:start] + new + text[end:]
    return clean(text)


def show(name: str, results: list[tuple[Case, CheckedSentence]]) -> None:
    if not results:
        return
    print(f"\n{name}\n{'':20} {'n':>5} {'verified':>9} {'weak':>6} {'removed':>8}")
    for kind, cases in by_kind(case for case, _ in results).items():
        wanted = {id(case) for case in cases}
        states = Counter(checked.state for case, checked in results if id(case) in wanted)
        print(f"{kind:20} {len(cases):5} {states['verified']:9} {states['weak']:6} {states['removed']:8}")
    good = [checked for case, checked in results if case.is_supported]
    bad = [checked for case, checked in results if not case.is_supported and case.kind != "hedged"]
    rejected = sum(checked.state == "removed" for checked in good) / max(1, len(good))
    shown = Counter(checked.state for checked in bad)
    print(
        f"supported ones removed: {rejected:.1%}; "
        f"false ones verified: {shown['verified']}, weak: {shown['weak']} of {len(bad)}"
    )


def show_all(results: list[tuple[Case, CheckedSentence]], half: str) -> None:
    own = {article.source for article, _ in hand_articles(half)}
    show("written by hand", [found for found in results if found[0].by_hand])
    show(
        "made by rule from the same articles",
        [found for found in results if not found[0].by_hand and found[0].origin in own],
    )
    others = [found for found in results if found[0].origin not in own]
    asked = {id(found[0]) for found in others if found[0].kind == "paraphrased"}
    titles = {found[0].origin for found in others if id(found[0]) in asked}
    show("made by rule from other articles", [found for found in others if found[0].origin not in titles])
    show("made of people's questions", [found for found in others if found[0].origin in titles])


RULE_WEIGHT = 0.5
"""What all cases made by rule count together, when weights are fitted; those of every other group count 1."""


def group_of(case: Case) -> str:
    """Cases that count alike together: by the set they are from, and answers by how they were written."""
    if isinstance(case, FiledCase):
        return case.kind.partition(" ")[0] if case.kind.startswith(("prompt", "free")) else "filed"
    return "by hand" if case.by_hand else "by rule"


def fit(verifier: Verifier, cases: Sequence[Case]) -> None:
    """Prints weights of a logistic regression (ridge 1 on scaled features) on what the rules let pass, by groups."""
    names = list(WEIGHTS)
    rows, labels, groups = [], [], []
    for case in cases:
        if case.kind in ("quoted", *UNDECIDED):
            continue
        match = verifier.match(analyse(case.claim), cited_sentences(case.marks, case.hits))
        if match and not match.fatal:
            rows.append([getattr(match.found, name) for name in names])
            labels.append(case.is_supported)
            groups.append(group_of(case))
    sizes = Counter(groups)
    weight = np.array([100 * (RULE_WEIGHT if one == "by rule" else 1.0) / sizes[one] for one in groups])
    features, wanted = np.array(rows), np.array(labels, dtype=float)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = np.c_[(features - mean) / spread, np.ones(len(features))]
    ridge = np.r_[np.ones(len(names)), 1e-6]
    found = np.zeros(len(names) + 1)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (weight * (wanted - likely)) - ridge * found
        found += np.linalg.solve(
            (scaled * (weight * likely * (1 - likely))[:, None]).T @ scaled + np.diag(ridge), slope
        )
    raw = found[:-1] / spread
    print(f"{len(rows)} cases, {int(wanted.sum())} supported")
    print(f"INTERCEPT = {found[-1] - raw @ mean:.2f}")
    print("WEIGHTS =", {name: round(float(value), 2) for name, value in zip(names, raw, strict=True)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tune", "judge"), default="judge")
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--questions", type=Path, nargs="*", default=())
    parser.add_argument("--file", type=Path)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--no-reader", action="store_true")
    options = parser.parse_args()
    if options.file and not options.articles:
        parser.error("--file needs --articles")
    verifier = Verifier(SentenceEmbedder.load(IndexSettings()), None if options.no_reader else Reader.load())
    cases: Sequence[Case]
    if options.fit:
        cases = make_cases("tune", None, options.questions)
        cases += file_cases(options.file, options.articles, "tune") if options.file else []
        cases += answer_cases("tune", options.answers) if options.answers else []
        fit(verifier, cases)
        return
    if options.answers:
        cases = answer_cases(options.half, options.answers)
    elif options.file:
        cases = file_cases(options.file, options.articles, options.half)
    else:
        cases = make_cases(options.half, options.articles, options.questions)
    results, times = [], []
    for case in cases:
        started = time.perf_counter()
        results.append((case, verifier.check(case.claim, case.marks, case.hits)))
        times.append(time.perf_counter() - started)
    if options.file or options.answers:
        show(options.file.name if options.file else ANSWERS.name, results)
    else:
        show_all(results, options.half)
    times.sort()
    print(
        f"\nms a sentence: median {1000 * statistics.median(times):.0f}, "
        f"95 % {1000 * times[int(0.95 * len(times))]:.0f}"
    )
    if options.failures and options.half == "tune" and not (options.file or options.answers):
        for case, checked in results:
            wrong = checked.state == "removed" if case.kind in SUPPORTED else checked.state != "removed"
            if wrong or (case.by_hand and case.kind in SUPPORTED and checked.state != "verified"):
                quotes = [evidence.quote for evidence in checked.evidence]
                print(
                    f"{case.kind:12} {checked.state:8} {checked.support:.2f} {case.claim} | {checked.reason} | {quotes}"
                )


if __name__ == "__main__":
    main()
