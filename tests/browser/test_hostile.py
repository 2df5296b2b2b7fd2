"""Hostile titles, sentences, file names and questions: they are shown, and nothing else happens."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest
from browser.harness import Site, Witness, ask, served
from fakes.service import FakeService

from assistant.web.app import create_app
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

REMOTE = "http://127.0.0.1:9009/canary"
HIT = "window.canary=1;alert(1)"
PAYLOADS = [
    f"<script>{HIT}</script>",
    f"<img src=x onerror='{HIT}'>",
    f'"><img src=x onerror="{HIT}">',
    f"' autofocus onfocus='{HIT}' x='",
    f"<svg><script>{HIT}</script></svg>",
    f"<svg onload='{HIT}'><animate onbegin='{HIT}' attributeName=x dur=1s>",
    f"<details open ontoggle='{HIT}'><summary>x</summary></details>",
    f"<iframe srcdoc='<script>parent.canary=1</script>'></iframe><iframe src='{REMOTE}'></iframe>",
    f"<form action='{REMOTE}'><input name=q autofocus><button>Send</button></form>",
    f"<img src='{REMOTE}.png'><link rel=stylesheet href='{REMOTE}.css'><style>@import url({REMOTE}.css)</style>",
    f"<div style='background:url({REMOTE}.png);position:fixed;inset:0'>over</div>",
    f"<a href='javascript:{HIT}'>link</a> <base href='{REMOTE}/'> <meta http-equiv=refresh content='0;url={REMOTE}'>",
    f"![image]({REMOTE}.png) [1](javascript:{HIT}) <{REMOTE}> [x][y]",
    f"[y]: {REMOTE}",
    f"$$\\href{{javascript:{HIT}}}{{x}}$$ $\\includegraphics{{{REMOTE}.png}}$",
    "```mermaid graph TD; A-->B``` `code` **bold** # heading | a | b |",
    "${window.canary=1} {{constructor.constructor('window.canary=1')()}} {0.__class__} %s",
    "</p></div></section><h1>out</h1>",
    "&lt;script&gt; &#x3c;img src=x onerror=alert(1)&#x3e; &amp;",
    "..%2f..%2fetc/passwd \\\\server\\share ' OR 1=1 --",
]
FORBIDDEN = """() => [...document.querySelectorAll('#cw-main *, #cw-top *')].flatMap((element) => {
  const bad = ['SCRIPT', 'IMG', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'LINK', 'STYLE', 'META', 'BASE', 'A', 'MATH'];
  const handlers = element.getAttributeNames().filter((name) => name.startsWith('on'));
  return bad.includes(element.tagName) || element.matches('.md svg, #cw-article svg') || handlers.length
    ? [element.outerHTML] : [];
})"""


def hostile(payload: str) -> Article:
    return Article(
        title=f"T {payload}", publisher=f"P {payload}", author=f"A {payload}", published=f"D {payload}",
        url=f"U {payload}", restates=f"R {payload}", source=f"{payload}.md", questions=(f"Q {payload}",),
        text=f"S {payload}\nA second sentence.",
    )  # fmt: skip


@pytest.fixture(scope="module")
def hostile_from_the_start() -> Iterator[str]:
    with served(create_app(FakeService(articles=tuple(map(hostile, PAYLOADS))))) as address:
        yield address


def happened(page: Page, witness: Witness, site: Site) -> list[str]:
    """Everything that must not have happened."""
    canary = page.evaluate("window.canary")
    return [
        *(["the canary is dead"] if canary else []),
        *(f"dialog: {message}" for message in witness.dialogs),
        *(f"request: {url}" for url in witness.beyond(site.address)),
        *(f"element: {element}" for element in page.evaluate(FORBIDDEN)),
    ]


def show_everywhere(page: Page, payload: str) -> None:
    """Asks it, quotes it, and opens whatever can be opened."""
    ask(page, f"Q {payload}")
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    page.locator(".cw-answered .cw-mark").last.dispatch_event("click")
    page.locator(".cw-answered .cw-mark").last.dispatch_event("mouseover")
    page.wait_for_function(
        "(words) => document.querySelector('#cw-article mark')?.textContent === words", arg=f"S {payload}"
    )


@pytest.mark.slow
def test_hostile_text_is_shown_as_it_is_and_does_nothing(
    open_page: Callable[..., Page], site: Site, witness: Witness
) -> None:
    articles, generation = site.service.articles, site.service.generation
    try:
        for begin in range(0, len(PAYLOADS), 4):
            some = PAYLOADS[begin : begin + 4]
            site.service.articles = tuple(hostile(payload) for payload in some)
            site.service.generation = f"{begin + 8:06}"
            page = open_page()
            # What the page came with is replaced by what the index holds now.
            examples = page.locator(".cw-example:visible")
            page.wait_for_function(
                "(first) => [...document.querySelectorAll('.cw-example')].some((e) => e.textContent.trim() === first)",
                arg=f"Q {some[0]}",
            )
            assert [text.strip() for text in examples.all_text_contents()] == [f"Q {payload}" for payload in some]
            assert page.locator("#cw-sources .cw-open").all_text_contents() == [f"T {payload}" for payload in some]
            for payload in some:
                site.service.articles = (hostile(payload),)
                show_everywhere(page, payload)
                assert page.locator(".cw-turn h2").last.text_content() == f"Q {payload}"
                sentence = page.locator(".cw-answered .cw-sentence").last.text_content() or ""
                assert sentence.startswith(f"S {payload}".replace("[1]", "(1)"))
                assert page.text_content("#cw-article h2") == f"T {payload}"
                assert happened(page, witness, site) == []
            page.close()
        assert witness.errors == [], "the policy had nothing to stop, because nothing came so far"
    finally:
        site.service.articles, site.service.generation = articles, generation


@pytest.mark.slow
def test_a_page_made_with_hostile_articles_does_nothing_either(
    browser: Browser, hostile_from_the_start: str, witness: Witness
) -> None:
    page = browser.new_page()
    witness.attach(page)
    page.goto(hostile_from_the_start)
    page.wait_for_selector("#cw-sources .cw-open")
    titles = page.locator("#cw-sources .cw-open").all_text_contents()
    assert titles == [f"T {payload}" for payload in PAYLOADS]
    site = Site(hostile_from_the_start, FakeService())
    assert happened(page, witness, site) == []
    assert witness.errors == []
    page.close()


@pytest.mark.slow
def test_without_escaping_the_same_text_is_seen_to_do_something(
    open_page: Callable[..., Page], site: Site, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the test above can fail: markup gets in, and loads what it names once the policy is off too."""
    monkeypatch.setattr(html, "escape", lambda text, quote=True: text)
    page = open_page(bypass_csp=True)
    articles = site.service.articles
    try:
        site.service.articles = (Article(title="T", text="S <img src='http://127.0.0.1:9009/canary.png'>"),)
        ask(page, "anything")
        page.wait_for_timeout(300)
        seen = happened(page, witness, site)
        assert any(item.startswith("element: <img") for item in seen)
        assert "request: http://127.0.0.1:9009/canary.png" in seen
    finally:
        site.service.articles = articles


@pytest.mark.slow
@pytest.mark.parametrize("bypass", [False, True])
def test_the_policy_stops_what_would_get_into_the_document(
    open_page: Callable[..., Page], site: Site, witness: Witness, *, bypass: bool
) -> None:
    page = open_page(bypass_csp=bypass)
    page.evaluate(
        """(remote) => {
          document.body.insertAdjacentHTML('beforeend',
            `<img src=x onerror="window.canary=1"><img src="${remote}.png"><iframe src="${remote}"></iframe>`);
          const script = document.createElement('script');
          script.textContent = 'window.inline=1';
          document.head.append(script);
        }""",
        REMOTE,
    )
    page.wait_for_timeout(300)
    did = [page.evaluate("window.canary"), page.evaluate("window.inline"), bool(witness.beyond(site.address))]
    assert did == ([1, 1, True] if bypass else [None, None, False])
