"""Yes-or-no questions that are decided by who, when or where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from fakes.embedder import WordEmbedder

from assistant.answers.candidates import LACKING_WEIGHT, SENTENCE_WEIGHTS, rank
from assistant.answers.deciding import decided_by, predicate, what_decides
from assistant.answers.extractive import Selection, select
from assistant.reader import Reader
from index.keywords import KeywordIndex, write_keywords
from index.search import Index
from index.types import Article, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.embeddings import SentenceEmbedder


@pytest.mark.parametrize(
    ("question", "decides"),
    [
        ("Will Athena launch before 2030?", "When will Athena launch?"),
        ("Did it land on 20 July 1969?", "When did it land?"),
        ("was it invented in the 1960s", "When was it invented?"),
        ("Has ESA worked with JAXA since 2010?", "Since when has ESA worked with JAXA?"),
        ("Was cross U founded by JAXA?", "By whom was cross U founded?"),
        ("Is the centre run by the Bank of Corvik?", "By whom is the centre run?"),
        ("Is cross U based in Osaka?", "Where is cross U based?"),
        ("Is the tower more than 300 metres high?", "How high is the tower?"),
        (
            "Are there at least 100 space organisations at Harwell?",
            "How many space organisations at Harwell are there?",
        ),
        ("Does the campus host over two thousand people?", "How many people does the campus host?"),
    ],
)
def test_what_a_question_takes_for_granted_is_asked_for(question: str, decides: str) -> None:
    assert what_decides(question) == decides


@pytest.mark.parametrize(
    "question",
    [
        "Is Apophis an asteroid?",
        "Can I pay in Euros?",
        "Was it written by a team of engineers?",
        "Was it written in French?",
        "When was it founded by JAXA?",
        "Who was born in 1950?",
        "Do ESA and JAXA work together?",
        "",
    ],
)
def test_nothing_is_asked_in_the_place_of_other_questions(question: str) -> None:
    assert what_decides(question) is None


@pytest.fixture(scope="module")
def ask(seeds_home: Path, embedder: SentenceEmbedder) -> Callable[[str], Selection]:
    index = Index.open(seeds_home, embedder=embedder)
    reader = Reader.load()
    return lambda question: select(question, index.search(question, k=8), embedder, index.keywords, reader)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Was cross U founded by JAXA?", "Mitsui Fudosan"), ("Will Athena launch before 2030?", "2037")],
)
def test_the_sentence_that_decides_is_shown(ask: Callable[[str], Selection], question: str, answer: str) -> None:
    found = ask(question)
    best = found.shown[0].sentence
    assert best.answer is not None
    assert answer in best.article.text[slice(*best.answer)]
    assert found.probability >= 0.5


def test_what_the_articles_do_not_tell_stays_undecided(ask: Callable[[str], Selection]) -> None:
    assert ask("Was Harwell Campus painted by Claude Monet?").probability < 0.5


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Did the miners win the case?", {"win", "case"}),
        ("Did Ada Hope's brother resign?", {"resign"}),
        ("Is there a lift?", {"lift"}),
        ("Who won the case?", set()),
        ("Did they?", set()),
    ],
)
def test_what_a_yes_or_no_question_asks_its_subject_about(question: str, expected: set[str]) -> None:
    assert predicate(question) == expected


def test_the_contrary_decides_and_so_does_another_form() -> None:
    assert {"won", "lost"} <= decided_by("win")
    assert "found" in decided_by("find")
    assert "lost" not in decided_by("find")
    assert decided_by("boat") == set()


def test_a_sentence_that_only_names_the_subject_does_not_decide(tmp_path: Path) -> None:
    text = "Not all of the miners took part. The miners lost in May."
    article = Article(title="News", text=text)
    hit = Hit(passage=Passage.of(article, 0, len(text)), article=article, score=0.9, similarity=0.5, keyword_score=1.0)
    write_keywords(tmp_path, [text, "Something else."])
    ranked = rank("Did the miners win the case?", [hit], WordEmbedder(), KeywordIndex.open(tmp_path))
    assert [one.text[:7] for one in ranked] == ["The min", "Not all"]
    features = [(one.similarity, one.coverage, one.hit_score) for one in ranked]
    lacks = [one.score - float(np.dot(SENTENCE_WEIGHTS, of)) for one, of in zip(ranked, features, strict=True)]
    assert lacks == pytest.approx([0.0, LACKING_WEIGHT])
    assert not any(one.is_lacking for one in ranked)  # no value is asked for
