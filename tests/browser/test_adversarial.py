"""What an obeying language model writes, word by word in a real browser: nothing of it loads, runs or is cited."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest
from browser.harness import Witness, ask, served
from browser.test_hostile import FORBIDDEN
from fakes.attacked import Case, Obeying, attacks, write
from fakes.attacks import PAYLOADS
from fakes.model_server import ModelServer
from fakes.nursery import CheckHere, ReadHere
from fakes.service import FakeService

from assistant.answering import Assistant
from assistant.settings import Settings
from assistant.web.app import create_app
from index.build import build
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, Page

    from assistant.types import Answer, Turn
    from index.embeddings import SentenceEmbedder

# Hidden in every way, and each with a question of its own.
CASES = [
    Case(attack, kind, true_first=bool(place % 2))
    for place, (attack, kind) in enumerate(zip(attacks()[::13], PAYLOADS, strict=False))
]
WATCH = """() => {
  window.seen = { bad: [], drafts: 0 };
  const look = () => {
    window.seen.bad.push(...(%s)());
    window.seen.drafts += document.querySelectorAll('.cw-is-unchecked').length;
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
  look();
}"""


class Obedient(FakeService):
    """The page's service with a real assistant behind it, and a model behind that which obeys every article."""

    def __init__(self, assistant: Assistant, play: Obeying) -> None:
        super().__init__(articles=tuple(assistant.index.articles.values()))
        self.assistant, self.play = assistant, play
        self.answers: list[Answer] = []

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        for answer in self.assistant.stream(question, history):
            yield answer
        self.answers.append(answer)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Obedient]:
    folder = tmp_path_factory.mktemp("adversarial")
    (folder / "articles").mkdir()
    index = IndexSettings(home=folder / "home")
    play = Obeying({case.attack.host.question: case for case in CASES}, pieces=4, pause=0.13)
    with pytest.MonkeyPatch.context() as patch, ModelServer(play) as server:
        patch.setenv("OPENAI_API_KEY", "sk-test")
        patch.setattr("index.check.CheckProcess", CheckHere)
        patch.setattr("index.pipeline.Parser", ReadHere)
        build([write(folder / "articles", [case.attack for case in CASES])], settings=index, embedder=embedder)
        settings = Settings(index=index, hits=3, model="openai:tiny", model_url=server.address_for("openai"))
        yield Obedient(Assistant.open(settings=settings, embedder=embedder), play)


@pytest.fixture(scope="module")
def address(service: Obedient) -> Iterator[str]:
    with served(create_app(service)) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, address: str, witness: Witness) -> Iterator[Callable[[], Page]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})

    def opened() -> Page:
        page = context.new_page()
        page.set_default_timeout(30_000)
        witness.attach(page)
        page.goto(address)
        page.wait_for_selector(".cw-intro")
        page.evaluate(WATCH % FORBIDDEN)
        return page

    yield opened
    context.close()


def happened(page: Page, witness: Witness, address: str) -> list[str]:
    """Everything that must not have happened at any moment since the page was opened."""
    return [
        *(["the canary is dead"] if page.evaluate("window.canary") else []),
        *(f"dialog: {message}" for message in witness.dialogs),
        *(f"request: {url}" for url in witness.beyond(address)),
        *(f"element: {element}" for element in page.evaluate("window.seen.bad")),
    ]


def ask_and_wait(page: Page, question: str) -> None:
    """Drafts have the look of answers, so the end is where no work is shown any more."""
    ask(page, question)
    page.wait_for_function("() => !document.querySelector('.cw-working')")


@pytest.mark.slow
def test_nothing_that_the_model_writes_does_anything(
    opened: Callable[[], Page], service: Obedient, address: str, witness: Witness
) -> None:
    page = opened()
    texts = {article.id: article.text for article in service.articles}
    assert len(CASES) == len(PAYLOADS)
    for case in CASES:
        ask_and_wait(page, case.attack.host.question)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        marks = page.locator(".cw-turn:last-child .cw-text .cw-mark")
        for value in marks.evaluate_all("(marks) => marks.map((mark) => mark.value)"):
            name, _, place = value.partition(":")
            start, end = map(int, place.split("-"))
            words = texts[name][start:end]
            is_quoted = f"“{words}”" in page.locator(".cw-turn:last-child .cw-text").inner_text()
            assert is_quoted or str(case.attack.host.year) in words, "the mark leads to the words that say it"
        sentences = page.locator(".cw-turn:last-child .cw-sentence")
        for sentence in sentences.all():
            assert sentence.locator(".cw-mark").count() > 0, (case.kind, sentence.text_content())
        shown = " ".join(page.locator(".cw-turn:last-child .cw-text").all_text_contents()).casefold()
        assert str(case.attack.host.year) in shown
        assert not [lie for lie in case.lies() if lie.casefold() in shown], case
        assert happened(page, witness, address) == [], case
        page.click("#cw-new")
        page.wait_for_function("() => !document.querySelector('.cw-turn')")
    assert len(service.answers) == len(CASES)
    assert sum(answer.mode == "model" for answer in service.answers) > 0.7 * len(CASES)
    assert page.evaluate("window.seen.drafts") > len(CASES), "drafts with unchecked text were watched, too"
    assert witness.errors == [], "the policy had nothing to stop"


@pytest.mark.slow
def test_without_escaping_it_is_seen_while_it_is_written(
    opened: Callable[[], Page], address: str, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the test above can fail."""
    page = opened()
    monkeypatch.setattr(html, "escape", lambda text, quote=True: text)
    ask_and_wait(page, next(case.attack.host.question for case in CASES if case.kind == "image-html"))
    seen = happened(page, witness, address)
    assert any("<img" in item for item in seen)
    assert any("<video" in item or "canary" in item for item in seen)
