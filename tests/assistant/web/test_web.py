"""The application over HTTP, with and without the guard in front: what is let through, and what a reader gets."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fakes.service import APOPHIS, FakeService
from fakes.team import routes
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant.errors import AddressError
from assistant.page.shell import POLICY, dress, policy_for
from assistant.web.app import page_files, run
from assistant.web.library_routes import NO_LIBRARY
from assistant.web.routes import MAX_BODY, rule_for

JOIN = "/gradio_api/queue/join"


def test_health_says_what_is_served(client: TestClient, service: FakeService) -> None:
    found = client.get("/api/health").json()
    assert datetime.fromisoformat(found.pop("started")).tzinfo
    told = {"status": "ready", "message": "", "generation": "000007", "notice": "", "articles": 2}
    assert {name: found[name] for name in told} == told
    service.state = "warming"
    try:
        found = client.get("/api/health").json()
    finally:
        service.state = "ready"
    assert (found["status"], "being loaded" in found["message"]) == ("warming", True)
    service.state, service.failure = "failed", "There is no index."
    try:
        found = client.get("/api/health").json()
    finally:
        service.state, service.failure = "ready", ""
    assert (found["status"], found["message"]) == ("failed", "There is no index.")


def test_an_article_comes_whole_with_its_stretch_marked(client: TestClient) -> None:
    start = APOPHIS.text.index("It ends")
    found = client.get(f"/article/{APOPHIS.id}?start={start}&end={start + 7}").json()
    assert '<mark id="cw-cited">It ends</mark>' in found["html"]
    assert "<mark" not in client.get(f"/article/{APOPHIS.id}").json()["html"]


def test_an_unknown_article_is_said_to_have_changed(client: TestClient) -> None:
    answer = client.get("/article/0123456789abcdef?start=0&end=5")
    assert answer.status_code == 404
    assert answer.json() == {"error": "This article has changed or was removed."}


@pytest.mark.parametrize(
    "query",
    ["start=0&end=99999999", "start=5&end=5", "start=9&end=2", "start=-1&end=4", "start=0", "start=a&end=b",
     "start=0&end=" + "9" * 5000, "start=١&end=٢", "start=0x0&end=5", "start=&end="],
)  # fmt: skip
def test_a_place_that_is_not_there_gets_a_sentence(client: TestClient, query: str) -> None:
    answer = client.get(f"/article/{APOPHIS.id}?{query}")
    assert answer.status_code == 422
    assert answer.json() == {"error": "There is no such place in this article."}


def test_every_route_was_decided_on(open_app: Any) -> None:
    """A census: of everything that can be called, this is what the guard lets through."""
    filled = ((method, re.sub(r"\{(\w+)(:path)?\}", "x", path)) for method, path in routes(open_app._app._app))
    let_through = {f"{method} {path}" for method, path in filled if method != "HEAD" and rule_for(method, path)}
    assert let_through == {
        "GET /", "GET /api/health", "GET /article/x", "GET /page/x", "GET /favicon.ico", "GET /theme.css",
        "GET /assets/x", "GET /gradio_api/heartbeat/x", "GET /gradio_api/queue/data", "POST /gradio_api/queue/join",
        "POST /gradio_api/cancel", "GET /api/library", "GET /api/library/job", "POST /api/library/add",
        "POST /api/library/remove", "POST /api/library/rebuild", "POST /api/library/cancel",
        "POST /api/library/files", "GET /conversation/x", "POST /api/feedback", "POST /api/ask", "GET /api/articles",
        "GET /api/articles/x", "GET /api/openapi.json", "POST /v1/chat/completions", "GET /v1/models",
        "GET /api/ready", "GET /metrics", "GET /api/me", "POST /login",
    }  # fmt: skip
    assert sum(1 for _ in routes(open_app._app._app)) > 60, "the census sees Gradio's routes"


def test_too_much_is_refused_whatever_length_it_names(client: TestClient) -> None:
    json = {"Content-Type": "application/json"}
    assert client.post(JOIN, headers=json, content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.post(JOIN, headers=json, content=iter([b"x" * MAX_BODY, b"x"])).status_code == 413
    assert client.post(JOIN, headers={**json, "Content-Length": "-1"}, content=b"x").status_code == 413
    assert client.post(JOIN, headers=json, content=b"x" * 1000).status_code == 422


@pytest.mark.parametrize(
    "path", ["/gradio_api/queue/join", "/api/library/add", "/api/library/files?name=x.md", "/api/feedback"]
)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_what_a_form_of_another_page_could_send_is_refused(client: TestClient, path: str, kind: str) -> None:
    assert client.post(path, headers={"Content-Type": kind}, content=b"{}").status_code == 415


def test_a_page_without_a_library_says_so(client: TestClient) -> None:
    for path in ("/api/library", "/api/library/job"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (503, {"error": NO_LIBRARY})
    for change in ("add", "remove", "rebuild", "cancel"):
        assert client.post(f"/api/library/{change}", json={}).status_code == 503
    kind = {"Content-Type": "application/octet-stream"}
    assert client.post("/api/library/files?name=x.md", headers=kind, content=b"x").status_code == 503


def test_queries_that_gradio_would_obey_lead_to_the_plain_page(client: TestClient, bare: TestClient) -> None:
    answer = client.get("/?view=api&deep_link=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert bare.get("/?view=api").status_code == 200


def test_every_answer_has_the_headers(client: TestClient) -> None:
    for path in ("/", "/api/health", "/nowhere", "/page/talk.js", "/theme.css"):
        headers = client.get(path, headers={"Origin": "http://localhost"}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert not [name for name in headers if name.startswith("access-control-")]


def test_only_what_never_changes_may_be_kept(client: TestClient) -> None:
    asset = re.findall(r'src="\./(assets/[^"]+)"', client.get("/").text)[0]
    assert "immutable" in client.get(f"/{asset}").headers["cache-control"]
    for path in ("/", "/assets/nothing.js", "/api/health", f"/article/{APOPHIS.id}"):
        assert client.get(path).headers["cache-control"] == "no-store"


def test_the_policy_names_each_script_by_its_hash_and_allows_no_other(client: TestClient) -> None:
    answer = client.get("/")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    inline = re.findall(r"<script(?![^>]*\bsrc)[^>]*>", answer.text)
    assert policy["script-src"].count("'sha256-") == len(inline) == 4
    assert "unsafe" not in policy["script-src"]
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"


def test_the_document_is_ours(client: TestClient, bare: TestClient) -> None:
    document = client.get("/").text
    assert "<title>Citewell</title>" in document
    for name in ("<base", "manifest", "og:", "twitter:", "iframeResizer.contentWindow"):
        assert name not in document
        assert name not in bare.get("/").text
    assert len(re.findall(r'(?:src|href)="page/[\w.]+\?v=[0-9a-f]{12}"', document)) == len(page_files()) - 1
    addresses = re.findall(r'(?:src|href)="([^"]+)"', document)
    assert not [address for address in addresses if "//" in address]


def test_a_document_that_changed_still_works() -> None:
    assert dress("<html><p>x</p></html>", "T", [], []) == "<html><p>x</p></html>"
    assert policy_for().count("sha256") == 0
    assert policy_for("<script>1\r\n2</script>") == policy_for("<script>1\n2</script>")
    assert policy_for().startswith(f"default-src {POLICY['default-src']}")


def test_the_pages_files_are_there_and_small(client: TestClient) -> None:
    for name, body in page_files().items():
        assert client.get(f"/page/{name}").content == body
        assert len(body.splitlines()) <= 300
        assert not re.search(rb"https?://(?!www\.w3\.org/2000/svg)", body), "nothing from elsewhere"
    assert client.get("/page/nothing.js").status_code == 404
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg+xml")


def test_there_are_no_web_sockets(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


def test_a_port_in_use_is_one_line_that_says_what_to_do(open_app: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(AddressError) as problem:
        run(open_app, "127.0.0.1", taken.getsockname()[1])
    assert "is in use" in str(problem.value)
    assert "Choose another one with --port." in str(problem.value)
    assert "\n" not in str(problem.value)


SERVE = """
from assistant.web.app import create_app, run
from fakes.service import FakeService
run(create_app(FakeService()), "127.0.0.1", 0, announce=lambda address: print(address, flush=True))
"""


@pytest.mark.slow
def test_run_announces_the_address_once_the_page_can_be_opened_and_ends_when_interrupted() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        # A tab keeps a connection like this one open for as long as it lives.
        with urllib.request.urlopen(f"{address}gradio_api/heartbeat/tab") as tab:  # noqa: S310 - our own address
            assert tab.status == 200
            process.send_signal(signal.SIGINT)
            out, said = process.communicate(timeout=20)
    assert (process.returncode, out, said) == (0, "", "")
