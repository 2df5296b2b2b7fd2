from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import KEYWORD_WEIGHT, fuse

NAMES = st.sampled_from("abcdefgh")
SIMILARITIES = st.dictionaries(NAMES, st.floats(-1, 1))
KEYWORD_SCORES = st.dictionaries(NAMES, st.floats(0, 50))


def test_by_hand() -> None:
    scores = fuse({"a": 0.5, "b": 0.25, "c": -0.5}, {"a": 2.0, "b": 4.0}, 4.0)
    assert scores == pytest.approx({"a": 0.45 * 0.5 + 0.55 * 0.5, "b": 0.45 * 0.25 + 0.55, "c": 0.0})


def test_without_shared_words_meaning_decides() -> None:
    assert fuse({"a": 0.5, "b": 0.9}, {}, 0.0) == pytest.approx({"a": 0.225, "b": 0.405})
    assert fuse({"a": 0.5, "b": 0.9}, {"a": 0.0}, 7.0) == pytest.approx({"a": 0.225, "b": 0.405})


def test_a_few_shared_words_of_many_do_not_outdo_meaning() -> None:
    """The passage in other words wins although the other one is the best by words."""
    scores = fuse({"a": 0.6, "b": 0.3}, {"b": 1.0}, 10.0)
    assert scores["a"] > scores["b"]


def test_nothing_found() -> None:
    assert fuse({}, {}, 0.0) == {}
    assert fuse({}, {"a": 1.0}, 1.0) == {}


@given(SIMILARITIES, KEYWORD_SCORES)
def test_every_candidate_has_a_score_from_0_to_1(similarities: dict[str, float], keywords: dict[str, float]) -> None:
    scores = fuse(similarities, keywords, 20.0)
    assert set(scores) == set(similarities)
    assert all(0 <= score <= 1 + 1e-9 for score in scores.values())


@given(SIMILARITIES, KEYWORD_SCORES, NAMES, st.floats(0, 1))
def test_more_similar_is_never_worse(
    similarities: dict[str, float], keywords: dict[str, float], name: str, more: float
) -> None:
    before = fuse({**similarities, name: 0.0}, keywords, 20.0)
    after = fuse({**similarities, name: more}, keywords, 20.0)
    assert after[name] >= before[name]
    assert all(after[other] == before[other] for other in before if other != name)


def test_the_scale_of_bm25_does_not_matter() -> None:
    similarities = {"a": 0.3, "b": 0.2}
    small, large = fuse(similarities, {"a": 1, "b": 2}, 2), fuse(similarities, {"a": 100, "b": 200}, 200)
    assert small == pytest.approx(large)
    assert small["b"] - (1 - KEYWORD_WEIGHT) * 0.2 == pytest.approx(KEYWORD_WEIGHT)
