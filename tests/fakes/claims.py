"""Sentences for the check of a model's answers, each of a kind that says what is to become of it.

Some are written by hand, some made by rule. Articles are apart in two halves, ``tune`` and ``judge``: whatever is
fitted or looked at one by one comes from the first.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.rewriting import spliced, variants

from assistant.verification.analysis import analyse
from index.readers.markdown import read_markdown
from index.sentences import sentence_spans
from index.types import Article, Hit, Passage

DATA = Path(__file__).parent.parent / "data" / "claims.jsonl"
SEEDS = Path(__file__).parent.parent.parent / "seeds"
SUPPORTED = ("quoted", "paraphrased", "respelt", "reordered", "passive")
"""Kinds that must not be removed."""
UNDECIDED = ("hedged",)
"""Kinds that must not be verified, but may be shown as weak."""
PASSAGE_SENTENCES = 5
MOST_CITED = 3


@dataclass(frozen=True)
class Case:
    """A sentence as a model might write it.

    Attributes:
        kind: What was done to it.
        claim: The sentence.
        marks: Passages that it cites.
        hits: Passages that the model was given.
        origin: Name of the article.
        by_hand: Whether a person wrote it.
    """

    kind: str
    claim: str
    marks: tuple[int, ...]
    hits: tuple[Hit, ...]
    origin: str
    by_hand: bool

    @property
    def is_supported(self) -> bool:
        return self.kind in SUPPORTED


def hit_of(article: Article, start: int, end: int) -> Hit:
    passage = Passage.of(article, start, end)
    return Hit(passage=passage, article=article, score=1.0, similarity=1.0, keyword_score=1.0)


def passages_of(article: Article) -> list[Hit]:
    """Passages of some sentences each, without overlap."""
    spans = sentence_spans(article.text)
    groups = [spans[at : at + PASSAGE_SENTENCES] for at in range(0, len(spans), PASSAGE_SENTENCES)]
    return [hit_of(article, group[0][0], group[-1][1]) for group in groups]


def hand_articles(half: str) -> list[tuple[Article, list[tuple[str, str]]]]:
    """Articles of one half with the claims written for them: kind and sentence."""
    found = []
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == half:
            found.append((_article(row), [(kind, text) for kind, text in row["claims"]]))
    return found


def _article(row: dict[str, Any]) -> Article:
    if row.get("seed"):
        article = read_markdown((SEEDS / row["id"]).read_text(encoding="utf-8"), row["id"])
        assert article is not None
        return article
    return Article(text=row["text"], title=row["title"], published=row["published"], source=row["id"])


def hand_cases(half: str) -> list[Case]:
    """What people wrote: each cites every passage of its article that comes near, as a model that is unsure does."""
    articles = hand_articles(half)
    cases = []
    for at, (article, claims) in enumerate(articles):
        other = passages_of(articles[(at + 1) % len(articles)][0])[0]
        for kind, text in claims:
            near = _near(text, passages_of(article))
            hits = (other, *near)
            cases.append(Case(kind, text, tuple(range(2, len(hits) + 1)), hits, article.source, by_hand=True))
    return cases


def _near(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The passages that share most words with a text, at most three, in the order of the article."""
    words = set(re.findall(r"\w+", text.lower()))
    ranked = sorted(hits, key=lambda hit: -len(words & set(re.findall(r"\w+", hit.passage.text.lower()))))
    return sorted(ranked[:MOST_CITED], key=lambda hit: hit.passage.start)


def half_of(name: str) -> str:
    """The half of an article that no person assigned, by its name alone."""
    return "tune" if zlib.crc32(name.encode()) % 2 else "judge"


