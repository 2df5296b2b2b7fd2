"""The real server over a real index in a process of its own, with stand-ins for the models, to which things happen."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from fakes.corpora import CODES, CORPORA, write
from fakes.embedder import WordEmbedder
from fakes.nursery import work_here
from fakes.watched import Process, wait_until

from assistant.keeping.feedback import FeedbackFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from assistant.types import Answer, Turn

READY = 60.0
ARTICLE = "About the {0}\n\nThe {0} stands alone. Its secret word is {1}, and nobody outside ever learned it.\n"


def main(home: str, deadline: str) -> None:
    """Serves until it is ended; standard input says what happens to the process."""
    import pathlib

    from assistant import answering
    from assistant.desk.places import Limits
    from assistant.monitoring.logs import logging_of
    from assistant.settings import Settings
    from assistant.web.app import create_app, run
    from assistant.wiring import Backend
    from index.settings import IndexSettings

    work_here()
    vars(answering)["_load_reader"] = lambda _: None
    real_open = answering.Assistant.open
    vars(answering)["Assistant"].open = lambda **values: real_open(embedder=WordEmbedder(), **values)

    class Held(Backend):
        """Some questions never come to an end."""

        def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
            if question.startswith("hang"):
                threading.Event().wait()
            yield from super().stream(question, history)

    # Answers what it can: without the models there is no telling how sure it is.
    settings = Settings(index=IndexSettings(home=pathlib.Path(home)), threshold=0, log="json")
    backend = Held(settings)
    real = sys.stdout

    def announce(text: str) -> None:
        real.write(text + "\n")
        real.flush()
        backend.warm_up()

    threading.Thread(target=_obey, daemon=True).start()
    with logging_of(settings):
        run(create_app(backend, limits=Limits(deadline=float(deadline))), "127.0.0.1", 0, announce=announce)


def _obey() -> None:
    real_time = time.time
    for line in sys.stdin:
        what, _, value = line.strip().partition(" ")
        if what == "files":
            most = len(os.listdir("/proc/self/fd")) - 1 + int(value) if int(value) >= 0 else -1  # noqa: PTH208
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard if most < 0 else most, hard))
        elif what == "disk":
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard if int(value) < 0 else int(value), hard))
        elif what == "clock":
            time.time = lambda: real_time() + float(value)  # noqa: B023 - the last one holds


@dataclass(frozen=True)
class Reply:
    """What came of a request."""

    status: int
    content: Any

    @property
    def error(self) -> str:
        """The sentence, if it is one."""
        return str(self.content.get("error", ""))


class Faulty(Process):
    """A server over a home, and what is done to it.

    Args:
        home: With an index, or to be given one.
        deadline: Seconds after which an answer is given up.
    """

    def __init__(self, home: Path, *, deadline: float = 60.0) -> None:
        super().__init__(f"from fakes.faulty import main; main({str(home)!r}, {str(deadline)!r})", {})
        self.home = home

    def __enter__(self) -> Self:
        wait_until(lambda: self.get("/api/ready").status == 200, READY)
        return self

    def happen(self, what: str, value: float) -> None:
        """See :func:`main`; waits until it has come true."""
        self.order(f"{what} {value}")
        time.sleep(0.2)

    def kill(self) -> None:
        """As the system does it when memory is short."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def get(self, path: str) -> Reply:
        """What is there."""
        return self._reply("GET", path)

    def post(self, path: str, content: Any = None) -> Reply:
        """What comes of a request with JSON."""
        return self._reply("POST", path, {} if content is None else content)

    def upload(self, name: str, text: str) -> Reply:
        """A file for the library."""
        path = f"/api/library/files?name={urllib.parse.quote(name)}"
        status, body, _ = self.send("POST", path, text.encode(), {"Content-Type": "application/octet-stream"})
        return Reply(status, json.loads(body))

    def right(self, *corpora: str) -> None:
        """Asks for a word of each article, and fails unless each is answered from this generation, word for word."""
        articles = {item["id"]: item for item in self.get("/api/articles").content["articles"]}
        for corpus in corpora:
            for subject, code in CODES[corpus].items():
                reply = self.post("/api/ask", {"question": f"What is the secret word of the {subject}?"})
                assert reply.status == 200, reply
                (first, *_) = reply.content["citations"]
                text = self.get(f"/api/articles/{first['article_id']}").content["text"]
                assert text[first["start"] : first["end"]] == first["quote"]
                assert code in reply.content["text"], (subject, reply.content["text"])
                assert {item["article_id"] for item in reply.content["citations"]} <= set(articles)

    def job(self) -> dict[str, Any]:
        """The last job of the library, when it has ended."""
        wait_until(lambda: (self._job() or {}).get("state") != "running")
        return self._job() or {}

    def figures(self) -> dict[str, float]:
        """What ``/metrics`` says, by name with labels."""
        lines = [line for line in str(self.get("/metrics").content).splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def _job(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.get("/api/library/job").content["job"]
        return found

    def _reply(self, method: str, path: str, content: Any = None) -> Reply:
        status, body, _ = self.call(method, path, content)
        try:
            return Reply(status, json.loads(body))
        except ValueError:
            return Reply(status, body)


class Judge:
    """A tab that asks and gives verdicts all the time, and remembers those that were acknowledged."""

    def __init__(self, server: Faulty) -> None:
        self.server = server
        self.token = server.ask_on_page("What is the secret word of the windmill?")
        assert self.token
        self.last: str | None = None
        self.acknowledged = 0
        self.refusals: list[tuple[int, str]] = []

    def judge(self) -> bool:
        verdict = "up" if self.last != "up" else "down"
        reply = self.server.post("/api/feedback", {"token": self.token, "turn": 1, "verdict": verdict})
        if reply.status == 200:
            self.last = verdict
            self.acknowledged += 1
        else:
            self.refusals.append((reply.status, reply.error))
        return reply.status == 200


def home_in(folder: Path) -> Path:
    """A home with two generations: of corpus A, and then of A and B."""
    from index.build import add, build
    from index.settings import IndexSettings

    settings = IndexSettings(home=folder / "home")
    build([write(folder / "a", CORPORA["A"])], settings=settings, embedder=WordEmbedder())
    add([write(folder / "b", CORPORA["B"])], settings=settings, embedder=WordEmbedder())
    return folder / "home"


def left_over(home: Path) -> list[str]:
    """Files that only something half done leaves behind."""
    found = [path for path in home.rglob("*") if path.is_file() and "readers" not in path.parts]
    return [str(path) for path in found if "building" in path.parts or path.name.endswith((".new", ".part", ".tmp"))]


def ended(process: Faulty) -> int:
    """Terminates a server as services are; its exit code. One that waited for answers that never end would not end."""
    process._process.terminate()
    return process._process.wait(READY)


def verdicts(home: Path) -> int:
    """How many can be read."""
    return len(FeedbackFile(home).read().judgements)
