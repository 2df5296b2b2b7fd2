"""Lists that a question is for by what stands above them, and what a sentence counts without naming it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.answers.announcing import announced, is_asked_for, list_asked_for
from assistant.answers.outline import line_of
from index.embeddings import SentenceEmbedder
from index.readers.markdown import read_markdown
from index.types import Article, Hit, Passage

CAMP = """# The rowing camp at Lake Aune

Two coaches run the camp. Ida Fjeld has taught beginners for ten years. Per Moen looks after the boats.

The lake has two piers, the old one and the new one.

## What to pack

- a warm jumper
- two towels
- a signed form

## What is not allowed

- knives
- loud music

## Where it starts

- from Hamar: at the bus station
- from Lillo: at the church

## Money

You can pay:

- in cash
- with a transfer

The trainers grade rowers in three steps.

- Otter
- Heron
- Pike
"""


@pytest.fixture(scope="module")
def camp() -> Article:
    article = read_markdown(CAMP, "camp.md")
    assert article
    return article


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over({"camp.md": CAMP}, tmp_path_factory.mktemp("camp"), embedder)


def whole(article: Article) -> Hit:
    passage = Passage.of(article, 0, len(article.text))
    return Hit(passage=passage, article=article, score=1.0, similarity=1.0, keyword_score=1.0)


@pytest.mark.parametrize(
    ("question", "item", "expected"),
    [
        ("What do I have to pack?", "two towels", True),
        ("What should be packed for the rowing camp?", "two towels", True),
        ("What should children pack?", "two towels", False),  # "children" is not in what stands above
        ("What is allowed?", "knives", False),  # the heading denies
        ("What is not allowed?", "knives", True),
        ("What is the lake called?", "two towels", False),  # a word of the title alone
        ("How can we pay?", "in cash", True),
        ("What should I take?", "two towels", False),  # no word that means something
    ],
)
def test_a_list_is_asked_for_by_all_words_of_the_question(
    camp: Article, question: str, item: str, *, expected: bool
) -> None:
    at = line_of(camp, camp.text.index(item))
    assert is_asked_for(question, camp, at) is expected


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("Where does it start?", "from Hamar: at the bus station"),
        ("How can you pay?", "in cash"),
        ("Who can pay?", None),  # the line before the list does not say who
        ("When does it start?", None),
        ("How much do I have to pay?", None),
        ("Can I pay?", None),
    ],
)
def test_a_list_answers_what_the_line_before_it_asks(camp: Article, question: str, item: str | None) -> None:
    found = list_asked_for(question, [whole(camp)])
    assert (camp.text[found[1].start : found[1].end] if found else None) == item


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Which coaches run the camp?",
            "Two coaches run the camp.",
            ["Ida Fjeld has taught beginners for ten years.", "Per Moen looks after the boats."],
        ),
        ("In which steps are rowers graded?", "The trainers grade rowers in three steps.", ["Otter", "Heron", "Pike"]),
        ("Which boats run?", "Two coaches run the camp.", []),
        ("Who runs the camp?", "Two coaches run the camp.", []),
        ("Which piers does the lake have?", "The lake has two piers, the old one and the new one.", []),
    ],
)
def test_what_a_sentence_counts_follows_it(camp: Article, question: str, sentence: str, expected: list[str]) -> None:
    start = camp.text.index(sentence)
    found = announced(question, camp, start, start + len(sentence))
    assert [camp.text[line.start : line.end] for line in found] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What do I have to pack?", ["a warm jumper", "two towels", "a signed form"]),
        ("Where does it start?", ["from Hamar: at the bus station", "from Lillo: at the church"]),
        ("How can you pay?", ["You can pay:", "in cash", "with a transfer"]),
        ("In which steps are rowers graded?", ["The trainers grade rowers in three steps.", "Otter", "Heron", "Pike"]),
    ],
)
def test_the_answer_is_the_whole_list(asked: Assistant, question: str, expected: list[str]) -> None:
    answer = asked.ask(question)
    assert answer.status == "answered"
    assert [segment.text for segment in answer.segments] == expected
