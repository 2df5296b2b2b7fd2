"""Figures against values worked out by hand, and laws that hold for all."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation import metrics
from assistant.evaluation.figures import Figure

shares = st.floats(0, 1)
judged = st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=40)
# Few different values, so that ties are frequent.
tied = st.lists(st.tuples(st.sampled_from([0.1, 0.35, 0.6, 1.0]), st.booleans()), min_size=1, max_size=40)


def apart(pairs: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Grey  Owl!", "grey owl"),
        ("a an the", ""),
        ("Theatre and a bandana", "theatre and bandana"),
        ("Co-operation, (2024)", "cooperation 2024"),
        ("“Straße” – 宇宙。", "straße 宇宙"),
        ("Cafe\u0301", "café"),
        ("$5", "5"),
    ],
)
def test_answers_are_compared_as_for_squad(text: str, expected: str) -> None:
    assert metrics.normalise(text) == expected


@pytest.mark.parametrize(
    ("said", "accepted", "exact", "f1"),
    [
        ("the Mitsui Fudosan.", ["Mitsui Fudosan"], 1, 1),
        ("Mitsui Fudosan of Tokyo", ["Mitsui Fudosan"], 0, 2 / 3),
        ("20 November", ["in winter", "November 20"], 0, 1),
        ("cat cat", ["cat"], 0, 2 / 3),
        ("cat cat dog", ["cat cat owl"], 0, 2 / 3),
        ("", ["cat"], 0, 0),
        ("the", ["a"], 1, 1),
        ("cat", [], 0, 0),
    ],
)
def test_exact_match_and_f1(said: str, accepted: list[str], exact: float, f1: float) -> None:
    assert metrics.exact_match(said, accepted) == exact
    assert metrics.token_f1(said, accepted) == pytest.approx(f1)


@given(st.text(max_size=40), st.text(max_size=40))
def test_f1_is_a_share_the_same_both_ways_and_1_for_a_match(one: str, other: str) -> None:
    found = metrics.token_f1(one, [other])
    assert 0 <= found <= 1
    assert found == metrics.token_f1(other, [one])
    assert metrics.token_f1(one, [one]) == metrics.exact_match(one, [one]) == 1
    assert found >= metrics.exact_match(one, [other])


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("They met on 20 November 2024.", "20 November", True),
        ("They met on 20 November 2024.", "the 20 November,", True),
        ("They met in 2024.", "202", False),
        ("The Paris-based agency", "Paris", True),
        ("The co-operation", "cooperation", True),
        ("She plays in The The.", "the", True),  # nothing is left of it, so it is looked for as it stands
        ("Costs rise.", "?!", False),
        ("Anything", " ", False),
    ],
)
def test_whole_words_are_looked_for(text: str, answer: str, *, expected: bool) -> None:
    assert metrics.holds(text, answer) is expected


@pytest.mark.parametrize(
    ("spellings", "expected"), [("moon|LUNAR", True), ("commerciali", True), ("mars", False), ("mars||", False)]
)
def test_a_spelling_may_stand_inside_a_word(spellings: str, *, expected: bool) -> None:
    assert metrics.has_spelling("Lunar commercialisation", spellings) is expected


def test_ranks_by_hand() -> None:
    assert metrics.first_rank([False, True, True]) == 2
    assert metrics.first_rank([False]) is None
    assert metrics.ndcg([True, False, True], 2) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert metrics.ndcg([False, True], 5) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert metrics.ndcg([], 1) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 5))
def test_ndcg_is_a_share_and_best_in_the_best_order(relevant: list[bool], not_found: int) -> None:
    total = max(1, sum(relevant) + not_found)
    found = metrics.ndcg(relevant, total)
    best = metrics.ndcg(sorted(relevant, reverse=True), total)
    assert 0 <= found <= best + 1e-12 <= 1 + 2e-12
    if not_found == 0 and any(relevant):
        assert best == pytest.approx(1)


def test_auc_by_hand() -> None:
    assert metrics.auc([0.8, 0.9], [0.1, 0.2]) == 1
    assert metrics.auc([0.1], [0.9, 0.8]) == 0
    assert metrics.auc([0.5, 0.9], [0.5, 0.7]) == pytest.approx((0.5 + 0 + 1 + 1) / 4)
    assert metrics.auc([], [0.5]) is None
    assert metrics.auc([0.5], []) is None


@given(tied.filter(lambda pairs: len({truth for _, truth in pairs}) == 2))
def test_auc_is_that_of_a_well_kept_library_and_turns_round_with_its_sides(pairs: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import roc_auc_score  # takes a second, which only this test needs

    yes = [value for value, truth in pairs if truth]
    no = [value for value, truth in pairs if not truth]
    values, truth = apart(pairs)
    found, turned = metrics.auc(yes, no), metrics.auc(no, yes)
    assert found == pytest.approx(roc_auc_score(truth, values))
    assert turned is not None
    assert found == pytest.approx(1 - turned)


def test_calibration_by_hand() -> None:
    bins = metrics.calibration([0.05, 0.95, 0.95, 1.0], [False, True, False, True])
    assert len(bins) == metrics.BINS
    filled = [(one.low, one.count, one.confidence, one.right) for one in bins if one.count]
    assert filled == [(0.0, 1, 0.05, 0.0), (0.9, 3, pytest.approx(2.9 / 3), pytest.approx(2 / 3))]
    assert metrics.calibration_error(bins) == pytest.approx((0.05 + 3 * (2.9 / 3 - 2 / 3)) / 4)
    assert metrics.calibration_error(metrics.calibration([], [])) is None


def test_risk_and_coverage_by_hand() -> None:
    points = metrics.risk_coverage([0.2, 0.9, 0.5], [False, True, False])
    assert [(one.threshold, one.coverage, one.risk) for one in points] == [
        (0.9, pytest.approx(1 / 3), 0),
        (0.5, pytest.approx(2 / 3), 0.5),
        (0.2, 1, pytest.approx(2 / 3)),
    ]
    assert metrics.area_under_risk([0.2, 0.9, 0.5], [False, True, False]) == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert metrics.area_under_risk([0.5, 0.5], [True, False]) == pytest.approx(0.5)
    assert metrics.risk_coverage([], []) == ()
    assert metrics.area_under_risk([], []) is None


def test_a_perfect_order_has_less_risk_than_the_inverted_one() -> None:
    truth = [True] * 6 + [False] * 4
    falling = [1 - place / 10 for place in range(10)]
    best = metrics.area_under_risk(falling, truth)
    worst = metrics.area_under_risk(falling[::-1], truth)
    assert best == pytest.approx((1 / 7 + 2 / 8 + 3 / 9 + 4 / 10) / 10)
    assert worst is not None
    assert best is not None
    assert worst > 0.6
    assert best < 0.2


@given(st.one_of(judged, tied), st.randoms(use_true_random=False))
def test_figures_of_the_confidence_stay_in_bounds_and_do_not_depend_on_the_order(
    pairs: list[tuple[float, bool]], chance: random.Random
) -> None:
    confidences, right = apart(pairs)
    bins, points = metrics.calibration(confidences, right), metrics.risk_coverage(confidences, right)
    error, area = metrics.calibration_error(bins), metrics.area_under_risk(confidences, right)
    assert sum(one.count for one in bins) == len(pairs)
    assert error is not None
    assert area is not None
    assert 0 <= error <= 1
    assert 0 <= area <= 1
    assert points[-1].coverage == 1
    assert points[-1].risk == pytest.approx(1 - sum(right) / len(right))
    assert [one.coverage for one in points] == sorted({one.coverage for one in points})
    shuffled = pairs.copy()
    chance.shuffle(shuffled)
    again = apart(shuffled)
    assert metrics.risk_coverage(*again) == points
    assert metrics.area_under_risk(*again) == pytest.approx(area)
    assert metrics.calibration_error(metrics.calibration(*again)) == pytest.approx(error)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_of_a_share_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    found = metrics.interval([1.0] * right + [0.0] * (of - right))
    assert list(found or ()) == pytest.approx([low, high], abs=1e-4)


@given(st.lists(shares, min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_an_interval_lies_in_bounds_and_is_the_same_in_any_order(values: list[float], chance: random.Random) -> None:
    found = metrics.interval(values)
    assert found is not None
    assert min(values) * 0 <= found[0] <= found[1] <= 1 + 1e-12
    shuffled = values.copy()
    chance.shuffle(shuffled)
    assert metrics.interval(shuffled) == found


def test_a_bootstrap_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few = Figure.of([0.1, 0.5, 0.9, 0.4] * 5)
    many = Figure.of([0.1, 0.5, 0.9, 0.4] * 500)
    assert few.value == pytest.approx(0.475)
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low < many.low < 0.475 < many.high < few.high


def test_a_figure_of_nothing_or_of_one() -> None:
    assert Figure.of([None, None]) == Figure(value=None, count=0)
    assert Figure.of([None, True]) == Figure(value=1.0, count=1)
    assert metrics.interval([1.0]) is None
