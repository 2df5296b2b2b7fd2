"""What the API refuses, and in which words."""

from __future__ import annotations

import pytest
from fakes.programs import ASKS, small_app
from fakes.service import APOPHIS, FakeService
from starlette.testclient import TestClient

from assistant.web.routes import MAX_TALK, SHORTER_TALK

JSON = {"Content-Type": "application/json"}


BAD: list[tuple[str, bytes]] = [
    ("“question” is missing.", b"{}"),
    ("The body must be a JSON object.", b"[]"),
    ("The body must be a JSON object.", b'"When?"'),
    ("The body must be a JSON object.", b""),
    ("The body is not valid JSON.", b"{"),
    ("The body is not valid JSON.", b"\xff\xfe"),
    ("The body is not valid JSON.", b"[" * 100_000),
    ("The body is not valid JSON.", b'{"question": %s}' % (b"9" * 5000)),
    ("“question” is not as it should be", b'{"question": 7}'),
    ("“question” is not as it should be", b'{"question": null}'),
    ("“question” is not as it should be", b'{"question": "half of a character: \\ud800"}'),
    ("“histroy” is no field that is known here.", b'{"question": "x", "histroy": []}'),
    ("“history” is not as it should be", b'{"question": "x", "history": "earlier"}'),
    ("“history.0” is not as it should be", b'{"question": "x", "history": [["q", "a"]]}'),
    ("“history.1.question” is missing.", b'{"question": "x", "history": [{"question": "q"}, {"answer": "a"}]}'),
    ("“history.0.answer” is not as it should be", b'{"question": "x", "history": [{"question": "q", "answer": 1}]}'),
    ("“history.0.question” is not", b'{"question": "x", "history": [{"question": "%s"}]}' % (b"q" * 2001)),
    ("“history.0.answer” is not", b'{"question": "x", "history": [{"question": "", "answer": "%s"}]}' % (b"a" * 20001)),
    ("“stream” is not as it should be", b'{"question": "x", "stream": "yes"}'),
    ("“stream” is not as it should be", b'{"question": "x", "stream": 1}'),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "body"), BAD)
def test_a_request_that_is_not_right_gets_a_sentence_that_names_the_field(
    api: TestClient, shared: FakeService, sentence: str, body: bytes
) -> None:
    shared.asked.clear()
    answer = api.post("/api/ask", headers=JSON, content=body)
    assert answer.status_code in (400, 422)
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].startswith(sentence)
    assert answer.json()["error"].endswith(".")
    assert "\n" not in answer.json()["error"]
    assert not shared.asked


def test_a_question_that_is_too_long_is_left_to_the_assistant(api: TestClient, shared: FakeService) -> None:
    shared.asked.clear()
    assert api.post("/api/ask", json={"question": "x" * 60_000}).status_code == 200
    assert len(shared.asked[0][0]) == 60_000


@pytest.mark.parametrize("path", ASKS)
def test_a_body_that_is_too_long_is_refused_whatever_length_it_names(api: TestClient, path: str) -> None:
    for content in (b" " * (MAX_TALK + 1), iter([b" " * MAX_TALK, b" "])):
        answer = api.post(path, headers=JSON, content=content)
        assert answer.status_code == 413
        assert SHORTER_TALK in answer.text


@pytest.mark.parametrize("path", ASKS)
def test_json_may_name_its_encoding_and_nothing_else_is_taken(api: TestClient, path: str) -> None:
    for kind in ("application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'):
        assert api.post(path, headers={"Content-Type": kind}, content=b"{}").status_code in (400, 422)
    for kind in (
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
        "application/json; charset=utf-16", "application/json, text/plain", "text/plain; application/json",
    ):  # fmt: skip
        answer = api.post(path, headers={"Content-Type": kind}, content=b"{}")
        assert answer.status_code == 415
        assert "Content-Type: application/json" in answer.text


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/api/articles", f"/api/articles/{APOPHIS.id}", "/api/openapi.json", "/v1/models"])
def test_pages_of_others_may_neither_look_nor_ask(
    api: TestClient, shared: FakeService, path: str, headers: dict[str, str]
) -> None:
    assert api.get(path).status_code == 200
    assert TestClient(small_app(shared)).get(path, headers=headers).status_code == 200, "it is the guard that refuses"
    assert api.get(path, headers=headers).status_code == 403
    assert api.get(path, headers={"Host": "evil.example"}).status_code == 403
    for asks in ASKS:
        answer = api.post(asks, json={"question": "Why?"}, headers=headers)
        assert answer.status_code == 403
        assert "Another page may not use this one." in answer.text
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert api.options(asks, headers=headers).status_code == 403
        assert api.options(asks).status_code == 404
