"""Signing in and out over HTTP: who gets in, and what the browser is given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fakes.team import HERE, SAME, Team, sign_in, team_in
from fakes.users import PASSWORD
from starlette.testclient import TestClient

from assistant.web.app import page_files


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
