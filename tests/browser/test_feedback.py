"""Thumbs and export, in a real Chromium: kept by the server, pressed as long as the tab lives, and of this tab only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.harness import Site, Witness, ask, served
from fakes.service import APOPHIS, FakeService

from assistant.keeping.feedback import FeedbackFile
from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

OWN = "document.querySelector('.cw-token').value"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    service = FakeService(feedback=FeedbackFile(tmp_path_factory.mktemp("home")))
    with served(create_app(service)) as address:
        yield Site(address, service)


def pressed(page: Page, turn: int) -> list[str | None]:
    return [
        thumb.get_attribute("aria-pressed") for thumb in page.locator(f"#cw-turn-{turn} .cw-thumb").element_handles()
    ]


def verdicts(site: Site) -> list[tuple[str, int | None, str | None]]:
    assert site.service.feedback
    return [(item.question, item.citation, item.verdict) for item in site.service.feedback.read().judgements]


def save(page: Page, ending: str, to: Path) -> tuple[str, str]:
    page.click("#cw-export > button")
    with page.expect_download() as download:
        page.click(f"#cw-export-menu button[value={ending}]")
    download.value.save_as(to / ending)
    return download.value.suggested_filename, (to / ending).read_text(encoding="utf-8")


def test_thumbs_are_kept_and_stay_pressed_after_the_next_answer(page: Page, site: Site, witness: Witness) -> None:
    ask(page, "When will it pass?")
    assert pressed(page, 1) == ["false", "false"]
    good = page.get_by_role("button", name="Good answer", exact=True)
    good.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#cw-verdict-said:has-text('Kept on this machine')", state="attached")
    assert page.get_attribute("#cw-verdict-said", "role") == "status"
    assert pressed(page, 1) == ["true", "false"]
    ask(page, "Something unknown?")
    assert pressed(page, 1) == ["true", "false"]
    assert pressed(page, 2) == ["false", "false"]
    page.get_by_role("button", name="Wrong: the articles do say").click()
    page.wait_for_selector("#cw-turn-2 .cw-verdict")
    assert verdicts(site) == [("When will it pass?", None, "up"), ("Something unknown?", None, "down")]
    page.click("#cw-turn-1 .cw-thumb[value=up]")
    page.wait_for_selector("#cw-turn-1 .cw-verdict:has-text('Taken back')")
    assert pressed(page, 1) == ["false", "false"]
    assert verdicts(site) == [("Something unknown?", None, "down")]
    assert witness.errors == []


def test_a_quote_is_judged_where_it_is_read(page: Page, site: Site) -> None:
    ask(page, "How will it pass?")
    page.click(".cw-mark >> nth=1")
    page.wait_for_selector("#cw-judge:has-text('Does quote [2] answer the question?')")
    page.wait_for_selector("#cw-cited")
    page.click("#cw-judge .cw-thumb[value=down]")
    page.wait_for_selector("#cw-judge .cw-verdict:has-text('Kept')")
    assert verdicts(site)[-1] == ("How will it pass?", 2, "down")
    page.click(".cw-next")
    page.wait_for_selector("#cw-judge:has-text('quote [3]')")
    assert not page.locator("#cw-judge .cw-pressed").count()
    page.click(".cw-previous")
    page.wait_for_selector("#cw-judge:has-text('quote [2]')")
    assert page.locator("#cw-judge .cw-pressed").get_attribute("value") == "down"
    # The card is made anew; the article is still open at the same quote.
    ask(page, "Something unknown?")
    assert page.locator("#cw-judge .cw-pressed").get_attribute("value") == "down"
    page.click("#cw-turn-2 .cw-open >> nth=0")
    page.wait_for_selector("#cw-judge", state="hidden")
    # Nor is it asked of what cannot be read any more.
    articles, site.service.articles = site.service.articles, ()
    try:
        page.click("#cw-turn-1 .cw-mark >> nth=0")
        page.wait_for_selector("#cw-article :text('This article has changed or was removed')")
        page.wait_for_selector("#cw-judge", state="hidden")
    finally:
        site.service.articles = articles


def test_a_verdict_that_could_not_be_kept_is_not_shown_as_given(page: Page, site: Site) -> None:
    ask(page, "When will it pass?")
    page.route("**/api/feedback", lambda route: route.fulfill(status=507, json={"error": "The disk is full."}))
    page.click(".cw-thumb[value=up]")
    page.wait_for_selector(".cw-verdict:has-text('Not kept: The disk is full.')")
    assert pressed(page, 1) == ["false", "false"]


def test_the_conversation_is_saved_in_three_formats(
    page: Page, site: Site, witness: Witness, tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    assert not page.locator("#cw-export").is_visible()
    ask(page, "When will it pass?")
    ask(page, "Something <b>unknown</b>?")
    found: dict[str, Any] = {}
    for ending in ("md", "html", "json"):
        name, found[ending] = save(page, ending, tmp_path)
        assert name.startswith("citewell-20")
        assert name.endswith(f"-when-will-it-pass.{ending}")
    turns = json.loads(found["json"])["turns"]
    assert [turn["question"] for turn in turns] == ["When will it pass?", "Something <b>unknown</b>?"]
    assert turns[0]["citations"][0]["quote"] == "The asteroid will pass Earth in 2029."
    assert f"of `{APOPHIS.id}`" in found["md"]
    # As whoever gets the file opens it, apart from the assistant.
    (tmp_path / "saved.html").write_text(found["html"], encoding="utf-8")
    requests = len(witness.requests)
    page.context.set_offline(offline=True)
    page.goto(f"file://{tmp_path}/saved.html")
    assert page.locator("h2").all_inner_texts()[:2] == ["When will it pass?", "Something <b>unknown</b>?"]
    page.click(".text a >> nth=0")
    assert page.locator("li:target").inner_text().startswith("“The asteroid will pass Earth in 2029.”")
    assert [url for url in witness.requests[requests:] if not url.startswith("file:")] == []
    assert witness.errors == []


def test_the_menu_works_by_keyboard_and_goes_when_the_conversation_does(page: Page) -> None:
    ask(page, "When will it pass?")
    opener = page.get_by_role("button", name="Export", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "html"
    page.keyboard.press("Escape")
    assert not page.locator("#cw-export-menu").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Export"
    page.click("#cw-new")
    page.wait_for_selector("#cw-export", state="hidden")


def test_another_tab_gets_its_own_conversation_and_an_old_token_nothing(open_page: Callable[..., Page]) -> None:
    first, second = open_page(), open_page()
    ask(first, "When will it pass?")
    assert not second.locator(".cw-token").count()
    ask(second, "Something unknown?")
    mine, other = first.evaluate(OWN), second.evaluate(OWN)
    assert mine != other
    read = "(token) => fetch(`/conversation/${token}.md`).then((answer) => answer.text())"
    assert "unknown" in second.evaluate(read, other)
    assert "will it pass" not in second.evaluate(read, other)
    assert "unknown" not in first.evaluate(read, mine)
    first.evaluate("document.querySelector('.cw-token').value = 'x'.repeat(43)")
    first.click("#cw-export > button")
    first.click("#cw-export-menu button[value=md]")
    first.wait_for_selector("#cw-export-menu p:has-text('This conversation is no longer there')")
