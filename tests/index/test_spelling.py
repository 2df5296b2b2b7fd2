from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.keywords import KeywordIndex, write_keywords
from index.spelling import Speller

TEXTS = [
    "The lighthouse keeper Margrethe Holmgaard signed a memorandum of understanding.",
    "Commercial opportunities for the harbour of Kristiansund were opened in spring.",
    "The asteroid Apophis will pass. Apophis is large. The harbour is small.",
]
COMMON = {"slovenia", "where", "capital", "harbor"}


@pytest.fixture(scope="module")
def speller(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    folder = tmp_path_factory.mktemp("words")
    write_keywords(folder, TEXTS)
    return Speller(KeywordIndex.open(folder), TEXTS.__getitem__, lambda word: word.lower() in COMMON)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Who is Margrete Holmgard?", "Who is Margrethe Holmgaard?"),
        ("when does apofis pass", "when does Apophis pass"),
        ("memorandom of understnading", "memorandum of understanding"),
        ("commerical oportunities", "Commercial opportunities"),
        ("Is the harbuor of Krisitansund open?", "Is the harbour of Kristiansund open?"),
    ],
)
def test_slips_are_mended_as_the_articles_write(speller: Speller, asked: str, meant: str) -> None:
    assert speller.mend(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "Who signed the memorandum?",  # every word is known
        "Did the keepers open opportunity?",  # other forms of known words
        "What is the capital of Slovenia?",  # a common word is meant as it stands
        "Where is the harbor?",
        "Asteroid",
        "lx9-harbuor and user@harbuor.example",  # names of things, addresses
        "ofis",  # too short
        "Xpophis",  # another first letter
        "Wie heißt die Hauptstadt von Frankreich?",
        "",
    ],
)
def test_what_is_no_slip_stays(speller: Speller, asked: str) -> None:
    assert speller.mend(asked) == asked


def test_a_long_word_may_have_two_slips_and_a_short_one_only_one(speller: Speller) -> None:
    assert speller.mend("Holmgrad Holmagrad") == "Holmgaard Holmgaard"
    assert speller.mend("lrage") == "large"
    assert speller.mend("lrgae") == "lrgae"


def test_only_so_many_words_are_mended(speller: Speller) -> None:
    """A question full of unknown words is in another language, not full of slips."""
    assert speller.mend("apofis " * 20).count("Apophis") == 8


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_anything_can_be_asked(speller: Speller, question: str) -> None:
    mended = speller.mend(question)
    assert speller.mend(mended) == mended


def test_an_index_without_words(tmp_path: Path) -> None:
    write_keywords(tmp_path, ["…", "—"])
    assert Speller(KeywordIndex.open(tmp_path), lambda place: "", lambda word: False).mend("apofis") == "apofis"
