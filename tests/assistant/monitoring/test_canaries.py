"""What a server writes down, and what it never does: canaries go in by every door, and none may be found again."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import datetime

import pytest
from fakes.watched import Server, wait_until

WORD = "canary"
QUESTION = f"{WORD}question"
WAYS = ("plain", "raise", "model", "library", "print", "thread", "unknown", "lie", "explode")
FORMS = [("text", "off"), ("json", "off"), ("text", "on"), ("json", "on")]


@dataclass
class Run:
    """What one server wrote."""

    form: str
    questions: str
    errors: str
    output: str
    code: int
    statuses: dict[str, int]
    token: str


def overload(server: Server) -> list[int]:
    """More questions at once than may wait."""
    server.gate(is_open=False)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: statuses.append(server.ask(f"{n} {QUESTION}")[0])) for n in range(50)
    ]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: 503 in statuses)
    finally:
        server.gate(is_open=True)
        for thread in threads:
            thread.join(60)
    return statuses


def visit(form: str, questions: str) -> Run:
    """A server gets everything that could go wrong for its log."""
    keys = {"OPENAI_API_KEY": f"{WORD}key", "ANTHROPIC_API_KEY": f"{WORD}key"}
    statuses = {}
    with Server(form, questions, keys) as server:
        carried = {"Authorization": f"Bearer {WORD}bearer", "Cookie": f"session={WORD}cookie"}
        for way in WAYS:
            statuses[way] = server.ask(f"{way} {QUESTION}", **carried)[0]
        token = server.ask_on_page(f"plain {QUESTION}", f"raise {QUESTION}", f"break {QUESTION}")
        assert token, "the page shows it"
        statuses["conversation"] = server.call("GET", f"/conversation/{token}.md")[0]
        statuses["page"] = server.call("GET", "/api/articles")[0]
        for path in (
            f"/conversation/{WORD}token.md", f"/{WORD}path?{WORD}=query",
            f"/article/{WORD}article?start={WORD}", f"/api/articles/{WORD}", f"/?q={WORD}",
        ):  # fmt: skip
            server.call("GET", path, **carried)
        server.call("POST", "/api/ask", {"question": 1, f"{WORD}field": QUESTION})
        server.call("GET", "/api/health", X_Request_Id=f"{WORD} {'x' * 50}")
        server.call("GET", "/api/health", Host=f"{WORD}.example")
        server.raw(f"{WORD.upper()} /{WORD} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        server.raw(f"\x00{WORD}\r\n\r\n".encode())
        statuses["busy"] = 503 if 503 in overload(server) else 0
        server.ask(f"break {QUESTION}")
        statuses["broken"] = server.call("GET", "/api/health")[0]
    return Run(form, questions, server.errors, server.output, server.code, statuses, token)


@pytest.fixture(
    scope="module",
    params=[FORMS[0], *(pytest.param(form, marks=pytest.mark.slow) for form in FORMS[1:])],
    ids=["-".join(form) for form in FORMS],
)
def run(request: pytest.FixtureRequest) -> Run:
    return visit(*request.param)


def test_everything_was_tried(run: Run) -> None:
    """The proof that the canaries were there to be found."""
    assert run.statuses == {
        "plain": 200, "raise": 500, "model": 200, "library": 200, "print": 200, "thread": 200, "unknown": 200,
        "lie": 500, "explode": 500, "conversation": 200, "page": 500, "busy": 503, "broken": 500,
    }  # fmt: skip
    assert run.code == 0
    assert "A question could not be answered" in run.errors
    assert "RuntimeError" in run.errors
    assert "watched.py" in run.errors, "places of errors are told"


def test_nothing_that_was_sent_is_written_down_unless_it_is_switched_on(run: Run) -> None:
    told = set(re.findall(rf"{WORD}\w*", (run.errors + run.output).lower()))
    if run.questions == "off":
        assert told == set()
    else:
        assert QUESTION in told, "the search finds what is there"
        assert told <= {QUESTION}, "tokens, keys, cookies and paths never"
    assert run.token not in run.errors + run.output
    assert run.output.count("\n") == 1, "only the announcement"


def test_json_is_an_object_a_line_and_a_line_for_each_request_and_answer(run: Run) -> None:
    if run.form == "text":
        assert not re.search(r"(?m)^{", run.errors)
        return
    lines = [json.loads(line) for line in run.errors.splitlines()]
    for line in lines:
        assert datetime.fromisoformat(line["time"]).utcoffset() is not None
        assert {"level", "event", "logger"} <= line.keys()
    requests = [line for line in lines if line["event"] == "request"]
    assert {line["route"] for line in requests} >= {"/api/ask", "/conversation/{}", "/article/{}", "/", "other"}
    assert {line["status"] for line in requests} >= {200, 403, 404, 422, 500, 503}
    assert all({"request", "method", "seconds", "bytes"} <= line.keys() for line in requests)
    answers = [line for line in lines if line["event"] == "answer"]
    assert {line["status"] for line in answers} == {"answered", "abstained", "failed"}
    whole = next(line for line in answers if line["status"] == "answered")
    assert (whole["generation"], whole["mode"], whole["citations"] > 0) == ("000007", "quotes", True)
    assert set(whole["seconds"]) == {"search", "read", "total"}
    assert ("question" in whole) is (run.questions == "on")
    names = {line["request"] for line in requests}
    failed = [line for line in lines if line.get("message") == "A question could not be answered."]
    assert failed
    assert any(line.get("request") in names for line in failed), "an error names its request"


@pytest.mark.slow
def test_a_request_has_a_name_that_the_caller_may_choose_if_it_is_harmless() -> None:
    with Server("json", "off", {}) as server:
        own = server.call("GET", "/api/health", X_Request_Id="my.Own_name-1")[2]["x-request-id"]
        others = [
            server.call("GET", "/api/health", X_Request_Id=name)[2]["x-request-id"]
            for name in ("", " ", "a" * 41, "a b", '"', "é", "<script>", "a,b")
        ]
        refused = server.call("GET", "/nowhere")[2]["x-request-id"]
        others.append(server.call("GET", "/api/health")[2]["x-request-id"])
    assert own == "my.Own_name-1"
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in (*others, refused))
    assert len(set(others)) == len(others)
    assert "my.Own_name-1" in server.errors
