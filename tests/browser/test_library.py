"""The Library: articles added, found, opened and removed on the page, while it goes on answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser.harness import FAINT, Witness, ask
from browser.shelves import Shelf, titles
from browser.test_hostile import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FilePayload, Page

QUESTION = "When was the tide mill of Penhallow built?"
MILL = """---
title: The tide mill of Penhallow
publisher: Mill Gazette
published: 1998-04-02
---
The tide mill of Penhallow was built in 1731 by Josefa Quint.
It ground barley for the three villages on the estuary until the sluice broke.
"""
HOSTILE_TITLE = "<img src=x onerror='window.canary=1'> & <b>bold</b>"
HOSTILE = f'---\ntitle: "{HOSTILE_TITLE}"\n---\nThe lighthouse keeper of Varnholm kept eleven goats on the gallery.\n'
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  const options = { dataTransfer: carried, bubbles: true, cancelable: true };
  document.querySelector("#cw-main").dispatchEvent(new DragEvent("dragover", options));
  const isOurs = !document.querySelector("#cw-main").dispatchEvent(new DragEvent("drop", options));
  return isOurs; // or the browser would leave the page to show the file
}"""
CHOOSE_TOO_LARGE = """() => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(window.citewellLibrary.state.library.max_bytes + 1)], "large.md"));
  const input = document.querySelector("#cw-library input[type=file]");
  input.files = carried.files;
  input.dispatchEvent(new Event("change"));
}"""
OUTSIDE = """() => {
  const parts = document.querySelectorAll("#cw-top button, #cw-library button, #cw-library input:not(.cw-sr)");
  const isOutside = (part) => part.getBoundingClientRect().left < 0 || part.getBoundingClientRect().right > innerWidth;
  return [...parts].filter((part) => part.checkVisibility() && isOutside(part)).map((part) => part.outerHTML);
}"""


def choose(page: Page, files: dict[str, str]) -> None:
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "", "buffer": text.encode()} for name, text in files.items()
    ]
    page.set_input_files("#cw-library input[type=file]", payloads)


def add_both(page: Page) -> None:
    """One by the file input, the other dropped on the conversation, which must follow by itself."""
    choose(page, {"mill.md": MILL})
    page.wait_for_selector(".cw-result:has-text('1 article added. The library holds 3 articles.')")
    row = page.locator("#cw-library tbody tr", has_text="tide mill").inner_text()
    for part in ("Mill Gazette", "2 Apr 1998", "Today, ", "mill.md"):
        assert part in row
    page.wait_for_selector("#cw-facts :text('3 articles')")
    page.click("#cw-nav button:text-is('Ask')")
    assert page.evaluate("document.activeElement.matches('#cw-box textarea')")
    assert page.evaluate(DROP, ["goats <b>.md", HOSTILE])
    page.wait_for_selector(".cw-result:has-text('1 article added. The library holds 4 articles.')")
    assert titles(page)[0] == HOSTILE_TITLE, "the newest is first"
    assert not page.evaluate("window.canary")
    assert page.evaluate(FORBIDDEN) == []


def remove_both(page: Page) -> None:
    """Chosen under two filters, asked once, then done."""
    for word in ("tide mill", "<img"):
        page.fill(".cw-filter", word)
        assert len(titles(page)) == 1
        page.check("#cw-library thead input")
    assert "2 selected (1 not in view)" in page.inner_text(".cw-shown")
    page.click(".cw-tools .cw-danger")
    said = page.inner_text("#cw-removal")
    assert "Remove 2 articles?" in said
    assert "Copies that were uploaded here are deleted" in said
    assert "folders of your own" not in said
    named = page.locator("#cw-removal li").all_text_contents()
    assert sorted(named) == [HOSTILE_TITLE, "The tide mill of Penhallow"]
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    page.keyboard.press("Escape")
    page.wait_for_selector("#cw-removal", state="hidden")
    page.click(".cw-tools .cw-danger")
    page.click("#cw-removal .cw-danger")
    page.wait_for_selector(".cw-result:has-text('2 articles removed. The library holds 2 articles.')")
    page.fill(".cw-filter", "")


