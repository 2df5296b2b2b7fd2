"""Payloads in a real browser: in every field of an article and in the question, and nothing runs or is asked for."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING

from browser.conftest import ARGUMENTS, NAMES
from browser.harness import Site, Witness, served
from browser.test_hostile import happened, hostile, show_everywhere
from fakes.payloads import payloads as make_payloads
from fakes.service import FakeService
from playwright.sync_api import sync_playwright
from reliability.table import Series

from assistant.web.app import create_app
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from reliability.table import Tally


def places(payload: str) -> int:
    """In how many places of the page's data a payload stands: fields of the article, and the question asked."""
    article = hostile(payload)
    return 1 + sum(payload in str(getattr(article, item.name)) for item in fields(Article))


@contextmanager
def opened(
    articles: tuple[Article, ...], witness: Witness, *, bypass_csp: bool = False, patience: float = 30
) -> Iterator[tuple[Page, Site]]:
    """The page in Chromium, before a service with these articles; ``patience``: seconds for all that follows."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise FileNotFoundError(f"There is no Chromium (looked for {', '.join(NAMES)}).")
    service = FakeService(articles=articles)
    with served(create_app(service)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=bypass_csp).new_page()
        page.set_default_timeout(30_000)
        witness.attach(page)
        page.goto(address)
        page.wait_for_selector(".cw-intro")
        page.set_default_timeout(patience * 1000)
        yield page, Site(address, service)
        browser.close()


def page(tally: Tally, folder: Path, *, seed: int, payloads: int, bypass_csp: int = 0, patience: float = 30) -> None:
    """Shows all payloads in the list of articles, then each wherever an article's data or a question is shown.

    Args:
        tally: Counts.
        folder: Not needed.
        seed: Of the payloads.
        payloads: How many.
        bypass_csp: 1 to switch off the page's policy, which is the second wall, not the first.
        patience: Seconds for anything to be seen; what a payload has spoiled may never be.
    """
    made = make_payloads(payloads, seed)
    witness = Witness()
    with opened(tuple(map(hostile, made)), witness, bypass_csp=bool(bypass_csp), patience=patience) as (shown, site):
        for number, payload in enumerate(made, 1):
            site.service.articles = (hostile(payload),)
            with tally.trial(f"payload {payload!r}"):
                show_everywhere(shown, payload)
            for what in happened(shown, witness, site):
                tally.violate(f"{payload!r}: {what}")
            tally.counts["payloads"] += 1
            tally.counts["payloads in places"] += places(payload)
            # What was stopped by the policy had come too far.
            for error in witness.errors:
                tally.violate(f"{payload!r}: {error}")
            witness.errors.clear()
            witness.dialogs.clear()
            shown.click("#cw-new")
            shown.wait_for_function("() => !document.querySelector('.cw-turn')")
            tally.progress(number, len(made))
            if tally.is_hopeless:
                break


SERIES = Series(
    name="page",
    figure="payloads in a real browser: none runs, no request leaves the page",
    good={"payloads in places": 300},
    excellent={"payloads in places": 1200},
    small={"payloads": 6},
    full={"payloads": 130},
    run=page,
    seed=9,
)
