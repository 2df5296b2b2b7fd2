from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.thoughts import without_thoughts


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[start:end] for start, end in pairwise(places)]


@given(st.text(), st.lists(st.integers(min_value=0)))
def test_a_text_without_thoughts_is_kept_as_it_is(text: str, cuts: list[int]) -> None:
    text = "The answer " + text
    assert "".join(without_thoughts(pieces_of(text, cuts))) == text


@given(st.text(alphabet="ab<>/think \n"), st.text(min_size=1), st.lists(st.integers(min_value=0)))
def test_thoughts_are_taken_out_wherever_the_pieces_are_cut(thoughts: str, text: str, cuts: list[int]) -> None:
    thoughts = thoughts.replace("</think>", "")
    whole = f"\n<think>{thoughts}</think>\n\n{text}"
    expected = whole.partition("</think>")[2].lstrip()
    assert "".join(without_thoughts(pieces_of(whole, cuts))) == expected


@pytest.mark.parametrize("text", ["<", "<think", "<thinking about it", "< think>"])
def test_what_only_looks_like_a_beginning_is_text(text: str) -> None:
    assert "".join(without_thoughts(list(text))) == text


def test_a_piece_is_not_held_back_longer_than_it_must_be() -> None:
    given_out = without_thoughts(iter(["The", " answer"]))
    assert next(given_out) == "The"
