"""Who says what in an article, and whether that is who is asked about."""

from __future__ import annotations

import time

import pytest

from assistant.answers.attribution import answered_behind, asked_before, statements
from assistant.answers.outline import outline
from assistant.answers.speakers import is_asked
from index.types import Article


def article(text: str, title: str = "News") -> Article:
    return Article(title=title, text=text)


def speakers(text: str) -> list[str]:
    """The speakers of the sentences of a text, in order; of those that are nobody's, none."""
    one = article(text)
    return [text[slice(*found.speaker)] for found in statements(one, range(len(outline(one))))]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The boat stays,” said Ada Hope, the harbour master.", "Ada Hope, the harbour master"),
        ('"The boat stays," Hope said on Monday.', "Hope"),
        ("Ada Hope, a retired pilot from Loam, warned that the boat was old.", "Ada Hope, a retired pilot from Loam"),
        ("On Monday, the leader of the council told the Gazette that the boat stays.", "the leader of the council"),
        ("According to the harbour master, the boat is old.", "the harbour master"),
        ("In Hope's view, the boat is too old to sail.", "Hope"),
        ("The boat, Hope added, is too old to sail.", "Hope"),
        ("No boat will sail in winter, the companies said.", "the companies"),
        ('Ada Hope was blunt: "The boat is old."', "Ada Hope"),
        ("Ada Hope declined to comment on the boat.", "Ada Hope"),
        ("The union (USU) has complained about the boat.", "The union (USU)"),
    ],
)
def test_a_sentence_says_who_says_it(text: str, speaker: str) -> None:
    assert speakers(text) == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        "The minister who said so has left the party.",
        "The boat was called unsafe in all the newspapers.",
        "The boat, which is called Elgin, sails at noon.",
        "The old “boat of the dead” sails at noon.",
        "There is more to say about it than that.",
    ],
)
def test_a_sentence_with_such_a_verb_may_be_nobodys(text: str) -> None:
    assert speakers(text) == []


def test_she_is_who_was_named_last() -> None:
    text = "The mayor, Ada Hope, stayed on the quay. “I counted them,” she said. “Only the cats are left.” It was dark."
    assert speakers(text) == ["Ada Hope", "Ada Hope"]
    text = "Ben Lee bought the boat, and he thought that it was cheap."
    assert speakers(f"Ada Hope denied it. {text}") == ["Ada Hope", "Ben Lee"]


def test_a_quotation_that_goes_on_is_the_same_speakers_and_no_other_is() -> None:
    said = "“The boat stays,” said Ada Hope. “It is old. It is good.” The sea was rough. “Nobody knows.”"
    assert speakers(said) == ["Ada Hope", "Ada Hope"]
    assert speakers("“The boat stays,” said Ada Hope.\n“Nobody knows who paid for it.”") == ["Ada Hope"]


def test_of_a_quotation_of_several_paragraphs_only_the_last_is_closed() -> None:
    assert speakers("Ada Hope said: “The boat is old.\n“But it is good to us all.”") == ["Ada Hope", "Ada Hope"]


TALK = (
    "Ada Hope is the harbour master.\nGazette: Is the boat old?\nHope: It is.\nIt sails well.\nGazette: And you?\n"
    "Hope: I stay. I like it here.\nAda Hope was born in Loam."
)


def test_in_a_talk_a_label_names_the_speaker_of_all_that_follows() -> None:
    assert speakers(TALK) == ["Gazette", "Hope", "Hope", "Gazette", "Hope", "Hope"]
    assert speakers("Place: Loam\nTime: noon\nThe boat sails at noon.") == []


def test_the_first_line_of_an_answer_follows_the_question() -> None:
    one = article(TALK)
    asked = [asked_before(one, at) for at in range(7)]
    assert [span and TALK[slice(*span)] for span in asked] == [
        None, None, "Gazette: Is the boat old?", None, "Hope: It is.", "Gazette: And you?", None,
    ]  # fmt: skip
    answers = [answered_behind(one, at) for at in range(7)]
    assert [span and TALK[slice(*span)] for span in answers] == [
        None, "Hope: It is.", None, None, "Hope: I stay. I like it here.", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "text", "speaker", "expected"),
    [
        ("Hope", "Ada Hope said so.", "Ada Hope", True),
        ("Ada", "Ada Hope said so.", "Ada Hope", True),
        ("Ada Hope", "Hope said so. Ada Hope is a pilot.", "Hope", True),
        ("the pilot", "Hope said so. Ada Hope is a pilot.", "Hope", True),
        ("the mayor of Loam", "The mayor of Loam, Ada Hope, said so.", "The mayor of Loam, Ada Hope", True),
        ("the farmer", "The field is empty, and the farmer, Ada Hope, has left.", "Ada Hope", True),
        ("the WHO", "The World Health Organization (WHO) said so.", "The World Health Organization (WHO)", True),
        ("the shopkeeper Ada Hope", "Ada Hope, who keeps a shop, said so.", "Ada Hope, who keeps a shop", True),
        ("the head of the port", "Ada Hope, who heads the port, said so.", "Ada Hope, who heads the port", True),
        ("the union's chairman", "The union is angry. Its chairman, Ben Lee, said so.", "Its chairman, Ben Lee", True),
        ("Eva Hope", "Ada Hope said so. Eva Hope did not.", "Ada Hope", False),
        ("Ada Hope", "Ada Hope's lawyer said so.", "Ada Hope's lawyer", False),
        ("Ada Hope", "Critics of Ada Hope said so.", "Critics of Ada Hope", False),
        ("the mayor", "The deputy mayor, Ben Lee, said so.", "The deputy mayor, Ben Lee", False),
        ("the mayor of Skarvoy", "The mayor of Loam, Ada Hope, said so.", "The mayor of Loam, Ada Hope", False),
        ("the supporters of the boat", "Critics of the boat said so.", "Critics of the boat", False),
        ("the judge", "She said so.", "She", False),
    ],
)
def test_people_are_asked_for_by_name_or_by_what_they_are(
    asked: str, text: str, speaker: str, *, expected: bool
) -> None:
    start = text.index(speaker)
    assert is_asked(asked, article(text), (start, start + len(speaker))) is expected


@pytest.mark.parametrize(
    "text", ["Ada Hope, " * 5_000, "“Ada said " * 5_000, "said the " * 5_000, "in the " * 5_000, "Ada: x\n" * 5_000]
)
def test_the_time_grows_with_the_length_only(text: str) -> None:
    one = article(text)
    begun = time.perf_counter()
    found = statements(one, range(len(outline(one))))
    for statement in found[:10]:
        is_asked("Ada Hope", one, statement.speaker)
    assert time.perf_counter() - begun < 5
