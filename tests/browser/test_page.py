"""What a user does with the page, in a real Chromium."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from browser.harness import ENDED, Site, Witness, ask, served
from fakes.service import APOPHIS, HARBOUR, FakeService

from assistant.desk.places import BUSY, Limits
from assistant.web import app as web
from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

IN_VIEW = """(mark) => {
  const body = document.getElementById("cw-article").getBoundingClientRect();
  const head = document.querySelector("#cw-article header").getBoundingClientRect();
  const at = mark.getBoundingClientRect();
  return at.top >= head.bottom && at.bottom <= body.bottom && at.left >= body.left && at.right <= body.right;
}"""


FAINT = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : colour;
  };
  return [...document.querySelectorAll('#cw-top *, #cw-main *')].flatMap((element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!hasText || !element.checkVisibility() || element.disabled) return [];
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return contrast < 4.5 ? [`${element.tagName}.${element.className} ${contrast}`] : [];
  });
}"""


def marked(page: Page) -> str:
    """The marked words, line by line."""
    return "\n".join(page.locator("#cw-article mark").all_text_contents())


def wait_for_mark(page: Page, words: str) -> None:
    page.wait_for_function(
        "(words) => [...document.querySelectorAll('#cw-article mark')].map((m) => m.textContent).join('\\n') === words",
        arg=words,
    )
    page.wait_for_function(f"() => ({IN_VIEW})(document.getElementById('cw-cited'))")


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
def test_an_article_that_has_changed_says_so_in_the_pane(page: Page, site: Site) -> None:
    ask(page, "When will it pass?")
    articles, site.service.articles = site.service.articles, ()
    try:
        page.click(".cw-mark >> nth=0")
        page.wait_for_selector("#cw-article :text('This article has changed or was removed')")
    finally:
        site.service.articles = articles


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
