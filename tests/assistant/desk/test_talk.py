"""The conversation of a tab: order, one worker at a time, stopping, and what goes wrong."""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
from contextlib import aclosing

import pytest
from fakes.service import APOPHIS, HARBOUR, FakeService
from fakes.talking import talked

from assistant.desk.desk import Desk
from assistant.desk.places import BUSY, Limits
from assistant.desk.talk import MAX_SHOWN, MAX_WAITING, Talk
from assistant.desk.talker import TOO_MANY, Talker
from assistant.page.welcome import MAX_LISTED, examples, facts_html, sources_html, welcome_html
from assistant.service import BROKEN, UNVERIFIED, Catalogue
from assistant.settings import MAX_HISTORY
from index.types import Article


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def talker(service: FakeService) -> Talker:
    return Talker(Desk(service))


def busy(talk: Talk) -> bool:
    return talk.is_busy


def test_a_question_is_taken_then_answered(talker: Talker) -> None:
    talk = Talk()
    assert talker.take("  When?  ", talk) is None
    assert busy(talk)
    assert "Waiting for its turn…" in talk.current_html()
    seen = talked(talker, talk)
    assert [begun for begun, _ in seen] == [True, False, False]
    assert "Searching 2 articles…" in seen[1][1]
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

    async def talking() -> None:
        async with aclosing(talker.answer(talk)) as worker:
            await anext(worker)
            assert [step async for step in talker.answer(talk)] == [], "another worker has nothing to do"
            async for _ in worker:
                pass

    asyncio.run(talking())
    assert [question for question, _ in service.asked] == ["one", "two", "three"]
    assert [len(history) for _, history in service.asked] == [0, 1, 2]
    assert "one" in talk.earlier_html()
    assert "three" in talk.current_html()


def test_stopping_ends_what_goes_on_and_what_waits(talker: Talker) -> None:
    talk = Talk()
    talker.take("one", talk)
    talker.take("two", talk)

    async def talking() -> None:
        async with aclosing(talker.answer(talk)) as worker:
            await anext(worker)
            talk.halt()
            assert [step async for step in worker] == []

    asyncio.run(talking())
    assert talk.earlier_html().count("Stopped.") + talk.current_html().count("Stopped.") == 2
    assert talk.history == ()
    talker.take("three", talk)
    assert talked(talker, talk)
    assert "2029" in talk.current_html()


def test_a_worker_that_is_cancelled_leaves_the_conversation_free(talker: Talker) -> None:
    talk = Talk()
    talker.take("one", talk)

    async def talking() -> None:
        async with aclosing(talker.answer(talk)) as worker:
            await anext(worker)

    asyncio.run(talking())
    assert not talk.is_busy
    talker.take("two", talk)
    assert talked(talker, talk)


def test_clearing_begins_anew_and_late_answers_are_dropped(talker: Talker) -> None:
    talk = Talk()
    talker.take("one", talk)

    async def talking() -> None:
        async with aclosing(talker.answer(talk)) as worker:
            await anext(worker)
            talk.clear()
            assert [step async for step in worker] == []

    asyncio.run(talking())
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
        talked(talker, talk)
    assert said in talk.current_html()
    assert "secret" not in talk.current_html()
    assert logged in caplog.text
    assert talk.history == ()


def test_an_answer_without_an_end_is_said_to_be_broken(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talker.take("one", talk)
    monkeypatch.setattr(FakeService, "stream", lambda *_: iter(()))
    talked(talker, talk)
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
        talked(talker, talk)
    assert len(talk._exchanges) <= MAX_SHOWN + 1
    assert f"{2 * MAX_SHOWN - 1} earlier turns" in talk.earlier_html()


def test_what_is_sent_and_kept_is_limited(talker: Talker) -> None:
    talk = Talk()
    for number in range(MAX_SHOWN + 3):
        talker.take(f"number {number}", talk)
        talked(talker, talk)
    assert talk.earlier_html().count('class="cw-turn"') == MAX_SHOWN
    assert "2 earlier turns are no longer shown." in talk.earlier_html()
    assert len(talk.history) == MAX_HISTORY


def test_who_is_turned_away_can_ask_the_same_again_with_one_press(service: FakeService) -> None:
    talk, talker = Talk(), Talker(Desk(service, Limits(at_once=0, waiting=0)))
    talker.take("When & <why>?", talk)
    talked(talker, talk)
    shown = talk.current_html()
    assert BUSY in shown
    assert '<button type="button" class="cw-again" value="When &amp; &lt;why&gt;?">' in shown
    assert not talk.is_busy
    talker.take("When & <why>?", talk)
    talked(Talker(Desk(service)), talk)
    assert BUSY not in talk.current_html() + talk.earlier_html(), "the card that turned it away has gone"
    assert "2029" in talk.current_html()


def test_who_waits_sees_the_place_in_line_and_then_the_answer(service: FakeService) -> None:
    service.gate.clear()
    service.steps = 0.1
    desk = Desk(service, Limits(at_once=1, tick=0.05))
    talks = [Talk(), Talk(), Talk()]

    async def one(talk: Talk) -> list[str]:
        async with aclosing(Talker(desk).answer(talk, talk.token)) as steps:
            return [talk.current_html() async for _ in steps]

    async def talking() -> list[list[str]]:
        return await asyncio.gather(*[one(talk) for talk in talks])

    for talk in talks:
        Talker(desk).take("When?", talk)
    threading.Timer(0.3, service.gate.set).start()
    seen = asyncio.run(talking())
    assert "Waiting for its turn" not in "".join(seen[0])
    assert any("Waiting for its turn (1st)…" in card for card in seen[1])
    assert any("Waiting for its turn (2nd)…" in card for card in seen[2])
    assert any("Waiting for its turn (1st)…" in card for card in seen[2]), "it moves up"
    assert all("2029" in talk.current_html() for talk in talks)


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
