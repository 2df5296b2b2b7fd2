from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.candidates import Candidate
from assistant.answers.naming import (
    first_names,
    full_names,
    is_namesake,
    is_of_another_time,
    names_and_numbers,
    opened_by,
    telling,
    times_asked,
    unknown,
)
from assistant.answers.trust import trust_features
from index.types import Article, Hit, Passage

TEXT = "Ann Reed kept the light. Reed was given 900 kroner. Her brother Tom Reed was not. Ann Mary Holt left."


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How much was Ann Reed given?", [("Ann", "Reed")]),
        ("What was Ann Mary Holt's reward?", [("Ann Mary", "Holt")]),
        ("Who was Reed?", []),
        ("Reed Island: who lives there?", []),
        ("", []),
    ],
)
def test_names_of_more_than_one_word_are_found(question: str, names: list[tuple[str, str]]) -> None:
    assert full_names(question) == names


@pytest.mark.parametrize(
    ("question", "tells", "not_told"),
    [
        ("What is the rent of Flat 2?", {"flat", "2"}, set()),
        ("rent of the mill house", {"mill"}, {"mill"}),
        ("What is the rent?", set(), set()),
        ("Who owns Corvik's boats in Elm Street, City Centre?", {"corvik", "elm", "street", "citi", "centr"}, {"elm"}),
        ("Which Corviker in Covrik is Centrist?", {"corvik", "covrik", "centrist"}, set()),
    ],
)
def test_what_tells_one_article_from_another(question: str, tells: set[str], not_told: set[str]) -> None:
    flat = Article(
        title="Lease of Flat 1",
        text="The house in Corvik has boats. There is no helm in the streets of the city centre.",
    )
    hits = [
        Hit(
            passage=Passage(article_id=article.id, start=0, end=3, text="The", title=article.title),
            article=article, score=1.0, similarity=0.8, keyword_score=3.0,
        )
        for article in (flat, Article(title="Lease of the Mill", text="It is let."))
    ]  # fmt: skip
    assert telling(question, hits) == tells
    assert unknown(telling(question, hits), flat) == not_told


@pytest.mark.parametrize(
    ("question", "is_one"),
    [
        ("Who is the warden of Elm House?", True),
        ("Who is the warden of Birch House?", False),
        ("Who is the warden of Birch House of Corvik?", False),
        ("Who is the warden of House 9?", False),
        ("Who is the warden, Ann Reed?", False),
        ("Elm: who is the warden?", False),
    ],
)
def test_another_of_the_same_name(question: str, *, is_one: bool) -> None:
    assert is_namesake(question, Article(title="Birch House", text="The warden in Corvik is Tobias.")) is is_one


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("How much was in the bank in april?", {"april"}),
        ("may meeting waiting list", {"may"}),
        ("Who spoke in march 2023?", {"march", "2023"}),
        ("May I march through the gate?", set()),
        ("What did Corvik pay in May?", {"may"}),
    ],
)
def test_months_are_found_in_lower_case(question: str, times: set[str]) -> None:
    assert times_asked(question) == times


def test_another_time() -> None:
    opened = frozenset({"april", "2023", "plough", "7"})
    assert [is_of_another_time(time, opened) for time in ("may", "2022", "april", "2023")] == [True, True, False, False]
    assert not is_of_another_time("may", frozenset({"2023"}))
    assert not is_of_another_time("2022", frozenset({"may", "7"}))


def test_what_an_article_opens_with() -> None:
    article = Article(
        title="Monthly meeting", text=f"Held at the Plough on 6 June. {'We met. ' * 60}Elm.", published="2023-06"
    )
    assert opened_by(article) >= {"june", "2023", "plough", "6"}
    assert "elm" not in opened_by(article)
    assert "april" in opened_by(Article(title="A", text="b", published="2023-04-02"))
    assert "2023" in opened_by(Article(title="A", text="b", published="2023"))
    assert opened_by(Article(title="A", text="b", published="spring 2023")) == opened_by(Article(title="A", text="b"))


def test_the_first_word_is_no_name() -> None:
    assert names_and_numbers("Who was Ann Mary-Holt in 1,900?") == ["Ann", "Mary-Holt", "1,900"]


@pytest.mark.parametrize(
    ("first", "last", "sentence", "left_out"),
    [
        ("Ann", "Reed", "Reed was given 900 kroner.", "Ann"),
        ("Ann", "Reed", "Nine hundred went to Mrs. Reed in May.", "Ann"),
        ("Ann", "Reed", "Later that year “Reed” was dropped.", "Ann"),
        ("Ann", "Reed", "Her brother Tom Reed was not.", ""),
        ("Ann", "Reed", "Ann Reed kept the light.", ""),
        ("Ann", "Reed", "Reeds grow there.", ""),
        ("Eve", "Reed", "Reed was given 900 kroner.", ""),
        ("Ann Mary", "Holt", "Holt left.", "Ann Mary"),
    ],
)
def test_a_last_name_alone_stands_for_the_name_that_the_article_told(
    first: str, last: str, sentence: str, left_out: str
) -> None:
    assert first_names([(first, last)], TEXT, sentence) == left_out


def test_who_is_told_of_by_the_last_name_counts_as_named() -> None:
    text = f"Ann Reed kept the light. {'The lamp was lit at dusk. ' * 12}Reed was given 900 kroner."
    start = text.index("Reed was")

    def named(question: str) -> float:
        article = Article(title="The light", text=text)
        sentence = Candidate(article, start, len(text), 0.7, 0.9, 1.0, 0.0, None, 9.0)
        passage = Passage(article_id=article.id, start=0, end=len(text), text=text, title=article.title)
        hit = Hit(passage=passage, article=article, score=1.0, similarity=0.8, keyword_score=3.0)
        return trust_features(question, [sentence], [hit])[2]

    assert (named("How much was Ann Reed given?"), named("How much was Eve Reed given?")) == (1.0, 0.5)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_taken(question: str, sentence: str) -> None:
    first_names(full_names(question), sentence, sentence)
