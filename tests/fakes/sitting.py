"""A whole sitting with the product as its users have it: every command traced, a real Chromium in front of the page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from fakes.tracing import Trace, Tracer

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

ASSISTANT = Path(sys.executable).with_name("assistant")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The browser, which looks for updates and the like, gets no names; it is not what is watched.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
QUESTIONS = ("When will Apophis pass Earth?", "Who founded cross U?", "What is the price of tea in China?")
MILL = "# The tide mill of Penhallow\n\nThe tide mill of Penhallow was built in 1731 by Josefa Quint.\n"
READ_AGAIN = """async () => {
  const { job } = await (await fetch("/api/library/job")).json();
  return job.kind === "rebuild" && job.state === "done";
}"""
LIGHT = "# The lighthouse of Varnholm\n\nThe lighthouse of Varnholm was lit for the first time in 1822.\n"


@dataclass
class Sitting:
    """What a sitting did with the network.

    Attributes:
        traces: Of each command.
        requests: Addresses that the page asked for.
        address: The page's own.
        answers: Texts that were seen, to prove that something happened.
    """

    traces: dict[str, Trace] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    address: str = ""
    answers: list[str] = field(default_factory=list)

    def beyond(self) -> list[str]:
        """Everything beyond this machine, in a line each."""
        asked = [url for url in self.requests if not url.startswith((f"{self.address}/", "data:", "blob:"))]
        calls = [f"{name}: {where}" for name, trace in self.traces.items() for where in trace.beyond()]
        return calls + [f"page: {url}" for url in asked]


def sit(user: Path, questions: tuple[str, ...] = QUESTIONS, *, with_commands: bool = True) -> Sitting:
    """First start, questions on the page and over HTTP, articles added and read again, the terminal's commands.

    Args:
        user: An empty folder, used as the home folder of somebody who never had the program.
        questions: Asked on the page, the first of them with an answer in the seeds; none to do without a browser.
        with_commands: Whether the terminal's commands are run after the server.
    """
    user.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "COV_"))}
    environment |= {"HOME": str(user), "XDG_DATA_HOME": str(user / "data"), "XDG_CACHE_HOME": str(user / "cache")}
    sitting = Sitting()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sitting.address = f"http://127.0.0.1:{port}"
    serve = (ASSISTANT, "serve", "--no-browser", "--port", str(port))
    with Tracer(serve, environment, subprocess.PIPE) as server:
        try:
            _wait_for(server, "Citewell answers at")
            _look_and_ask(sitting)
            if questions:
                _browse(sitting, questions)
            else:
                _change_the_library(sitting)
        finally:
            _interrupt(server.process)
    sitting.traces["assistant serve"] = server.trace
    if not with_commands:
        return sitting
    article = user / "light.md"
    article.write_text(LIGHT, encoding="utf-8")
    for words in (
        ("index", "add", str(article)), ("index", "status"), ("ask", "When was the lighthouse lit?"), ("doctor",),
    ):  # fmt: skip
        with Tracer([ASSISTANT, *words], environment, subprocess.PIPE) as run:
            assert run.process.stdout
            sitting.answers.append(run.process.stdout.read())
        sitting.traces[f"assistant {' '.join(words[:2] if words[0] == 'index' else words[:1])}"] = run.trace
    return sitting


def _wait_for(tracer: Tracer, words: str) -> None:
    assert tracer.process.stdout
    said = ""
    for line in tracer.process.stdout:
        said += line
        if words in line:
            return
    raise AssertionError(f"The server ended: {said}")


def _interrupt(strace: subprocess.Popen[str]) -> None:
    """Ctrl+C for the traced command; ``strace`` itself lets no signal through."""
    for child in psutil.Process(strace.pid).children():
        child.send_signal(signal.SIGINT)
    assert strace.stdout
    strace.stdout.read()


def _call(sitting: Sitting, path: str, body: bytes | None = None, kind: str = "application/json") -> str:
    request = urllib.request.Request(f"{sitting.address}{path}", body, {"Content-Type": kind})  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def _look_and_ask(sitting: Sitting) -> None:
    _call(sitting, "/")
    for question in QUESTIONS:
        sitting.answers.append(_call(sitting, "/api/ask", json.dumps({"question": question}).encode()))


def _change_the_library(sitting: Sitting) -> None:
    _call(sitting, "/api/library/files?name=mill.md", MILL.encode(), "application/octet-stream")
    for change in ("add", "rebuild"):
        _call(sitting, f"/api/library/{change}", b"{}")
        while (job := json.loads(_call(sitting, "/api/library/job"))["job"])["state"] not in ("done", "failed"):
            time.sleep(0.1)
        sitting.answers.append(json.dumps(job))


def _browse(sitting: Sitting, questions: tuple[str, ...]) -> None:
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.on("request", lambda request: sitting.requests.append(request.url))
        page.goto(f"{sitting.address}/")
        page.wait_for_selector(".cw-intro")
        for place, question in enumerate(questions, 1):
            _ask(page, question, place)
        page.click(".cw-mark")
        page.wait_for_selector(".cw-article mark")
        sitting.answers.append(page.inner_text("#cw-main"))
        page.keyboard.press("Escape")
        page.click("#cw-nav button:text-is('Library')")
        page.wait_for_selector("#cw-library tbody tr")
        mill: FilePayload = {"name": "mill.md", "mimeType": "", "buffer": MILL.encode()}
        page.set_input_files("#cw-library input[type=file]", [mill])
        page.wait_for_selector(".cw-result:has-text('1 article added.')")
        page.click("#cw-library button:text-is('Read the sources again')")
        page.wait_for_function(READ_AGAIN)
        page.click("#cw-nav button:text-is('Ask')")
        _ask(page, "When was the tide mill of Penhallow built?", len(questions) + 1)
        sitting.answers.append(page.locator(".cw-turn").last.inner_text())
        browser.close()


def _ask(page: Page, question: str, place: int) -> None:
    page.fill("#cw-box textarea", question)
    page.press("#cw-box textarea", "Enter")
    page.wait_for_function(
        "place => document.querySelectorAll(':is(.cw-answered, .cw-refusal, .cw-problem)').length >= place", arg=place
    )
