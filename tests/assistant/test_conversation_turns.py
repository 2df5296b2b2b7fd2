"""Of whom or what a question speaks after several turns: counted items, people, and a subject that stays or changes."""

from __future__ import annotations

import pytest
from fakes.conversing import FOUNDED, TELESCOPES, converse

from assistant.conversation.standalone import standalone
from index.keywords import words


@pytest.mark.parametrize(
    ("question", "made"),
    [
        ("When does the first one launch?", "When does Athena launch?"),
        ("Who leads the latter?", "Who leads LiteBird?"),
        ("When does the third one launch?", "When does the third one launch? (telescopes, ESA and JAXA)"),
    ],
)
def test_the_items_of_an_answer_are_counted(question: str, made: str) -> None:
    assert converse(TELESCOPES, question) == made


def test_items_are_counted_over_several_turns() -> None:
    assert (
        converse(TELESCOPES, "When does the first one launch?", "And the second one?") == "When does LiteBird launch?"
    )
    assert converse("Is LiteBird led by JAXA?", "And Athena?", "Is the first one big?") == "Is LiteBird big?"
    assert (
        converse("Is LiteBird led by JAXA?", "And Athena?", "What about the other one?") == "Is LiteBird led by JAXA?"
    )


def test_she_is_the_sister_that_was_asked_about() -> None:
    leads = ("Who leads the company?", "Ingrid Solheim leads it. [1]")
    assert converse(leads, "And her sister?") == "And the sister of Ingrid Solheim?"
    bracketed = ("Who leads the company? (Havra)", "Ingrid Solheim leads it. [1]")
    assert converse(bracketed, "And her sister?", "Is she old?") == "Is the sister of Ingrid Solheim old?"
    left = "When will the sister of Ingrid Solheim leave?"
    assert converse(leads, "And her sister?", "When will she leave?") == left
    assert converse(leads, "What does her sister do?", "When will she leave?") == left
    assert converse("Where is Ann Lee's sister?", "How old is she?") == "How old is Ann Lee's sister?"
    who = ("Who is Ann Lee's sister?", "Her sister Zoe Lee sings. [1]")
    assert converse(who, "How old is she?") == "How old is Zoe Lee?"


def test_it_is_no_person() -> None:
    said = (
        "What is DVX-9?",
        ("Who is its chief executive?", "Nuno Valadares leads the firm. [1]"),
        "What did he say about the price?",
    )
    assert converse(*said, "How effective is it?") == "How effective is DVX-9?"
    assert converse(*said, "How old is he?") == "How old is Nuno Valadares?"
    assert converse("Who is Monika Zemla?", "Is it true?") == "Is it true? (Monika Zemla)"
    assert converse("What is Europa Clipper?", "How big is it?") == "How big is Europa Clipper?"
    built = ("Who built Kestrel?", "Torvik Nord built it. [1]")  # a firm, as far as its verb says
    assert converse(built, "Where is Torvik Nord?", "How old is it?") == "How old is Torvik Nord?"
    wrote = ("Who wrote the report?", "Ann Lee wrote it. [1]")
    assert converse(wrote, "What did Lee say about the press?", "Is that true?") == "Is the press true?"


def test_an_answer_names_only_what_no_question_does() -> None:
    who = ("Who leads JAXA?", "Yamakawa Hiroshi is the President of JAXA. [1]")
    assert converse(who, "What did he sign?") == "What did Yamakawa Hiroshi sign?"
    assert converse(who, "Where is it based?") == "Where is JAXA based?"
    assert "Mitsui" not in converse(FOUNDED, "Where is it based?")
    going = ("What is Ramses?", "Ramses is a mission to asteroid Apophis. [1]")
    assert converse(going, "How big is that asteroid?") == "How big is the asteroid Apophis?"
    assert converse(("Who is the head of JAXA?", ""), "What did he sign?") == "What did the head of JAXA sign?"


