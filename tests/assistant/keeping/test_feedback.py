"""Verdicts: what is kept of them, what a crash can do to them, and the questions that are made of them."""

from __future__ import annotations

import json
import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes.service import FakeService, abstained, working
from fakes.talking import talked
from fakes.verdicts import ANSWER, OWN, QUOTES, REFUSAL, on
from starlette.testclient import TestClient

from assistant.desk.desk import Desk
from assistant.desk.talk import Talk, Talks
from assistant.desk.talker import Talker
from assistant.keeping.feedback import FeedbackFile
from assistant.page.rendering import to_html
from assistant.types import Turn
from assistant.web import app as web
from assistant.web.talk_routes import GONE, NOT_KEPT, UNCLEAR
from index.errors import StorageError


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    return FeedbackFile(tmp_path / "home")


def test_a_verdict_comes_back_as_it_was_given(file: FeedbackFile) -> None:
    assert file.read().judgements == ()
    given = on(ANSWER, "up", history=(Turn("Before?", "Yes.\u2028 And\nso on."),))
    file.add(given)
    assert file.read().judgements == (given,)
    assert given.quotes[0].short == "2029"
    assert given.quotes[0].sentence == "The asteroid will pass Earth in 2029."
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert OWN not in file.path.read_text()


def test_the_later_verdict_on_the_same_takes_the_place_of_the_earlier(file: FeedbackFile) -> None:
    for judgement in (on(ANSWER, "up"), on(ANSWER, "down", 2), on(ANSWER, "down"), on(ANSWER, "up", turn=2)):
        file.add(judgement)
    assert [(item.verdict, item.citation) for item in file.read().judgements] == [
        ("down", 2), ("down", None), ("up", None),
    ]  # fmt: skip
    file.add(on(ANSWER, None))
    file.add(on(ANSWER, None, 2))
    assert [item.verdict for item in file.read().judgements] == ["up"]
    assert len(file.path.read_text().splitlines()) == 6, "nothing is ever taken out of the file"


@pytest.mark.parametrize("keep", [1, 40, 400, -1])
def test_a_line_torn_by_a_crash_costs_only_itself(file: FeedbackFile, keep: int) -> None:
    file.add(on(ANSWER, "up", turn=1))
    file.add(on(ANSWER, "up", turn=2))
    first, second = file.path.read_bytes().splitlines(keepends=True)
    file.path.write_bytes(first + second[:-1][:keep])
    assert len(file.read().judgements) == 1
    file.add(on(ANSWER, "down", turn=3))
    found = file.read()
    assert [item.verdict for item in found.judgements] == ["up", "down"]
    assert found.unreadable == 1


@pytest.mark.parametrize("line", ["[]", "{}", "\x00\xff", '{"verdict": "up"}', "9" * 10_000, "[" * 100_000])
def test_lines_that_are_not_ours_are_counted(file: FeedbackFile, line: str) -> None:
    file.add(on(ANSWER, "up"))
    with file.path.open("ab") as end:
        end.write(line.encode("latin-1") + b"\n\n")
    found = file.read()
    assert (len(found.judgements), found.unreadable) == (1, 1)


def test_several_write_at_the_same_time(file: FeedbackFile) -> None:
    def write(begin: int) -> None:
        for turn in range(begin, begin + 20):
            FeedbackFile(file.path.parent).add(on(ANSWER, "up", turn=turn))

    threads = [threading.Thread(target=write, args=(100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = file.read()
    assert (len(found.judgements), found.unreadable) == (80, 0)


def test_a_full_disk_is_an_error_and_the_next_verdict_is_whole(
    file: FeedbackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add(on(ANSWER, "up", turn=1))
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:50]))
        with pytest.raises(StorageError, match="keep the verdict"):
            file.add(on(ANSWER, "up", turn=2))
    file.add(on(ANSWER, "down", turn=3))
    assert [item.verdict for item in file.read().judgements] == ["up", "down"]


def test_only_what_was_searched_can_be_judged() -> None:
    assert to_html(ANSWER).count('class="cw-thumb"') == to_html(REFUSAL).count('class="cw-thumb"') == 2
    assert "Good answer" in to_html(ANSWER)
    assert "Right: the articles do not say" in to_html(REFUSAL)
    assert "cw-thumb" not in to_html(abstained("?", "Too long.", ())) + to_html(working("?", "Searching"))


@dataclass
class Shared:
    """One application for all tests here, for one takes longer to make than all that is asked of it."""

    service: FakeService
    talks: Talks
    client: TestClient


@pytest.fixture(scope="module")
def shared() -> Shared:
    service, talks = FakeService(), Talks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "Talks", lambda *_: talks)
        app = web.create_app(service)
    return Shared(service, talks, TestClient(app, base_url="http://localhost"))


