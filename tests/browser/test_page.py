"""What a user does with the page, in a real Chromium."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser.harness import ENDED, Site, Witness, ask, wait_for_mark
from fakes.service import APOPHIS, HARBOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def marked(page: Page) -> str:
    """The marked words, line by line."""
    return "\n".join(page.locator("#cw-article mark").all_text_contents())


@pytest.mark.slow  # tests/browser/test_flow.py does it with the real index and models
def test_a_question_is_answered_and_its_citation_opens_the_article_at_the_quoted_words(page: Page) -> None:
    ask(page, "When will it pass?")
    assert page.inner_text(".cw-turn h2") == "When will it pass?"
    assert page.inner_text(".cw-answered strong") == "2029"
    assert not page.locator("#cw-welcome").is_visible()
    page.click(".cw-mark >> nth=1")
    wait_for_mark(page, "The mission [7] is paid for by two agencies.")
    assert page.inner_text("#cw-article h2") == APOPHIS.title
    assert page.inner_text("#cw-article header .cw-details") == "Orbit Weekly · Ada Example · 22 Nov 2024 · restated"
    assert "written for a test" in page.inner_text("#cw-article .cw-notes")
    assert "A third agency lends an antenna." in page.inner_text("#cw-article")


@pytest.mark.slow
def test_arrows_walk_through_the_citations_of_an_answer_also_over_a_line_end(page: Page) -> None:
    ask(page, "When will it pass?")
    page.click(".cw-mark >> nth=1")
    wait_for_mark(page, "The mission [7] is paid for by two agencies.")
    assert page.inner_text(".cw-count") == "2 / 4"
    page.click(".cw-next")
    wait_for_mark(page, "It ends\nin the year 2031.")
    page.click(".cw-next")
    wait_for_mark(page, "The harbour lies in the north of the bay.")
    assert page.inner_text("#cw-article h2") == HARBOUR.title
    assert page.locator(".cw-next").is_disabled()
    page.click(".cw-previous")
    wait_for_mark(page, "It ends\nin the year 2031.")
    page.click(".cw-back")
    assert page.locator("#cw-sources").is_visible()


@pytest.mark.slow
def test_everything_can_be_done_by_keyboard(page: Page) -> None:
    page.focus("#cw-box textarea")
    page.keyboard.type("When will it pass?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cw-answered")
    assert page.input_value("#cw-box textarea") == ""
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.cw-mark')"):
            break
    assert page.inner_text("#cw-tip").startswith("“")
    name = page.evaluate("document.activeElement.textContent")
    assert re.fullmatch(r"Citation \d: “The harbour lies in the north of the bay.” — .+", name)
    page.keyboard.press("Enter")
    wait_for_mark(page, "The harbour lies in the north of the bay.")
    page.keyboard.press("ArrowLeft")
    wait_for_mark(page, "It ends\nin the year 2031.")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


@pytest.mark.slow
def test_the_quote_is_shown_while_the_pointer_is_on_a_mark(page: Page) -> None:
    ask(page, "When will it pass?")
    page.hover(".cw-mark >> nth=0")
    assert page.inner_text("#cw-tip") == f"“The asteroid will pass Earth in 2029.” — {APOPHIS.title}"
    page.hover("#cw-facts h1")
    assert not page.locator("#cw-tip").count()


@pytest.mark.slow
def test_an_abstention_looks_different_and_has_no_marks(page: Page) -> None:
    ask(page, "Something unknown?")
    card = page.locator(".cw-refusal")
    assert card.locator(".cw-text").inner_text() == "The sources do not say."
    assert not page.locator(".cw-mark").count()
    assert "Nearest articles" in card.inner_text()
    style = "(e) => `${getComputedStyle(e).borderTopStyle} ${getComputedStyle(e).borderTopWidth}`"
    assert card.evaluate(style) == "dashed 1px"
    card.locator(".cw-open").nth(1).click()
    page.wait_for_selector(f"#cw-article h2:text-is('{HARBOUR.title}')")
    assert not page.locator("#cw-article mark").count()
    ask(page, "When will it pass?")
    assert page.locator(".cw-answered").evaluate(style) == "solid 0px"


@pytest.mark.slow
def test_how_it_was_found_is_closed_until_asked_for(page: Page) -> None:
    ask(page, "When will it pass?")
    how = page.locator(".cw-how")
    assert not how.locator("dl").is_visible()
    how.locator("summary").click()
    shown = how.inner_text()
    for part in ("When will it pass? (as searched)", "93%", "search 12 ms", "total 1.2 s", "000007", "0.90", "4.2"):
        assert part in shown


@pytest.mark.slow
def test_a_copied_answer_carries_its_numbered_quotes(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "When will it pass?")
    page.click(".cw-copy")
    page.wait_for_selector(".cw-copy:text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")
    assert copied.startswith("The asteroid will pass Earth in 2029. [1] The mission (7) is paid for")
    assert f'\n\n[1] "The asteroid will pass Earth in 2029." — {APOPHIS.title} · Orbit Weekly · 22 Nov 2024\n' in copied
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.cw-sentence'))")
    page.evaluate("document.execCommand('copy')")
    selected = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")
    assert selected == (
        f"The asteroid will pass Earth in 2029. [1]\n\n[1] “The asteroid will pass Earth in 2029.” — {APOPHIS.title}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("question", ["explode", "lie"])
def test_an_error_inside_is_a_calm_sentence_and_locks_nothing(page: Page, question: str) -> None:
    ask(page, question)
    said = page.inner_text(".cw-problem")
    assert "secret" not in said
    assert "cheese" not in page.inner_text("body")
    assert said.startswith("Something went wrong inside" if question == "explode" else "An answer was found")
    assert not page.locator(".cw-mark").count()
    assert page.locator("#cw-box textarea").is_enabled()
    ask(page, "When will it pass?")
    assert page.locator(".cw-answered").count() == 1


@pytest.mark.slow
def test_an_empty_question_gets_a_sentence_and_no_turn(page: Page) -> None:
    page.press("#cw-box textarea", "Enter")
    page.wait_for_selector("#cw-hint :text('The question is empty')")
    assert not page.locator(".cw-turn").count()
    ask(page, "When will it pass?")
    assert "empty" not in page.inner_text("#cw-hint")


@pytest.mark.slow
def test_a_question_asked_while_warming_waits_in_view_and_can_be_followed_by_another(page: Page, site: Site) -> None:
    site.service.gate.clear()
    site.service.state = "warming"
    try:
        page.reload()
        page.wait_for_selector(".cw-example")
        page.wait_for_selector("html[data-state=warming]")
        page.fill("#cw-box textarea", "When will it pass?")
        page.press("#cw-box textarea", "Enter")
        page.wait_for_selector(".cw-working:has-text('Loading the models…')")
        assert page.locator("#cw-stop").is_visible()
        page.fill("#cw-box textarea", "Something unknown?")
        page.press("#cw-box textarea", "Enter")
        page.wait_for_selector(".cw-turn:has-text('Something unknown?') .cw-working:has-text('Waiting for its turn…')")
        assert page.input_value("#cw-box textarea") == ""
    finally:
        site.service.gate.set()
        site.service.state = "ready"
    page.wait_for_selector(".cw-refusal")
    assert [page.locator(".cw-turn h2").nth(n).inner_text() for n in range(2)] == [
        "When will it pass?", "Something unknown?",
    ]  # fmt: skip
    assert page.locator(".cw-answered").count() == 1
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_selector("#cw-stop", state="hidden")


@pytest.mark.slow
def test_an_answer_can_be_stopped_and_the_next_question_is_answered(page: Page, site: Site) -> None:
    site.service.gate.clear()
    try:
        page.fill("#cw-box textarea", "When will it pass?")
        page.press("#cw-box textarea", "Enter")
        page.wait_for_selector(".cw-working:has-text('Loading the models')")
        page.click("#cw-stop")
        page.wait_for_selector(".cw-problem:has-text('Stopped.')")
        page.wait_for_selector("#cw-stop", state="hidden")
    finally:
        site.service.gate.set()
    ask(page, "Something unknown?")
    assert page.locator(ENDED).count() == 2
    assert not page.locator(".cw-answered").count()


@pytest.mark.slow
def test_a_follow_up_carries_the_history_and_new_clears_it(page: Page, site: Site) -> None:
    page.click(".cw-example >> nth=0")
    page.wait_for_selector(".cw-answered")
    ask(page, "And who pays?")
    question, history = site.service.asked[-1]
    assert question == "And who pays?"
    assert [turn.question for turn in history] == ["When will the asteroid pass? (as searched)"]
    assert history[0].answer.startswith("The asteroid will pass Earth in 2029. [1]")
    page.click("#cw-new")
    page.wait_for_selector(".cw-turn", state="detached")
    page.wait_for_selector(".cw-example >> nth=0")
    ask(page, "And now?")
    assert site.service.asked[-1] == ("And now?", ())


@pytest.mark.slow
def test_two_tabs_do_not_share_a_conversation(open_page: Callable[..., Page], site: Site) -> None:
    first, second = open_page(), open_page()
    ask(first, "When will it pass?")
    assert not second.locator(".cw-turn").count()
    ask(second, "Something unknown?")
    assert site.service.asked[-1][1] == ()
    assert first.locator(".cw-turn").count() == second.locator(".cw-turn").count() == 1


def test_nothing_leaves_the_machine_and_nothing_goes_wrong(page: Page, site: Site, witness: Witness) -> None:
    ask(page, "When will it pass?")
    page.click(".cw-mark >> nth=0")
    page.wait_for_selector("#cw-cited")
    page.click(".cw-theme")
    assert len(witness.requests) > 20
    assert witness.beyond(site.address) == []
    assert witness.errors == []
    assert witness.dialogs == []
    page.evaluate("fetch('https://example.org/').catch(() => 0)")
    assert "Content Security Policy" in witness.errors[-1]
    assert witness.beyond(site.address) == [], "the policy stops it before it is even asked for"
    other = site.address.replace("127.0.0.1", "localhost")
    page.goto(other)
    assert f"{other}/" in witness.beyond(site.address), "the witness sees what it is for"


@pytest.mark.slow
def test_an_article_that_has_changed_says_so_in_the_pane(page: Page, site: Site) -> None:
    ask(page, "When will it pass?")
    articles, site.service.articles = site.service.articles, ()
    try:
        page.click(".cw-mark >> nth=0")
        page.wait_for_selector("#cw-article :text('This article has changed or was removed')")
    finally:
        site.service.articles = articles
