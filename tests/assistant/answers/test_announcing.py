"""Lists that a question is for by what stands above them, and what a sentence counts without naming it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.answers.announcing import MOST_ASKED_FOR, announced, is_asked_for, lists_asked_for
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


KIT = [
    "tent",
    "pole",
    "peg",
    "rope",
    "mat",
    "stove",
    "pan",
    "cup",
    "spoon",
    "knife",
    "lamp",
    "map",
    "whistle",
    "hammock",
]
BRIDGES = {
    "north.md": "# The north bridge\n\n## Recommendations\n\n- Paint the railing.\n- Replace two bolts.\n",
    "south.md": "# The south bridge\n\n## Recommendations\n\n- Clear the drains.\n",
    "walk.md": "# The coast walk\n\n## What to pack\n\n" + "".join(f"- one {thing}\n" for thing in KIT),
}


@pytest.fixture(scope="module")
def camp() -> Article:
    article = read_markdown(CAMP, "camp.md")
    assert article
    return article


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over({"camp.md": CAMP}, tmp_path_factory.mktemp("camp"), embedder)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(BRIDGES, tmp_path_factory.mktemp("bridges"), embedder)


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
    found = lists_asked_for(question, [whole(camp)])
    assert [camp.text[line.start : line.end] for _, line in found] == ([item] if item else [])


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


def test_articles_that_have_a_list_of_the_same_heading_are_quoted_one_after_the_other(told: Assistant) -> None:
    answer = told.ask("What are the recommendations?")
    assert {segment.text for segment in answer.segments} == {
        "Paint the railing.",
        "Replace two bolts.",
        "Clear the drains.",
    }
    titles = [citation.title for citation in answer.citations]
    assert sorted(titles) in (titles, titles[::-1])  # one article after the other


def test_a_list_of_one_article_alone_is_quoted_where_the_question_names_it(told: Assistant) -> None:
    answer = told.ask("What are the recommendations for the south bridge?")
    assert [segment.text for segment in answer.segments] == ["Clear the drains."]


def test_a_long_list_that_is_asked_for_is_quoted_to_its_end(told: Assistant) -> None:
    answer = told.ask("What should I pack?")
    assert [segment.text for segment in answer.segments] == [f"one {thing}" for thing in KIT]


def test_a_list_too_long_to_be_quoted_is_not_answered_by_its_first_item() -> None:
    article = read_markdown("# The walk\n\n## What to pack\n\n" + "- a thing\n" * (MOST_ASKED_FOR + 1), "walk.md")
    assert article
    assert lists_asked_for("What should I pack?", [whole(article)]) == []


def test_a_list_is_found_from_a_passage_in_its_middle() -> None:
    article = read_markdown(BRIDGES["walk.md"], "walk.md")
    assert article
    middle = Passage.of(article, article.text.index("one cup"), len(article.text))
    hit = Hit(passage=middle, article=article, score=1.0, similarity=1.0, keyword_score=1.0)
    assert [article.text[line.start : line.end] for _, line in lists_asked_for("What to pack?", [hit])] == ["one tent"]


def test_several_lists_of_one_article_are_all_asked_for() -> None:
    text = "# The walk\n\n## What to pack\n\nClothes:\n\n- a hat\n\nKitchen:\n\n- a pan\n"
    article = read_markdown(text, "walk.md")
    assert article
    found = lists_asked_for("What should I pack?", [whole(article)])
    assert [article.text[line.start : line.end] for _, line in found] == ["a hat", "a pan"]
