"""Cookies and API tokens that are none, or are not good any more, let nobody in, however much of a good one is known.

What a user who is signed in can reach of another's, :mod:`test_separation` tries.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fakes.scale import scaled
from fakes.team import HERE, Team, sign_in, team_in
from fakes.users import OTHER, PASSWORD
from starlette.testclient import TestClient

from assistant.access.private import LOOK_EVERY
from assistant.access.sessions import NAME, Sessions
from assistant.access.users import UserFile

PAGE = [
    ("GET", "/"), ("GET", "/api/me"), ("GET", "/api/library"), ("GET", "/api/library/job"), ("GET", "/metrics"),
    ("GET", "/conversation/x.json"), ("GET", "/page/talk.js"), ("GET", "/api/openapi.json"), ("POST", "/api/ask"),
    ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/cancel"), ("POST", "/api/feedback"),
    ("POST", "/api/library/rebuild"),
]  # fmt: skip
PROGRAMS = [
    ("GET", "/api/articles"), ("GET", "/v1/models"), ("POST", "/api/ask"), ("POST", "/v1/chat/completions"),
    ("GET", "/metrics"), ("GET", "/api/openapi.json"),
]  # fmt: skip
BODY = {
    "question": "Who pays?",
    "messages": [{"role": "user", "content": "Who pays?"}],
    "session_hash": "x",
    "fn_index": 0,
}


@dataclass
class Thief:
    """Knows what is on the disk, what was good before, and what good ones look like.

    Attributes:
        team: Whose page it is.
        chance: For every choice.
        cookie: Anna's, which is good; its value is what he has not.
        ended: Cookies that were good.
        revoked: API tokens that were.
        statuses: How often what was answered.
        let_in: What let him in.
    """

    team: Team
    chance: random.Random
    cookie: str = ""
    ended: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    let_in: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cookie = self.signed_in("anna")
        self.ended = [self.signed_in("anna")]
        assert self.team.browser(Cookie=self.ended[0]).post("/logout").status_code == 200
        users = self.team.users
        users.add("dora", PASSWORD, "reader")
        self.ended.append(self.signed_in("dora"))
        users.set_password("dora", OTHER)
        self.ended.append(self.signed_in("dora", OTHER))
        users.set_role("dora", "editor")
        self.ended.append(self.signed_in("dora", OTHER))
        self.revoked = [users.add_token("dora")[0], users.add_token("anna", days=0)[0]]
        users.remove("dora")
        users.add("dora", OTHER, "editor")
        token, record = users.add_token("anna")
        users.revoke_token("anna", record.id)
        self.revoked.append(token)

    def signed_in(self, name: str, password: str = PASSWORD) -> str:
        return str(sign_in(self.team.browser(), name, password).headers["set-cookie"]).split(";")[0]

    def rob(self, tries: int) -> None:
        """Goes on until it is let in, or so often."""
        browser, program = self.team.browser(), self.team.program("")
        for number in range(tries):
            if number % 3:
                self.send(browser, {"Cookie": self.forged_cookie()}, *self.chance.choice(PAGE))
            else:
                self.send(program, {"Authorization": self.forged_token()}, *self.chance.choice(PROGRAMS))
            if self.let_in:
                return
            if number % 100 == 0:
                self.look_whether_the_owners_are_let_in()

    def send(self, client: TestClient, headers: dict[str, str], method: str, path: str) -> None:
        content = {"content": json.dumps(BODY), "headers": {"Content-Type": "application/json", **headers}}
        answer = client.request(method, path, **({"headers": headers} if method == "GET" else content))
        self.statuses[answer.status_code] += 1
        is_led_away = path == "/" and answer.headers.get("location") == "/login"
        if (
            not (answer.status_code in (401, 429) or is_led_away)
            or "anna" in answer.text
            or "set-cookie" in answer.headers
        ):
            self.let_in.append(f"{method} {path} {headers} {answer.status_code}")

    def look_whether_the_owners_are_let_in(self) -> None:
        """Or else all of it would be in vain because the page is shut."""
        assert self.team.browser(Cookie=self.cookie).get("/api/me").json()["name"] == "anna"
        assert self.team.program(self.team.tokens["anna"]).get("/api/articles").status_code == 200

    def kept(self) -> list[str]:
        """Whatever is on the disk of sign-ins and users: hashes, stamps, digests."""
        folder = self.team.users.path.parent
        texts = [(folder / name).read_text() for name in (NAME, "users.json")]
        return re.findall(r'"([0-9a-f]{32,64}|[$]argon2[^"]+)"', " ".join(texts))

    def forged_cookie(self) -> str:
        name, _, token = self.cookie.partition("=")
        digest = hashlib.sha256(token.encode())
        value = self.chance.choice(
            [
                secrets.token_urlsafe(32), token[:-1], f"{token}A", token.swapcase(), token[::-1], self.changed(token),
                digest.hexdigest(), base64.urlsafe_b64encode(digest.digest()).decode().rstrip("="), "anna", "", "%00",
                f"{token}%00", f"{token} ", self.team.tokens["anna"], json.dumps({"name": "anna"}),
            ]
        ).strip()  # fmt: skip
        value = self.chance.choice([value, value, self.chance.choice(self.kept())])
        value = self.changed(token) if value == token else value
        forged = [f"{name}={value}"] * 4
        # The good one, but not as a browser would send what this page gave it.
        forged += [f"{name}={token}; {name}={value}", f"__Host-{name}={token}", f"{name.upper()}={token}", token]
        forged += [f"{name}x={token}", f'{name}="{token}"', f"x={name}={token}", f"{name}%3D{token}"]
        return self.chance.choice([*forged, *self.ended])

    def forged_token(self) -> str:
        own = self.team.tokens["anna"]
        token = self.chance.choice(
            [
                own[:-1], f"{own}A", own.swapcase(), own[3:], own.upper(), self.changed(own), "cw_", "",
                f"cw_{secrets.token_urlsafe(32)}", hashlib.sha256(own.encode()).hexdigest(), f"{own} {own}",
                f"{own},{own}", self.cookie.partition("=")[2], *self.revoked, *self.revoked,
            ]
        )  # fmt: skip
        token = self.chance.choice([token, token, self.chance.choice(self.kept())])
        basic = base64.b64encode(f"anna:{own}".encode()).decode()
        return self.chance.choice([f"Bearer {token}"] * 5 + [f"Basic {basic}", own, f"Token {own}"])

    def changed(self, token: str) -> str:
        place = self.chance.randrange(3, len(token))
        other = self.chance.choice([char for char in "ABCxyz019-_" if char != token[place]])
        return f"{token[:place]}{other}{token[place + 1 :]}"


@pytest.mark.parametrize("tries", [300, pytest.param(scaled(1200, 5000), marks=pytest.mark.slow)])
def test_nothing_forged_or_ended_lets_anybody_in(tmp_path: Path, tries: int) -> None:
    thief = Thief(team_in(tmp_path), random.Random(tries))
    thief.rob(tries)
    assert thief.let_in == []
    assert sum(thief.statuses.values()) == tries
    assert set(thief.statuses) == {303, 401, 429}


def never(*_: Any) -> None:
    pass


def by_digest(before: Callable[..., Any]) -> Callable[..., Any]:
    """A server that takes what is on its disk for what belongs to it."""

    def get(sessions: Sessions, token: str, *, renews: bool = True) -> str | None:
        found = sessions._store.get().get(token)
        return found.name if found else before(sessions, token, renews=renews)

    return get


@pytest.mark.parametrize(
    ("kind", "name", "spoiled"),
    [
        (Sessions, "close", lambda _: never),
        (Sessions, "get", by_digest),
        (UserFile, "stamp_of", lambda _: lambda users, name: "the same for ever" if users.get(name) else None),
        (UserFile, "revoke_token", lambda _: never),
    ],
)
def test_each_guard_that_is_taken_away_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type, name: str, spoiled: Callable[..., Any]
) -> None:
    monkeypatch.setattr(kind, name, spoiled(getattr(kind, name)))
    thief = Thief(team_in(tmp_path), random.Random(1))
    thief.rob(400)
    assert thief.let_in


def test_the_thief_would_get_in_with_the_good_ones(tmp_path: Path) -> None:
    thief = Thief(team_in(tmp_path), random.Random(1))
    browser = TestClient(thief.team.app, base_url=HERE, client=("127.0.0.1", 1), follow_redirects=False)
    thief.send(browser, {"Cookie": thief.cookie}, "GET", "/api/me")
    thief.send(browser, {"Authorization": f"Bearer {thief.team.tokens['anna']}"}, "GET", "/api/articles")
    assert len(thief.let_in) == 2


@pytest.mark.slow
def test_a_running_page_follows_the_terminal(tmp_path: Path) -> None:
    team = team_in(tmp_path)
    bob, program = team.browser("bob"), team.program(team.tokens["carl"])
    assert bob.get("/api/me").status_code == program.get("/api/articles").status_code == 200
    for arguments in (("remove", "bob"), ("role", "carl", "editor"), ("remove", "carl")):
        command = [sys.executable, "-c", "from assistant.cli import main; main()", "users", *arguments]
        subprocess.run([*command, "--home", str(tmp_path)], check=True, capture_output=True)
    time.sleep(LOOK_EVERY)
    assert bob.get("/api/me").status_code == program.get("/api/articles").status_code == 401