def rule_cases(articles: Sequence[Article], *, seed: int = 11, each: int = 12) -> list[Case]:
    """Cases made by rule from the sentences of articles of one half.

    Args:
        articles: Two or more.
        seed: Of the choices.
        each: Sentences taken of an article, at most.
    """
    chance = random.Random(seed)
    cases: list[Case] = []
    for at, article in enumerate(articles):
        hits = passages_of(article)
        others = [passages_of(articles[(at + step) % len(articles)]) for step in (1, 2)]
        usable = [(number, text) for number, hit in enumerate(hits) for text in _usable(hit)]
        for number, text in chance.sample(usable, min(each, len(usable))):
            given = (others[0][0], *hits[max(0, number - 1) : number + 2])
            marks = tuple(range(2, len(given) + 1))
            cases += [
                Case(kind, changed, marks, given, article.source, by_hand=False)
                for kind, changed in variants(text, article, chance)
            ]
            foreign = (hits[number], *others[0][:2], *others[1][:1])
            cases.append(
                Case("wrong source", text, tuple(range(2, len(foreign) + 1)), foreign, article.source, by_hand=False)
            )
        strange = [text for hit in others[1] for text in _usable(hit)]
        for text in chance.sample(strange, min(3, len(strange))):
            if invented := spliced(text, article, chance):
                given = tuple(hits[:MOST_CITED])
                cases.append(
                    Case("invented", invented, tuple(range(1, len(given) + 1)), given, article.source, by_hand=False)
                )
    return cases


def _usable(hit: Hit) -> Iterator[str]:
    for start, end in sentence_spans(hit.passage.text):
        text = hit.passage.text[start:end]
        if 7 <= len(text.split()) <= 32 and re.match(r"[A-Z]", text) and text.endswith(".") and "(" not in text:
            yield text


def by_kind(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Cases by kind, supported kinds first."""
    found: dict[str, list[Case]] = {kind: [] for kind in SUPPORTED}
    for case in cases:
        found.setdefault(case.kind, []).append(case)
    return {kind: listed for kind, listed in found.items() if listed}


def asked_cases(rows: Iterable[dict[str, Any]], half: str, most: int = 400) -> list[Case]:
    """Statements out of people's questions about the subject of a sentence: ``Who founded X?`` and the answer.

    The question's words are a person's own, so such a statement is a paraphrase that no author of this check wrote.
    With another name or number of the same paragraph for the answer it is false.

    Args:
        rows: Of a question set: ``title``, ``question``, ``context``, ``answers`` with ``text``.
        half: Titles of which half.
        most: Cases.
    """
    cases: list[Case] = []
    for row in rows:
        if half_of(row["title"]) != half or not row["answers"] or len(cases) >= most:
            continue
        match = _ASKED.match(row["question"].strip())
        answer = row["answers"][0]["text"].strip().rstrip(".,")
        if not match or len(answer.split()) > 5 or _ILL_FORMED.search(match["rest"]):
            continue
        article = Article(
            text=" ".join(row["context"].split()), title=row["title"].replace("_", " "), source=row["title"]
        )
        hits = tuple(passages_of(article)[:MOST_CITED])
        if answer.lower() not in " ".join(hit.passage.text for hit in hits).lower():
            continue
        marks = tuple(range(1, len(hits) + 1))
        rest = match["rest"].strip()
        cases.append(
            Case("paraphrased", f"{answer[0].upper()}{answer[1:]} {rest}.", marks, hits, article.source, by_hand=False)
        )
        wrong = _other_answer(answer, article)
        if wrong and wrong.lower() not in rest.lower():
            kind = "number" if any(map(str.isdigit, wrong)) else "name"
            cases.append(Case(kind, f"{wrong} {rest}.", marks, hits, article.source, by_hand=False))
    return cases


_ILL_FORMED = re.compile(
    r"\b(?:called|known|as|of|in|on|for|to|by|with|from|at|do|or|happen\w*|name|named|\w+ing)$|\bhappened\b"
)
_ASKED = re.compile(
    r"(?:who|what(?: \w+)?|which(?: \w+)?) "
    r"(?P<rest>(?:was|is|were|are|has|had|will|can|[a-z]+ed|won|led|wrote|made|became|built|held|gave|began|took)"
    r" [^?]+)\?$",
    re.IGNORECASE,
)


def _other_answer(answer: str, article: Article) -> str:
    """A name of the article that shares no word with the answer, for an answer that is a name itself."""
    if not answer[:1].isupper():
        return ""
    ours = {word.lower() for word in re.findall(r"\w+", answer)}
    for start, end in sentence_spans(article.text):
        for name in analyse(article.text[start:end]).names:
            if name.is_sure and not ours & {word.lower() for word in re.findall(r"\w+", name.text)}:
                return name.text.removesuffix("'s").removesuffix("’s")
    return ""
