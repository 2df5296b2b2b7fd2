"""The page where too many ask: nobody's words are lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from browser.harness import Witness, ask, served
from fakes.service import FakeService

from assistant.desk.places import BUSY, Limits
from assistant.web import app as web
from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page


# Without the gate, and whenever others come in between, it is the desk that turns questions away.
@pytest.mark.slow
@pytest.mark.parametrize(("is_gated", "told"), [(True, "#cw-busy"), (False, ".cw-problem:has-text('ask again')")])
def test_when_too_many_wait_the_question_stays_in_the_box_and_is_asked_again_with_one_press(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    is_gated: bool,  # noqa: FBT001
    told: str,
) -> None:
    if not is_gated:
        monkeypatch.setattr(web, "Gate", lambda app, *_: app)
    service = FakeService()
    service.gate.clear()
    with served(create_app(service, limits=Limits(at_once=1, waiting=1, patience=60))) as address:
        pages = []
        for number in range(4):
            page = browser.new_context().new_page()
            pages.append(page)
            page.goto(address)
            page.wait_for_selector(".cw-example")
            page.fill("#cw-box textarea", f"Question {number}")
            page.press("#cw-box textarea", "Enter")
            page.wait_for_selector(".cw-working" if number < 2 else told)
        pages[1].wait_for_selector(".cw-working:has-text('Waiting for its turn (1st)…')")
        assert pages[1].inner_text(".cw-working") == "Waiting for its turn (1st)…"
        for page in pages[2:]:
            page.wait_for_function("() => document.querySelector('#cw-box textarea').value.startsWith('Question')")
        service.gate.set()
        for page in pages[:2]:
            page.wait_for_selector(".cw-answered")
        pages[2].press("#cw-box textarea", "Enter")
        pages[3].click(".cw-again")
        for page in pages[2:]:
            page.wait_for_selector(".cw-answered")
            assert page.locator(".cw-problem, #cw-busy").count() == 0, "what turned it away has gone"
            assert page.locator(".cw-turn").count() == 1
            assert page.input_value("#cw-box textarea") == ""
        for page in pages:
            page.context.close()


@pytest.mark.slow
def test_a_question_that_is_turned_away_before_gradio_is_offered_again_in_words_of_ours(
    visit: Callable[..., Page], witness: Witness
) -> None:
    service = FakeService()
    with served(create_app(service, limits=Limits(at_once=1, waiting=0, patience=60))) as address:
        page = visit(address)
        ask(page, "When will the asteroid pass?")
        service.gate.clear()
        other = visit(address)
        other.click(".cw-example >> nth=0")
        other.wait_for_selector(".cw-working")

        page.fill("#cw-box textarea", "Where is <b>the</b> harbour?")
        page.click("#cw-send")
        page.wait_for_selector("#cw-busy")
        assert page.inner_text("#cw-busy p") == BUSY
        assert page.get_attribute("#cw-busy", "role") == "alert", "a screen reader says it"
        page.wait_for_selector(".toast-body", state="attached")
        assert page.locator(".toast-body:visible").count() == 0, "Gradio's own words do not come on top"
        assert page.input_value("#cw-box textarea") == "Where is <b>the</b> harbour?"
        assert page.locator(".cw-turn").count() == 1, "nothing is begun"
        assert page.locator(".cw-answered").count() == 1, "and nothing is lost"

        page.fill("#cw-box textarea", "Something else")
        page.evaluate("document.getElementById('cw-busy').dataset.former = ''")
        page.click("#cw-busy button")
        page.wait_for_selector("#cw-busy:not([data-former])")
        service.gate.set()
        other.wait_for_selector(".cw-answered")
        page.click("#cw-busy button")
        page.wait_for_selector(".cw-turn:has-text('Where is <b>the</b> harbour?') .cw-answered")
        assert page.locator("#cw-busy").count() == 0
        assert page.input_value("#cw-box textarea") == ""
    assert {error for error in witness.errors if "503" not in error} == set()


@pytest.mark.slow
def test_an_example_that_is_turned_away_goes_into_the_box_unless_something_is_written_there(
    visit: Callable[..., Page],
) -> None:
    with served(create_app(FakeService(), limits=Limits(at_once=0, waiting=0))) as address:
        page = visit(address)
        question = page.inner_text(".cw-example >> nth=1")
        page.click(".cw-example >> nth=1")
        page.wait_for_function(f"() => document.querySelector('#cw-box textarea').value === {json.dumps(question)}")
        page.fill("#cw-box textarea", "A draft")
        page.click(".cw-example >> nth=0")
        page.wait_for_function("() => document.querySelector('#cw-busy button')?.value.startsWith('When')")
        assert page.input_value("#cw-box textarea") == "A draft"
        assert page.locator("#cw-intro").is_visible(), "no conversation has begun"
