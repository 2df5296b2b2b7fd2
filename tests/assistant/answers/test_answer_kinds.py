"""What questions of each kind get, with the real models, over a few articles made for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.opened import opened_over

from assistant import Assistant
from assistant.page.rendering import to_html, to_markdown, to_plain
from index.embeddings import SentenceEmbedder

ARTICLES = {
    "history.md": """---
title: A history of the Holmen lighthouse
published: 2001-03-04
---
The lighthouse of Holmen was lit for the first time in 1893. Its first keeper was Marit Solberg.
The lighthouse was closed because the new harbour lights made it useless.
The tower is 31 metres high. It is built of grey granite from the island.
""",
    "guide.md": """---
title: A visitor's guide to Holmen
published: 2015-07-08
---
The lighthouse of Holmen was lit for the first time in 1895. The first keeper of the lighthouse was Marit Solberg.
Visitors can reach the island by ferry. Boats carry bicycles free of charge.
In the museum visitors find the old lens. In the museum visitors find a foghorn, too. In the museum visitors find the
diary of the last keeper.
""",
    "bakery.md": """---
title: The bakery of Corvik
---
The bakery of Corvik sells rye bread on weekdays. Its oven was bought in Bergen.
""",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Assistant]:
    yield from opened_over(ARTICLES, tmp_path_factory.mktemp("kinds"), embedder)


def test_two_articles_that_say_it_are_both_cited(asked: Assistant) -> None:
    answer = asked.ask("Who was the first keeper of the Holmen lighthouse?")
    assert "Marit Solberg" in answer.segments[0].text
    assert len(answer.segments[0].marks) == 2
    assert len({citation.article_id for citation in answer.citations}) == 2
    assert all("Marit Solberg" in citation.quote for citation in answer.citations)
    assert not answer.note


def test_two_articles_that_differ_are_both_shown_with_their_dates(asked: Assistant) -> None:
    answer = asked.ask("When was the lighthouse of Holmen lit for the first time?")
    shown = [segment.text[slice(*segment.emphasis)] for segment in answer.segments if segment.emphasis]
    assert sorted(shown) == ["1893", "1895"]
    for said in (answer.text, to_plain(answer), to_html(answer)):
        assert "A history of the Holmen lighthouse" in said
        assert "2001" in said
        assert "2015" in said
    assert "differently" in to_markdown(answer)
    assert answer.to_dict()["note"] == answer.note


def test_a_list_has_every_item_once(asked: Assistant) -> None:
    answer = asked.ask("Which things do visitors find in the museum?")
    assert all(item in answer.text for item in ("lens", "foghorn", "diary"))
    assert len(answer.segments) == len({segment.text for segment in answer.segments})
    assert "bread" not in answer.text


def test_a_reason_is_the_sentence_that_gives_it(asked: Assistant) -> None:
    assert "harbour lights" in asked.ask("Why was the lighthouse closed?").text


def test_yes_and_no_are_not_invented(asked: Assistant) -> None:
    answer = asked.ask("Do boats carry bicycles free of charge?")
    assert answer.text == "Boats carry bicycles free of charge. [1]"


def test_search_words_with_a_slip_are_answered(asked: Assistant) -> None:
    answer = asked.ask("lightouse tower heigth metres")
    assert "lighthouse" in answer.standalone
    assert "31 metres" in answer.text


def test_only_articles_that_are_near_are_named_when_there_is_no_answer(asked: Assistant) -> None:
    near = asked.ask("How much does the rye bread of the bakery cost in euros?")
    far = asked.ask("Who won the chess world championship?")
    assert (near.status, far.status) == ("abstained", "abstained")
    assert [article.title for article in near.nearest][:1] == ["The bakery of Corvik"]
    assert far.nearest == ()
    assert "comes near" in far.reason
