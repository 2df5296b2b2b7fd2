"""One user's tab, events and conversation are out of reach of another, who knows all their names; over real sockets."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.harness import served
from fakes.scale import scaled
from fakes.service import FakeService
from fakes.team import Team, team_in
from fakes.users import PASSWORD

from assistant.access.callers import LOCAL, Caller
from assistant.access.separation import Separation
from assistant.keeping.feedback import FeedbackFile
from assistant.web.problems import ProblemError

ANNA, BOB = (Caller(name=name, role="reader", way="password") for name in ("anna", "bob"))
TAB = "k3tabofanna"
FIRST, SECOND = "Who pays for what only Anna asks?", "When will Anna's second question be answered?"
INTRUDER = "Bob was here"


@dataclass
class Browser:
    """What a browser does with Gradio, without its page.

    Attributes:
        client: Signed in.
        tab: The name that it chose.
        events: Numbers of the page's events, by name.
        heard: What its tab was told, as it came.
    """

    client: httpx.Client
    tab: str
    events: dict[str, int]
    heard: list[str] = field(default_factory=list)

    def join(self, event: str, *data: str | None) -> str:
        body = {"data": data, "fn_index": self.events[event], "session_hash": self.tab, "event_data": None}
        return str(self.client.post("/gradio_api/queue/join", json=body).json()["event_id"])

    def listen(self) -> None:
        """Until the tab is told that there is nothing more."""
        address = f"/gradio_api/queue/data?session_hash={self.tab}"
        with suppress(httpx.HTTPError), self.client.stream("GET", address) as stream:
            self.heard += filter(None, stream.iter_lines())

    def ask(self, question: str) -> None:
        self.join("take_typed", question, None)
        self.listen()
        self.join("answer", None)
        self.listen()

    @property
    def token(self) -> str:
        return str(re.findall(r'class=\\"cw-token[^>]* value=\\"([\w-]{43})\\"', "".join(self.heard))[-1])

    def conversation(self) -> Any:
        return self.client.get(f"/conversation/{self.token}.json").json()


def open_browser(address: str, name: str, tab: str) -> Browser:
    client = httpx.Client(base_url=address, headers={"Origin": address}, timeout=30, trust_env=False)
    assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
    config = json.loads(re.findall(r"window.gradio_config = (\{.*?\});</script>", client.get("/").text)[0])
    return Browser(client, tab, {item["api_name"]: item["id"] for item in config["dependencies"]})


@dataclass
class Scene:
    """Anna has one answer and waits for the next; Bob knows every name of it."""

    team: Team
    anna: Browser
    bob: Browser
    event: str
    listening: threading.Thread

    def tries(self) -> dict[str, Any]:
        """What Bob may try; each says whether it reached something of Anna's."""
        client, tab, event, token = self.bob.client, self.anna.tab, self.event, self.anna.token
        tabs = (tab, tab.upper(), f"{tab}-", f"-{tab}", f"anna-{tab}", "0" * 64)

        def join(name: str, *data: str | None) -> bool:
            body = {"data": data, "fn_index": self.bob.events[name], "session_hash": tab}
            client.post("/gradio_api/queue/join", json=body)
            return False  # seen at the end, by what became of Anna's conversation

        def hear(address: str) -> bool:
            heard = ""
            with suppress(httpx.HTTPError), client.stream("GET", address, timeout=0.2) as stream:
                for line in stream.iter_lines():
                    heard += line
                    if "session_not_found" in line or "ALIVE" in line or len(heard) > 5000:
                        break
            return event in heard or "Anna" in heard

        def cancel(named: str, number: int) -> bool:
            body = {"session_hash": named, "fn_index": number, "event_id": event}
            client.post("/gradio_api/cancel", json=body)
            return not self.listening.is_alive()

        def judge() -> bool:
            body = {"token": token, "turn": 1, "verdict": "down", "citation": None}
            return client.post("/api/feedback", json=body).status_code != 404

        return {
            "read the tab": lambda: hear(f"/gradio_api/queue/data?session_hash={random.choice(tabs)}"),
            "beat for the tab": lambda: hear(f"/gradio_api/heartbeat/{tab}"),
            "name it twice": lambda: hear(f"/gradio_api/queue/data?session_hash=x&session_hash={tab}"),
            "name it in part": lambda: hear(f"/gradio_api/queue/data?session_hash={tab[:-1]}%{ord(tab[-1]):02x}"),
            "ask in it": lambda: join("take_typed", INTRUDER, None),
            "stop it": lambda: join("halt", None),
            "clear it": lambda: join("clear", None),
            "go on with it": lambda: join("go_on_with", token, None),
            "cancel the event": lambda: cancel(random.choice(tabs), self.anna.events["answer"]),
            "cancel it from one's own": lambda: cancel("bobs", random.randrange(16)),
            "save the conversation": lambda: client.get(f"/conversation/{token}.md").status_code != 404,
            "judge the answer": judge,
        }

    def attack(self, count: int, seed: int) -> Counter[str]:
        """How often each try reached something."""
        tries, through = self.tries(), Counter[str]()
        for name in random.Random(seed).choices(list(tries), k=count):
            through[name] += tries[name]()
        return through

    def end(self) -> None:
        self.team.service.gate.set()
        self.listening.join(20)


