from __future__ import annotations

import pytest
from fakes.growth import assert_grows_in_proportion
from hypothesis import given
from hypothesis import strategies as st

from index.abbreviations import expand, learn

NAMES = {"KDA": "Karoo Deep Array", "BoE": "Bank of England", "WHO": "World Health Organization"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Karoo Deep Array (KDA) listens.", {"KDA": "Karoo Deep Array"}),
        ("The KDA (Karoo Deep Array) listens.", {"KDA": "Karoo Deep Array"}),
        ("Two Small Craft Harbours (SCHs) were dug.", {"SCH": "Small Craft Harbours"}),
        ("the Bank of England (BoE)", {"BoE": "Bank of England"}),
        ("the National Institute of Health (NIH)", {"NIH": "National Institute of Health"}),
        ("the Square-Kilometre Array (SKA)", {"SKA": "Square-Kilometre Array"}),
        ("In Cork the Ross Bay Authority (RBA) met.", {"RBA": "Ross Bay Authority"}),
    ],
)
def test_names_and_abbreviations_that_stand_together(text: str, found: dict[str, str]) -> None:
    assert learn([text]) == found


@pytest.mark.parametrize(
    "text",
    [
        "The Karoo Deep Array (KDX) listens.",
        "The keeper (KDA) listens.",
        "It keeps deep accounts (KDA).",
        "He met Karl. Dora Ames (KDA) came too.",  # over the end of a sentence
        "The Karoo Deep Array(KDA)",
        "The Karoo Deep Array (2019)",
        "The Array (A)",
        "KDA (the array in the Karoo)",
        f"The {'Karoo' * 20} Deep Array (KDA)",
        "Aa Bb Cc Dd Ee Ff Gg Hh Ii (ABCDEFGHI)",  # no abbreviation has nine letters
        "((((((KDA)",
        "",
    ],
)
def test_what_explains_nothing(text: str) -> None:
    assert learn([text]) == {}


def test_what_stands_for_two_names_is_left_out() -> None:
    texts = ["The Karoo Deep Array (KDA).", "The Kiel Dock Authority (KDA).", "The Karoo Deep Array (KDA)."]
    assert learn(texts) == {}
    assert learn(["The Karoo Deep Array (KDA).", "KDA (Karoo Deep Arrays)"]) == {"KDA": "Karoo Deep Array"}


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("Who runs the KDA?", "Who runs the Karoo Deep Array (KDA)?"),
        ("who runs the kda", "who runs the Karoo Deep Array (KDA)"),
        ("What is the KDA's budget?", "What is the Karoo Deep Array (KDA)'s budget?"),
        ("What does the WHO say?", "What does the World Health Organization (WHO) say?"),
        ("Who is it?", "Who is it?"),
        ("WHO RUNS THE KDA?", "WHO RUNS THE Karoo Deep Array (KDA)?"),
        ("Is the Karoo Deep Array (KDA) old?", "Is the Karoo Deep Array (KDA) old?"),
        ("kda@example.org, KDA-2, x/KDA", "kda@example.org, KDA-2, x/KDA"),
        ("KDA or KDA?", "Karoo Deep Array (KDA) or KDA?"),
        ("Who runs the SKA?", "Who runs the SKA?"),
        ("", ""),
    ],
)
def test_abbreviations_are_written_out(asked: str, searched: str) -> None:
    assert expand(asked, NAMES, lambda word: word.lower() == "who") == searched


@given(st.lists(st.text(alphabet="AaBb (&).of\n", max_size=80)), st.text(alphabet="AaBb (&).of", max_size=40))
def test_any_text_can_be_read(texts: list[str], question: str) -> None:
    names = learn(texts)
    assert all(len(full) <= 100 and len(full.split()) <= 10 for full in names.values())
    once = expand(question, names, lambda word: False)
    assert len(once) <= len(question) + 4 * 110


@pytest.mark.parametrize("piece", ["(", "(KDA)", "A ", "Ab (AB) ", "A (A A A A A A A A A A) ", "of (OF) "])
def test_long_articles_take_time_in_proportion(piece: str) -> None:
    assert_grows_in_proportion(lambda size: lambda: learn([piece * (size // len(piece))]), 100_000)
