from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.candidates import Candidate
from assistant.answers.naming import first_names, full_names
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
