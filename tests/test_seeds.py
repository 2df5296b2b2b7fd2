"""The seed articles: whole, quotable, and the questions they offer are answered."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from assistant import Assistant
from index.sentences import sentence_spans
from index.types import Article

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "seed_questions.jsonl").read_text(encoding="utf-8").splitlines()
]


def articles(assistant: Assistant) -> list[Article]:
    return list(assistant.index.articles.values())


def test_there_are_two_articles_with_their_metadata(assistant: Assistant) -> None:
    found = articles(assistant)
    assert {article.publisher for article in found} == {"SpaceDaily", "Harwell Campus"}
    assert all(article.restates and article.questions and article.language == "en" for article in found)
    assert len([path for path in files("seeds").iterdir() if path.name.endswith(".md")]) == 3


def test_every_sentence_can_be_quoted_alone(assistant: Assistant) -> None:
    for article in articles(assistant):
        for start, end in sentence_spans(article.text):
            sentence = article.text[start:end]
            assert not re.match(r"(It|They|He|She|This|These|That|Those|The agency|The platform)\b", sentence), sentence
            assert len(sentence) <= 260, sentence


@pytest.mark.parametrize("row", [row for row in QUESTIONS if row["article"]], ids=lambda row: row["id"])
def test_the_seeds_hold_the_answer_to_every_question_about_the_originals(
    assistant: Assistant, row: dict[str, list[str]]
) -> None:
    """The questions were written from the original articles; what must be quoted must be there to quote."""
    text = " ".join(f"{article.title} {article.text}" for article in articles(assistant)).lower()
    for string in row["must"]:
        assert any(form.lower() in text for form in string.split("|")), string


def test_the_questions_on_the_empty_page_are_answered_from_their_article(assistant: Assistant) -> None:
    for article in articles(assistant):
        for question in article.questions:
            answer = assistant.ask(question)
            assert answer.status == "answered", question
            assert article.id in {citation.article_id for citation in answer.citations}, question


def test_the_furniture_of_the_scraped_pages_is_not_in_the_index(assistant: Assistant) -> None:
    text = " ".join(article.text for article in articles(assistant))
    for furniture in ("Three Mile Island", "Gamescom", "newsletter", "GDPR", "Copyright"):
        assert furniture.lower() not in text.lower()
