"""A model's text is cut into sentences with their marks, whole or while it grows."""

from __future__ import annotations

import pytest
from fakes.growth import assert_grows_in_proportion
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.verification.marked import split_marked

PIECES = [
    "[1]", "[2", "]", "[", "(", ")", ".", ". ", "! ", " ", "A", "b", "Dr", "1", "12", "-", ",", "\n", "\n\n", "**", "*",
    "_", "- ", "1. ", "# ", "|", ":", "`", "```", ">", "…", "。", "【3】", "[1-2]", "Sources:", "**Bold**",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is so [1].", [("It is so.", (1,))]),
        ("It is so. [1]", [("It is so.", (1,))]),
        ("It is so.[1][2] And so.[3]", [("It is so.", (1, 2)), ("And so.", (3,))]),
        ("One [1, 2]. Two [1-3]. Three [Source 4].", [("One.", (1, 2)), ("Two.", (1, 2, 3)), ("Three.", (4,))]),
        ("One【1】 Two [^2].", [("One Two.", (1, 2))]),
        ("One [1] and two [2] and one [1].", [("One and two and one.", (1, 2))]),
        ("[1] It begins so. It goes on.", [("It begins so.", (1,)), ("It goes on.", ())]),
        ("It is so.\n[2]\n\nNext.", [("It is so.", (2,)), ("Next.", ())]),
        ("In [1999] UKHL 3, x[1]y and [0, 1] stand [2].", [("In [1999] UKHL 3, x[1]y and [0, 1] stand.", (2,))]),
        (
            "Dr. Smith of the U.S. came at No. 5. He left [1].",
            [("Dr. Smith of the U.S. came at No. 5.", ()), ("He left.", (1,))],
        ),
        ("Mr. Smith came. “He left.” [1]", [("Mr. Smith came.", ()), ("“He left.”", (1,))]),
        ("**ESA** met *JAXA* in `Tokyo`, see [here](http://x.y) [1].", [("ESA met JAXA in Tokyo, see here.", (1,))]),
        ("A sentence\nof two lines [1].", [("A sentence of two lines.", (1,))]),
        ("```\ncode [1]\n```\n---\nText. [2]", [("code", (1,)), ("Text.", (2,))]),
        ("Text. [2]\n\nReferences:\n[2] Some title", [("Text.", (2,))]),
        ("", []),
        ("[1]", []),
    ],
)
def test_sentences_and_marks(text: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(found.text, found.marks) for found in split_marked(text)] == sentences


def test_headings_leads_items_and_rows_are_told_apart() -> None:
    found = split_marked(
        "## Head\nIt brings:\n- lift [1]\n- heat. It glows [2]\n\n| a | b |\n|---|---|\n| c | 5 [3] |\n\nEnd."
    )
    assert [(one.part, one.text, one.marks) for one in found] == [
        ("heading", "Head", ()),
        ("lead", "It brings:", ()),
        ("item", "lift", (1,)),
        ("item", "heat.", ()),
        ("item", "It glows", (2,)),
        ("item", "a, b", ()),
        ("item", "c, 5", (3,)),
        ("sentence", "End.", ()),
    ]
    assert found[2].statement == "It brings lift"
    assert found[4].statement == "It glows"


def test_only_the_last_sentence_may_still_change() -> None:
    assert [found.is_final for found in split_marked("One. Two. Thr")] == [True, True, False]
    # A mark may follow the full stop, so the sentence before an open bracket is not final either.
    assert [found.is_final for found in split_marked("One. Two. [")] == [True, False]


@given(st.lists(st.sampled_from(PIECES), max_size=24))
@example(["[2", "\n\n", "1. ", "[1]"])
@example(["A", "\n", "! ", "Sources:"])
@example(["b", ",", "[1]", "Sources:", "[2", "! ", "1", " ", ",", "]", "(", "。"])
@example([">", "**", "Sources:", "12", "…", "(", ".", "[1]", "A", "**"])
def test_what_is_final_stays(pieces: list[str]) -> None:
    text = "".join(pieces)
    whole = [(one.text, one.marks, one.part, one.lead) for one in split_marked(text)]
    for end in range(len(text)):
        final = [(one.text, one.marks, one.part, one.lead) for one in split_marked(text[:end]) if one.is_final]
        assert final == whole[: len(final)]


@pytest.mark.parametrize(
    ("begin", "repeated", "end"),
    [
        ("", "! ", "a" * 40),
        ("a. ", "\n", "b" * 40),
        ("**", "  ", "*a"),
        ("", "[a", ""),
        ("a ", "[", "]"),
        ("", "【", "】"),
    ],
)
def test_a_last_line_of_any_length_takes_time_in_proportion(begin: str, repeated: str, end: str) -> None:
    assert_grows_in_proportion(lambda size: lambda: split_marked(begin + size * repeated + end), 4_000)
