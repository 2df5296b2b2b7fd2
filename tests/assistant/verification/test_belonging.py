"""What a claim says of one name or thing and its source of another; what several sentences say together."""

from __future__ import annotations

import pytest
from fakes.claims import hit_of

from assistant.reader import Reader
from assistant.verification.records import CheckedSentence
from assistant.verification.verifier import Verifier
from index.embeddings import SentenceEmbedder
from index.types import Article

TEXT = (
    "Tarn Metals, the successor company to Ola Steel, has ordered a press. "
    "The width of the gate is proportional to the square root of the load of the bridge. "
    "Central to the plan are Fulmar, Norvik's cargo boat for the bay, and Haldane's covered barge for the bay. "
    "The manager at Norvik was Ilse Brandt and the manager at the Harbour Trust was Piet Rademaker."
)


@pytest.fixture(scope="module")
def verifier(embedder: SentenceEmbedder) -> Verifier:
    return Verifier(embedder, Reader.load())


def check(verifier: Verifier, claim: str, text: str = TEXT, title: str = "Boats") -> CheckedSentence:
    article = Article(text=text, title=title)
    return verifier.check(claim, [1], [hit_of(article, 0, len(text))])


@pytest.mark.parametrize(
    "claim",
    [
        "Ola Steel is the successor to Tarn Metals.",
        "The load of the bridge is proportional to the square root of the width of the gate.",
    ],
)
def test_exchanged_complements_are_removed(verifier: Verifier, claim: str) -> None:
    assert check(verifier, claim).state == "removed"


def test_the_same_complement_is_not_removed(verifier: Verifier) -> None:
    assert check(verifier, "Tarn Metals is the successor to Ola Steel.").state != "removed"


@pytest.mark.parametrize(
    "claim",
    [
        "Haldane contributes Fulmar, a cargo boat, and Norvik a covered barge for the bay.",
        "Norvik's manager was Piet Rademaker.",
    ],
)
def test_what_belongs_to_another_name_is_not_verified(verifier: Verifier, claim: str) -> None:
    assert check(verifier, claim).state != "verified"


MERGED = (
    "Ansgar Vole and Mette Krag met at the fair of 1967 in Lund. The weather was fine that week. "
    "Krag later asked the town of Mora for a study of the old mill."
)


def test_two_sentences_together_are_not_removed(verifier: Verifier) -> None:
    claim = "Ansgar Vole met Mette Krag at the fair in 1967; later Krag asked Mora for a study of the old mill."
    assert check(verifier, claim, MERGED).state != "removed"


def test_a_claim_of_one_clause_is_not_put_together(verifier: Verifier) -> None:
    assert check(verifier, "Ansgar Vole asked the town of Mora for a study.", MERGED).state == "removed"


def test_what_an_article_is_about_need_not_be_named(verifier: Verifier) -> None:
    text = "The treaty of 1963 is held to have ended the project."
    assert check(verifier, "The treaty of 1963 ended Orion.", text, "Project Orion").state == "weak"
    assert check(verifier, "The treaty of 1963 ended Orion.", text, "Treaties").state == "removed"


def test_only_is_not_said_for_not_only(verifier: Verifier) -> None:
    text = "The mill may grind not only wheat, but also barley."
    assert check(verifier, "The mill may grind only wheat, but also barley.", text).state == "removed"
    assert check(verifier, text.replace("may", "can"), text).state != "removed"


NOTICE = (
    "We will not store the names in your address book. On request we delete your account. "
    "Quarry Pay may store your card number for a year."
)


@pytest.mark.parametrize("title", ["harbourmail.com", "www.harbour-mail.co.uk", "theharbourmail.org"])
def test_who_says_we_on_a_site_is_named_by_its_address(verifier: Verifier, title: str) -> None:
    found = check(verifier, "Harbour Mail will not store the names in your address book.", NOTICE, title)
    assert (found.state, [one.start for one in found.evidence]) == ("weak", [0])


@pytest.mark.parametrize(
    ("claim", "title"),
    [
        ("Quarry Pay will not store the names in your address book.", "harbourmail.com"),
        ("Harbour Mail may store your card number for a year.", "harbourmail.com"),
        ("Mail will not store the names in your address book.", "harbourmail.com"),
        ("Harbour Mail will not store the names in your address book.", "Our rules on privacy"),
        ("Harbour Mail will not store the names in your address book.", "About harbourmail.com and others"),
    ],
)
def test_nobody_else_is_and_no_other_title_names_them(verifier: Verifier, claim: str, title: str) -> None:
    assert check(verifier, claim, NOTICE, title).state == "removed"


PROBES = (
    "Kestrel 2 was launched in 1963. It was able to relay pictures. Kestrel 3 followed a year later. "
    "The probe reached the far side. Kestrel 4 took pictures of the poles."
)


@pytest.mark.parametrize(
    ("claim", "title", "state"),
    [
        ("Kestrel 2 was able to relay pictures.", "Probes of the sixties", "verified"),
        ("Kestrel 5 was able to relay pictures.", "Probes of the sixties", "removed"),
        ("Kestrel 9 reached the far side.", "Kestrel 9", "weak"),
        ("Kestrel 8 reached the far side.", "Kestrel 9", "removed"),
        ("Kestrel 9 took pictures of the poles.", "Kestrel 9", "removed"),
    ],
)
def test_a_number_that_ends_a_name_is_borrowed_with_it(verifier: Verifier, claim: str, title: str, state: str) -> None:
    assert check(verifier, claim, PROBES, title).state == state