@contextmanager
def scene_in(home: Path) -> Iterator[Scene]:
    service = FakeService(feedback=FeedbackFile(home))
    team = team_in(home, service)
    with served(team.app) as address:
        anna, bob = open_browser(address, "anna", TAB), open_browser(address, "bob", "bobs")
        anna.ask(FIRST)
        service.gate.clear()
        anna.join("take_typed", SECOND, None)
        anna.listen()
        event = anna.join("answer", None)
        listening = threading.Thread(target=anna.listen, daemon=True)
        listening.start()
        until = time.monotonic() + 10
        while len(service.asked) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        scene = Scene(team, anna, bob, event, listening)
        try:
            yield scene
        finally:
            scene.end()
            anna.client.close()
            bob.client.close()


@pytest.mark.parametrize(("rounds", "tries"), [(1, 100), pytest.param(scaled(4, 17), 300, marks=pytest.mark.slow)])
def test_nothing_of_another_user_is_reached(tmp_path: Path, rounds: int, tries: int) -> None:
    """300 tries a round at most: what waits for its answer is given up after a minute."""
    for number in range(rounds):
        with scene_in(tmp_path / str(number)) as scene:
            through = scene.attack(tries, seed=number)
            assert sum(through.values()) == 0, through
            assert len(through) == 12, "each was tried"
            assert scene.listening.is_alive(), "Anna's answer is still awaited"
            scene.end()
            assert not scene.listening.is_alive()
            told = scene.anna.conversation()
            assert [turn["question"] for turn in told["turns"]] == [FIRST, SECOND]
            assert INTRUDER not in "".join(scene.anna.heard)
            assert [question for question, _ in scene.team.service.asked] == [FIRST, SECOND]
            assert not (scene.team.users.path.parents[1] / "feedback.jsonl").exists()


@pytest.mark.slow
def test_without_the_new_names_much_would_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the test above can fail: tabs are called what browsers call them, conversations are anybody's."""
    monkeypatch.setattr(Separation, "tab", lambda self, caller, name: name)
    monkeypatch.setattr("assistant.desk.talk.Talk.claim", lambda self, name: True)
    monkeypatch.setattr("assistant.web.talk_routes.caller_of", lambda scope: LOCAL)
    for name in ("cancel the event", "save the conversation", "judge the answer"):
        with scene_in(tmp_path / re.sub(r"\W", "-", name)) as scene:
            attempt = scene.tries()[name]
            until = time.monotonic() + 10
            while not attempt():
                assert time.monotonic() < until, name
    with scene_in(tmp_path / "read") as scene:
        bob = replace(scene.bob, tab=TAB, heard=[])
        reading = threading.Thread(target=bob.listen, daemon=True)
        reading.start()
        time.sleep(0.3)
        scene.team.service.gate.set()
        reading.join(10)
        assert scene.event in "".join(bob.heard)


def test_a_tab_has_one_name_for_each_user_and_none_that_can_be_told() -> None:
    separation = Separation(lambda _: None, lambda _: True)
    names = [separation.tab(caller, name) for caller in (ANNA, BOB, LOCAL) for name in ("a", "b", "A", "a-", "a_b")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[0-9a-f]{64}", name) for name in names)
    assert separation.tab(ANNA, "a") == names[0], "and always the same"
    assert Separation(lambda _: None, lambda _: True).tab(ANNA, "a") != names[0], "on another server another one"


@pytest.mark.parametrize("name", ["", "a" * 65, "a b", "a/b", "ä", "a\0", "a\n", "../a"])
def test_what_is_no_name_of_a_tab_is_refused(name: str) -> None:
    with pytest.raises(ProblemError):
        Separation(lambda _: None, lambda _: True).tab(ANNA, name)


@pytest.mark.parametrize(
    "query", ["", "session_hash", "session_hash=", "session_hash=a&session_hash=b", "session_hash=a&x=1", "x=a", "%ff"]
)
def test_messages_are_for_one_tab(query: str) -> None:
    scope = {"path": "/gradio_api/queue/data", "query_string": query.encode()}
    with pytest.raises(ProblemError):
        Separation(lambda _: None, lambda _: True).look(ANNA, scope)


def test_an_event_of_ones_own_can_be_ended() -> None:
    separation = Separation(lambda event: separation.tab(ANNA, "a") if event == "e1" else None, lambda _: True)
    call = {"session_hash": "a", "fn_index": 3, "event_id": "e1"}

    def sent(caller: Caller, **change: Any) -> Any:
        return json.loads(separation.event(caller, json.dumps({**call, **change}).encode()))

    assert sent(ANNA) == {**call, "session_hash": separation.tab(ANNA, "a")}
    assert sent(ANNA, session_hash="b")["event_id"] == ""
    assert sent(BOB)["event_id"] == ""
    assert sent(ANNA, event_id="e2")["event_id"] == ""
    assert "event_id" not in json.loads(separation.event(ANNA, b'{"session_hash": "a", "fn_index": 1}'))