@pytest.mark.slow
def test_a_user_adds_articles_asks_about_them_opens_and_removes_them(
    warm: Shelf, open_library: Callable[..., Page], witness: Witness
) -> None:
    page = open_library(warm)
    page.wait_for_selector("#cw-library tbody tr")
    seeds = titles(page)
    assert len(seeds) == 2
    add_both(page)
    page.go_back()
    page.wait_for_selector("#cw-library", state="hidden")
    ask(page, QUESTION)
    assert "1731" in page.inner_text(".cw-answered .cw-text")
    assert "The tide mill of Penhallow" in page.inner_text(".cw-answered .cw-articles")
    page.go_forward()
    page.wait_for_selector("#cw-library", state="visible")
    page.locator("#cw-library tbody .cw-open", has_text="tide mill").click()
    page.wait_for_selector("#cw-article h2:text-is('The tide mill of Penhallow')")
    assert "Josefa Quint" in page.inner_text("#cw-article")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "The tide mill of Penhallow"
    copies = {path.name for path in (warm.home / "articles").iterdir()}
    assert "mill.md" in copies
    assert len(copies) == 2
    remove_both(page)
    assert not page.locator("#cw-article").is_visible(), "what was removed is not left open"
    assert titles(page) == seeds
    assert list((warm.home / "articles").iterdir()) == []
    page.wait_for_selector("#cw-facts :text('2 articles')")
    page.click("#cw-nav button:text-is('Ask')")
    assert page.locator(".cw-answered").is_visible(), "the conversation is where it was"
    page.click("#cw-nav button:text-is('Library')")
    page.click("#cw-new")
    page.wait_for_selector("#cw-library", state="hidden")
    page.wait_for_selector(".cw-turn", state="detached")
    ask(page, QUESTION)
    assert "The sources do not say." in page.inner_text(".cw-refusal")
    assert witness.beyond(warm.address) == []
    assert witness.errors == []
    assert witness.dialogs == []


@pytest.mark.slow
def test_refused_files_have_a_reason_and_a_change_can_be_cancelled_and_asked_for_again(
    cold: Shelf, open_library: Callable[..., Page]
) -> None:
    page = open_library(cold)
    page.wait_for_selector("#cw-library tbody tr")
    current = page.locator("#cw-nav [aria-current=page]")
    assert current.inner_text() == "Library"
    assert not page.locator("#cw-talk").is_visible()
    seeds = titles(page)
    choose(page, {"mill.md": MILL, "photo.jpg": "x", "empty.md": ""})
    page.wait_for_selector(".cw-job-step:text('Waiting until the models are loaded')")
    assert page.locator(".cw-files li").all_text_contents() == [
        "photo.jpgRefused: Files that end in .jpg cannot be read.", "empty.mdRefused: The file is empty.",
        "mill.mdStored",
    ]  # fmt: skip
    assert page.locator("#cw-nav .cw-dot").is_visible()
    assert page.locator(".cw-head button").is_disabled(), "one change at a time"
    assert page.get_by_role("progressbar", name="Adding articles").get_attribute("aria-valuenow") is None
    page.click(".cw-job button:text-is('Cancel')")
    page.wait_for_selector(".cw-result:has-text('Cancelled.')")
    assert titles(page) == seeds
    page.evaluate(CHOOSE_TOO_LARGE)
    page.wait_for_selector(".cw-files li:has-text('large.mdRefused: It has 50.1 MB; a file has at most 50 MB.')")
    page.click(".cw-result button:text-is('Add them again')")
    page.wait_for_selector(".cw-job-title:text-is('Adding articles')")
    page.click(".cw-job button:text-is('Cancel')")
    page.wait_for_selector(".cw-result:has-text('Cancelled.')")
    page.click(".cw-result button[aria-label='Hide this message']")
    assert not page.locator(".cw-result").is_visible()


@pytest.mark.slow
def test_on_a_narrow_screen_and_in_both_themes_everything_can_be_read_and_reached(
    cold: Shelf, open_library: Callable[..., Page]
) -> None:
    page = open_library(cold, viewport={"width": 360, "height": 740}, color_scheme="dark", reduced_motion="reduce")
    page.wait_for_selector("#cw-library tbody tr")
    page.click("#cw-library .cw-last summary")
    page.wait_for_selector(".cw-report dl")
    page.set_input_files("#cw-library input[type=file]", {"name": "a.jpg", "mimeType": "", "buffer": b"x"})
    page.wait_for_selector(".cw-is-refused")
    page.check("#cw-library tbody input >> nth=0")
    for _ in range(2):
        assert page.evaluate(FAINT) == []
        page.click(".cw-theme")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    assert page.evaluate(OUTSIDE) == []
    page.click(".cw-tools .cw-danger")
    assert page.evaluate(FAINT) == []
    page.click("#cw-removal button:text-is('Keep')")
    page.click("#cw-library tbody .cw-open >> nth=1")
    page.wait_for_selector("#cw-article h2")
    assert page.evaluate("document.getElementById('cw-library').inert")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cw-reading", state="hidden")
    assert page.evaluate("document.activeElement.matches('#cw-library .cw-open[aria-current]')")
    page.click(".cw-list")
    assert not page.locator("#cw-reading").is_visible(), "the list of articles is in view already"
    page.add_style_tag(content="#cw-library .cw-source { color: #888 !important; }")
    assert page.evaluate(FAINT), "the measure sees what it is for"
