"""Signing in over HTTP: who is refused and how that is said, and that guessing and other pages lead nowhere."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes.team import HERE, REMOTE, Team, sign_in, team_in
from fakes.users import OTHER, PASSWORD
from starlette.testclient import TestClient

from assistant.access.passwords import Passwords
from assistant.access.signin import BOTH, WRONG
from assistant.errors import AccessBusyError, AccessFileError
from assistant.web.routes import MAX_SIGN


@pytest.fixture
def fresh(tmp_path: Path) -> Team:
    """With counts of failures of its own."""
    return team_in(tmp_path)


def test_what_is_said_does_not_tell_whether_the_name_exists(fresh: Team) -> None:
    browser = fresh.browser()
    answers = [sign_in(browser, name, "a wrong password") for name in ("anna", "nobody", "-no name-")]
    assert {answer.status_code for answer in answers} == {401}
    texts = {re.sub(r'(?<= name="name" value=")[^"]*', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert f'<p role="alert" id="problem">{WRONG}</p>' in texts.pop()
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_a_name_comes_back_as_text(team: Team) -> None:
    answer = sign_in(team.browser(), '"><script>x</script>', "whatever it is")
    assert "&quot;&gt;&lt;script&gt;" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"", b"name=anna", b"name=anna&password=", b"name=&password=x", b"name=anna&name=bob&password=x", b"\xff=\xff",
        b"name=anna&password=%ff", b"name[]=anna&password=x", b"&" * 3000, b"name=anna;password=x",
    ],
)  # fmt: skip
def test_half_a_form_gets_the_page_again(team: Team, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = team.browser().post("/login", content=body, headers=kind)
    assert (answer.status_code, BOTH in answer.text) == (422, True)


def test_too_much_or_something_else_is_refused(team: Team) -> None:
    browser, form = team.browser(), {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=b"x" * (MAX_SIGN + 1), headers=form).status_code == 413
    assert browser.post("/login", content=iter([b"x" * MAX_SIGN, b"x"]), headers=form).status_code == 413
    assert browser.post("/login", json={"name": "anna", "password": PASSWORD}).status_code == 415
    assert browser.post("/login", files={"name": b"anna"}).status_code == 415
    assert browser.post("/logout", content=b"x").status_code in (413, 415)


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://localhost:3000"},
    {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
    {"Origin": HERE, "Sec-Fetch-Site": "same-site"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_other_pages_sign_nobody_in_or_out(team: Team, path: str, headers: dict[str, str]) -> None:
    browser = team.browser("bob")
    kept = browser.cookies["citewell"]
    data = {"name": "anna", "password": PASSWORD} if path == "/login" else None
    answer = browser.post(path, data=data, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert team.browser(Cookie=f"citewell={kept}").get("/api/me").json()["name"] == "bob"


@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_who_does_not_say_where_the_form_is_from_is_refused(team: Team, path: str) -> None:
    client = TestClient(team.app, base_url=HERE, follow_redirects=False, client=("127.0.0.1", 1))
    data = {"name": "anna", "password": PASSWORD} if path == "/login" else None
    assert client.post(path, data=data).status_code == 403
    assert client.post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code in (200, 303)


@pytest.mark.parametrize("query", ["?next=https://evil.example", "?next=//evil.example", "?redirect=/\\evil.example"])
def test_there_is_no_way_to_be_led_elsewhere(team: Team, query: str) -> None:
    browser = team.browser()
    assert browser.get(f"/{query}").headers["location"] == "/login"
    assert "evil" not in browser.get(f"/login{query}").text
    answer = browser.post(f"/login{query}", data={"name": "anna", "password": PASSWORD})
    assert answer.headers["location"] == "/"
    assert browser.get(f"/login{query}").headers["location"] == "/"


def test_guessing_is_stopped_with_a_time_to_wait(fresh: Team) -> None:
    guesser = fresh.browser()
    answers = [sign_in(guesser, "anna", f"a wrong password {number}") for number in range(15)]
    statuses = [answer.status_code for answer in answers]
    assert statuses == sorted(statuses)
    assert 10 <= statuses.count(401) <= 12, "failures wear off while this goes on"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert "Too many tries. Please try again in a minute." in answers[-1].text
    assert sign_in(guesser, "anna").status_code == 429, "also with the right password"
    assert sign_in(fresh.browser(), "bob").status_code == 303, "others are not concerned"


def test_the_address_that_counts_is_the_one_behind_the_proxy_and_cannot_be_invented(tmp_path: Path) -> None:
    team = team_in(tmp_path, hosts=("localhost",))
    behind = [team.browser(**{"X-Forwarded-For": f"203.0.113.{number}"}) for number in (1, 2)]
    for _ in range(12):
        sign_in(behind[0], "anna", "a wrong password")
    assert sign_in(behind[0], "anna").status_code == 429
    assert sign_in(behind[1], "anna").status_code == 303
    forgers = [team.browser(address=REMOTE, **{"X-Forwarded-For": f"198.51.100.{number}"}) for number in range(13)]
    assert [sign_in(forger, "bob", "a wrong password").status_code for forger in forgers][-1] == 429


def test_many_at_once_are_answered_without_holding_up_the_others(fresh: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> bool:
        raise AccessBusyError("Too many sign in at once. Try again in a moment.")

    monkeypatch.setattr(Passwords, "verify", busy)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: sign_in(fresh.browser(), "anna"), range(20)))
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["retry-after"] for answer in answers} == {"5"}
    monkeypatch.undo()
    assert sign_in(fresh.browser(), "anna").status_code == 303, "that was nobody's failure"


def test_a_file_that_cannot_be_used_lets_nobody_in(fresh: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, program = fresh.browser("anna"), fresh.program(fresh.tokens["anna"])

    def broken(*_: object) -> None:
        raise AccessFileError("The file /home/x/users.json is damaged.")

    monkeypatch.setattr(type(fresh.users), "get", broken)
    monkeypatch.setattr(type(fresh.users), "by_token", broken)
    for answer in (browser.get("/"), browser.get("/api/me"), program.get("/api/articles")):
        assert answer.status_code == 503
        assert "/home" not in answer.text
    answer = sign_in(fresh.browser(), "anna")
    assert (answer.status_code, "/home" in answer.text) == (503, False)
    assert fresh.browser().get("/login").status_code == 200


def test_who_was_removed_or_has_another_role_is_that_at_once(fresh: Team) -> None:
    browsers = {name: fresh.browser(name) for name in ("anna", "bob")}
    fresh.users.remove("bob")
    fresh.users.set_role("anna", "reader")
    assert {browser.get("/api/me").status_code for browser in browsers.values()} == {401}
    assert fresh.program(fresh.tokens["bob"]).get("/api/articles").status_code == 401
    assert fresh.browser("anna").get("/api/me").json()["role"] == "reader"
    fresh.users.set_password("anna", OTHER)
    assert sign_in(fresh.browser(), "anna").status_code == 401
