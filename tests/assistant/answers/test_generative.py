"""Answers by a language model, from the real index through real sockets: only what the articles bear out is shown."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.exchange import Exchange, Play
from fakes.model_server import (
    ModelServer,
    breaks_off,
    drips,
    fails,
    floods,
    says,
    sends_rubbish,
    silent,
    stops_in_the_middle,
)

from assistant.answering import Assistant
from assistant.answers.quoting import NOT_SAID
from assistant.settings import Settings
from assistant.types import Answer, Turn
from index.embeddings import SentenceEmbedder
from index.settings import IndexSettings

QUESTION = "When will Apophis pass Earth?"
MakeAssistant = Callable[..., Assistant]


def number_of(exchange: Exchange, words: str) -> int:
    """Number of the passage that holds these words, as the model was given them."""
    prompt = exchange.request.texts[-1]
    numbers = [(found.start(), int(found[1])) for found in re.finditer(r"(?i)passage (\d+)", prompt)]
    place = re.search(words, prompt)
    assert place, prompt
    return max((start, number) for start, number in numbers if start < place.start())[1]


def answers(text: str, words: str = "Apophis") -> Play:
    """Says a text in which N stands for the number of the passage with these words, a few letters at a time."""

    def play(exchange: Exchange) -> None:
        said = text.replace("[N]", f"[{number_of(exchange, words)}]")
        exchange.begin()
        for start in range(0, len(said), 7):
            exchange.piece(said[start : start + 7])
        exchange.end()

    return play


@pytest.fixture
def with_model(
    seeds_home: Path, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeAssistant]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    servers: list[ModelServer] = []

    def make(*plays: Play, seconds: float = 20) -> Assistant:
        server = ModelServer(*plays).__enter__()
        servers.append(server)
        settings = Settings(
            index=IndexSettings(home=seeds_home), model="openai:tiny", model_url=server.address_for("openai"),
            model_timeout=seconds,
        )  # fmt: skip
        made = Assistant.open(settings=settings, embedder=embedder)
        made.server = server  # type: ignore[attr-defined]
        return made

    yield make
    for server in servers:
        server.__exit__(None, None, None)


def requests(made: Assistant) -> list[list[str]]:
    return [request.texts for request in made.server.requests]  # type: ignore[attr-defined]


def test_a_true_sentence_is_shown_with_the_exact_words_it_rests_on(with_model: MakeAssistant) -> None:
    answer = with_model(answers("Apophis will pass Earth in 2029. [N]")).ask(QUESTION)
    assert (answer.status, answer.mode, answer.note) == ("answered", "model", "")
    assert answer.text == "Apophis will pass Earth in 2029. [1]"
    assert "Apophis" in answer.citations[0].quote
    assert "2029" in answer.citations[0].quote
    assert answer.segments[0].state == "verified"
    assert "openai:tiny" in answer.reason or "tiny" in answer.reason
    assert {"search", "read", "first_word", "write", "check", "total"} <= set(answer.timings)


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Apophis will pass Earth in 2031. [N]", "2031"),
        ("Apophis will not pass Earth in 2029. [N]", ""),
        ("Bennu will pass Earth in 2029. [N]", "Bennu"),
        ("The asteroid Apophis was found by Roy Tucker in Arizona. [N]", ""),
        ("Apophis will pass Earth in 2029. [57]", ""),
        ("Apophis will pass Earth in 2029.", ""),
        ("Apophis is 370 metres wide. [N]", "370"),
    ],
)
def test_a_false_one_is_taken_back_with_its_reason_and_the_quotes_answer(
    with_model: MakeAssistant, sentence: str, why: str
) -> None:
    answer = with_model(answers(sentence)).ask(QUESTION)
    assert (answer.status, answer.mode) == ("answered", "quotes")
    assert "In 2029" in answer.text
    assert "nothing that the articles bear out" in answer.note
    assert len(answer.taken_back) == 1
    assert why in answer.taken_back[0].reason


def test_of_several_sentences_only_the_true_ones_stay(with_model: MakeAssistant) -> None:
    text = "Apophis will pass Earth in 2029. [N] It will hit Paris in 2030. [N] Nobody will notice."
    answer = with_model(answers(text)).ask(QUESTION)
    assert answer.mode == "model"
    assert answer.text == "Apophis will pass Earth in 2029. [1]"
    assert [item.text for item in answer.taken_back] == ["It will hit Paris in 2030.", "Nobody will notice."]
    assert "1 sentence checked against the quotes, 2 sentences taken back" in answer.reason


FALSE = "Potential contributions of JAXA to the Ramses mission include 4 launch services."
THREE = f"Apophis will pass Earth in 2029. [N] {FALSE} [N] Nobody will notice. [N]"


def test_in_the_place_of_a_false_one_the_article_is_quoted(with_model: MakeAssistant) -> None:
    answer = with_model(answers(THREE)).ask("When will Apophis pass Earth, and what may JAXA contribute to Ramses?")
    assert [segment.state for segment in answer.segments] == ["verified", "verified"]
    cited = answer.citations[1]
    assert cited.quote.startswith("Potential contributions of JAXA to the Ramses mission include launch services")
    assert answer.segments[1].text == f"“{' '.join(cited.quote.split())}”"
    assert answer.segments[1].marks == (2,)
    assert "taken back" in answer.segments[1].reason
    assert [(item.text, item.instead) for item in answer.taken_back] == [(FALSE, 2), ("Nobody will notice.", 0)]
    assert "1 sentence checked against the quotes, 2 sentences taken back and the article quoted there" in answer.reason


def test_what_has_nothing_to_do_with_the_question_is_not_quoted_there(with_model: MakeAssistant) -> None:
    answer = with_model(answers(THREE)).ask(QUESTION)
    assert answer.text == "Apophis will pass Earth in 2029. [1]"
    assert [item.instead for item in answer.taken_back] == [0, 0]


def test_what_is_quoted_already_is_not_quoted_again(with_model: MakeAssistant) -> None:
    text = "Apophis will pass Earth in 2029. [N] The asteroid Apophis will pass Earth in 2031. [N]"
    answer = with_model(answers(text)).ask(QUESTION)
    assert answer.text == "Apophis will pass Earth in 2029. [1]"
    assert [item.instead for item in answer.taken_back] == [1]


def test_it_streams_and_only_what_was_checked_has_marks(
    with_model: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.answers.generative.SHOW_EVERY", 0.0)
    text = "Apophis will pass Earth in 2029. [N] It will hit Paris in 2030. [N]"
    *drafts, last = with_model(answers(text)).stream(QUESTION)
    assert any("Waiting for" in draft.reason for draft in drafts)
    growing = [draft for draft in drafts if draft.segments]
    assert len(growing) > 4
    for draft in growing:
        assert draft.status == "working"
        for segment in draft.segments:
            assert bool(segment.marks) == (segment.state != "unchecked")
    assert any(segment.state == "verified" for draft in growing for segment in draft.segments)
    assert any("Paris" in segment.text for draft in growing for segment in draft.segments), "shown as it comes"
    assert last.status == "answered"
    assert "Paris" not in last.text


def test_a_model_that_finds_nothing_makes_a_refusal(with_model: MakeAssistant) -> None:
    answer = with_model(says("The sources ", "do not say.")).ask(QUESTION)
    assert (answer.status, answer.mode, answer.text) == ("abstained", "model", NOT_SAID)
    assert not answer.citations


def test_what_comes_near_nothing_is_not_even_asked(with_model: MakeAssistant) -> None:
    made = with_model(answers("Bananas are yellow. [N]", words="passage"))
    answer = made.ask("How do I bake bread with yeast?")
    assert answer.status == "abstained"
    assert not requests(made)


@pytest.mark.parametrize(
    "play", [fails(500), fails(401), fails(429), breaks_off("Apophis will "), sends_rubbish, silent,
             stops_in_the_middle, drips, floods]
)  # fmt: skip
def test_whatever_goes_wrong_the_quotes_answer_and_say_why(with_model: MakeAssistant, play: Play) -> None:
    started = time.monotonic()
    answer = with_model(play, seconds=1.5).ask(QUESTION)
    assert (answer.status, answer.mode) == ("answered", "quotes")
    assert answer.note.endswith("The answer is quoted from the articles instead.")
    assert "In 2029" in answer.text
    assert "sk-test" not in repr(answer)
    assert time.monotonic() - started < 20


def test_stopping_hangs_up(with_model: MakeAssistant) -> None:
    made = with_model(drips)
    stream = made.stream(QUESTION)
    for draft in stream:
        if draft.segments:
            break
    stream.close()  # type: ignore[attr-defined]
    assert made.server.hung_up.wait(5)  # type: ignore[attr-defined]


def test_a_missing_key_is_said_beside_every_answer(
    seeds_home: Path, embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = Settings(index=IndexSettings(home=seeds_home), model="openai:tiny")
    answer = Assistant.open(settings=settings, embedder=embedder).ask(QUESTION)
    assert answer.mode == "quotes"
    assert "OPENAI_API_KEY" in answer.note


def test_a_follow_up_is_rewritten_and_its_evidence_looked_for_anew(with_model: MakeAssistant) -> None:
    made = with_model(says("Where was cross U founded?"), says("It will hit Paris in 2030. [1]"))
    history = [Turn("Who founded cross U?", "Mitsui Fudosan founded it in 1850. [1]")]
    answer = made.ask("And where?", history)
    assert answer.standalone == "Where was cross U founded?"
    rewriting, writing = requests(made)
    assert "1850" in rewriting[-1]
    assert "1850" not in writing[-1], "what was said before is no source"
    assert all("1850" not in hit.passage.text for hit in answer.hits)


def test_instructions_in_an_article_reach_the_model_marked_off_as_data(with_model: MakeAssistant) -> None:
    made = with_model(answers("Apophis will pass Earth in 2029. [N]"))
    made.ask(QUESTION)
    system, user = requests(made)[-1]
    assert "Apophis" not in system
    assert "passages" in system.lower()
    assert QUESTION in user


def kinds(answer: Answer) -> list[str]:
    return [segment.state for segment in answer.segments]


def test_lists_are_checked_item_by_item(with_model: MakeAssistant) -> None:
    text = "Two things are known:\n- Apophis will pass Earth in 2029 [N]\n- Apophis is made of cheese [N]\n"
    answer = with_model(answers(text)).ask(QUESTION)
    assert "2029" in answer.text
    assert "cheese" not in answer.text
    assert answer.taken_back
