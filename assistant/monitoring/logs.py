"""What a running server writes to standard error, and what it never does.

Two forms: sentences for a person at a terminal, warnings and errors only; or one JSON object a line for programs, with
a line for each request and each answer. In both, nothing that somebody asked or was told is written unless the operator
switches it on: no questions, answers and passages, no query strings, tokens, cookies and keys. So of an exception its
type and place are written and not its text, which may repeat any of these; and of what other libraries say only what
stands fixed in their code.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import sys
import threading
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, Literal

from assistant.errors import AssistantError, ModelModeError
from assistant.monitoring.strays import Stray
from index.errors import IndexingError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.settings import Settings

Form = Literal["text", "json"]

OURS = ("assistant", "index")
"""Loggers whose sentences were written with this module in mind."""
WITHHELD = "A message that may repeat what was asked; ASSISTANT_LOG_QUESTIONS=on shows it."
MAX_WAITING = 10_000
"""Lines that wait to be written; if the reader of standard error stands still, more are counted and dropped."""
REQUEST: ContextVar[str] = ContextVar("request", default="")
"""Name of the request that is being answered; see :mod:`assistant.monitoring.recording`."""

_SAID = re.compile(r" \(.*\)", re.DOTALL)
"""Where an error of a language model repeats what its server said; see :mod:`assistant.generation.failures`."""
_FIRST_LINES = ("uvicorn", "asyncio")
"""Loggers whose first lines are fixed texts."""
_CHAIN = 4
_PLACES = 12


def tell(log: logging.Logger, event: str, fields: Mapping[str, Any]) -> None:
    """Logs that something happened, for programs: in sentences for people it does not appear.

    Args:
        log: Of the module where it happened.
        event: What happened, in a word.
        fields: JSON values; nothing that users wrote.
    """
    log.info(event, extra={"fields": {"event": event, **fields}})


def line_of(sentence: str, settings: Settings) -> str:
    """A sentence for standard error in the form that the settings say, for what is told before anything is served."""
    if settings.log != "json":
        return sentence
    return JsonLines(False).format(logging.LogRecord(__name__, logging.INFO, "", 0, sentence, (), None))  # noqa: FBT003


@contextmanager
def logging_of(settings: Settings, *, is_stdout_free: bool = True) -> Iterator[None]:
    """Logs to standard error as the settings say; what ends a server then goes there in the same form.

    Args:
        settings: Of everything.
        is_stdout_free: See :func:`logging_to`.
    """
    form: Form = "json" if settings.log == "json" else "text"
    with_questions = settings.log_questions == "on"
    with logging_to(sys.stderr, form, with_questions=with_questions, is_stdout_free=is_stdout_free):
        try:
            yield
        except (AssistantError, IndexingError) as error:
            if form == "text":
                raise  # the terminal shows it
            logging.getLogger(__name__).error("%s", error)  # noqa: TRY400 - a sentence for people
            raise SystemExit(error.exit_code) from error


@contextmanager
def logging_to(stream: IO[str], form: Form, *, with_questions: bool, is_stdout_free: bool = True) -> Iterator[None]:
    """Writes all that is logged in here, and all that libraries print, in one form.

    Args:
        stream: Where to, usually standard error.
        form: ``"text"`` or ``"json"``.
        with_questions: Whether what was asked may be written, and errors with all that they say.
        is_stdout_free: False if standard output has a meaning of its own and must be left alone.
    """
    root = logging.getLogger()
    own = [logging.getLogger(name) for name in OURS]
    before = root.handlers, root.level, [log.level for log in own]
    writer = Writer(stream)
    formatter: logging.Formatter = JsonLines(with_questions) if form == "json" else Sentences(with_questions)
    writer.setFormatter(formatter)
    root.handlers, root.level = [writer], logging.WARNING
    for log in own:
        log.setLevel(logging.INFO if form == "json" else logging.WARNING)
    logging.captureWarnings(capture=True)
    stray = Stray(stream, logging.getLogger("assistant.printed"), with_text=with_questions)
    try:
        with redirect_stderr(stray), redirect_stdout(stray if is_stdout_free else sys.stdout):
            yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers, root.level = before[0], before[1]
        for log, level in zip(own, before[2], strict=True):
            log.setLevel(level)
        writer.close()


class Writer(logging.Handler):
    """Writes lines from a thread of its own: nobody who asks waits for who reads the log.

    Args:
        stream: Where to.
        most: Lines that wait, at most.
    """

    def __init__(self, stream: IO[str], most: int = MAX_WAITING) -> None:
        super().__init__()
        self._stream = stream
        self._lines: queue.Queue[str | None] = queue.Queue(most)
        self._dropped = 0
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a line in; never waits and never raises."""
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._dropped += 1
        except Exception:  # noqa: BLE001 - a value that cannot be written must not end what is being done
            self._dropped += 1

    def close(self) -> None:
        """Writes what waits, but does not wait long for a reader who stands still."""
        super().close()
        try:
            self._lines.put(None, timeout=0.5)
        except queue.Full:
            return
        self._thread.join(2)

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            dropped = self._take_dropped()
            try:
                if dropped:
                    note = logging.LogRecord(
                        __name__, logging.WARNING, "", 0, "%d lines were lost: nobody took them.", (dropped,), None
                    )
                    self._stream.write(self.format(note) + "\n")
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):  # a full disk, a closed pipe
                self._take_dropped(dropped + 1)

    def _take_dropped(self, more: int = 0) -> int:
        """How many lines were dropped since this was asked last, or adds to them."""
        self.acquire()  # as for emit()
        try:
            dropped, self._dropped = (0, self._dropped + more) if more else (self._dropped, 0)
        finally:
            self.release()
        return dropped


