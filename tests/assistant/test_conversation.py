"""What a question means that leans on what was said before it: the same question, so that it stands alone."""

from __future__ import annotations

import pytest

from assistant.conversation.phrases import about
from assistant.conversation.standalone import standalone
from assistant.types import Turn
from index.keywords import words

FOUNDED = ("Who founded cross U?", "The founder of cross U is Mitsui Fudosan. [1]")
SIGNED = ("Who signed the joint statement of ESA and JAXA?", "Josef Aschbacher and Yamakawa Hiroshi signed it. [1]")
TELESCOPES = (
    "Which telescopes do ESA and JAXA plan?",
    "The plans include Athena, an X-ray telescope, and LiteBird. [1]",
)


def converse(*questions: str | tuple[str, str], raw: bool = False) -> str:
    """The stand-alone form of the last question, the earlier ones being kept as they were typed or made."""
    history: list[Turn] = []
    made = ""
    for asked in questions:
        question, answer = asked if isinstance(asked, tuple) else (asked, "")
        made = standalone(question, history)
        history.append(Turn(question if raw else made, answer))
    return made


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        (FOUNDED, "Where is it based?", "Where is cross U based?"),
        (FOUNDED, "And who is its president?", "And who is the president of cross U?"),
        (FOUNDED, "Is that expensive?", "Is cross U expensive?"),
        (FOUNDED, "Explain that.", "Explain cross U."),
        (FOUNDED, "Is it true that ESA pays for it?", "Is it true that ESA pays for cross U?"),
        ("What is throat cancer?", "Is it treatable?", "Is throat cancer treatable?"),
        ("How many people work at Harwell Campus?", "Who lives there?", "Who lives at Harwell Campus?"),
        ("Who is Monika Zemla?", "How old is she?", "How old is Monika Zemla?"),
        (SIGNED, "When did they sign it?", "When did ESA and JAXA sign the joint statement?"),
        ("What did Ann Lee say about the climate?", "Is it getting warmer?", "Is the climate getting warmer?"),
        ("What did Airbus buy from Thales?", "What kind of company is that?", "What kind of company is Thales?"),
        ("What did Smith call essential?", "Why did he say that?", "Why did Smith say that?"),
        ("What does the agency do in Britain?", "Who works there?", "Who works in Britain?"),
        ("What is Europa Clipper?", "When does it arrive there?", "When does Europa Clipper arrive there?"),
        ("What is Astroscale?", "What is her address?", "What is the address of Astroscale?"),
        ("Who is Monika Zemla?", "Who knows her?", "Who knows Monika Zemla?"),
        ("Which asteroid is Ramses going to?", "How big is it?", "How big is it? (asteroid, Ramses)"),
        (
            "How many firms are at Harwell?",
            "How many of them are British?",
            "How many of them are British? (firms, Harwell)",
        ),
        ("What did ESA say of the finds?", "How long will that take?", "How long will that take? (ESA, the finds)"),
        ("Who built the mast?", "Now the volcano: how high is it?", "Now the volcano: how high is it?"),
        ("Who built the mast?", "About the rover, how far did it go?", "About the rover, how far did it go?"),
        ("Who built the mast?", "Thanks, how high is it?", "Thanks, how high is the mast?"),
        ("Who built the mast?", "In winter, is it closed?", "In winter, is the mast closed?"),
        ("Now something else: who paid for the mast?", "How high is it?", "How high is the mast?"),
        ("Where are ESA and JAXA?", "Is it far?", "Is it far? (ESA and JAXA)"),
        ("What are mammals?", "How many legs do they have?", "How many legs do mammals have?"),
        ("What did the fishermen want?", "Will they appeal?", "Will the fishermen appeal?"),
        ("What do the police say?", "How long is it?", "How long is it? (the police)"),
        ("What do the police say?", "Do they think it was arson?", "Do the police think it was arson?"),
        ("What did the women get?", "Did they accept it?", "Did the women accept it?"),
        ("Where is the specimen?", "How old is it?", "How old is the specimen?"),
        ("How many women took the train?", "Where is it?", "Where is the train?"),
    ],
)
def test_what_a_pronoun_means_takes_its_place(before: str | tuple[str, str], question: str, made: str) -> None:
    assert converse(before, question) == made


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        ("What did ESA sign?", "What about JAXA?", "What did JAXA sign?"),
        ("What did ESA sign?", "how about cross U", "What did cross U sign?"),
        ("What did ESA and JAXA sign?", "And CNES?", "What did CNES sign?"),
        ("What do we send to Mars?", "And to the Moon?", "What do we send to the Moon?"),
        ("How does cross U help small companies?", "And companies abroad?", "How does cross U help companies abroad?"),
        ("What did Ghinelli say about trade?", "What about the climate?", "What did Ghinelli say about the climate?"),
        ("How long did the EarthCARE mission take?", "And BepiColombo?", "How long did the BepiColombo mission take?"),
        (
            "What are the advantages of a 529 plan?",
            "What about disadvantages?",
            "What are disadvantages of a 529 plan?",
        ),
        (FOUNDED, "And the president?", "And the president of cross U?"),
        ("Can the tenant of Unit 7 end the lease?", "And the landlord?", "Can the landlord end the lease?"),
        ("Did the police stop the march?", "What about scientists?", "Did scientists stop the march?"),
        ("Can Pollard Instruments end the lease?", "And the landlord?", "Can the landlord end the lease?"),
        ("How does cross U help small firms?", "And schools?", "How does cross U help schools?"),
        ("Can the tenant end the lease?", "And the contract?", "Can the tenant end the contract?"),
        ("How did the storm hit the firm?", "And the bank?", "How did the storm hit the bank?"),
        ("Is chilli a stew?", "How about goulash?", "Is goulash a stew?"),
        ("Is the vaccine safe?", "And for children?", "Is the vaccine safe for children?"),
        ("Is the vaccine safe?", "What about women?", "What about women? (the vaccine)"),
        ("How long is the mission?", "What about Vega?", "What about Vega?"),
        ("Who leads the UK Space Agency?", "And ESA?", "Who leads ESA?"),
        ("When did ESA sign the LOI?", "What about ESA?", "What about ESA?"),
    ],
)
def test_another_subject_takes_the_place_of_the_one_before(
    before: str | tuple[str, str], question: str, made: str
) -> None:
    assert converse(before, question) == made


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        ("When did ESA sign the statement?", "And where?", "Where did ESA sign the statement?"),
        ("When will Athena launch?", "Why?", "Why will Athena launch?"),
        ("Is LiteBird led by JAXA?", "Since when?", "Since when is LiteBird led by JAXA?"),
        ("What did Aschbacher sign?", "With whom?", "With whom did Aschbacher sign?"),
        ("How many agencies are at Harwell?", "Which ones?", "Which agencies are at Harwell?"),
        ("Who signed the MOU?", "When?", "When was the MOU signed?"),
        ("Who signed the contracts?", "When was that?", "When were the contracts signed?"),
        ("What did they agree on?", "When?", "When did they agree?"),
        ("Who runs the centre?", "Since when?", "Since when? (runs the centre)"),
        ("What was decided at the fair?", "By whom?", "By whom? (decided at the fair)"),
        ("What fame has Oxford gained?", "With what?", "With what? (fame, Oxford)"),
        ("Did the drill reach water?", "Why not?", "Why did the drill not reach water?"),
        ("Is the vaccine safe for children?", "Why not?", "Why is the vaccine not safe for children?"),
        ("Can I bring a dog?", "And why not?", "Why can I not bring a dog?"),
        ("How deep can the drill go?", "Why not?", "Why not? (the drill)"),
        ("Did the drill?", "Why not?", "Why not? (the drill)"),
        ("Didn't the drill break?", "Why not?", "Why not? (the drill)"),
        ("When does the fair open?", "Which ones?", "Which ones? (the fair)"),
    ],
)
def test_bare_question_words_take_over_the_sentence(before: str, question: str, made: str) -> None:
    assert converse(before, question) == made


