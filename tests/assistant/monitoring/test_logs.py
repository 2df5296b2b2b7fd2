"""The log: what becomes of a message in either form, and what becomes of the server when nobody takes its lines."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import time

import pytest
from fakes.watched import wait_until

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
