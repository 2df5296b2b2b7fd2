"""Every route, called by everybody there is: what each of them gets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from fakes.team import Team, routes, team_in

from assistant.access.door import PLEASE
from assistant.web.guard import EDITORS_ONLY
from assistant.web.routes import RULES, rule_for

if TYPE_CHECKING:
    from starlette.testclient import TestClient

UNSIGNED, FORBIDDEN = 401, 403
EVENT = {"data": [], "fn_index": 10_000, "session_hash": "tab"}
JSON: dict[str, Any] = {"json": {}}
FILE = {"content": b"x", "headers": {"Content-Type": "application/octet-stream"}}
TALK = {"json": {"question": "When?"}}
CHAT = {"json": {"messages": [{"role": "user", "content": "When?"}]}}
# What is sent, then what is answered to nobody, a wrong token, a token, a reader and an editor in a browser. There is
# no library behind it (503), and no such article, conversation or event (404, 422).
TABLE: dict[str, tuple[dict[str, Any], tuple[int, int, int, int, int]]] = {
    "GET /": ({}, (303, 303, 303, 200, 200)),
    "GET /login": ({}, (200, 200, 200, 303, 303)),
    "POST /login": ({"data": {"name": "x"}}, (422, 403, 403, 422, 422)),
    "POST /logout": ({}, (200, 403, 403, 200, 200)),
    "GET /favicon.ico": ({}, (200, 200, 200, 200, 200)),
    "GET /api/health": ({}, (200, 401, 200, 200, 200)),
    "GET /api/ready": ({}, (200, 401, 200, 200, 200)),
    "GET /theme.css": ({}, (401, 401, 401, 200, 200)),
    "GET /assets/x": ({}, (401, 401, 401, 404, 404)),
    "GET /page/x": ({}, (401, 401, 401, 404, 404)),
    "GET /article/x": ({}, (401, 401, 401, 404, 404)),
    "GET /api/me": ({}, (401, 401, 401, 200, 200)),
    "GET /conversation/x": ({}, (401, 401, 401, 404, 404)),
    "GET /gradio_api/queue/data": ({"params": {"session_hash": "tab"}}, (401, 401, 401, 0, 0)),
    "GET /gradio_api/heartbeat/x": ({}, (401, 401, 401, 0, 0)),
    "POST /gradio_api/queue/join": ({"json": EVENT}, (401, 401, 401, 422, 422)),
    "POST /gradio_api/cancel": ({"json": {**EVENT, "event_id": "x"}}, (401, 401, 401, 422, 422)),
    "POST /api/feedback": (JSON, (401, 401, 401, 503, 503)),
    "GET /api/library": ({}, (401, 401, 401, 503, 503)),
    "GET /api/library/job": ({}, (401, 401, 401, 503, 503)),
    "POST /api/library/add": (JSON, (401, 401, 401, 403, 503)),
    "POST /api/library/remove": (JSON, (401, 401, 401, 403, 503)),
    "POST /api/library/rebuild": (JSON, (401, 401, 401, 403, 503)),
    "POST /api/library/cancel": (JSON, (401, 401, 401, 403, 503)),
    "POST /api/library/files": ({**FILE, "params": {"name": "x.md"}}, (401, 401, 401, 403, 503)),
    "POST /api/ask": (TALK, (401, 401, 200, 200, 200)),
    "POST /v1/chat/completions": (CHAT, (401, 401, 200, 200, 200)),
    "GET /v1/models": ({}, (401, 401, 200, 200, 200)),
    "GET /api/articles": ({}, (401, 401, 200, 200, 200)),
    "GET /api/articles/x": ({}, (401, 401, 404, 404, 404)),
    "GET /api/openapi.json": ({}, (401, 401, 200, 200, 200)),
    "GET /metrics": ({}, (401, 401, 200, 200, 200)),
}


@pytest.fixture
def callers(team: Team) -> dict[str, TestClient]:
    """Nobody, a program with a token that is none, one with an editor's, a reader, an editor."""
    browsers = {name: team.browser(name) for name in ("bob", "anna")}
    programs = {"wrong": team.program("cw_" + "A" * 43), "token": team.program(team.tokens["anna"])}
    for program in programs.values():
        program.follow_redirects = False
    return {"nobody": team.browser(), **programs, **browsers}


