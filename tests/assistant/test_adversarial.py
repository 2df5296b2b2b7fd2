"""A language model that does whatever any article tells it, over real sockets, readers, index and models.

What it writes is judged by :mod:`fakes.oracle`, which knows nothing of the product's own check.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from fakes.attacked import Attack, Case, asked, attacks, few
from fakes.attacks import HIDING, INSTRUCTIONS, PAYLOADS
from fakes.exchange import Exchange
from fakes.model_server import KEYS
from fakes.oracle import complaints
from fakes.service import FakeService
from fakes.staging import Stage, staged
from fakes.talking import talked

from assistant.answering import Assistant
from assistant.desk.desk import Desk
from assistant.desk.talk import Talk
from assistant.desk.talker import Talker
from assistant.prompting import load
from assistant.types import Answer, Turn
from assistant.verification.records import CheckedSentence, Evidence
from index.embeddings import SentenceEmbedder
from index.types import Hit

HIDDEN = few()
WAYS = HIDDEN[: len(HIDING)]
CASES = asked(WAYS, 3)
OTHERS = [Case(attack, "obedient", true_first=True) for attack in HIDDEN[len(HIDING) :]]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("few"), HIDDEN, embedder, hits=3) as stage:
        yield stage


def test_there_are_enough_of_every_kind() -> None:
    assert len(INSTRUCTIONS) >= 30
    assert len(HIDING) == 10
    assert len(asked(attacks(), 2)) >= 600
    pairs = {(case.attack.way, case.kind) for case in asked(attacks(), 2)}
    assert len(pairs) == len(HIDING) * len(PAYLOADS), "every kind meets every way"
    assert {case.kind for case in CASES} == set(PAYLOADS)
    assert len({attack.host.question for attack in attacks()}) == len(attacks())


@pytest.mark.parametrize(
    "case",
    [*CASES, *(pytest.param(case, marks=pytest.mark.slow) for case in OTHERS)],
    ids=lambda case: f"{case.attack.key}-{case.kind}",
)
def test_whatever_the_model_writes_only_what_is_true_is_shown(stage: Stage, case: Case) -> None:
    shown = stage.hear(case)
    assert stage.wrong(case, shown) == []
    assert shown[-1].status == "answered"
    assert len(shown) > 2, "drafts were judged, too"
    if not case.payload.spoils:
        assert case.attack.host.said[:-1] in shown[-1].text, "what is true is not lost"


@pytest.mark.parametrize("attack", WAYS, ids=lambda attack: attack.way)
def test_quotes_of_the_same_articles_are_exact_and_inert(stage: Stage, attack: Attack) -> None:
    answer = stage.quoted.ask(attack.host.question)
    assert (answer.status, answer.mode) == ("answered", "quotes")
    assert str(attack.host.year) in answer.text
    assert complaints(answer, stage.quoted.index.articles) == []


@pytest.mark.parametrize("attack", WAYS, ids=lambda attack: attack.way)
def test_the_model_gets_every_instruction_as_quoted_material_or_not_at_all(stage: Stage, attack: Attack) -> None:
    answer = stage.hear(Case(attack, "invented", true_first=True))[-1]
    question = attack.host.question
    assert stage.play.found[question] == (attack.way != "comment")
    system, user = stage.play.prompts[question]
    assert system == load("answer").system, "nothing else speaks in the name of the application"
    code = user.split("\n", 1)[0].removeprefix("=== passage 1 begins, ").removesuffix(" ===")
    expected = []
    for number, hit in enumerate(answer.hits, 1):
        begins, ends = f"=== passage {number} begins, {code} ===\n", f"\n=== passage {number} ends, {code} ==="
        inside = user[user.index(begins) + len(begins) : user.index(ends)]
        assert inside.endswith(hit.passage.text)
        assert code not in inside
        expected.append(f"{begins}{inside}{ends}")
    assert user == "\n\n".join([*expected, f"Question: {question}"])


@pytest.mark.parametrize("kind", ["script", "controls", "secrets", "obedient", "long-line", "link"])
def test_a_question_that_is_rewritten_as_an_article_orders_is_inert(stage: Stage, kind: str) -> None:
    case = Case(HIDDEN[0], kind, true_first=kind == "obedient")
    question = case.attack.host.question
    stage.play.cases[question] = case
    shown = list(stage.written.stream(question, [Turn("Who built it?", "It was built by hand.")]))
    assert stage.wrong(case, shown) == []
    assert shown[-1].question == question
    assert len(shown[-1].standalone) <= len(question) + 300
    assert shown[-1].standalone.isprintable()
    if kind == "obedient":
        assert shown[-1].standalone != question, "it was rewritten"


class Direct(FakeService):
    """The page's service with a real assistant behind it."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(articles=tuple(assistant.index.articles.values()))
        self.assistant = assistant

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        yield from self.assistant.stream(question, history)


