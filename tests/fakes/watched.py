"""A server in a process of its own whose service repeats what it is asked wherever a log could pick it up."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import queue
import re
import socket
import sys
import threading
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from fakes.service import FakeService
from fakes.warm import Born
from load.tab import Tab

from assistant.errors import ModelModeError
from assistant.service import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.types import Answer, Turn

JSON = {"Content-Type": "application/json"}
_TOKEN = re.compile(r'class="cw-token[^"]*" value="([\w-]+)"')


class Talkative(FakeService):
    """Gives away the question by every way there is, one at a time: its first word says which."""

    broken = ""

    def catalogue(self) -> Catalogue:
        if self.broken:
            said, self.broken = self.broken, ""
            raise RuntimeError(said)
        return super().catalogue()

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        way = question.split(maxsplit=1)[0]
        if way == "raise":
            try:
                raise ValueError(question)  # noqa: TRY301 - as it happens
            except ValueError as error:
                raise RuntimeError(f"No answer to:\n{question}") from error
        if way == "model":
            logging.getLogger("assistant.answers.generative").warning(
                "%s", ModelModeError("server", f"fake:model has trouble ({question} (and more)); try again later.")
            )
        if way == "library":
            logging.getLogger("somebody").warning("asked for %s", question)
            logging.getLogger("somebody").warning(f"asked for {question}")  # noqa: G004 - as libraries do
            logging.getLogger("asyncio").error(f"Task was lost\nfuture: {question}")  # noqa: G004
        if way == "print":
            print(question)
            print(question, file=sys.stderr)
            warnings.warn(question, stacklevel=1)
        if way == "thread":
            thread = threading.Thread(target=int, args=(question,))
            thread.start()
            thread.join()
        if way == "break":
            self.broken = question
        yield from super().stream(question, history)


def main(form: str, questions: str) -> None:
    """Serves until it is terminated; what can be opened is announced on standard output."""
    from assistant.monitoring.logs import logging_of
    from assistant.settings import Settings
    from assistant.web.app import create_app, run

    service = Talkative()
    settings = Settings(log=form, log_questions=questions)
    real = sys.stdout

    def announce(text: str) -> None:
        real.write(text + "\n")
        real.flush()

    def gate() -> None:
        for line in sys.stdin:
            (service.gate.set if line.strip() == "open" else service.gate.clear)()

    threading.Thread(target=gate, daemon=True).start()
    with logging_of(settings):
        run(create_app(service, log_questions=questions == "on"), "127.0.0.1", 0, announce=announce)


class Process:
    """A server in a process of its own, and somebody who calls it.

    Args:
        code: Python that serves, and writes the address to standard output.
        environment: Variables besides those of this process.
    """

    def __init__(self, code: str, environment: Mapping[str, str]) -> None:
        self._process = Born(code, environment)
        self._said: dict[str, list[str]] = {"stdout": [], "stderr": []}
        announced: queue.SimpleQueue[str] = queue.SimpleQueue()
        # Read all the time, for a server whose log nobody takes is another test.
        self._readers = [
            threading.Thread(target=self._read, args=(name, announced), daemon=True) for name in self._said
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.port = int(announced.get(timeout=60).strip().rstrip("/").rpartition(":")[2])
        except (ValueError, queue.Empty) as error:
            self._end()
            raise RuntimeError(f"The server did not start: {self.errors[-2000:]}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        with suppress(OSError):
            self._process.terminate()
        self.code = self._process.wait(30)
        for reader in self._readers:
            reader.join(10)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe
            pipe.close()

    @property
    def errors(self) -> str:
        """All that was written to standard error."""
        return "".join(self._said["stderr"])

    @property
    def output(self) -> str:
        """All that was written to standard output."""
        return "".join(self._said["stdout"])

    def order(self, line: str) -> None:
        """Tells the process something."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def call(self, method: str, path: str, content: Any = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        """A request of a program; status, body and headers of what comes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if content is None else json.dumps(content).encode()
        return self.send(method, path, body, {**(JSON if body else {}), **sent})

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, dict[str, str]]:
        """A request with anything in it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            text = response.read().decode()
            return response.status, text, {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()

    def ask(self, question: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        """A question of a program."""
        return self.call("POST", "/api/ask", {"question": question}, **headers)

    def see_page(self) -> str:
        """All that the page shows to who opens it."""

        async def look() -> str:
            tab = Tab(self.port, looks=False)
            try:
                await tab.open()
                await tab.see_anew()  # as the page's script does when the index is not that of the document
                return " ".join(tab._shown.values())
            finally:
                await tab.close()

        return asyncio.run(look())

    def ask_on_page(self, *questions: str) -> str:
        """Questions of a browser tab; the token of its conversation, if the page shows one."""

        async def sit() -> str:
            tab = Tab(self.port, looks=False)
            try:
                await tab.open()
                for question in questions:
                    await tab.ask(question)
                return "".join(_TOKEN.findall(" ".join(tab._shown.values()))[:1])
            finally:
                await tab.close()

        return asyncio.run(sit())

    def raw(self, content: bytes) -> None:
        """Anything at all, on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(content)
            with suppress(OSError):
                connection.recv(1000)

    def _read(self, name: str, announced: queue.SimpleQueue[str]) -> None:
        pipe = getattr(self._process, name)
        for line in pipe:
            self._said[name].append(line)
            if name == "stdout" and len(self._said[name]) == 1:
                announced.put(line)
        if name == "stdout":
            announced.put("")  # it ended, perhaps before it began


class Server(Process):
    """A server whose service repeats what it is asked.

    Args:
        form: Of the log.
        questions: Whether the log may hold them.
        environment: Variables besides those of this process.
    """

    def __init__(self, form: str, questions: str, environment: Mapping[str, str]) -> None:
        super().__init__(f"from fakes.watched import main; main({form!r}, {questions!r})", environment)

    def gate(self, *, is_open: bool) -> None:
        """Lets questions through, or lets them wait."""
        self.order("open" if is_open else "close")


def wait_until(condition: Any, seconds: float = 60) -> None:
    """Looks now and then; fails in the end."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()
