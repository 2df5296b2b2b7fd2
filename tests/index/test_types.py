"""The records: what identifies an article, and what a passage cuts out of it."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import articles

from index.types import Article, Passage

ARTICLE = Article(text="Äpfel 😀 sind gut. Ja.", title="Obst", published="2024-11")


def test_an_id_is_sixteen_hexadecimal_digits_and_the_same_in_every_run() -> None:
    assert re.fullmatch("[0-9a-f]{16}", ARTICLE.id)
    assert Article(text="one", title="two").id == Article(text="one", title="two").id == "c2535094ca2a3710"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Äpfel 😀 sind gut. Nein."},
        {"title": "Gemüse"},
        {"publisher": "x"},
        {"author": "x"},
        {"published": "2024-12"},
        {"published": None},
        {"language": "de"},
        {"url": "x"},
        {"restates": "x"},
        {"questions": ("x",)},
    ],
)
def test_every_part_of_the_content_decides_about_the_id(change: dict[str, Any]) -> None:
    assert dataclasses.replace(ARTICLE, **change).id != ARTICLE.id


def test_the_file_does_not_decide_about_the_id() -> None:
    assert dataclasses.replace(ARTICLE, source="elsewhere.md").id == ARTICLE.id


def test_the_same_words_in_another_field_are_another_article() -> None:
    ids = [
        Article(text="a", title="b", publisher="c").id,
        Article(text="a", title="b", author="c").id,
        Article(text="a", title="b", restates="c").id,
        Article(text="a", title="b", questions=("c",)).id,
        Article(text="a", title="b", questions=("c", "c")).id,
        Article(text="a", title="b").id,
        Article(text="a", title="b", publisher="").id,
    ]
    assert len(set(ids)) == len(ids)


def test_records_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ARTICLE.text = "other"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Passage.of(ARTICLE, 0, 5).start = 1  # type: ignore[misc]


def test_a_passage_counts_code_points() -> None:
    passage = Passage.of(ARTICLE, 6, 17)
    assert passage.text == "😀 sind gut."
    assert passage.id == f"{ARTICLE.id}:6-17"


def test_the_heading_stands_before_the_text_when_it_is_embedded() -> None:
    assert Passage.of(ARTICLE, 0, 5).embedding_text() == "Obst (2024-11)\nÄpfel"
    assert Passage.of(dataclasses.replace(ARTICLE, published=None), 0, 5).embedding_text() == "Obst\nÄpfel"


@settings(max_examples=scaled(60, 200), deadline=None)
@given(articles, st.data())
def test_a_passage_is_exactly_the_text_at_its_offsets(article: Article, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(article.text)))
    end = data.draw(st.integers(start, len(article.text)))
    passage = Passage.of(article, start, end)
    assert article.text[passage.start : passage.end] == passage.text
    assert (passage.article_id, passage.title, passage.published) == (article.id, article.title, article.published)
