"""The measure of growth notices work that grows with the square of its input."""

from __future__ import annotations

import pytest
from fakes.growth import assert_grows_in_proportion


def test_proportion_passes_and_a_square_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_grows_in_proportion(lambda size: lambda: sum(range(size)), 200_000)
    monkeypatch.setattr("fakes.growth._ATTEMPTS", 2)  # a square never passes, however often it is tried
    with pytest.raises(AssertionError, match="times as long"):
        assert_grows_in_proportion(lambda size: lambda: sum(sum(range(size)) for _ in range(size)), 1_000)
