"""Hosts, pages and paths that are none of ours: what the guard refuses, and would be served without it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

GOOD_HOSTS = ["localhost", "localhost:7860", "127.0.0.1:1", "[::1]:7860", "LOCALHOST:80", "notes.example.org:443"]


BAD_HOSTS = [
    "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:7860", "evil.example:7860", "localhost.",
    "127.0.0.2", "0", "127.1", "2130706433", "[::]", "[::ffff:127.0.0.1]", "localhost@evil.example",
    "localhost/?#", "localhost:7860:1", "localhost:99999999", "", " ", "localhost, evil.example", "xn--lcalhost-9jb",
]  # fmt: skip


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_own_hosts_are_served(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_foreign_hosts_are_refused_and_would_be_served_without_the_guard(
    client: TestClient, bare: TestClient, host: str
) -> None:
    answer = client.get("/api/health", headers={"Host": host})
    assert answer.status_code == 403
    assert "error" in answer.json()
    assert bare.get("/api/health", headers={"Host": host}).status_code == 200


GOOD_SENDERS: list[dict[str, str]] = [
    {},
    {"Origin": "http://localhost"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
]


BAD_SENDERS: list[dict[str, str]] = [
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "file://"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


JOIN = "/gradio_api/queue/join"


@pytest.mark.parametrize("headers", GOOD_SENDERS)
def test_own_pages_may_ask(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(JOIN, json={}, headers=headers).status_code not in (403, 404)


@pytest.mark.parametrize("headers", BAD_SENDERS)
def test_other_pages_may_not_and_could_without_the_guard(
    client: TestClient, bare: TestClient, headers: dict[str, str]
) -> None:
    assert client.post(JOIN, json={}, headers=headers).status_code == 403
    assert bare.post(JOIN, json={}, headers=headers).status_code != 403


def test_other_pages_may_link_here_but_not_read_or_frame(client: TestClient) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=link).status_code == 200
    assert client.get("/", headers={**link, "Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert (
        client.get("/api/health", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}).status_code == 403
    )
    assert client.get("/api/health", headers={"Origin": "http://localhost:3000"}).status_code == 403


CLOSED = [
    ("GET", "/config"), ("GET", "/gradio_api/info"), ("GET", "/gradio_api/openapi.json"), ("GET", "/gradio_api/runs"),
    ("GET", "/monitoring"), ("GET", "/monitoring/summary"), ("GET", "/robots.txt"),
    ("GET", "/gradio_api/startup-events"),
    ("GET", "/manifest.json"), ("GET", "/gradio_api/app_id"), ("GET", "/gradio_api/token"), ("GET", "/login_check"),
    ("GET", "/static/img/logo.svg"), ("GET", "/gradio_api/file=pyproject.toml"), ("GET", "/gradio_api/file/etc/passwd"),
    ("GET", "/gradio_api/file=http://example.org/"), ("GET", "/gradio_api/proxy=http://example.org/"),
    ("GET", "/gradio_api/call/x/y"), ("GET", "/gradio_api/upload_progress"), ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/component_server"), ("POST", "/gradio_api/run/predict"), ("POST", "/gradio_api/api/predict"),
    ("POST", "/gradio_api/call/x"), ("POST", "/gradio_api/reset"), ("POST", "/login"), ("POST", "/"), ("PUT", "/"),
    ("DELETE", "/api/health"), ("OPTIONS", "/gradio_api/queue/join"), ("GET", "/docs"), ("GET", "/openapi.json"),
    ("GET", "/assets/../config"), ("GET", "/assets/%2e%2e/config"), ("GET", "/assets/a/b"),
    ("GET", "/page/..%2fweb.py"),
    ("GET", "//gradio_api/info"), ("GET", "/gradio_api//info"), ("GET", "/gradio_api/heartbeat/a/b"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_everything_else_is_closed(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is nothing at this address."}


@pytest.mark.parametrize("path", ["/config", "/gradio_api/info", "/gradio_api/app_id", "/static/img/logo.svg"])
def test_it_would_be_open_without_the_guard(bare: TestClient, path: str) -> None:
    assert bare.get(path).status_code == 200