@pytest.fixture
def opened(shared: Shared, file: FeedbackFile) -> tuple[TestClient, Talk, FeedbackFile]:
    """The application, a conversation of this test in it, and where verdicts go."""
    shared.service.feedback = file
    talk = Talk(shared.talks)
    for question in ("When?", "explode", "Something unknown?"):
        Talker(Desk(shared.service)).take(question, talk)
        talked(Talker(Desk(shared.service)), talk)
    return shared.client, talk, file


def test_the_server_keeps_what_it_knows_and_not_what_is_claimed(
    opened: tuple[TestClient, Talk, FeedbackFile],
) -> None:
    client, talk, file = opened
    claims = {"question": "forged", "text": "forged", "quotes": [], "generation": "forged"}
    sent = {"token": talk.token, "turn": 1, "verdict": "up", "citation": 2, **claims}
    answer = client.post("/api/feedback", json=sent)
    assert (answer.status_code, answer.json()) == (200, {"verdict": "up"})
    client.post("/api/feedback", json={"token": talk.token, "turn": 3, "verdict": "down", "citation": None})
    about, other = file.read().judgements
    assert (about.question, about.citation, about.text) == ("When?", 2, ANSWER.text)
    assert (about.standalone, about.generation, about.mode, about.confidence) == (
        "When? (as searched)", "000007", "quotes", 0.93,
    )  # fmt: skip
    assert [quote.quote for quote in about.quotes] == QUOTES
    assert (other.status, other.verdict, other.quotes) == ("abstained", "down", ())
    assert [turn.question for turn in other.history] == ["When? (as searched)"]
    assert "forged" not in file.path.read_text()
    assert talk.token not in file.path.read_text()
    client.post("/api/feedback", json={"token": talk.token, "turn": 1, "verdict": None, "citation": 2})
    assert len(file.read().judgements) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"verdict": "sideways"}, {"verdict": True}, {"verdict": ["up"]}, {"turn": "1"}, {"turn": True}, {"turn": None},
     {"citation": 5}, {"citation": 0}, {"citation": "1"}, {"citation": True}, {"token": 1}, {"token": None}],
)  # fmt: skip
def test_what_is_no_verdict_is_refused(opened: tuple[TestClient, Talk, FeedbackFile], wrong: dict[str, Any]) -> None:
    client, talk, file = opened
    answer = client.post("/api/feedback", json={"token": talk.token, "turn": 1, "verdict": "up", **wrong})
    assert (answer.status_code, answer.json()) == (422, {"error": UNCLEAR})
    assert not file.path.exists()


@pytest.mark.parametrize("wrong", [{"token": "x"}, {"turn": 2}, {"turn": 99}, {"turn": -1}])
def test_what_is_not_there_cannot_be_judged(
    opened: tuple[TestClient, Talk, FeedbackFile], wrong: dict[str, Any]
) -> None:
    client, talk, file = opened
    answer = client.post("/api/feedback", json={"token": talk.token, "turn": 1, "verdict": "up", **wrong})
    assert (answer.status_code, answer.json()) == (404, {"error": GONE})
    assert not file.path.exists()


def test_only_the_page_itself_may_judge(opened: tuple[TestClient, Talk, FeedbackFile]) -> None:
    client, talk, file = opened
    sent = {"token": talk.token, "turn": 1, "verdict": "up"}
    assert client.post("/api/feedback", json=sent, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/api/feedback", json=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    plain = {"Content-Type": "text/plain"}
    assert client.post("/api/feedback", content=json.dumps(sent), headers=plain).status_code == 415
    assert client.post("/api/feedback", json={**sent, "x": "x" * 70_000}).status_code == 413
    assert not file.path.exists()


def test_where_nothing_can_be_kept_it_is_said(opened: tuple[TestClient, Talk, FeedbackFile]) -> None:
    client, talk, file = opened
    sent = {"token": talk.token, "turn": 1, "verdict": "up"}
    file.path.parent.write_text("in the way")
    answer = client.post("/api/feedback", json=sent)
    assert (answer.status_code, "Could not keep the verdict" in answer.json()["error"]) == (507, True)
    bare = TestClient(web.create_app(FakeService()), base_url="http://localhost")
    answer = bare.post("/api/feedback", json=sent)
    assert (answer.status_code, answer.json()) == (503, {"error": NOT_KEPT})
