"""Questions about somebody's words, answered with the real models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes.opened import opened_over

from assistant.answers.speech import Speech, speech_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant import Assistant
    from index.embeddings import SentenceEmbedder


@pytest.mark.parametrize(
    ("question", "speech"),
    [
        ("What did Ada Hope say?", Speech("Ada Hope")),
        ("What did Ada Hope say about the boat?", Speech("Ada Hope", "the boat")),
        ("what does the mayor of Loam complain about", Speech("the mayor of Loam")),
        ("How did the mayor respond to the vote?", Speech("the mayor", "the vote")),
        ("What was the mayor's reaction to the vote?", Speech("the mayor", "the vote")),
        ("Who said that the boat was old?", Speech("", "the boat was old")),
        ("How old is the boat according to Hope?", Speech("Hope", "How old is the boat", "How old is the boat?")),
        ("According to Hope, how old is it?", Speech("Hope", "how old is it", "how old is it?")),
        ("Who found the boat?", None),
        ("What did they say?", None),
        ("What is the mayor's name?", None),
    ],
)
def test_what_a_question_wants_to_know_of_somebodys_words(question: str, speech: Speech | None) -> None:
    assert speech_asked(question) == speech


def test_what_is_written_is_no_person() -> None:
    written = speech_asked("What does the lease say about dogs?")
    assert written is not None
    assert not written.is_person


FERRY = """# Ferry line to Skarvoy to close after 94 years

The county council of Ternshire decided on Monday to close the ferry line between Port Elgin and the island of
Skarvoy. The last boat will sail on 30 September.

"We cannot go on paying £2.3 million a year for forty passengers a day," the leader of the council, Harriet Quill,
said after the vote. She added that the money was needed for the bridge at Loam.

The islanders see it differently. "First the school, then the doctor, now the boat," said Donald Rae, 71, who keeps
the only shop on Skarvoy. "In the end they will close the island."

Rae's daughter Mairi, a deckhand on the ferry, told the Gazette that the crew had learned of the decision from the
radio. She called it shameful.

## Reactions

Opposition councillor Ted Bannerman accused the council of having cooked the figures. According to Bannerman, the line
carried 61 passengers a day last year. A spokeswoman for the council, Ines Holt, denied this: "The figures come from
the tickets."

The operator of the line, Elgin Marine, declined to comment on the closure. Its former director, Wallace Brodie, who
ran the line until 2019, warned that the harbour wall would decay if no boat called there.

The transport minister, Fiona Adeyemi, could not be reached on Tuesday. Her deputy, Colm Reilly, promised that the
government would look for "a solution with a keel".

The harbour master said the island's lifeboat would stay. Experts doubt that a smaller boat could run in winter. In
Brodie's view, a hydrofoil would be too expensive.
"""
TALK = """# A conversation with the beekeepers Brandt

Ottilie Brandt keeps 240 hives near Lüneburg. Her brother Karsten runs the honey factory. We met them both in the
garden.

Field Notes: How was the winter?

Brandt: Hard. We lost 38 hives, more than in any year since 2003. The mites were the cause, not the frost.

Field Notes: Many people blame the pesticides.

Brandt: I do not. The farmers around here stopped spraying in bloom years ago. But I wish they would leave the hedges
alone.

Karsten: May I say something? The hedges have been back since the county pays for them. My factory sees it in the
colour of the honey.

Field Notes: What does a jar cost you?

Karsten: Four euros and ten cents, of which the glass is sixty.

Brandt: And my work is for free, as usual.

Field Notes: You are 68 years old and have carried 240 hives this summer. Will you go on?

Brandt: As long as my back does. I have told the children that they need not take over.
"""


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("said")
    yield from opened_over({"ferry.md": FERRY, "talk.md": TALK}, home, embedder)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Harriet Quill say?", "We cannot go on paying"),
        ("What did Harriet Quill say?", "She added that the money was needed"),
        ("What did Donald Rae say about the island?", "In the end they will close the island"),
        ("What did the deckhand say about the decision?", "She called it shameful"),
        ("What did Elgin Marine say about the closure?", "declined to comment"),
        ("How many passengers did the line carry according to Bannerman?", "61 passengers"),
        ("Who warned that the harbour wall would decay?", "Wallace Brodie"),
        ("How did the spokeswoman for the council respond to the accusation?", "The figures come from the tickets"),
        ("What does Ottilie Brandt say about pesticides?", "stopped spraying"),
        ("What does Karsten say about the hedges?", "since the county pays"),
        ("What caused the loss of hives according to Brandt?", "The mites were the cause"),
    ],
)
def test_who_asks_for_somebodys_words_gets_them(talked: Assistant, question: str, said: str) -> None:
    answer = talked.ask(question)
    assert answer.status == "answered"
    assert said in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What did Ted Bannerman say about the harbour wall?",
        "What did Donald Rae say about the bridge?",
        "What did the mayor of Port Elgin say?",
        "Who said the ferry was too old?",
        "What does Karsten say about the winter?",
    ],
)
def test_anothers_words_are_not_given_as_theirs(talked: Assistant, question: str) -> None:
    assert talked.ask(question).status == "abstained"


def test_what_others_say_is_not_beside_it(talked: Assistant) -> None:
    answer = talked.ask("What does Karsten say about the hedges?")
    assert "leave the hedges alone" not in answer.text


def test_a_short_answer_in_a_talk_stands_behind_its_question(talked: Assistant) -> None:
    answer = talked.ask("How was the winter for the bees?")
    assert [citation.quote for citation in answer.citations] == ["Field Notes: How was the winter?", "Brandt: Hard."]


def test_a_question_that_is_quoted_from_is_shown_with_its_answer(talked: Assistant) -> None:
    answer = talked.ask("How many hives did the beekeeper carry this summer?")
    assert [citation.quote for citation in answer.citations] == [
        "Field Notes: You are 68 years old and have carried 240 hives this summer.",
        "Brandt: As long as my back does.",
        "I have told the children that they need not take over.",
    ]
