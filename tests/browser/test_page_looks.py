"""What the page looks like: narrow, light, dark, read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser.harness import FAINT, ask, wait_for_mark
from fakes.service import APOPHIS, HARBOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@pytest.mark.slow
def test_the_empty_page_says_what_it_answers_from(page: Page) -> None:
    assert "2 articles · offline · quotes only" in page.inner_text("#cw-facts")
    page.wait_for_selector(".cw-example")
    assert page.locator(".cw-example:visible").all_inner_texts() == [
        "When will the asteroid pass?", "Where is the harbour?", "Who pays for the mission?",
    ]  # fmt: skip
    assert page.locator("#cw-sources .cw-open").all_inner_texts() == [APOPHIS.title, HARBOUR.title]
    assert page.title() == "Citewell"
    assert not page.get_by_text("Built with Gradio").count()
    assert not page.locator("footer").count()


@pytest.mark.slow
def test_on_a_narrow_screen_the_pane_slides_over_and_can_be_closed(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 780})
    assert not page.locator("#cw-reading").is_visible()
    ask(page, "When will it pass?")
    page.click(".cw-mark >> nth=0")
    wait_for_mark(page, "The asteroid will pass Earth in 2029.")
    assert page.evaluate("document.getElementById('cw-talk').inert")
    page.click(".cw-close")
    page.wait_for_selector("#cw-reading", state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    page.click(".cw-list")
    page.wait_for_selector("#cw-sources")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cw-reading", state="hidden")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_until_it_is_toggled_and_is_then_remembered(
    open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    other = "light" if scheme == "dark" else "dark"
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == scheme
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click(".cw-theme")
    assert page.evaluate(theme) == other
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper
    page.reload()
    page.wait_for_selector(".cw-theme")
    assert page.evaluate(theme) == other
    assert page.evaluate("document.body.classList.contains('dark')") is (other == "dark")


@pytest.mark.slow
def test_text_is_readable_in_both_themes(open_page: Callable[..., Page]) -> None:
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        assert page.evaluate(FAINT) == []
        ask(page, "When will it pass?")
        ask(page, "Something unknown?")
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        page.click(".cw-mark >> nth=0")
        wait_for_mark(page, "The asteroid will pass Earth in 2029.")
        page.wait_for_timeout(1200)  # until the mark has its colour
        assert page.evaluate(FAINT) == []
    page.add_style_tag(content=".cw-details { color: #666 !important; }")
    assert page.evaluate(FAINT), "the measure sees what it is for"


@pytest.mark.slow
def test_parts_have_names_for_screen_readers(page: Page) -> None:
    ask(page, "When will it pass?")
    page.click(".cw-mark >> nth=0")
    wait_for_mark(page, "The asteroid will pass Earth in 2029.")
    for role, name in (
        ("banner", None), ("region", "Conversation"), ("complementary", "Sources"), ("search", "Ask a question"),
        ("textbox", "Your question"), ("button", "Ask"), ("button", "+ New"), ("button", "Next citation"),
        ("button", "Close the article"), ("region", "Article"), ("heading", "Citewell"),
    ):  # fmt: skip
        found = page.get_by_role(role, name=name, exact=True) if name else page.get_by_role(role)  # type: ignore[arg-type]
        assert found.count() == 1, (role, name)
    assert page.get_attribute("#cw-current", "aria-live") == "polite"
    assert not page.evaluate(
        "[...document.querySelectorAll('button')].filter((b) => b.checkVisibility() && !b.textContent.trim()).length"
    )
