"""A conversation goes on when its tab is loaded again, and when the assistant was started again."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from browser.harness import ask, served
from fakes.service import FakeService

from assistant.keeping.archive import Archive
from assistant.keeping.resuming import CHANGED
from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser.harness import Witness
    from playwright.sync_api import Browser, Page


class Assistant:
    """A served assistant that can be ended and started again at the same address."""

    def __init__(self, home: Path, days: float) -> None:
        self.home, self._days = home, days
        self._stack = ExitStack()
        self.service = FakeService()
        self.address = ""

    def start(self) -> None:
        self.service = FakeService(archive=Archive(self.home, self._days) if self._days else None)
        port = int(self.address.rpartition(":")[2] or 0)
        self.address = self._stack.enter_context(served(create_app(self.service), port))

    def stop(self) -> None:
        self._stack.close()


@pytest.fixture
def started(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Assistant]:
    assistant = Assistant(tmp_path, getattr(request, "param", 7))
    assistant.start()
    yield assistant
    assistant.stop()


@pytest.fixture
def tab(browser: Browser, started: Assistant, witness: Witness) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    witness.attach(page)
    page.goto(started.address)
    page.wait_for_selector(".cw-intro")
    yield page
    context.close()


def told(page: Page) -> list[str]:
    return page.locator(".cw-answered .cw-text").all_inner_texts()


def wait_for_turns(page: Page, count: int) -> None:
    page.wait_for_function("(count) => document.querySelectorAll('.cw-turn').length === count", arg=count)


@pytest.mark.slow
def test_a_tab_that_is_loaded_again_goes_on(tab: Page, started: Assistant) -> None:
    ask(tab, "When will it pass?")
    ask(tab, "Who says so?")
    before = told(tab)
    tab.reload()
    wait_for_turns(tab, 2)
    assert told(tab) == before
    ask(tab, "And then?")
    question, history = started.service.asked[-1]
    assert (question, len(history)) == ("And then?", 2), "what was said before is known to the server, too"
    tab.reload()
    wait_for_turns(tab, 3)
    tab.click("#cw-current .cw-mark >> nth=0")
    tab.wait_for_selector("#cw-reading mark, #cw-pane mark, mark")


@pytest.mark.slow
def test_a_conversation_that_was_begun_anew_stays_gone(tab: Page, started: Assistant) -> None:
    ask(tab, "When will it pass?")
    tab.click("#cw-new")
    wait_for_turns(tab, 0)
    assert started.service.archive is not None
    tab.wait_for_timeout(200)
    assert not list(started.service.archive.folder.iterdir())
    tab.reload()
    tab.wait_for_selector(".cw-intro")
    tab.wait_for_timeout(500)
    assert not tab.locator(".cw-turn").count()


@pytest.mark.slow
def test_an_assistant_that_was_started_again_goes_on(tab: Page, started: Assistant) -> None:
    ask(tab, "When will it pass?")
    before = told(tab)
    started.service.gate.clear()
    tab.fill("#cw-box textarea", "A question that gets no answer")
    tab.press("#cw-box textarea", "Enter")
    tab.wait_for_selector(".cw-working")
    started.stop()
    tab.wait_for_selector("#cw-lost")
    started.start()
    wait_for_turns(tab, 1)
    assert told(tab) == before
    assert tab.input_value("#cw-box textarea") == "A question that gets no answer"
    ask(tab, "And now?")
    assert len(started.service.asked[-1][1]) == 1


@pytest.mark.slow
def test_quotes_of_articles_that_are_gone_are_said_to_be_of_then(tab: Page, started: Assistant) -> None:
    ask(tab, "When will it pass?")
    before = told(tab)
    started.service.articles = ()
    tab.reload()
    wait_for_turns(tab, 1)
    assert told(tab) == before
    assert tab.inner_text("#cw-current .cw-left-out") == CHANGED


@pytest.mark.slow
def test_nobody_else_gets_it(tab: Page, started: Assistant, browser: Browser) -> None:
    ask(tab, "When will it pass?")
    context = browser.new_context()
    other = context.new_page()
    other.goto(started.address)
    other.wait_for_selector(".cw-intro")
    other.wait_for_timeout(500)
    assert not other.locator(".cw-turn").count()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("started", [0], indirect=True)
def test_where_nothing_is_kept_the_page_says_so(tab: Page, started: Assistant) -> None:
    ask(tab, "When will it pass?")
    started.stop()
    tab.wait_for_selector("#cw-lost")
    started.start()
    tab.wait_for_selector("#cw-lost:has-text('but not continued')")
    assert tab.locator(".cw-turn").count() == 1
    assert not list(started.home.iterdir())
