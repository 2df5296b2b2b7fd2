"""The Library as it looks with what a test tells it: very many articles, a change that goes on, no server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from browser.harness import Witness
from browser.shelves import Shelf, titles
from browser.test_hostile import FORBIDDEN, PAYLOADS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


PASSAGES = """() => [...document.querySelectorAll("#cw-library td.cw-passages")].map(
  (cell) => parseInt(cell.textContent.replace(",", ""))
)"""


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
