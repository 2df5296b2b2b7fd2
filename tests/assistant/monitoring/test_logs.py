"""What a server writes down, and what it never does: canaries go in by every door, and none may be found again."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime

import pytest
from fakes.watched import Server, wait_until

from assistant.errors import AddressError, ModelModeError
from assistant.monitoring.logs import (
    REQUEST,
    WITHHELD,
    JsonLines,
    Sentences,
    Writer,
    line_of,
    logging_of,
    logging_to,
    tell,
)
from assistant.settings import Settings
from index.errors import IndexDamagedError

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


HOSTILE = "a\nb\r\x1b[2Jc\u2028d\x00\u202ee"


@pytest.mark.parametrize("form", [Sentences, JsonLines])
@pytest.mark.parametrize("questions", [True, False])
def test_nothing_from_outside_breaks_a_line(form: type[Sentences] | type[JsonLines], questions: bool) -> None:  # noqa: FBT001
    record = logging.LogRecord("assistant.x", logging.WARNING, "", 0, "Could not read %s", (HOSTILE,), None)
    line = form(questions).format(record)
    assert line.isprintable()
    if form is JsonLines:
        assert json.loads(line)["message"] == f"Could not read {HOSTILE}"


@pytest.mark.parametrize(
    ("logger", "message", "arguments", "written_down"),
    [
        ("assistant.live", "Generation %s: %s", ("000002", IndexDamagedError("Cut.")), "Generation 000002: Cut."),
        ("assistant.live", "It failed: %s", (ValueError("secret"),), "It failed: ValueError"),
        (
            "assistant.answers.generative",
            "%s",
            (ModelModeError("server", "m fails (secret (a) b); wait."),),
            "m fails; wait.",
        ),
        ("uvicorn.error", "Exception in ASGI application\nsecret", (), "Exception in ASGI application"),
        ("asyncio", "Task exception was never retrieved\nfuture: secret", (), "Task exception was never retrieved"),
        ("httpx", "HTTP Request: %s", ("secret",), "HTTP Request: %s"),
        ("httpx", "Asked secret", (), WITHHELD),
        ("py.warnings", "%s", ("secret",), WITHHELD),
    ],
)  # fmt: skip
def test_of_what_others_say_only_the_fixed_part_is_written(
    logger: str, message: str, arguments: tuple[object, ...], written_down: str
) -> None:
    record = logging.LogRecord(logger, logging.WARNING, "", 0, message, arguments, None)
    assert Sentences(False).format(record) == written_down  # noqa: FBT003
    assert json.loads(JsonLines(False).format(record))["message"] == written_down  # noqa: FBT003
    assert "secret" in Sentences(True).format(record) or logger == "assistant.live"  # noqa: FBT003


def test_a_reader_who_stands_still_holds_nobody_up() -> None:
    class Still(io.StringIO):
        """A pipe that nobody reads."""

        gate = threading.Event()

        def write(self, text: str) -> int:
            self.gate.wait(0.05)
            return super().write(text)

    pipe = Still()
    writer = Writer(pipe, most=100)
    writer.setFormatter(Sentences(False))  # noqa: FBT003
    log = logging.Logger("assistant.still")  # noqa: LOG001 - nobody else's
    log.addHandler(writer)
    began = time.monotonic()
    for number in range(400):
        log.warning("line %d", number)
    assert time.monotonic() - began < 15, "400 lines would take 20 seconds if each were waited for"
    pipe.gate.set()
    writer.close()
    lost = sum(map(int, re.findall(r"(\d+) lines were lost", pipe.getvalue())))
    kept = pipe.getvalue().count("\nline ") + pipe.getvalue().startswith("line ")
    assert lost > 200
    assert lost + kept == 400


def test_a_full_disk_under_the_log_is_no_trouble() -> None:
    class Full(io.StringIO):
        is_full = True

        def write(self, text: str) -> int:
            if self.is_full:
                raise OSError(28, "No space left on device")
            return super().write(text)

    disk = Full()
    with logging_to(disk, "text", with_questions=False):
        log = logging.getLogger("assistant.full")
        for _ in range(3):
            log.warning("lost")
        wait_until(logging.getLogger().handlers[0]._lines.empty)  # type: ignore[attr-defined]
        time.sleep(0.1)
        disk.is_full = False
        log.warning("kept")
    assert disk.getvalue() == "3 lines were lost: nobody took them.\nkept\n"


def test_everything_is_as_before_when_serving_ends(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.stdout, sys.stderr
    with logging_of(Settings(log="json")):
        assert root.handlers != before[0]
        logging.getLogger("assistant.x").info("told")
    assert (root.handlers, root.level, sys.stdout, sys.stderr) == before
    assert json.loads(capsys.readouterr().err)["message"] == "told"


def test_what_ends_a_server_is_said_in_the_form_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AddressError), logging_of(Settings()):
        raise AddressError("Port 1 is in use.")
    with pytest.raises(SystemExit) as ended, logging_of(Settings(log="json")):
        raise AddressError("Port 1 is in use.")
    assert ended.value.code == AddressError.exit_code
    assert json.loads(capsys.readouterr().err)["message"] == "Port 1 is in use."
    assert line_of("First start.", Settings()) == "First start."
    assert json.loads(line_of("First start.", Settings(log="json")))["message"] == "First start."


def test_events_are_for_programs_only_and_name_their_request(capsys: pytest.CaptureFixture[str]) -> None:
    named = REQUEST.set("r1")
    for form in ("text", "json"):
        with logging_of(Settings(log=form)):
            tell(logging.getLogger("assistant.x"), "happened", {"count": 1, "odd": object})
    REQUEST.reset(named)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["request"], line["count"], line["odd"]) == ("happened", "r1", 1, "type")


def test_an_error_has_its_type_and_place_and_what_caused_it() -> None:
    def fails() -> None:
        try:
            raise ValueError("secret")  # noqa: TRY301 - as it happens
        except ValueError as error:
            raise ExceptionGroup("secret", [KeyError("secret"), error]) from error

    try:
        fails()
    except ExceptionGroup:
        record = logging.LogRecord("assistant.x", logging.ERROR, "", 0, "It failed", (), sys.exc_info())
    line = json.loads(JsonLines(False).format(record))  # noqa: FBT003
    assert [item["type"] for item in line["error"]] == ["ExceptionGroup", "KeyError", "ValueError", "ValueError"]
    assert line["error"][0]["at"][-1].startswith("assistant/monitoring/test_logs.py:")
    assert line["error"][0]["at"][-1].endswith(" fails")
    text = Sentences(False).format(record)  # noqa: FBT003
    assert text.startswith("It failed (ExceptionGroup at ")
    assert "secret" not in json.dumps(line) + text
    assert "secret" in Sentences(True).format(record)  # noqa: FBT003
