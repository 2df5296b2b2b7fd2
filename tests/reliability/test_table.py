from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reliability.all import SERIES
from reliability.table import Series, Tally, as_json, as_table


def series(run: Any) -> Series:
    return Series(
        name="falls",
        figure="stones that fall",
        good={"stones": 10},
        excellent={"stones": 100},
        small={"stones": 10},
        full={"stones": 100},
        run=run,
        seed=3,
    )


def drop(tally: Tally, folder: Path, *, seed: int, stones: int) -> None:
    assert seed == 3
    assert not list(folder.iterdir())
    tally.counts["stones"] += stones


def test_the_grade_is_what_the_counts_reach() -> None:
    small, full = series(drop).go("small"), series(drop).go("full")
    assert (small.grade, full.grade) == ("good", "excellent")
    assert series(lambda tally, folder, **_: None).go("full").grade == "-"
    assert "| 100 stones, 0 violations | excellent |" in as_table([full])
    assert "`python tests/benchmarks/reliability.py falls --scale full`" in as_table([full])
    assert as_json([full])["results"][0]["reached"] == {"stones": 100}


def test_a_violation_is_shown_and_outweighs_everything() -> None:
    def one_flies(tally: Tally, folder: Path, *, seed: int, stones: int) -> None:
        drop(tally, folder, seed=seed, stones=stones)
        with tally.trial("stone 7"):
            raise AssertionError("it\nflew")

    result = series(one_flies).go("full")
    assert result.grade == "VIOLATED"
    assert "- stone 7: AssertionError: it flew" in as_table([result])


def test_a_series_that_breaks_off_is_a_violation() -> None:
    def breaks(tally: Tally, folder: Path, **_: int) -> None:
        raise OSError("no stones")

    assert series(breaks).go("small").violations == ["the series broke off: OSError: no stones"]


def test_an_interruption_leaves_what_was_done() -> None:
    def interrupted(tally: Tally, folder: Path, **_: int) -> None:
        tally.counts["stones"] += 12
        raise KeyboardInterrupt

    result = series(interrupted).go("full")
    assert not result.is_whole
    assert (result.counts, result.grade) == ({"stones": 12}, "good")
    assert "(interrupted)" in as_table([result])


def test_how_far_it_is_is_said_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    now = [100.0]
    monkeypatch.setattr("reliability.table.time.monotonic", lambda: now[0])
    tally = Tally("falls", told.append)
    tally.progress(1, 100)
    assert told == []
    now[0] = 130.0
    tally.progress(10, 100)
    tally.progress(11, 100)
    assert told == ["falls: 10 of 100, about 5 min left"]


def test_every_series_can_reach_what_it_is_to_reach() -> None:
    assert len({one.name for one in SERIES}) == len(SERIES)
    for one in SERIES:
        assert one.small.keys() == one.full.keys()
        assert all(one.excellent[name] >= least for name, least in one.good.items()), one.name
