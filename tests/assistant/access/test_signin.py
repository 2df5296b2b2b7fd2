"""Signing in and out over HTTP: who gets in, what is said to others, and what the browser is given."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fakes.team import HERE, REMOTE, SAME, Team, sign_in, team_in
from fakes.users import OTHER, PASSWORD
from starlette.testclient import TestClient

from assistant.access.passwords import Passwords
from assistant.access.signin import BOTH, WRONG
from assistant.errors import AccessBusyError, AccessFileError
from assistant.web.app import page_files
from assistant.web.routes import MAX_SIGN


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return team_in(tmp_path_factory.mktemp("home"))


@pytest.fixture
def fresh(tmp_path: Path) -> Team:
    """With counts of failures of its own."""
    return team_in(tmp_path)


def cookie_of(answer: Any) -> str:
    return str(answer.headers["set-cookie"])


def test_who_is_not_signed_in_is_led_to_the_page_for_it(team: Team) -> None:
    browser = team.browser()
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    page = browser.get("/login")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for part in ('autocomplete="username"', 'autocomplete="current-password"', '<label for="name">', " autofocus"):
        assert part in page.text
    assert "<script" not in page.text
    assert '<p role="alert"' not in page.text
    assert browser.get("/api/library").json() == {"error": "Please sign in."}
    assert browser.get("/v1/models").json()["error"]["code"] == "invalid_api_key"


def test_only_that_page_may_send_a_form_and_only_to_itself(team: Team) -> None:
    policies = [team.browser("anna").get("/"), team.browser().get("/login"), sign_in(team.browser(), "anna", "wrong")]
    start, page, failed = (answer.headers["content-security-policy"] for answer in policies)
    assert "form-action 'none'" in start
    assert page == failed
    assert page.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in page
    assert "unsafe" not in page


def test_a_sign_in_leads_to_the_page_by_a_cookie_that_scripts_cannot_read(team: Team) -> None:
    browser = team.browser()
    answer = sign_in(browser, " Anna ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert re.fullmatch(r"citewell=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", cookie_of(answer))
    assert browser.get("/").status_code == 200
    assert browser.get("/api/me").json() == {"name": "anna", "role": "editor", "may_sign_out": True}
    assert browser.get("/login").headers["location"] == "/"


def test_behind_https_the_cookie_is_bound_to_it(tmp_path: Path) -> None:
    team = team_in(tmp_path, hosts=("notes.example.org",))
    origin = {"Host": "notes.example.org", "Origin": "https://notes.example.org", "X-Forwarded-Proto": "https"}
    browser = team.browser(**origin)
    answer = sign_in(browser, "anna")
    assert re.fullmatch(r"__Host-citewell=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax; Secure", cookie_of(answer))
    token = cookie_of(answer).split(";")[0]
    assert browser.get("/api/me", headers={"Cookie": token}).json()["name"] == "anna"
    plain = token.removeprefix("__Host-")
    assert browser.get("/api/me", headers={"Cookie": plain}).status_code == 401, "one that came without https"


def test_two_on_one_host_do_not_sign_each_other_out(tmp_path: Path) -> None:
    """A browser sends the cookies of a host to all its ports, and those of ``/`` to the paths below."""
    teams = {
        "localhost:7860": team_in(tmp_path / "one"), "localhost:7861": team_in(tmp_path / "two"),
        "localhost": team_in(tmp_path / "three"), "localhost/notes": team_in(tmp_path / "four", prefix="/notes"),
    }  # fmt: skip
    kept: dict[str, str] = {}
    for place, team in teams.items():
        host, _, prefix = place.partition("/")
        browser = team.browser(Host=host, Origin=f"http://{host}")
        answer = browser.post(f"/{prefix}/login".replace("//", "/"), data={"name": "anna", "password": PASSWORD})
        name, _, token = cookie_of(answer).split(";")[0].partition("=")
        kept[name] = token
    assert len(kept) == len(teams)
    jar = "; ".join(f"{name}={token}" for name, token in kept.items())
    for place, team in teams.items():
        host, _, prefix = place.partition("/")
        browser = team.browser(Host=host, Origin=f"http://{host}", Cookie=jar)
        assert browser.get(f"/{prefix}/api/me".replace("//", "/")).json()["name"] == "anna"


def test_with_a_prefix_the_cookie_and_all_ways_have_it(tmp_path: Path) -> None:
    team = team_in(tmp_path, prefix="/notes")
    browser = team.browser()
    for start in ("/", "/notes/"):
        assert browser.get(start).headers["location"] == "/notes/login"
    assert browser.get("/notes").headers["location"] == "/notes/"
    answer = browser.post("/notes/login", data={"name": "bob", "password": PASSWORD})
    assert answer.headers["location"] == "/notes/"
    assert "Path=/notes;" in cookie_of(answer)
    assert browser.get("/notes/api/me").json()["name"] == "bob"
    assert browser.get("/notesx/api/me").status_code == 404
    assert browser.get("/notes/notes/api/me").status_code == 404
    document = browser.get("/notes/").text
    assert '"root":"http://localhost/notes"' in document
    assert not re.findall(r'(?:src|href)="/', document)


def test_every_sign_in_has_a_session_of_its_own(team: Team) -> None:
    """Whoever put a session into the browser beforehand is not in it afterwards."""
    browser = team.browser("bob")
    planted = browser.cookies["citewell"]
    assert sign_in(browser, "anna").status_code == 303
    assert browser.cookies["citewell"] != planted
    attacker = team.browser(Cookie=f"citewell={planted}")
    assert attacker.get("/api/me").status_code == 401
    invented = team.browser(Cookie="citewell=" + "A" * 43)
    assert "A" * 43 not in cookie_of(sign_in(invented, "anna"))


def test_signing_out_ends_the_session_and_not_only_the_cookie(team: Team) -> None:
    browser = team.browser("bob")
    stolen = team.browser(Cookie=f"citewell={browser.cookies['citewell']}")
    assert stolen.get("/api/me").json()["name"] == "bob"
    answer = browser.post("/logout")
    assert answer.json() == {"signed_in": False}
    assert "Max-Age=0" in cookie_of(answer)
    assert stolen.get("/api/me").status_code == 401
    assert browser.get("/").headers["location"] == "/login"
    assert browser.post("/logout").status_code == 200


def test_two_cookies_of_a_name_are_none(team: Team) -> None:
    """Another page of the same host could have set one of them."""
    token = team.browser("bob").cookies["citewell"]
    assert team.browser(Cookie=f"citewell={token}").get("/api/me").status_code == 200
    assert team.browser(Cookie=f"citewell={token}; citewell=x").get("/api/me").status_code == 401


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


def test_without_sign_in_there_is_no_such_page() -> None:
    from fakes.service import FakeService

    from assistant.web.app import create_app

    client = TestClient(create_app(FakeService()), base_url=HERE, headers=SAME)
    for method, path in (("GET", "/login"), ("POST", "/login"), ("POST", "/logout")):
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()) == (404, {"error": "There is nothing at this address."})
    assert client.get("/api/me").json() == {"name": "", "role": "editor", "may_sign_out": False}
    program = TestClient(client.app, base_url=HERE, headers={"Authorization": "Bearer any key"})
    assert program.get("/api/articles").status_code == 200


def test_the_colours_are_those_of_the_page() -> None:
    style = (Path(__file__).parents[3] / "assistant" / "access" / "signin.css").read_text(encoding="utf-8")
    light, dark = style.split("@media", 1)
    of_page = page_files()["a_base.css"].decode()
    page_light, page_dark = of_page.split(':root[data-theme="dark"]')[0], of_page.split(':root[data-theme="dark"]')[1]
    for part, whole in ((light, page_light), (dark, page_dark)):
        colours = re.findall(r"--cw-[\w-]+: #\w+;", part)
        assert len(colours) == 8
        assert not [colour for colour in colours if colour not in whole]