class _Discreet(logging.Formatter):
    """What both forms have in common.

    Args:
        with_questions: See :func:`logging_to`.
    """

    def __init__(self, with_questions: bool) -> None:  # noqa: FBT001
        super().__init__()
        self._with_questions = with_questions

    def sentence(self, record: logging.LogRecord) -> str:
        """What a record says, without what users wrote."""
        if self._with_questions:
            return record.getMessage()
        if record.name.split(".")[0] in OURS:
            return _told(record)
        if record.name.startswith(_FIRST_LINES):
            return str(record.msg).split("\n", 1)[0] or WITHHELD
        # With arguments a message is a pattern, and what is particular is in them.
        fixed = str(record.msg).strip() if record.args else ""
        return fixed if re.search(r"[a-z]{4}", re.sub(r"%\S*", "", fixed)) else WITHHELD

    def error(self, record: logging.LogRecord) -> BaseException | None:
        """What was raised, if anything."""
        return record.exc_info[1] if record.exc_info else None


class Sentences(_Discreet):
    """For people: a sentence a line; an error with its place behind it, or with its whole text below it."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as lines of text."""
        error = self.error(record)
        said = printable(self.sentence(record).strip())
        request = REQUEST.get()
        line = f"{said} [request {request}]" if request else said
        if error is None:
            return line
        if self._with_questions:
            lines = "".join(traceback.format_exception(error)).splitlines()
            return "\n".join([line, *(printable(item) for item in lines)])
        kinds = ", from ".join(f"{item['type']} at {'; '.join(item['at'][-3:])}" for item in places_of(error))
        return f"{line} ({kinds})"


class JsonLines(_Discreet):
    """For programs: a JSON object a line, in ASCII, so that nothing in a text can end it."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as JSON."""
        fields: dict[str, Any] = dict(getattr(record, "fields", {}))
        error = self.error(record)
        content: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": fields.pop("event", "message"),
            "logger": record.name,
        }
        if request := REQUEST.get():
            content["request"] = request
        if content["event"] == "message":
            content["message"] = self.sentence(record).strip()
        content.update(fields)
        if error is not None:
            content["error"] = places_of(error)
            if self._with_questions:
                content["traceback"] = "".join(traceback.format_exception(error))
        return json.dumps(content, default=type_of)


def type_of(value: object) -> str:
    """The name of a value's type: what is written of values that are no JSON."""
    return type(value).__name__


def places_of(error: BaseException) -> list[dict[str, Any]]:
    """Types and places of an error and of what caused it, the last first, without a word of what they say."""
    found: list[dict[str, Any]] = []
    waiting: list[BaseException | None] = [error]
    while waiting and len(found) < _CHAIN:
        one = waiting.pop(0)
        if one is None:
            continue
        frames = traceback.extract_tb(one.__traceback__, limit=-_PLACES)
        at = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        found.append({"type": type_of(one), "at": at})
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions[:_CHAIN]
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
    return found


def _short(filename: str) -> str:
    """A module's file without where it is installed: in its folder, ours also with the room."""
    parts = PurePath(filename).parts
    return "/".join(parts[-3:] if parts[-3:-2] in (("assistant",), ("index",)) else parts[-2:])


def _told(record: logging.LogRecord) -> str:
    """A sentence of our own, without what it took over from somewhere else."""
    given = record.args
    if not isinstance(given, tuple) or not given:
        return record.getMessage()
    return str(record.msg) % tuple(_discreet(item) for item in given)


def _discreet(value: object) -> object:
    """Of errors only ours may speak for themselves, and those of language models without what a server said."""
    if isinstance(value, ModelModeError):
        return _SAID.sub("", str(value))
    if isinstance(value, BaseException) and not isinstance(value, (AssistantError, IndexingError)):
        return type_of(value)
    return value
