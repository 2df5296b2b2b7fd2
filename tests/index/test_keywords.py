from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import IndexDamagedError
from index.keywords import STOP_WORDS, KeywordIndex, words, write_keywords

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "The comet's tail was seen from Kourou.",
    "A comet and another comet, said the astronomers.",
    "Bread is baked in the morning.",
    "…",
]


@pytest.fixture
def keywords(tmp_path: Path) -> KeywordIndex:
    write_keywords(tmp_path / "keywords", TEXTS)
    return KeywordIndex.open(tmp_path / "keywords")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Comets", ["comet"]),
        ("comet's comet’s comets'", ["comet", "comet", "comet"]),
        ("What is it about?", []),
        ("", []),
        ("…!? --", []),
        ("ESA/JAXA 2029", ["esa", "jaxa", "2029"]),
        ("Ελλάδα, Größe", ["ελλάδα", "größe"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_no_stop_word_is_searched() -> None:
    assert words(" ".join(STOP_WORDS)) == []


def test_texts_that_share_words_score_and_others_do_not(keywords: KeywordIndex) -> None:
    assert len(keywords) == len(TEXTS)
    scores = keywords.scores("Which comets?")
    assert scores.shape == (len(TEXTS),)
    assert scores[1] > scores[0] > 0
    assert not scores[2:].any()


@pytest.mark.parametrize("question", ["", "the of and", "unheard", "\x00", "?" * 2000, "“”"])
def test_a_question_without_a_known_word_scores_nothing(keywords: KeywordIndex, question: str) -> None:
    assert not keywords.scores(question).any()


def test_a_word_said_twice_counts_once(keywords: KeywordIndex) -> None:
    assert np.array_equal(keywords.scores("comet comet comets"), keywords.scores("comet"))


def test_rare_words_weigh_more(keywords: KeywordIndex) -> None:
    common, rare, unknown = (keywords.weight(word) for word in ("comet", "bread", "unheard"))
    assert 0 < common < rare < unknown
    assert common == pytest.approx(np.log(1 + (4 - 2 + 0.5) / (2 + 0.5)))


def test_texts_without_any_word_can_be_written(tmp_path: Path) -> None:
    write_keywords(tmp_path, ["…", "the"])
    assert KeywordIndex.open(tmp_path).scores("the comet").tolist() == [0, 0]


def test_what_cannot_be_read_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError):
        KeywordIndex.open(tmp_path / "nowhere")
    write_keywords(tmp_path, TEXTS)
    for path in sorted(tmp_path.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(IndexDamagedError):
            KeywordIndex.open(tmp_path)
        path.write_bytes(content)
    assert len(KeywordIndex.open(tmp_path)) == len(TEXTS)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    write_keywords(tmp_path, TEXTS)
    for path in tmp_path.glob("*.npy"):
        content = path.read_bytes()
        np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
        with pytest.raises(IndexDamagedError):
            KeywordIndex.open(tmp_path)
        path.write_bytes(content)
