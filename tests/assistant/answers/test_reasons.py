"""What is shown beside a sentence that explains."""

from __future__ import annotations

import pytest

from assistant.answers.candidates import Candidate
from assistant.answers.choosing import Shown
from assistant.answers.quotable import sentences_of
from assistant.answers.reasons import MOST_ADDED, with_reasons
from index.types import Article, Hit, Passage

DAM = Article(
    title="The dam of Orsk",
    text=(
        "The valley was built in 1951. The ice of spring broke two gates. As a result, the gates are opened in March. "
        "The gates are painted every year. This is done to keep the rust away. The paint is green. "
        "The fish could not pass. To prevent this, a ladder was built. It is popular. Therefore, it is lit at night."
    ),
)
OTHER = Article(title="A wall", text="The old wall leaned badly. As a result, it was torn down.")


def hits(*articles: Article) -> list[Hit]:
    return [
        Hit(
            passage=Passage.of(article, 0, len(article.text)), article=article, score=1.0, similarity=1.0,
            keyword_score=1.0,
        )
        for article in articles
    ]  # fmt: skip


def shown(*texts: str, article: Article = DAM) -> list[Shown]:
    found = []
    for text in texts:
        start = article.text.index(text)
        end = article.text.index(".", start) + 1
        found.append(Shown(Candidate(article, start, end, 0.5, 0.5, 0.5, 0.0, None, 5.0)))
    return found


def texts(question: str, *of: str, sources: tuple[Article, ...] = (DAM, OTHER), article: Article = DAM) -> list[str]:
    return [
        item.sentence.text for item in with_reasons(question, shown(*of, article=article), sentences_of(hits(*sources)))
    ]


@pytest.mark.parametrize("question", ["Why are the gates opened in March?", "How does the dam survive the spring?"])
def test_the_cause_is_shown_before_what_follows_from_it(question: str) -> None:
    assert texts(question, "As a result") == [
        "The ice of spring broke two gates.", "As a result, the gates are opened in March.",
    ]  # fmt: skip


def test_who_asks_why_gets_the_reason_that_stands_behind() -> None:
    painted = ["The gates are painted every year.", "This is done to keep the rust away."]
    assert texts("Why are the gates painted?", "The gates are painted") == painted
    assert texts("How are the gates looked after?", "The gates are painted") == painted[:1]


@pytest.mark.parametrize("sentence", ["The valley was built", "The paint is green", "It is popular"])
def test_nothing_is_added_to_what_stands_by_itself(sentence: str) -> None:
    assert len(texts("Why is that so?", sentence)) == 1


def test_what_is_shown_already_is_not_shown_again() -> None:
    assert len(texts("Why are the gates opened?", "The ice of spring", "As a result")) == 2


def test_what_is_not_in_the_hits_is_not_added() -> None:
    assert len(texts("Why are the gates opened in March?", "As a result", sources=(OTHER,))) == 1


def test_the_other_articles_sentences_are_not_taken_for_its_own() -> None:
    assert texts("Why was it torn down?", "As a result", article=OTHER)[0] == "The old wall leaned badly."


def test_an_answer_grows_by_a_few_sentences_only() -> None:
    found = texts("Why?", "As a result", "The gates are painted", "To prevent this", "Therefore")
    assert len(found) == 4 + MOST_ADDED