def call(client: TestClient, route: str, sent: dict[str, Any]) -> Any:
    method, path = route.split(" ")
    return client.request(method, path, **sent)


@pytest.mark.parametrize("route", TABLE)
def test_everybody_gets_what_is_theirs(callers: dict[str, TestClient], route: str) -> None:
    sent, expected = TABLE[route]
    for (name, client), status in zip(callers.items(), expected, strict=True):
        if not status:
            continue  # a stream without an end; see test_separation
        answer = call(client, route, sent)
        assert answer.status_code == status, (name, answer.text)
        if status == UNSIGNED and name != "wrong":
            assert PLEASE in answer.text
            assert answer.headers["www-authenticate"] == "Bearer"
        if status == FORBIDDEN and name == "bob":
            assert answer.json() == {"error": EDITORS_ONLY}


@pytest.mark.parametrize("route", TABLE)
@pytest.mark.parametrize("stranger", ["a session of another server", "one that has ended", "an address elsewhere"])
def test_a_strange_cookie_is_nobodys(
    team: Team, callers: dict[str, TestClient], route: str, stranger: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if stranger == "an address elsewhere":
        client = team.browser(address="203.0.113.7")
        expected = {403}  # called by a name that is this machine's only
    else:
        token = "A" * 43
        if stranger == "one that has ended":
            leaving = team.browser("anna")
            token = leaving.cookies["citewell"]
            leaving.post("/logout")
        client = team.browser(Cookie=f"citewell={token}")
        expected = {TABLE[route][1][0]}
    assert {call(client, route, TABLE[route][0]).status_code} == expected


def test_the_table_has_every_route(team: Team) -> None:
    """A route that nobody decided on is not let through, and one that is let through stands in the table."""
    app = team.app._app._app._app._app  # type: ignore[attr-defined]
    filled = ((method, re.sub(r"\{(\w+)(:path)?\}", "x", path)) for method, path in routes(app))
    found = {f"{method} {path}" for method, path in filled if method != "HEAD" and rule_for(method, path)}
    # These two are answered before all others, and the library's by Gradio where there is no sign-in.
    assert found | {"GET /login", "POST /logout"} == set(TABLE)


def test_nothing_that_changes_the_library_is_for_readers() -> None:
    for rule in (rule for rules in RULES.values() for rule in rules):
        changes = rule.kind in ("change", "file")
        assert (rule.who == "editor") == changes
        assert not (rule.by_token and changes)
        assert rule.who != "open" or rule.kind in ("look", "sign")


def test_who_is_nobody_learns_nothing_about_the_articles(callers: dict[str, TestClient]) -> None:
    assert callers["nobody"].get("/api/health").json() == {"status": "ready"}
    assert callers["nobody"].get("/api/ready").json() == {"ready": True, "status": "ready", "message": ""}
    assert callers["bob"].get("/api/health").json()["articles"] == 2
    assert callers["token"].get("/api/health").json()["articles"] == 2


def test_a_token_is_not_for_the_page_and_a_cookie_is_for_both(callers: dict[str, TestClient]) -> None:
    both = {"Authorization": callers["wrong"].headers["Authorization"]}
    assert callers["bob"].get("/api/me", headers=both).status_code == 200, "on the page it is not looked at"
    assert callers["bob"].get("/api/articles", headers=both).status_code == 401, "a wrong one counts"
    basic = {"Authorization": "Basic YTpi"}
    assert callers["bob"].get("/api/articles", headers=basic).status_code == 200, "of a proxy in front"


def test_wrong_tokens_are_stopped_by_address_and_right_ones_are_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    team = team_in(tmp_path_factory.mktemp("home"))
    wrong = team.program("any key")
    answers = [wrong.get("/v1/models") for _ in range(60)]
    assert {answer.status_code for answer in answers[:50]} == {401}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["error"]["type"] == "invalid_request_error"
    assert team.program(team.tokens["bob"]).get("/v1/models").status_code == 200
    assert team.browser("bob").get("/").status_code == 200
