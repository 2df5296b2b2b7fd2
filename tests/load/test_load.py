"""The page under load: everybody gets the answer to their own question, and what goes wrong is noticed.

Real sockets, the real page and queue, and an index without models; no test here is about seconds.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest
from fakes.embedder import WordEmbedder
from fakes.nursery import working_here
from load.corpus import Home, own, prepare
from load.figures import percentile, summary, table
from load.holding import verdict as held
from load.oracle import Oracle, check
from load.replies import Reply
from load.soaking import POOL
from load.spoiled import (
    Cut,
    Spoiled,
    listening,
    of_another_generation,
    of_somebody_else,
    without_its_last_sentence,
)
from load.stub import without_models
from load.tab import Tab
from load.users import Plan, Run, put_on

from assistant.desk.places import Limits
from assistant.settings import Settings
from assistant.types import Turn
from assistant.web.app import create_app
from assistant.wiring import Backend
from index.settings import IndexSettings
from index.types import Article, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from load.figures import Row
    from load.oracle import Verdict
    from load.replies import Kind

    from assistant.types import Answer

QUICK = Plan(users=20, seconds=120.0, most=40, think=0.05, opening=0.2, patience=60)
"""So many questions, however long that takes."""


@pytest.fixture(scope="module", autouse=True)
def no_models() -> Iterator[None]:
    with without_models():
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    with working_here():
        return prepare(tmp_path_factory.mktemp("load"), own(60), 60, embedder=WordEmbedder())


@pytest.fixture(scope="module")
def backend(home: Home) -> Backend:
    backend = Backend(Settings(index=IndexSettings(home=home.path)))
    backend.warm_up()
    assert backend._done.wait(60)
    assert backend.state == "ready", backend.failure
    return backend


@pytest.fixture(scope="module")
def service(backend: Backend) -> Spoiled:
    return Spoiled(backend)


@pytest.fixture(scope="module")
def cut(service: Spoiled) -> Cut:
    # On a busy machine twenty may well wait for longer than users are let wait.
    return Cut(create_app(service, limits=Limits(patience=60)))


@pytest.fixture(scope="module")
def port(cut: Cut) -> Iterator[int]:
    # One server for all: Gradio's parts stay with the event loop that they were first used in.
    with listening(cut) as port:
        yield port


@pytest.fixture(scope="module")
def oracle(home: Home) -> Oracle:
    return Oracle.open(home.path)


def load(port: int, plan: Plan, home: Home) -> Run:
    return asyncio.run(put_on(port, plan, home.questions))


def told(run: Run) -> str:
    return str([(reply.kind, reply.trouble) for reply in run.replies if reply.kind in ("busy", "failed")][:3])


@pytest.mark.parametrize("by_api", [False, True], ids=["page", "programs"])
def test_twenty_at_once_get_each_the_answer_to_their_own_question(
    port: int, home: Home, oracle: Oracle, *, by_api: bool
) -> None:
    run = load(port, replace(QUICK, by_api=by_api), home)
    kinds = summary(run.replies, run.seconds)
    assert (kinds["errors"], kinds["busy"], run.unopened) == (0, 0, []), told(run)
    assert len({reply.tab for reply in run.replies}) == 20
    found = check(run.replies, [oracle], by_api=by_api)
    assert found.counts["right"] == len(run.replies) == 40, found
    assert kinds["answered"] > len(run.replies) / 4, "most of it is about answers, not refusals"


@pytest.mark.parametrize(
    ("spoil", "verdict"),
    [(of_somebody_else, "foreign"), (of_another_generation, "mixed"), (without_its_last_sentence, "wrong")],
)
def test_an_answer_that_is_not_right_is_noticed(
    port: int, service: Spoiled, home: Home, oracle: Oracle, spoil: Callable[..., Answer], verdict: Verdict
) -> None:
    with service.spoiled_by(spoil):
        run = load(port, replace(QUICK, users=4, most=12), home)
    found = check(run.replies, [oracle])
    assert found.counts[verdict] >= 4, (found, told(run))
    assert not found.is_clean
    assert any(line.startswith(verdict) for line in found.examples)


def test_an_answer_made_of_two_generations_is_noticed(port: int, service: Spoiled, home: Home, oracle: Oracle) -> None:
    foreign = Article(title="Of another edition", text="This article is in no index that ever answered here.")

    def mix(answer: Answer, _: Answer | None) -> Answer:
        hit = Hit(passage=Passage.of(foreign, 0, 12), article=foreign, score=0.1, similarity=0.1, keyword_score=0.1)
        return replace(answer, hits=(*answer.hits, hit))

    with service.spoiled_by(mix):
        run = load(port, replace(QUICK, users=4, most=12), home)
    found = check(run.replies, [oracle])
    assert found.counts["mixed"] == len(run.replies) >= 4, found


def test_a_later_question_is_judged_by_what_the_page_said_before(oracle: Oracle) -> None:
    title = next(iter(oracle.articles.values())).title
    first, later = f"Who built {title.replace('The', 'the', 1)}?", "When was it built?"
    before = oracle.expect(first, ())
    assert before
    answer = oracle.assistant.ask(first)
    assert (before.page.plain, before.page.searched) == (answer.text, answer.standalone)
    after = oracle.expect(later, [Turn(answer.standalone, answer.text)])
    assert after
    assert after.page.searched != later, "it refers to the question before"
    # The first one is computed by nobody, as the ones beyond a limit are; the page knows it all the same.
    unknown = replace(before.page, generation="")
    replies = [
        Reply("tab", first, "answered", 1.0, 0.1, said=unknown),
        Reply("tab", later, "answered", 2.0, 0.1, said=after.page),
    ]
    found = check(replies, [Oracle(oracle.assistant, limit=0), oracle])
    assert (found.counts["unchecked"], found.counts["right"]) == (1, 1), found


@pytest.mark.parametrize(
    ("how", "kind", "trouble"),
    [
        ("drop", "failed", "the stream broke"),
        ("hang", "failed", "never ended"),
        ("break", "failed", "500"),
        ("refuse", "busy", "503"),
    ],
)
def test_a_server_that_gives_no_answer_is_noticed(
    port: int, cut: Cut, home: Home, how: str, kind: str, trouble: str
) -> None:
    async def ask() -> Reply:
        tab = Tab(port, patience=3.0, looks=False)
        # The page opens well, however long that takes; it is the question that fails.
        await tab.open()
        try:
            cut.how = how
            return await tab.ask(home.questions[0])
        finally:
            await tab.close()

    try:
        reply = asyncio.run(ask())
    finally:
        cut.how = ""
    assert (reply.kind, reply.said) == (kind, None)
    assert trouble in reply.trouble


@pytest.mark.slow
def test_too_many_at_once_are_told_so_and_then_all_is_as_before(
    port: int, service: Spoiled, home: Home, oracle: Oracle
) -> None:
    process = psutil.Process()

    def databases() -> int:
        return sum(file.path.endswith("chroma.sqlite3") for file in process.open_files())

    def settled() -> tuple[int, int]:
        gc.collect()
        return process.num_fds() - databases(), sum(thread.name == "answer" for thread in threading.enumerate())

    crowd = replace(QUICK, users=120, most=240, think=0.0, pause=0.1, opening=1.0)
    # Who checks opens files of its own at its first question.
    assert check(load(port, QUICK, home).replies, [oracle]).is_clean
    before, at_most = settled(), databases() + POOL
    with service.slowed_by(0.4):
        run = load(port, crowd, home)
    kinds = summary(run.replies, run.seconds)
    assert kinds["busy"] > 0, kinds
    assert (kinds["errors"], run.unopened) == (0, []), told(run)
    assert check(run.replies, [oracle]).is_clean
    after = load(port, replace(QUICK, users=1, most=3), home)
    assert check(after.replies, [oracle]).counts["right"] == 3, told(after)
    until = time.monotonic() + 20
    while any(now > then for now, then in zip(settled(), before, strict=True)) and time.monotonic() < until:
        time.sleep(0.2)
    files, threads = settled()
    assert files <= before[0], "files are left open"
    assert threads <= before[1], "threads go on that nobody waits for"
    assert databases() <= at_most, "the database is opened again and again"


@pytest.mark.slow
def test_a_tab_that_is_closed_in_the_midst_harms_nobody(port: int, home: Home, oracle: Oracle) -> None:
    run = load(port, replace(QUICK, leaving=0.5, users=8), home)
    kinds = {reply.kind for reply in run.replies}
    assert "left" in kinds
    assert "failed" not in kinds, told(run)
    found = check(run.replies, [oracle])
    assert found.counts["right"] == sum(reply.kind in ("answered", "abstained") for reply in run.replies) > 0, found


def test_figures_are_those_of_the_replies() -> None:
    assert [percentile([3, 1, 2, 4], share) for share in (0.5, 0.95, 1.0)] == [2, 4, 4]
    assert percentile([], 0.5) == 0
    assert percentile(list(range(1, 101)), 0.95) == 95
    ends: list[tuple[Kind, float]] = [
        ("answered", 1.0), ("abstained", 3.0), ("busy", 9.0), ("failed", 9.0), ("left", 9.0)
    ]  # fmt: skip
    replies = [Reply("a", "q", kind, 0.0, seconds) for kind, seconds in ends]
    found = summary(replies, 2.0)
    assert (found["answered"], found["abstained"], found["busy"], found["errors"]) == (1, 1, 1, 1)
    assert (found["p50"], found["max"], found["a second"]) == (1.0, 3.0, 1.0)
    assert table([{"a": 1, "b": 0.5}, {"a": 10}]).splitlines() == [" a    b", " 1  0.5", "10     "]


def test_the_held_number_of_users_is_the_largest_without_a_fault() -> None:
    good = {"questions": 9, "errors": 0, "busy": 0, "unopened": 0}
    rows: list[Row] = [
        {**good, "users": 1, "times one": 1.0, "p95": 0.3},
        {**good, "users": 10, "times one": 2.0, "p95": 0.6},
        {**good, "users": 25, "times one": 4.0, "p95": 1.2},
        {**good, "users": 50, "times one": 4.5, "p95": 1.3, "errors": 1},
        {**good, "users": 75, "times one": 9.0, "p95": 2.7},
    ]
    assert list(held(rows).values()) == [25, 10]
    assert list(held([{**row, "wrong": 1} for row in rows]).values()) == [0, 0]
