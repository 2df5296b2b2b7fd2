"""Signing in with a real browser: an editor, a reader, and two users who take turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.harness import FAINT, Witness, ask, served
from fakes.corpora import CORPORA, make, settings_of, write
from fakes.embedder import WordEmbedder
from fakes.service import FakeService
from fakes.team import Team, team_in
from fakes.users import PASSWORD
from playwright.sync_api import FilePayload, Page

from assistant.library.librarian import Librarian

QUARRY: FilePayload = {"name": "quarry.txt", "mimeType": "", "buffer": b"The quarry is in Tenby."}
CHANGES = "#cw-library :is(.cw-drop, .cw-choice, input[type=checkbox], .cw-danger), #cw-library .cw-head .cw-outline"


def with_library(home: Path) -> FakeService:
    """A scripted service, over a library that can be changed."""
    make(home, write(home.parent / "sources", CORPORA["A"]))
    warm = threading.Event()
    warm.set()
    return FakeService(librarian=Librarian(settings_of(home), WordEmbedder, warm))


@pytest.fixture
def team(tmp_path: Path, quick: None) -> Team:
    return team_in(tmp_path / "home", with_library(tmp_path / "home"))


@pytest.fixture
def address(team: Team) -> Iterator[str]:
    with served(team.app) as address:
        yield address


@pytest.fixture
def open_page(visit: Callable[..., Page], address: str) -> Callable[..., Page]:
    """A page in a browser of its own."""

    def open_page(**options: Any) -> Page:
        return visit(address, **{"viewport": {"width": 1280, "height": 800}, **options})

    return open_page


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Types with the keyboard alone; the name has the focus."""
    # A function to wait for would be evaluated in the page whenever it is not true at once, which its policy forbids.
    page.wait_for_selector("#name:focus")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#cw-box textarea, #problem")
    page.wait_for_load_state()


@pytest.mark.slow
def test_an_editor_signs_in_asks_changes_the_library_and_signs_out(
    open_page: Callable[..., Page], address: str, witness: Witness
) -> None:
    page = open_page()
    assert page.url == f"{address}/login"
    assert page.title() == "Sign in · Citewell"
    sign_in(page, "anna")
    assert page.url == f"{address}/"
    ask(page, "When will it pass?")
    page.click(".cw-mark >> nth=1")
    page.wait_for_selector("#cw-article mark")
    page.click("#cw-nav button:text-is('Library')")
    page.wait_for_selector("#cw-library tbody tr")
    assert page.locator("#cw-library .cw-drop").is_visible()
    assert page.locator("#cw-library tbody input[type=checkbox]").count() == 3
    page.set_input_files("#cw-library input[type=file]", [QUARRY])
    page.wait_for_selector(".cw-result:has-text('1 article added.')")
    page.click("#cw-account > button")
    assert page.inner_text("#cw-account-menu p") == "Signed in as anna\nmay also change the library"
    assert witness.errors == []
    page.click("#cw-account-menu button:text-is('Sign out')")
    page.wait_for_url(f"{address}/login")
    page.go_back()
    page.wait_for_url(f"{address}/login")
    assert page.context.cookies() == []
    assert not page.evaluate("sessionStorage.length")
    # The page may look how things are once more, between signing out and being gone.
    assert [error for error in witness.errors if "401" not in error] == []
    assert witness.beyond(address) == []


@pytest.mark.slow
def test_a_reader_reads_and_is_shown_nothing_that_changes_the_library(
    open_page: Callable[..., Page], address: str, witness: Witness
) -> None:
    page = open_page()
    sign_in(page, "bob")
    ask(page, "When will it pass?")
    page.click("#cw-nav button:text-is('Library')")
    page.wait_for_selector("#cw-library tbody tr")
    assert page.locator("#cw-library tbody tr").count() == 3
    assert page.locator(f":is({CHANGES}):visible").count() == 0
    assert page.evaluate("() => window.citewellLibrary.change('rebuild')") == (
        "Only editors may change the library. Ask whoever runs this page to make you one."
    )
    told = page.evaluate("() => window.citewellLibrary.state.library")
    assert (told["may_change"], told["folder"], told["sources"]) == (False, "", [])
    assert {row["location"] for row in told["articles"]} == {""}
    page.click("#cw-library .cw-open >> nth=0")
    page.wait_for_selector("#cw-pane .cw-message, #cw-article header")
    assert [error for error in witness.errors if "403" not in error and "404" not in error] == []


@pytest.mark.slow
def test_a_wrong_password_is_said_and_the_name_stays(open_page: Callable[..., Page], address: str) -> None:
    page = open_page()
    sign_in(page, "anna", "not the password")
    assert "do not belong together" in page.inner_text("#problem")
    assert page.input_value("#name") == "anna"
    assert page.evaluate("document.activeElement.id") == "password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


@pytest.mark.slow
def test_when_the_session_ends_the_conversation_can_still_be_read(
    open_page: Callable[..., Page], team: Team, address: str
) -> None:
    page = open_page()
    sign_in(page, "bob")
    ask(page, "When will it pass?")
    team.users.set_role("bob", "editor")  # which ends all sessions
    page.wait_for_selector("#cw-lost:has-text('You are signed out')")
    assert "2029" in page.inner_text(".cw-answered")
    page.click("#cw-lost button:text-is('Sign in')")
    page.wait_for_url(f"{address}/login")


@pytest.mark.slow
def test_what_one_user_asked_is_not_there_for_the_next_in_the_same_tab(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "anna")
    ask(page, "When will only Anna's question be answered?")
    page.click("#cw-account > button")
    page.click("#cw-account-menu button")
    page.wait_for_selector("#password")
    sign_in(page, "bob")
    page.wait_for_selector(".cw-intro")
    page.wait_for_timeout(1000)
    assert page.locator(".cw-turn").count() == 0
    assert page.inner_text(".cw-account-name") == "bob"


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_can_be_read_and_fits(open_page: Callable[..., Page], scheme: str, width: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    faint = FAINT.replace("#cw-top *, #cw-main *", "main, main *")
    assert page.evaluate(faint) == []
    sign_in(page, "anna", "wrong password")
    assert page.evaluate(faint) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#cw-account > button")
    page.click("#cw-account > button")
    assert page.evaluate(FAINT) == []
    boxes = [page.locator(part).bounding_box() for part in ("#cw-account", "#cw-account-menu", "#cw-new")]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