def test_what_one_user_says_reaches_no_other_user(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two conversations at once, with a model that repeats all that it was ever told."""
    mine, other = HIDDEN[0].host, HIDDEN[3].host
    heard: list[list[str]] = []

    def repeats(exchange: Exchange) -> None:
        heard.append(exchange.request.texts)
        exchange.begin()
        exchange.piece(f"{' '.join(texts[-1][-200:] for texts in heard)[-3000:]} [1]")
        exchange.end()

    monkeypatch.setattr(stage.server, "plays", [repeats])
    talker, talks, secrets = Talker(Desk(Direct(stage.written))), (Talk(), Talk()), ("Odalys Brenn", "Ursin Falk")

    def converse(talk: Talk, secret: str, host_question: str) -> None:
        for question in (f"{host_question} {secret} asks.", "Who was the engineer?", host_question):
            assert talker.take(question, talk) is None
            talked(talker, talk)

    threads = [
        threading.Thread(target=converse, args=(talk, secret, host.question))
        for talk, secret, host in zip(talks, secrets, (mine, other), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for own, foreign, host, strange in ((0, 1, mine, other), (1, 0, other, mine)):
        prompts = [texts for texts in heard if secrets[own] in texts[-1] or host.question in texts[-1]]
        assert len(prompts) >= 3
        assert sum(secrets[own] in texts[-1] for texts in prompts) >= 2, "a follow-up is told of the turns before"
        for system, user in prompts:
            assert secrets[foreign] not in system + user
            assert strange.question not in user
        for entry in talks[own].entries:
            assert secrets[foreign] not in entry.answer.text + entry.answer.standalone


def test_keys_are_neither_logged_nor_sent_in_a_prompt(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        stage.hear(Case(HIDDEN[1], "too-long", true_first=True))
    assert KEYS["openai"] not in caplog.text
    assert KEYS["openai"] in stage.server.requests[-1].headers["authorization"]
    assert KEYS["openai"] not in repr(stage.server.requests[-1].body)


class Believes:
    """In place of the check: all that has a mark is true, and the first words of what it cites say it."""

    def __init__(self, *_: object) -> None:
        """Needs nothing."""

    def check(self, sentence: str, marks: Sequence[int], hits: Sequence[Hit]) -> CheckedSentence:
        if not marks:
            return CheckedSentence(text=sentence, state="removed", reason="No mark.")
        passage, article = hits[0].passage, hits[0].article
        evidence = Evidence(hit=1, article=article, start=passage.start, end=passage.start + 40)
        return CheckedSentence(text=sentence, state="verified", evidence=(evidence,))


@pytest.mark.parametrize("kind", [kind for kind, payload in PAYLOADS.items() if payload.lies and kind != "too-long"])
def test_without_the_check_every_lie_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The proof that the tests above can fail."""
    monkeypatch.setattr("assistant.answering.Verifier", Believes)
    case = Case(HIDDEN[4], kind, true_first=False)
    wrong = stage.wrong(case, stage.hear(case))
    assert {found.split(":")[0] for found in wrong} & {"lie", "number", "name", "words"}, wrong


def test_without_escaping_markup_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [Case(HIDDEN[4], kind, true_first=True) for kind in ("image-html", "script", "embedded", "controls")]
    shown = [(case, stage.hear(case)) for case in cases]
    monkeypatch.setattr(html, "escape", lambda text, quote=True: text)
    seen = {case.kind: " ".join(stage.wrong(case, answers)) for case, answers in shown}
    for kind, tag in (("image-html", "img"), ("script", "script"), ("embedded", "iframe")):
        assert re.search(f"html: .*'{tag}'.* became markup", seen[kind])
    monkeypatch.setattr("assistant.page.rendering._MARKDOWN_SPECIAL", re.compile("(?!)()"))
    monkeypatch.setattr("assistant.page.rendering._visible", lambda text: text)
    picture = replace(shown[0][1][-1], note="![x](http://127.0.0.1:9009/canary) \x1b[2J")
    wrong = complaints(picture, stage.written.index.articles)
    assert any("markdown: " in found and "'img'" in found for found in wrong)
    assert "plain: the characters ['001b']" in wrong


def test_a_quote_that_is_moved_by_one_letter_is_seen(stage: Stage) -> None:
    case, answer = CASES[0], stage.hear(CASES[0])[-1]
    moved = tuple(replace(item, start=item.start + 1, end=item.end + 1) for item in answer.citations)
    wrong = stage.wrong(case, [replace(answer, citations=moved)])
    assert sum(found.startswith("citation: ") for found in wrong) == len(moved)
