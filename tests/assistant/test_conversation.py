"""What a question means that leans on what was said before it: the same question, so that it stands alone."""

from __future__ import annotations

import pytest
from fakes.conversing import FOUNDED, SIGNED, converse

from assistant.conversation.phrases import about


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
