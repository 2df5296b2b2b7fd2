"""The conversation of a tab: order, one worker at a time, stopping, and what goes wrong."""

from __future__ import annotations

import copy
import logging

import pytest
from fakes.service import APOPHIS, HARBOUR, FakeService

from assistant.service import BROKEN, UNVERIFIED, Catalogue
from assistant.talk import MAX_HISTORY, MAX_SHOWN, MAX_WAITING, TOO_MANY, Talk, Talker
from assistant.welcome import MAX_LISTED, examples, facts_html, sources_html, welcome_html
from index.types import Article


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def talker(service: FakeService) -> Talker:
    return Talker(service)


def busy(talk: Talk) -> bool:
    return talk.is_busy


def test_a_question_is_taken_then_answered(talker: Talker) -> None:
    talk = Talk()
    assert talker.take("  When?  ", talk) is None
    assert busy(talk)
    assert "Waiting for its turn…" in talk.current_html()
    seen = [(talk.current_html(), begun) for begun in talker.answer(talk)]
    assert [begun for _, begun in seen] == [True, False, False]
    assert "Searching 2 articles…" in seen[1][0]
    assert not busy(talk)
    assert "2029" in talk.current_html()
    assert talk.earlier_html() == ""
    assert [turn.question for turn in talk.history] == ["When? (as searched)"]


@pytest.mark.parametrize("question", [None, "", " \n\t"])
def test_an_empty_question_is_not_taken(talker: Talker, question: str | None) -> None:
    talk = Talk()
    assert "empty" in (talker.take(question, talk) or "")
    assert not talk.has_turns


def test_questions_are_answered_in_order_by_one_worker(talker: Talker, service: FakeService) -> None:
    talk = Talk()
    for question in ("one", "two", "three"):
        talker.take(question, talk)
    worker = talker.answer(talk)
    next(worker)
    assert list(talker.answer(talk)) == [], "another worker has nothing to do"
    list(worker)
    assert [question for question, _ in service.asked] == ["one", "two", "three"]
    assert [len(history) for _, history in service.asked] == [0, 1, 2]
    assert "one" in talk.earlier_html()
    assert "three" in talk.current_html()


def test_stopping_ends_what_goes_on_and_what_waits(talker: Talker) -> None:
    talk = Talk()
    talker.take("one", talk)
    talker.take("two", talk)
    worker = talker.answer(talk)
    next(worker)
    talk.halt()
    assert list(worker) == []
    assert talk.earlier_html().count("Stopped.") + talk.current_html().count("Stopped.") == 2
    assert talk.history == ()
    talker.take("three", talk)
    assert list(talker.answer(talk))
    assert "2029" in talk.current_html()


def test_a_worker_that_is_cancelled_leaves_the_conversation_free(talker: Talker) -> None:
    talk = Talk()
    talker.take("one", talk)
    worker = talker.answer(talk)
    next(worker)
    worker.close()  # type: ignore[attr-defined]
    assert not talk.is_busy
    talker.take("two", talk)
    assert list(talker.answer(talk))


def test_clearing_begins_anew_and_late_answers_are_dropped(talker: Talker) -> None:
    talk = Talk()
    talker.take("one", talk)
    worker = talker.answer(talk)
    next(worker)
    talk.clear()
    assert list(worker) == []
    assert not talk.has_turns
    assert talk.current_html() == talk.earlier_html() == ""


@pytest.mark.parametrize(
    ("question", "said", "logged"),
    [("explode", BROKEN, "could not be answered"), ("lie", UNVERIFIED, "not word for word")],
)
def test_what_goes_wrong_is_said_calmly_and_logged(
    talker: Talker, caplog: pytest.LogCaptureFixture, question: str, said: str, logged: str
) -> None:
    talk = Talk()
    talker.take(question, talk)
    with caplog.at_level(logging.ERROR):
        list(talker.answer(talk))
    assert said in talk.current_html()
    assert "secret" not in talk.current_html()
    assert logged in caplog.text
    assert talk.history == ()


def test_an_answer_without_an_end_is_said_to_be_broken(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talker.take("one", talk)
    monkeypatch.setattr(FakeService, "stream", lambda *_: iter(()))
    list(talker.answer(talk))
    assert BROKEN in talk.current_html()


@pytest.mark.parametrize(
    ("question", "says"), [("long " * 1000, "2,000"), ("?!", "no words"), ({"path": "x"}, "empty")]
)
def test_what_cannot_be_asked_is_not_kept(talker: Talker, question: object, says: str) -> None:
    talk = Talk()
    assert says in (talker.take(question, talk) or "")  # type: ignore[arg-type]
    assert not talk.has_turns
    assert talk.history == ()


def test_only_so_many_questions_of_a_conversation_wait(talker: Talker) -> None:
    talk = Talk()
    for number in range(MAX_WAITING):
        assert talker.take(f"number {number}", talk) is None
    assert talker.take("one more", talk) == TOO_MANY
    assert len(talk._exchanges) == MAX_WAITING


def test_turns_that_are_no_longer_shown_are_forgotten(talker: Talker) -> None:
    talk = Talk()
    for number in range(3 * MAX_SHOWN):
        talker.take(f"number {number}", talk)
        list(talker.answer(talk))
    assert len(talk._exchanges) <= MAX_SHOWN + 1
    assert f"{2 * MAX_SHOWN - 1} earlier turns" in talk.earlier_html()


def test_what_is_sent_and_kept_is_limited(talker: Talker) -> None:
    talk = Talk()
    for number in range(MAX_SHOWN + 3):
        talker.take(f"number {number}", talk)
        list(talker.answer(talk))
    assert talk.earlier_html().count('class="cw-turn"') == MAX_SHOWN
    assert "2 earlier turns are no longer shown." in talk.earlier_html()
    assert len(talk.history) == MAX_HISTORY


def test_each_tab_gets_a_conversation_of_its_own() -> None:
    talk = Talk()
    talk.add("mine")
    assert not copy.deepcopy(talk).has_turns


def catalogue(*articles: Article, notice: str | None = None) -> Catalogue:
    return Catalogue(generation="1", articles=articles, passages=1, notice=notice)


def test_examples_are_spread_over_the_articles() -> None:
    many = Article(title="M", text="x", questions=tuple(f"m{number}" for number in range(9)))
    assert examples((many, HARBOUR)) == ("m0", "Where is the harbour?", "m1", "m2")
    assert examples((APOPHIS, APOPHIS)) == APOPHIS.questions
    assert examples(()) == ()


def test_the_welcome_says_how_many_and_what_to_know() -> None:
    assert "1 article, in exact quotes" in welcome_html(catalogue(HARBOUR))
    assert "Begin with one of these" in welcome_html(catalogue(HARBOUR))
    assert "Ask in your own words." in welcome_html(catalogue(Article(title="T", text="x")))
    assert "no articles" in welcome_html(catalogue())
    assert "&lt;old&gt; index" in welcome_html(catalogue(HARBOUR, notice="<old> index"))
    assert "1,200 articles" in facts_html(catalogue(*[HARBOUR] * 1200))


def test_the_list_of_sources_is_cut_with_a_count() -> None:
    shown = sources_html(catalogue(*[HARBOUR] * (MAX_LISTED + 2)))
    assert shown.count("<li>") == MAX_LISTED
    assert "and 2 more" in shown
