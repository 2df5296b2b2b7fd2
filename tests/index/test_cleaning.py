"""Canonical text: nothing that a reader does not see, and the same again when it is cleaned again."""

from __future__ import annotations

import unicodedata
from functools import partial

import pytest
from fakes.growth import assert_grows_in_proportion
from fakes.scale import scaled
from hypothesis import given, settings
from strategies import raw_texts

from index.cleaning import clean, one_line

JOINERS = "\u200c\u200d"


@settings(max_examples=scaled(60, 200), deadline=None)
@given(raw_texts)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@settings(max_examples=scaled(60, 200), deadline=None)
@given(raw_texts)
def test_only_visible_characters_and_newlines_are_left(text: str) -> None:
    cleaned = clean(text)
    for at, char in enumerate(cleaned):
        if char in JOINERS:
            neighbours = cleaned[at - 1 : at] + cleaned[at + 1 : at + 2]
            assert len(neighbours) == 2
            assert not any(other.isascii() or other.isspace() or other in JOINERS for other in neighbours)
        else:
            assert char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


@settings(max_examples=scaled(60, 200), deadline=None)
@given(raw_texts)
def test_white_space_is_single_spaces_and_at_most_one_empty_line(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(char in " \n" for char in cleaned if char.isspace())
    assert "  " not in cleaned
    assert "\n\n\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert all(line == line.strip() for line in cleaned.split("\n"))
    assert "\n" not in one_line(text)


@settings(max_examples=scaled(60, 200), deadline=None)
@given(raw_texts)
def test_letters_and_digits_stay_in_their_order(text: str) -> None:
    def visible(value: str) -> str:
        return "".join(char for char in unicodedata.normalize("NFD", value) if char.isalnum())

    assert visible(clean(text)) == visible(text)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("", ""),
        (" \t\r\n\u3000\u200b ", ""),
        ("a\r\nb\rc\u2028d\u2029e\x85f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\n \t\n\n \nb", "a\n\nb"),
        ("a\u00a0\u2009\u3000\tb", "a b"),
        ("a\x1cb", "a b"),
        ("soft\u00adhyphen zero\u200bwidth\ufeff", "softhyphen zerowidth"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("hidden\U000e0041\U000e0042\ue000\ud800\x00\x1b[31m", "hidden[31m"),
        ("e\u0301te\u0301", "été"),
        ("pass\u200dword \u200dx\u200c", "password x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("می\u200c\u200d\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        # Letters that NFC makes ASCII: a joiner beside one can only hide.
        ("ß\u200d\u212a", "ßK"),
        ("ß\u200d\u037e", "ß;"),
        ("ßx\u200d\u0301", "ßx\u0301"),
        ("ß\u200de\u200d\u0301", "ßé"),
    ],
)
def test_examples(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned
    assert clean(cleaned) == cleaned


def test_ordinary_text_is_left_as_it_is() -> None:
    text = "On 20 November 2024, ESA and JAXA signed.\n\n“Well,” he said – ça va? 5 € für 😀 宇宙航空。"
    assert clean(text) == text


def test_piles_of_marks_are_cut_and_finish() -> None:
    # Sorting marks is quadratic; without a limit this runs for minutes.
    cleaned = clean("a" + "\u0301\u0323" * 250_000 + "b")
    assert len(cleaned) <= 33
    assert cleaned.endswith("b")
    assert clean(cleaned) == cleaned
    assert clean("\u0958" + "\u0301" * 30) == clean(clean("\u0958" + "\u0301" * 30))


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["word ", "\n", " \n", "\u200d", "ä\u200d", "e\u0301", "\u0301\u0323", "\r", "\x00", "한"]
)
def test_work_grows_with_the_text_and_not_faster(unit: str) -> None:
    assert_grows_in_proportion(lambda size: partial(clean, unit * (size // len(unit))), 500_000)
