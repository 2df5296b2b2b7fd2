"""What a model says truly in words or an order of its own is not taken back; its false neighbour is."""

from __future__ import annotations

import pytest
from fakes.claims import hit_of

from assistant.reader import Reader
from assistant.verification.analysis import analyse
from assistant.verification.asking import ask_for, margins
from assistant.verification.cutting import is_cut_from
from assistant.verification.holdings import holdings, weight
from assistant.verification.records import CheckedSentence
from assistant.verification.verifier import Verifier
from index.embeddings import SentenceEmbedder
from index.types import Article

TEXT = (
    "The Brightwater plant, which cleans water from the harbour, was opened by Ana Ruiz in 1998. "
    "Until then the island had been uninhabited. "
    "Its second hall was added in 2006. "
    "Holm testified that the filters, which come from Bergen, had been changed by the operator in March. "
    "Nordkraft owns the plant. "
    "The company shelved its plans for a third hall in June. "
    "The floor of the basin is covered with mud. "
    "The handbook was praised, with all pipes and valves clearly labeled for each hall. "
    "Her American dream shattered, Ruiz sold her shares in 2010. "
    "Ida Brandt, chief executive of Nordkraft, said that no jobs would be cut. "
    "Nordkraft has agreed to buy the battery maker Volt Cells for 12 million euros. "
    "Night shifts had a higher relative risk (RR) (1.42) of slips on the stairs than day shifts (0.90) did. "
    "Its six yards have a joint capacity of 340 boats, served by 12 Brightwater ferries with a joint capacity of 900. "
    "The old pumps were inadequate for salty water. "
    "The new rules prevented ships from entering the inner harbour."
)
ARTICLE = Article(text=TEXT, title="Clean water for the harbour")
TRUE_AND_FALSE = {
    "of two sentences": (
        "The Brightwater plant, opened in 1998, was enlarged with a second hall in 2006.",
        "The Brightwater plant, opened in 1998, was enlarged with a second hall in 2008.",
    ),
    "name from elsewhere": (
        "Nordkraft, whose chief executive is Ida Brandt, agreed to pay 12 million euros for Volt Cells.",
        "Ida Brandt is the chief executive of Volt Cells.",
    ),
    "negation": ("Nobody had lived on the island until then.", "The island had not been uninhabited until then."),
    "shorter name": ("Peter Holm testified that the filters come from Bergen.", "Eva Ruiz opened the plant in 1998."),
    "first word": ("Thick mud covers the floor of the basin.", "Eva Lind covers the floor of the basin with mud."),
    "cut out": (
        "All pipes and valves are clearly labeled for each hall.",
        "The operator had been changed by the filters in March.",
    ),
    "number between the same words": (
        "Night shifts had a higher relative risk (1.42) of slips on the stairs than day shifts (0.90).",
        "Night shifts had a higher relative risk (0.90) of slips on the stairs than day shifts (1.42).",
    ),
    "words put in behind a number": (
        "Brightwater's six repair and storage yards have a joint capacity of 340 boats.",
        "Brightwater's 12 repair and storage yards have a joint capacity of 340 boats.",
    ),
    "not enough": ("The old pumps were not adequate for salty water.", "The old pumps were adequate for salty water."),
    "a negation that is an opposite": (
        "Ships were not allowed to enter the inner harbour by the new rules.",
        "The new rules allowed ships to enter the inner harbour.",
    ),
    "answer": ("No, until then the island had been uninhabited.", "No, until then the island had been inhabited."),
    "places exchanged": (
        "Night shifts had a higher relative risk of slips on the stairs than day shifts did.",
        "Day shifts had a higher relative risk of slips on the stairs than night shifts did.",
    ),
    "dream": ("Ruiz sold her shares in 2010.", "Ruiz sold her shares in 2011."),
    "the company": (
        "Nordkraft shelved its plans for a third hall in June.",
        "Nordkraft presented its plans for a third hall in July.",
    ),
}


@pytest.fixture(scope="module")
def verifier(embedder: SentenceEmbedder) -> Verifier:
    return Verifier(embedder, Reader.load())


def checked(verifier: Verifier, claim: str) -> CheckedSentence:
    return verifier.check(claim, [1], [hit_of(ARTICLE, 0, len(TEXT))])


