"""Serving an application for a browser, and watching what a page does with it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.service import FakeService
    from playwright.sync_api import ConsoleMessage, Dialog, Page, Request
    from starlette.types import ASGIApp

ENDED = ":is(.cw-answered, .cw-refusal, .cw-problem)"
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
IN_VIEW = """(mark) => {
  const body = document.getElementById("cw-article").getBoundingClientRect();
  const head = document.querySelector("#cw-article header").getBoundingClientRect();
  const at = mark.getBoundingClientRect();
  return at.top >= head.bottom && at.bottom <= body.bottom && at.left >= body.left && at.right <= body.right;
}"""


@dataclass
class Site:
    """An application that is being served.

    Attributes:
        address: Where, without a slash at the end.
        service: What answers.
    """

    address: str
    service: FakeService


@dataclass
class Witness:
    """What a page did: everything that it asked for, said and complained of."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", self._fail)
        page.on("console", self._hear)
        page.on("dialog", self._dismiss)

    def _fail(self, request: Request) -> None:
        # The browser tells of it, but did not send it.
        if "ERR_BLOCKED_BY_CSP" in (request.failure or "") or request.failure == "csp":
            self.requests.remove(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def beyond(self, address: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((address + "/", "data:"))]


@contextmanager
def served(app: ASGIApp, port: int = 0) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1, proxy_headers=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def ask(page: Page, question: str) -> None:
    """Types a question, presses Enter and waits for the end of its answer."""
    before = page.locator(ENDED).count()
    page.fill("#cw-box textarea", question)
    page.press("#cw-box textarea", "Enter")
    page.wait_for_function(
        "([selector, before]) => document.querySelectorAll(selector).length > before", arg=[ENDED, before]
    )


def wait_for_mark(page: Page, words: str) -> None:
    """Until these words are marked in the article, and in view."""
    page.wait_for_function(
        "(words) => [...document.querySelectorAll('#cw-article mark')].map((m) => m.textContent).join('\\n') === words",
        arg=words,
    )
    page.wait_for_function(f"() => ({IN_VIEW})(document.getElementById('cw-cited'))")