@pytest.mark.parametrize("question", ["Who?", "How much?", "What else?", "Tell me more.", "Which is the largest?"])
def test_what_fits_nowhere_stands_in_brackets(question: str) -> None:
    assert converse("Tell me about Harwell Campus.", question) == f"{question} (Harwell Campus)"


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        ("What are the symptoms of flu?", "And the causes?", "What are the causes of flu?"),
        ("What is flu?", "What are the symptoms?", "What are the symptoms of flu?"),
        ("When is go-live of Project Heron?", "How much is the budget?", "How much is the budget of Project Heron?"),
        ("When is the sale of Kestrel?", "What is the price?", "What is the price of the sale of Kestrel?"),
        (
            "Who owns the wind farm?",
            "What does the whole thing cost?",
            "What does the whole thing cost? (the wind farm)",
        ),
        ("What is flu?", "How many types are there?", "How many types of flu are there?"),
        ("What is flu?", "What were the pros and cons?", "What were the pros and cons of flu?"),
        ("What is Harwell Campus?", "How many agencies are there?", "How many agencies are there? (Harwell Campus)"),
    ],
)
def test_a_question_that_leaves_out_of_what_is_told_it(before: str, question: str, made: str) -> None:
    assert converse(before, question) == made


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        (SIGNED, "Is that statement new?", "Is the joint statement of ESA and JAXA new?"),
        ("What was the Stanford Experiment?", "Who led the experiment?", "Who led the Stanford Experiment?"),
        (FOUNDED, "Is this platform free?", "Is this platform free? (cross U)"),
        ("What do Norway and Sweden want?", "Are the two countries rich?", "Are Norway and Sweden rich?"),
        ("How does the heat pump work?", "Is this device noisy?", "Is this device noisy? (the heat pump)"),
        ("Who sells honey?", "What happens this year?", "What happens this year?"),
        ("When was the last time it rained?", "And this time?", "And this time?"),
        ("Where is Astroscale?", "What do these companies do?", "What do these companies do? (Astroscale)"),
        ("What is Ramses?", "What could JAXA give to the mission?", "What could JAXA give to the mission? (Ramses)"),
    ],
)
def test_a_noun_that_points_back(before: str | tuple[str, str], question: str, made: str) -> None:
    assert converse(before, question) == made


@pytest.mark.parametrize(
    "question",
    [
        "How many turbines does the wind farm have?",
        "How many turbines has the wind farm?",
        "Does the wind farm have turbines?",
        "How much power does the wind farm still make?",
        "Which company owns the wind farm?",
        "What has the wind farm cost?",
        "Which prizes has the wind farm won?",
        "How long did the wind farm fly?",
    ],
)
def test_a_phrase_ends_before_its_verb_and_no_sooner(question: str) -> None:
    topic = about(question).topic
    assert topic is not None
    assert topic.text == "the wind farm"


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
