"""Dates as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.dates import iso_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-11-22", "2024-11-22"),
        ("2024-11-22T08:30:00+09:00", "2024-11-22"),
        ("2024/1/5", "2024-01-05"),
        ("Fri, 22 Nov 2024 08:30:00 GMT", "2024-11-22"),
        ("22 November 2024", "2024-11-22"),
        ("the 3rd of March 1999", "1999-03-03"),
        ("Nov 22, 2024", "2024-11-22"),
        ("Nov. 22, 2024", "2024-11-22"),
        ("Paris, France (SPX) Sept 2, 2024", "2024-09-02"),
        ("May 1st 2020", "2020-05-01"),
        ("22-Nov-2024", "2024-11-22"),
        ("2024-11", "2024-11"),
        ("November 2024", "2024-11"),
        ("2024", "2024"),
        ("03/04/2024", "2024"),
        ("30 February 2024", "2024-02"),
        ("2024-13-45", "2024"),
        ("", None),
        ("no date", None),
        ("12345678", None),
        ("room 2500", None),
    ],
)
def test_known_forms(text: str, expected: str | None) -> None:
    assert iso_date(text) == expected


@given(st.dates(min_value=dt.date(1500, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_every_day_is_read_back(day: object) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%b %d, %Y", "%a, %d %b %Y 10:00:00 +0000"):
        assert iso_date(day.strftime(form)) == day.isoformat()  # type: ignore[attr-defined]
