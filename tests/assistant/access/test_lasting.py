"""An answer that goes on ends when the one who asked is no longer let in; over real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx
import pytest
from browser.harness import served
from fakes.team import Team, sign_in, team_in
from starlette.types import Message

from assistant.access.lasting import while_known

Leave = Callable[[Team, httpx.Client], object]
LEAVING: dict[str, Leave] = {
    "signs out": lambda team, client: client.post("/logout", headers={"Content-Length": "0"}).raise_for_status(),
    "is removed": lambda team, client: team.users.remove("bob"),
    "becomes an editor": lambda team, client: team.users.set_role("bob", "editor"),
    "has a new password": lambda team, client: team.users.set_password("bob", "a new and long password"),
}


def heard(home: Path, leave: Leave, *, by_token: bool = False) -> list[str]:
    """What Bob hears of an answer that waited while he left: the names of the events."""
    team = team_in(home)
    with served(team.app) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        client.headers["Origin"] = address
        if by_token:
            client.headers["Authorization"] = f"Bearer {team.tokens['bob']}"
        else:
            sign_in(client, "bob")  # type: ignore[arg-type]  # a browser without a page
        team.service.gate.clear()
        names: list[str] = []
        begun = threading.Event()

        def listen() -> None:
            with client.stream("POST", "/api/ask", json={"question": "Who pays?", "stream": True}) as stream:
                for line in stream.iter_lines():
                    names.extend([line.partition(": ")[2]] if line.startswith("event: ") else [])
                    begun.set()

        listening = threading.Thread(target=listen, daemon=True)
        listening.start()
        assert begun.wait(10)
        leave(team, client)
        team.service.gate.set()
        listening.join(20)
        assert not listening.is_alive()
        return names


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.access.lasting.AGAIN", 0.0)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("way", LEAVING)
def test_who_left_hears_no_more(tmp_path: Path, way: str) -> None:
    assert set(heard(tmp_path, LEAVING[way])) <= {"working"}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("by_token", [False, True])
def test_who_stays_hears_it_all(tmp_path: Path, *, by_token: bool) -> None:
    assert heard(tmp_path, lambda team, client: None, by_token=by_token)[-1] == "answer"


@pytest.mark.usefixtures("at_once")
def test_a_revoked_token_hears_no_more_and_counts_as_no_try(tmp_path: Path) -> None:
    def revoke(team: Team, client: httpx.Client) -> None:
        (bob,) = (user for user in team.users.list() if user.name == "bob")
        team.users.revoke_token("bob", bob.tokens[0].id)

    assert set(heard(tmp_path, revoke, by_token=True)) <= {"working"}


def test_without_the_second_look_the_answer_would_be_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the tests above can fail."""
    monkeypatch.setattr("assistant.web.guard.while_known", lambda send, is_still: send)
    assert heard(tmp_path, LEAVING["signs out"])[-1] == "answer"


def sent(*messages: Message, known: bool) -> list[Message]:
    given: list[Message] = []

    async def send(message: Message) -> None:
        given.append(message)

    async def is_still() -> bool:
        return known

    async def go() -> None:
        sending = while_known(send, is_still)
        for message in messages:
            await sending(message)

    anyio.run(go)
    return given


def start(*headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": 200, "headers": list(headers)}


def body(text: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": text, "more_body": more}


@pytest.mark.usefixtures("at_once")
def test_a_response_of_known_length_is_never_cut() -> None:
    whole: list[Message] = [start((b"Content-Length", b"4")), body(b"ab", more=True), body(b"cd", more=False)]
    assert sent(*whole, known=False) == whole
    pieces: list[Message] = [start(), body(b"ab", more=True), body(b"cd", more=False)]
    assert sent(*pieces, known=False) == [pieces[0], body(b"", more=False)]
    assert sent(*pieces, known=True) == pieces


def test_it_is_not_looked_at_every_piece() -> None:
    pieces: list[Message] = [start(), *(body(b"x", more=True) for _ in range(1000)), body(b"", more=False)]
    assert sent(*pieces, known=False) == pieces, "all within the first second"
