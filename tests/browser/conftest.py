"""A real Chromium, and the real application in front of a scripted service."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from browser.harness import Site, Witness, served
from browser.shelves import Shelf, shelf_at
from fakes.service import FakeService

from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


# Of each module, since Playwright leaves an event loop running, in which other tests could not start theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if not executable:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no Chromium, and the browser tests must run in CI.")
        pytest.skip(f"There is no Chromium (looked for {', '.join(NAMES)}).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    service = FakeService()
    with served(create_app(service)) as address:
        yield Site(address, service)


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def visit(browser: Browser, witness: Witness) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser context of its own; options are the context's."""
    contexts = []

    def visit(address: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        witness.attach(page)
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(visit: Callable[..., Page], site: Site) -> Callable[..., Page]:
    """Opens the page, and waits until questions can be typed."""

    def open_page(**options: Any) -> Page:
        page = visit(site.address, **{"viewport": {"width": 1280, "height": 800}, **options})
        page.wait_for_selector("#cw-box textarea")
        page.wait_for_selector(".cw-intro")
        return page

    return open_page


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


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
