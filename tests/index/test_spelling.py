from __future__ import annotations

from pathlib import Path

import pytest
from fakes.scale import scaled
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
    return Speller(KeywordIndex.open(folder), TEXTS, lambda word: word.lower() in COMMON)


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


NEWS = [
    "Vaccine Against Dengue\nThe flight director said on Monday: the vaccine protects against dengue.",
    "Technical Universities Meet\nThe rector of the Technical University praised a technical service.",
    "Payroll at the Post Office\nIts payroll service needs a battery. The hospital pays the keeper.",
    "The flight director of NASA spoke. Twelve flights were late; the organisation waited for two plants.",
]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    folder = tmp_path_factory.mktemp("news")
    write_keywords(folder, NEWS)
    return Speller(KeywordIndex.open(folder), NEWS, lambda word: word.lower() in {"harvest", "planet"})


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Who directs the flihgts?", "Who directs the flights?"),  # not in the first passage that has "flight"
        ("Which vacines are there?", "Which vaccines are there?"),  # the articles have only one vaccine
        ("Where were the directers?", "Where were the directors?"),
        ("bateries", "batteries"),
        ("organistaions", "organisations"),
        ("Who runs the payrol?", "Who runs the payroll?"),  # "payrol" is the stem of "payroll"
        ("How many batterys?", "How many battery?"),  # and "batteri" of both
    ],
)
def test_any_form_of_a_word_is_near(news: Speller, asked: str, meant: str) -> None:
    assert news.mend(asked) == meant


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("a vaccine agianst it", "a vaccine against it"),  # small in one place, with a capital in a headline
        ("a servise of the hospitl", "a service of the hospital"),
        ("the techncal staff", "the technical staff"),
        ("the Techncal University", "the Technical University"),
        ("Vacine", "Vaccine"),
        ("the technical univresity of dengeu", "the technical University of dengue"),  # never small: a name
    ],
)
def test_small_letters_stay_small_except_in_names(news: Speller, asked: str, meant: str) -> None:
    assert news.mend(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "directors",
        "directing",
        "payrolls",
        "universities",
        "protected",
        "servicing",
        "organiser",
        "organizer",
        "harvest",
    ],
)
def test_other_forms_of_known_and_common_words_are_no_slips(news: Speller, asked: str) -> None:
    assert news.mend(asked) == asked


def test_a_long_word_may_have_two_slips_and_a_short_one_only_one(speller: Speller) -> None:
    assert speller.mend("Holmgrad Holmagrad") == "Holmgaard Holmgaard"
    assert speller.mend("lrage") == "large"
    assert speller.mend("lrgae") == "lrgae"


def test_only_so_many_words_are_mended(speller: Speller) -> None:
    """A question full of unknown words is in another language, not full of slips."""
    assert speller.mend("apofis " * 20).count("Apophis") == 8


@settings(max_examples=scaled(40, 100), deadline=None)
@given(st.text(max_size=60))
def test_anything_can_be_asked(speller: Speller, question: str) -> None:
    mended = speller.mend(question)
    assert speller.mend(mended) == mended


def test_an_index_without_words(tmp_path: Path) -> None:
    write_keywords(tmp_path, ["…", "—"])
    assert Speller(KeywordIndex.open(tmp_path), [], lambda word: False).mend("apofis") == "apofis"
