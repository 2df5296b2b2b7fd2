"""The Library: articles added, found, opened and removed on the page, while it goes on answering."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.harness import Witness, ask, served
from browser.test_hostile import FORBIDDEN, PAYLOADS
from browser.test_page import FAINT

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.wiring import Backend
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, FilePayload, Page

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
PASSAGES = """() => [...document.querySelectorAll("#cw-library td.cw-passages")].map(
  (cell) => parseInt(cell.textContent.replace(",", ""))
)"""


@dataclass
class Shelf:
    """The real application over a home of its own."""

    address: str
    backend: Backend
    home: Path


@contextmanager
def shelf_at(home: Path, seeds_home: Path) -> Iterator[Shelf]:
    shutil.copytree(seeds_home, home, ignore=shutil.ignore_patterns("readers"))
    backend = Backend(Settings(index=IndexSettings(home=home)))
    with served(create_app(backend)) as address:
        yield Shelf(address, backend, home)


@pytest.fixture(scope="module")
def cold(seeds_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """With models that are never loaded."""
    with shelf_at(tmp_path_factory.mktemp("cold") / "home", seeds_home) as shelf:
        yield shelf


@pytest.fixture
def warm(seeds_home: Path, tmp_path: Path, quick: None) -> Iterator[Shelf]:
    with shelf_at(tmp_path / "home", seeds_home) as shelf:
        shelf.backend.warm_up()
        yield shelf


@pytest.fixture
def open_library(browser: Browser, witness: Witness) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_library(shelf: Shelf, told: dict[str, Any] | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        witness.attach(page)
        if told:
            page.route("**/api/library", lambda route: route.fulfill(json=told["library"]))
            page.route("**/api/library/job", lambda route: route.fulfill(json=told["job"]))
        page.goto(shelf.address + "/#library")
        page.wait_for_selector("#cw-library .cw-kinds:not(:empty)")
        return page

    yield open_library
    for context in contexts:
        context.close()


def titles(page: Page) -> list[str]:
    return page.locator("#cw-library tbody .cw-open").all_text_contents()


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


def many(count: int) -> dict[str, Any]:
    """A library as the server tells it, of which every text is hostile."""
    articles = [
        {
            "id": f"{number:08x}", "title": f"{number} {payload}", "publisher": None if number % 3 else payload,
            "author": None, "published": None if number % 2 else f"20{number % 90 + 10}-01-02", "passages": number,
            "added": "2026-01-02T03:04:05+00:00", "source": f"{payload}.md", "location": f"/x/{payload}.md",
            "near": [payload] if number % 5 == 0 else [],
        }
        for number in range(count)
        for payload in [PAYLOADS[number % len(PAYLOADS)]]
    ]  # fmt: skip
    skipped = [{"source": payload, "reason": payload, "is_problem": bool(n % 2)} for n, payload in enumerate(PAYLOADS)]
    last = {"added": 1, "replaced": 2, "removed": 3, "unchanged": 4, "articles": count, "seconds": 5.0}
    return {
        "generation": "000001", "notice": PAYLOADS[0], "passages": 5, "articles": articles, "sources": PAYLOADS,
        "folder": "/x", "max_bytes": 1000, "endings": [".md"], "job": None, "last_build": {**last, "skipped": skipped},
    }  # fmt: skip


@pytest.mark.slow
def test_ten_thousand_hostile_rows_are_shown_in_part_sorted_and_filtered(
    cold: Shelf, open_library: Callable[..., Page], witness: Witness
) -> None:
    page = open_library(cold, {"library": many(10_000), "job": {"job": None, "generation": "000001"}})
    page.wait_for_selector("#cw-library tbody tr")
    assert len(titles(page)) == 200
    page.click(".cw-more-rows")
    assert len(titles(page)) == 400
    assert page.evaluate("document.activeElement === document.querySelectorAll('#cw-library tbody .cw-open')[200]")
    # By keyboard, and what has no date is last in both directions.
    heads = {name: page.locator(f"#cw-library th.cw-{name}") for name in ("title", "published", "passages")}
    for direction, first in (("descending", 9999), ("ascending", 0)):
        heads["passages"].locator("button").press("Enter")
        assert heads["passages"].get_attribute("aria-sort") == direction
        assert page.evaluate(PASSAGES)[:2] == [first, first + (1 if first == 0 else -1)]
    for direction in ("descending", "ascending"):
        heads["published"].locator("button").press("Enter")
        assert heads["published"].get_attribute("aria-sort") == direction
        assert heads["passages"].get_attribute("aria-sort") == "none"
        dates = page.locator("#cw-library td.cw-published").all_text_contents()
        assert all(re.fullmatch(r"2 Jan 20\d\d", date) for date in dates)
        assert dates[0] == ("2 Jan 2098" if direction == "descending" else "2 Jan 2010")
    page.fill(".cw-filter", "9998 SCRIPT")
    page.wait_for_selector(".cw-shown:text('1 of 10,000 articles')")
    page.fill(".cw-filter", "no such words")
    assert page.locator("#cw-library table").is_hidden()
    assert "No article has these words" in page.inner_text(".cw-empty")
    page.fill(".cw-filter", "")
    page.check("#cw-library thead input")
    page.wait_for_selector(".cw-tools .cw-danger:text('Remove 10,000…')")
    page.click(".cw-last summary")
    page.click(".cw-tools .cw-danger")
    assert page.locator(".cw-report li .cw-file").all_text_contents() == [*PAYLOADS[1::2], *PAYLOADS[::2]]
    assert page.locator("#cw-aside li").all_text_contents() == PAYLOADS
    assert page.text_content("#cw-removal li") == titles(page)[0]
    assert page.evaluate(FORBIDDEN) == []
    assert page.evaluate("window.canary") is None
    assert witness.beyond(cold.address) == []
    assert witness.errors == []


@pytest.mark.slow
def test_a_change_is_told_with_how_far_it_is_and_a_missing_index_or_server_with_a_sentence(
    cold: Shelf, open_library: Callable[..., Page]
) -> None:
    told = {"library": many(10), "job": {"job": None, "generation": "000001"}}
    page = open_library(cold, told)
    look = "document.dispatchEvent(new Event('visibilitychange'))"  # at once, not at its next turn
    job = {"number": 1, "kind": "add", "state": "running", "message": "", "report": None}
    told["job"]["job"] = {**job, "step": "reading", "done": 30, "total": 40, "seconds_left": 100.0}
    page.evaluate(look)
    page.wait_for_selector(".cw-job-step:text-is('Reading files: 30 of 40')")
    told["job"]["job"] = {**job, "step": "embedding", "done": 100, "total": 1200, "seconds_left": 130.0}
    words = "Reading files: 30 of 40 · Making passages searchable: 100 of 1,200"
    page.wait_for_selector(f".cw-job-step:text-is('{words}')")
    assert page.inner_text(".cw-job-left") == "about 2 min left"
    bar = page.get_by_role("progressbar", name="Adding articles")
    assert bar.get_attribute("aria-valuenow") == "6"
    assert bar.get_attribute("aria-valuetext") == f"{words}, about 2 min left"
    ended = {**job, "step": "checking", "done": 1, "total": 1, "seconds_left": None, "state": "done", "message": "x"}
    report = {**told["library"]["last_build"], "changes": []}
    told["library"] = {**many(3), "job": {**ended, "report": report}, "generation": "000002"}
    told["job"] = {"job": told["library"]["job"], "generation": "000002"}
    page.wait_for_selector(".cw-result:has-text('1 article added, 2 replaced, 3 removed.')")
    assert f"{len(PAYLOADS) // 2} files could not be read; the report below says why." in page.inner_text(".cw-result")
    assert page.evaluate("document.querySelector('.cw-last').open")
    page.wait_for_function("() => document.querySelectorAll('#cw-library tbody tr').length === 3")

    # Without an index, and without a server, a sentence says so; the rest stays.
    told["library"] = {**many(0), "notice": "There is no index.", "last_build": None, "generation": ""}
    told["job"]["generation"] = ""
    page.evaluate(look)
    page.wait_for_selector(".cw-empty:has-text('There are no articles yet.')")
    assert page.inner_text(".cw-caution") == "There is no index."
    page.route("**/api/library/job", lambda route: route.abort())
    page.evaluate(look)
    page.wait_for_selector(".cw-trouble:has-text('Citewell is not running any more.')")
    page.unroute("**/api/library/job")
    page.evaluate(look)
    page.wait_for_selector(".cw-trouble", state="hidden")