@pytest.mark.parametrize(
    "question",
    [
        "Where is the library?",
        "Who is the mayor?",
        "And when does the depot close?",
        "When will Apophis pass Earth?",
        "Who said that ESA opened a facility?",
        "Athena launch year",
        "Which companies signed agreements?",
        "How many agencies signed?",
        "What is CBT and how does it work?",
        "What are the symptoms of anemia?",
        "Who signed the agreement with Harwell?",
        "How long does it take to build a telescope?",
        "Thanks",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert converse(FOUNDED, "Where is it based?", question) == question


@pytest.mark.parametrize("raw", [False, True])
def test_the_subject_is_carried_over_several_turns(raw: bool) -> None:  # noqa: FBT001
    asked = ("What is cross U?", "Who founded it?", "Since when?", "Where is it based?", "What are its goals?")
    assert converse(*asked, raw=raw) == "What are the goals of cross U?"


@pytest.mark.parametrize(
    ("question", "made"),
    [
        ("Why now?", "Why now? (Cerro Quillay)"),
        ("What about flights?", "What about flights? (Cerro Quillay)"),
        ("How long will it go on?", "How long will Cerro Quillay go on?"),
        ("Where did they go?", "Where did people go? (Cerro Quillay)"),
    ],
)
def test_people_in_general_are_no_new_subject(question: str, made: str) -> None:
    assert converse("When did Cerro Quillay erupt?", "How many people had to leave?", question) == made


def test_several_things_without_an_article_are_no_subject_beside_the_one_that_is_spoken_of() -> None:
    said = ("Where is Dogger Bank?", "Does it have turbines?")
    assert converse(*said, "How tall are they?") == "How tall are they? (Dogger Bank, turbines)"
    assert converse(*said, "How tall are they?", "Who is the owner?") == "Who is the owner of Dogger Bank?"
    assert converse("Where is Dogger Bank?", "Who built the turbines?", "Are they tall?") == "Are the turbines tall?"


def test_people_are_the_subject_where_nothing_else_is() -> None:
    assert converse("How many people had to leave?", "Why now?") == "Why now? (people)"
    assert converse("Who is Ann Lee?", "How many people saw the play?", "How long is it?") == "How long is the play?"


def test_after_a_change_of_subject_the_old_one_is_gone() -> None:
    made = converse(FOUNDED, "Where is it based?", "What is Athena?", "When does it launch?")
    assert made == "When does Athena launch?"


@pytest.mark.parametrize("raw", [False, True])
def test_nothing_piles_up(raw: bool) -> None:  # noqa: FBT001
    asked: list[str] = ["What did the demolition of Harwell cost?"]
    for number in range(12):
        asked.append(["How long did it take?", "Who paid for it?", "Why?", "And the second one?", "Who?"][number % 5])
        made = converse(*asked, raw=raw)
        assert len(words(made)) <= len(words(asked[-1])) + 4, made


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("Wo ist es?", "Wer gründete cross U?"),
        ("Was ist das?", "Wer gründete cross U?"),
        ("Où est-il ?", "Qui a signé ?"),
        ("¿Quién lo firmó? ¿He visto?", "¿Qué es cross U?"),
        ("Hvem er her?", "Hvad er ESA?"),
        ("Wie is de baas?", "Wat is ESA?"),
        ("いつ?", "誰が署名しましたか?"),
        ("Где это?", "Кто подписал?"),
        ("أين هو؟", "من وقع؟"),
    ],
)
def test_other_languages_come_through_unharmed(question: str, before: str) -> None:
    assert converse(before, question) == question
    assert converse(FOUNDED, question) == question


def test_an_english_question_after_another_language() -> None:
    assert converse("Wer gründete cross U?", "Where is it based?") == "Where is it based? (Wer gründete cross U)"
    assert converse(FOUNDED, "Wo?", "Where is it based?") == "Where is cross U based?"


def test_without_history_nothing_is_added() -> None:
    assert standalone("Where is it based?", []) == "Where is it based?"
