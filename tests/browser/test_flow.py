"""The whole way on real parts: articles on disk, model, index, chain, page, browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from browser.harness import Witness, ask, served

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.wiring import Backend
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def backend(seeds_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Backend:
    home = tmp_path_factory.mktemp("flow") / "home"
    shutil.copytree(seeds_home, home, ignore=shutil.ignore_patterns("readers"))
    return Backend(Settings(index=IndexSettings(home=home)))


@pytest.fixture(scope="module")
def address(backend: Backend) -> Iterator[str]:
    with served(create_app(backend)) as address:
        yield address


def test_ask_read_click_and_see_the_sentence_in_its_article(browser: Browser, backend: Backend, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, witness = context.new_page(), Witness()
    page.set_default_timeout(60_000)
    witness.attach(page)
    page.goto(address)
    page.wait_for_selector(".cw-intro")
    # The page is there before any model is; a question asked now waits in view and is then answered.
    assert backend.state == "warming"
    page.fill("#cw-box textarea", "When will the asteroid Apophis pass Earth?")
    page.press("#cw-box textarea", "Enter")
    page.wait_for_selector(".cw-working >> text=Loading the models, about 10 seconds the first time…")
    backend.warm_up()
    page.wait_for_selector(".cw-answered")
    assert "2029" in page.inner_text(".cw-answered .cw-text")
    page.click(".cw-mark")
    page.wait_for_selector(".cw-article mark")
    marked = page.inner_text(".cw-article mark")
    assert "2029" in marked
    assert any(marked in article.text for article in backend.catalogue().articles)
    ask(page, "What is the price of tea in China?")
    assert "The sources do not say." in page.inner_text(".cw-refusal")
    assert page.locator(".cw-refusal .cw-mark").count() == 0
    assert witness.beyond(address) == []
    assert witness.errors == []
    context.close()