@pytest.mark.parametrize("pair", TRUE_AND_FALSE.values(), ids=TRUE_AND_FALSE)
def test_the_true_one_stays_and_the_false_one_goes(verifier: Verifier, pair: tuple[str, str]) -> None:
    true, false = (checked(verifier, claim) for claim in pair)
    assert true.state != "removed", true.reason
    assert true.evidence
    assert false.state == "removed", false


def test_what_several_sentences_say_is_shown_as_weak_with_all_of_them(verifier: Verifier) -> None:
    found = checked(verifier, TRUE_AND_FALSE["of two sentences"][0])
    assert found.state == "weak"
    assert ["1998" in found.evidence[0].quote, "2006" in found.evidence[-1].quote] == [True, True]


def test_of_a_removed_one_the_nearest_sentence_is_told_if_one_is_near(verifier: Verifier) -> None:
    wrong = checked(verifier, "Ana Ruiz opened the Brightwater plant in 1997.")
    assert wrong.state == "removed"
    assert wrong.instead
    assert wrong.instead.quote == TEXT[wrong.instead.start : wrong.instead.end] == TEXT[: TEXT.index(" Until then")]
    strange = checked(verifier, "Sheep graze on the hills above Mora.")
    assert (strange.state, strange.instead) == ("removed", None)
    assert checked(verifier, "Thick mud covers the floor of the basin.").instead is None, "it was not removed"


def test_without_the_reading_model_nothing_more_is_believed(embedder: SentenceEmbedder) -> None:
    verifier = Verifier(embedder, None)
    for _, false in TRUE_AND_FALSE.values():
        assert checked(verifier, false).state != "verified"


@pytest.mark.parametrize(
    ("claim", "is_cut"),
    [
        ("The dam was closed on Monday.", True),
        ("The dam is new.", True),
        ("The old dam on Monday closed.", False),
        ("The dam was closed on Tuesday.", False),
        ("The dam was not closed.", False),
    ],
)
def test_what_only_leaves_words_out(claim: str, is_cut: bool) -> None:  # noqa: FBT001 - of the table above
    evidence = analyse("The old dam, which is new to visitors, was closed by Lund on Monday.")
    assert is_cut_from(analyse(claim), evidence) is is_cut


def test_what_of_a_claim_a_sentence_holds() -> None:
    claim = analyse("Ana Ruiz opened two plants in 1998.")
    assert holdings(claim, claim) == {
        ("word", "open"), ("word", "plant"), ("number", "two"), ("date", "1998"), ("name", "ana"), ("name", "ruiz"),
    }  # fmt: skip
    held = holdings(claim, analyse("In May 1998, Ruiz bought 2 plants."))
    assert held == {("word", "plant"), ("number", "two"), ("date", "1998"), ("name", "ruiz")}
    assert weight(held) > weight({("word", "open"), ("word", "plant")})


def test_only_facts_that_can_be_asked_for_are() -> None:
    claim = analyse("Both plants of Ana Ruiz were sold for 12 million euros in 2010.")
    assert [asked.answer for asked in ask_for(claim, holdings(claim, claim))] == ["Ana Ruiz", "12 million", "2010"]
    assert [asked.question for asked in ask_for(claim, {("name", "ruiz")})] == [
        "Both plants of who were sold for 12 million euros in 2010?"
    ]


def test_what_the_claim_says_itself_is_no_rival() -> None:
    text = "The winners were Oslo, Bergen and Lund; the prize of Mora was smaller."
    reader = Reader.load()
    claims = ["The winners were Oslo, Bergen and Lund.", "The winners were Oslo, Bergen and Mora."]
    rivals = []
    for claim in map(analyse, claims):
        asked = ask_for(claim, {("name", claim.names[-1].parts[0])})[0]
        (reading,) = reader.read(asked.question, [text])
        rivals.append(margins(asked, reading, text)[1])
    assert rivals[0] > rivals[1]


def test_one_word_of_nobody_in_particular_is_not_enough(verifier: Verifier) -> None:
    """``It was sold`` beside what somebody sold or sells: there is one word to compare, and nothing says of what."""
    assert checked(verifier, "They were sold.").state == "removed"
    assert checked(verifier, "Ruiz sold her shares.").state != "removed", "who is named can be compared"
