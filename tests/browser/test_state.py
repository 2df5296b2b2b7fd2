"""An open page follows the index: what it shows of it changes, the conversation stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser.harness import ask
from fakes.service import APOPHIS, HARBOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browser.harness import Site, Witness
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


@pytest.fixture
def rebuilt(site: Site) -> Iterator[Site]:
    """A site of which a test may change what it answers from."""
    before = (site.service.articles, site.service.generation, site.service.notice)
    yield site
    site.service.articles, site.service.generation, site.service.notice = before


def test_after_a_rebuild_an_open_page_shows_the_new_index_and_keeps_the_conversation(page: Page, rebuilt: Site) -> None:
    ask(page, "When will it pass?")
    answer = page.inner_text(".cw-answered .cw-text")
    page.fill("#cw-box textarea", "half a question")
    rebuilt.service.articles, rebuilt.service.generation = (HARBOUR,), "000008"
    page.wait_for_selector("#cw-facts :text('1 article')")
    page.wait_for_function("() => document.querySelectorAll('#cw-sources .cw-open').length === 1")
    assert page.locator("#cw-sources .cw-open").all_inner_texts() == [HARBOUR.title]
    assert page.inner_text(".cw-answered .cw-text") == answer
    assert page.input_value("#cw-box textarea") == "half a question"
    ask(page, "And then?")
    assert rebuilt.service.asked[-1][1], "the server still has the conversation, too"
    page.click("#cw-new")
    page.wait_for_selector(".cw-example")
    assert page.locator(".cw-example:visible").all_inner_texts() == list(HARBOUR.questions)


def test_a_notice_about_the_index_comes_and_goes_without_a_reload(page: Page, rebuilt: Site) -> None:
    rebuilt.service.notice = "An older index answers."
    page.wait_for_selector(".cw-notice:has-text('An older index answers.')")
    rebuilt.service.notice = None
    page.wait_for_selector(".cw-notice", state="detached")
    assert page.locator("#cw-sources .cw-open").all_inner_texts() == [APOPHIS.title, HARBOUR.title]


def test_a_page_that_is_opened_after_a_rebuild_shows_the_new_index_at_once_and_else_asks_for_nothing(
    rebuilt: Site, open_page: Callable[..., Page], witness: Witness
) -> None:
    page = open_page()
    page.wait_for_timeout(500)
    assert not [url for url in witness.requests if "queue/join" in url], "it was made with this index"
    rebuilt.service.articles, rebuilt.service.generation = (HARBOUR,), "000008"
    other = open_page()
    other.wait_for_selector("#cw-facts :text('1 article')", timeout=3_000)  # sooner than the second look
    other.wait_for_selector(".cw-example:visible")
    assert other.locator(".cw-example:visible").all_inner_texts() == list(HARBOUR.questions)
