"""Numbers, dates, names and negation as the check reads them."""

from __future__ import annotations

import pytest

from assistant.verification.analysis import analyse
from assistant.verification.clauses import clauses
from assistant.verification.dates import dates
from assistant.verification.lexicon import kin, opposite, same
from assistant.verification.names import holds


def numbers(text: str) -> list[tuple[float, str, str]]:
    return [(number.value, number.unit, number.bound) for number in analyse(text).quantities]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 km", "one hundred kilometres"),
        ("1.5 million euros", "€1,500,000"),
        ("12%", "twelve per cent"),
        ("12 percent", "12 per cent"),
        ("more than 121 days", "over one hundred and twenty-one days"),
        ("no fewer than 3 m", "at least three metres"),
        ("24 hours", "two dozen hours"),
        ("30 °C", "thirty degrees Celsius"),
        ("£20m", "20 million pounds".replace(" pounds", " gbp")),
        ("at most 7 kg", "up to seven kilograms"),
        ("1/10,000", "one in ten thousand"),
        ("20 m", "twenty metres"),
    ],
)
def test_numbers_spelt_differently_are_the_same(one: str, other: str) -> None:
    assert numbers(f"It is {one}.") == numbers(f"It is {other}.") != []


@pytest.mark.parametrize(
    "text",
    [
        "One of them left.", "No one left.", "At first it was dark.", "See No more.", "It holds if one fails.",
        "The inner one glows.", "It calls from one to the next.", "SMART-1 landed.", "Metres per second count.",
    ],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert numbers(text) == []


def test_ordinals_are_no_cardinals() -> None:
    first, second = analyse("The third of three.").quantities
    assert (first.value, first.is_ordinal, second.value, second.is_ordinal) == (3, True, 3, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("20 November 2024", "Nov. 20, 2024"),
        ("the 20th of November", "November 20"),
        ("2024-11-20", "20 November 2024"),
        ("in May 1999", "in May of 1999"),
        ("3:30 p.m.", "15:30"),
        ("noon", "12 p.m."),
        ("on Mondays", "on Monday"),
    ],
)
def test_dates_spelt_differently_are_the_same(one: str, other: str) -> None:
    (ours,), (theirs,) = dates(one), dates(other)
    assert ours.parts == theirs.parts


def test_a_date_holds_what_says_less() -> None:
    (whole,), (month,), (other,) = dates("20 November 2024"), dates("in November"), dates("in May 2024")
    assert month.is_held_by(whole)
    assert not whole.is_held_by(month)
    assert other.contradicts(whole)


def test_may_is_a_month_only_where_a_month_can_stand() -> None:
    assert dates("They may go.") == ()
    assert dates("They go in May.") != ()


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("esa", "the European Space Agency"),
        ("crossu", "cross U"),
        ("japan", "a Japanese firm"),
        ("us", "the United States"),
        ("zurich", "Zürich"),
    ],
)
def test_forms_of_a_name(part: str, text: str) -> None:
    assert holds(part, analyse(text).forms)
    assert not holds(part, analyse("the Bank of Norway").forms)


def test_a_first_word_is_no_name_for_its_capital_alone() -> None:
    assert [name.text for name in analyse("Scientists met Ann Lee in Bonn.").names] == ["Ann Lee", "Bonn"]
    assert [name.text for name in analyse("However, ESA left.").names] == ["ESA"]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("It will not land.", 1),
        ("It didn't land.", 1),
        ("It failed to land.", 1),
        ("It landed without fuel.", 1),
        ("No more than five landed.", 0),
        ("Not only birds land.", 0),
        ("It lands.", 0),
    ],
)
def test_negations(text: str, turns: int) -> None:
    assert len(analyse(text).polarity.scopes) == turns


def test_words_that_mean_the_same_or_the_opposite() -> None:
    def stem(word: str) -> str:
        return analyse(f"the {word}").tokens[1].stem

    assert same(stem("rose"), stem("increased"))
    assert opposite(stem("fell"), stem("increased"))
    assert opposite(stem("successful"), stem("unsuccessful"))
    assert kin(stem("explore"), stem("exploration"))
    assert not same(stem("founded"), stem("found"))
    assert not kin(stem("moon"), stem("month"))


def test_a_sentence_is_cut_at_its_joints() -> None:
    assert ("Ann Lee said that it rained", "Ann Lee is the head of the club") in clauses(
        "Ann Lee, the head of the club, said that it rained"
    )
    assert ("The red team won the cup", "the blue team lost its coach") in clauses(
        "The red team won the cup, while the blue team lost its coach"
    )
    assert clauses("It rained all day.") == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("about 640 kg", "637 kg"),
        ("more than 600 kg", "617 kg"),
        ("roughly 2 km", "1,995 m"),
    ],
)
def test_a_rounded_number_that_says_so_is_the_same(claim: str, source: str) -> None:
    (ours,), (theirs,) = analyse(f"It is {claim}.").quantities, analyse(f"It is {source}.").quantities
    assert ours.rounds(theirs)
    assert not theirs.rounds(ours)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("640 kg", "637 kg"),
        ("about 638 kg", "637 kg"),
        ("more than 640 kg", "637 kg"),
        ("up to 153 km", "up to 151 km"),
        ("about 600 kg", "637 kg"),
        ("about 640 km", "637 kg"),
    ],
)
def test_another_number_is_no_rounded_one(claim: str, source: str) -> None:
    (ours,), (theirs,) = analyse(f"It is {claim}.").quantities, analyse(f"It is {source}.").quantities
    assert not ours.rounds(theirs)


def test_units_of_one_kind_are_compared_by_size() -> None:
    (ours,), (theirs,) = analyse("It is 2 km.").quantities, analyse("It is 2,000 m.").quantities
    assert ours.in_base == theirs.in_base == (2000, "m")


def test_the_number_of_a_name_belongs_to_it() -> None:
    (name,) = analyse("Here SMART-1 landed.").names
    assert holds(name.parts[0], analyse("The SMART-1 probe.").forms)
    assert not holds(name.parts[0], analyse("The SMART-2 probe.").forms)


@pytest.mark.parametrize("space", ["  ", "   ", " \t", " \n"])
def test_more_than_one_space_in_a_name_changes_nothing(space: str) -> None:
    found = analyse(f"The University of{space}Oslo built the telescope.")
    assert found.forms == analyse("The University of Oslo built the telescope.").forms
    assert "uo" in found.forms
