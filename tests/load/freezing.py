"""For how long at most nobody is served, while users ask and somebody sends the worst that is allowed, and what is not.

Looked at from outside, by a light request every 20 ms, and from inside, by a clock in the server's event loop.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from load.bench import may_open_many_files, show, words
from load.figures import Row, percentile, summary
from load.holding import warm, with_cookie
from load.inside import lateness
from load.tab import Tab
from load.users import Plan, Run, put_on
from load.wire import BROKEN, HOST, Connections

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from load.bench import Bench
    from load.server import Server

EVERY = 0.02
LIGHT = "/favicon.ico"
FILE = 50 * 1024 * 1024
_TOKEN = re.compile(r'class="cw-token[^"]*" value="([^"]+)"')
_BAD: list[tuple[str, str, bytes | None]] = [
    ("GET", "/nowhere", None),
    ("GET", "/" + "a" * 8000, None),
    ("POST", "/gradio_api/queue/join", b"{" * 60_000),
    ("POST", "/gradio_api/queue/join", b"[" * 64_000),
    ("POST", "/api/ask", b'{"question": "' + b"x" * 900_000 + b'"}'),
    ("POST", "/api/ask", json.dumps({"question": "a", "history": [{"question": "b"}] * 20_000}).encode()),
    ("POST", "/api/ask", b"\xff" * 100_000),
    ("POST", "/api/library/remove", json.dumps({"ids": ["0" * 16] * 50_000}).encode()),
    ("GET", "/gradio_api/queue/data?session_hash=nobody", None),
]


@dataclass
class Worst:
    """Somebody who sends one kind of worst input again and again.

    Attributes:
        port: Of the server.
        cookie: Of somebody who has signed in.
        sent: How often each was sent.
        longest: Seconds of the longest of each.
    """

    port: int
    cookie: str = ""
    token: str = ""
    article: str = ""
    sent: dict[str, int] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        origin = {"Origin": f"http://{HOST}:{self.port}", "Sec-Fetch-Site": "same-origin"}
        self.net = Connections(self.port, origin | ({"Cookie": self.cookie} if self.cookie else {}))

    @property
    def kinds(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """What is sent, by name."""
        get = self.net.request
        return {
            "questions of 2,000 characters": self._long_question,
            "the longest article": lambda: get("GET", f"/article/{self.article}"),
            "a long conversation as a file": lambda: get("GET", f"/conversation/{self.token}.html"),
            "the list of articles": lambda: get("GET", "/api/library"),
            "files of 50 MB": self._upload,
            "bad requests": self._bad,
        }

    async def prepare(self, questions: list[str]) -> None:
        """Has a conversation, and looks for the longest article."""
        articles = json.loads((await self.net.request("GET", "/api/articles")).body)["articles"]
        self.article = max(articles, key=lambda item: int(item["characters"]))["id"]
        tab = Tab(self.port, looks=False, cookie=self.cookie)
        await tab.open()
        for question in questions:
            await tab.ask(question)
        found = [_TOKEN.search(shown) for shown in tab._shown.values()]
        self.token = next((match[1] for match in found if match), "")
        await tab.close()

    async def send(self, kinds: list[str], seconds: float) -> None:
        """Sends some kinds, each in a loop of its own, for so long."""
        until = time.monotonic() + seconds

        async def again(name: str) -> None:
            while time.monotonic() < until:
                began = time.monotonic()
                with suppress(*BROKEN, TimeoutError):
                    await self.kinds[name]()
                self.sent[name] = self.sent.get(name, 0) + 1
                self.longest[name] = max(self.longest.get(name, 0.0), time.monotonic() - began)
                await asyncio.sleep(0.05)

        await asyncio.gather(*(again(name) for name in kinds))

    async def _long_question(self) -> None:
        words = "why would somebody ask about the long orbit of number "
        question = (words * 60)[: 1990 - len(str(self.sent))] + str(time.monotonic_ns() % 10**8)
        body = json.dumps({"question": question[:2000]}).encode()
        async with asyncio.timeout(30):
            await self.net.request("POST", "/api/ask", body)

    async def _upload(self) -> None:
        await self.net.request("POST", "/api/library/files?name=big.txt", b"x" * FILE, "application/octet-stream")

    async def _bad(self) -> None:
        for method, path, body in _BAD:
            with suppress(*BROKEN):
                await self.net.request(method, path, body)


async def probe(port: int, seconds: float, cookie: str) -> list[float]:
    """Seconds of a light request, every 20 ms on one connection, whatever the one before took."""
    net = Connections(port, {"Cookie": cookie} if cookie else {})
    times = []
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            began = time.monotonic()
            await net.request("GET", LIGHT)
            times.append(time.monotonic() - began)
            await asyncio.sleep(max(0.0, EVERY - times[-1]))
    finally:
        net.close()
    return times


def freeze(bench: Bench, users: int) -> dict[str, Any]:
    """Users alone, then with each kind of worst input, then with all of them."""
    clock = bench.work / "clock.txt"
    bench.work.mkdir(parents=True, exist_ok=True)
    clock.unlink(missing_ok=True)
    runs: list[Run] = []
    rows: list[Row] = []
    questions = bench.home.questions
    # A copy, for files are sent to it.
    with bench.copied() as home, bench.launch(home, inside=["--clock", clock]).running() as server:
        plan = replace(with_cookie(bench, server.port), users=users)
        warm(server, plan, questions)
        worst = Worst(server.port, plan.cookie)
        asyncio.run(worst.prepare(questions[5:20]))
        may_open_many_files()
        names = list(worst.kinds)
        stages = [("users alone", []), *((name, [name]) for name in names), ("all of these", names)]
        each = max(5.0, plan.seconds / len(stages))
        for number, (name, kinds) in enumerate(stages):
            some = questions[20 + 500 * number :] + questions[:20]
            rows.append(_stage(server, replace(plan, seconds=each), some, name, kinds, worst, runs, clock))
        tracebacks = server.tracebacks()
    told = words(runs, None)
    result = {
        "longest gap inside ms": max(row["gap inside ms"] for row in rows),
        "longest gap outside ms": max(row["gap outside ms"] for row in rows),
        "tracebacks": tracebacks,
    }
    show("freeze", rows, *told, str(result))
    return {"rows": rows, "result": result, "words": told}


def _stage(
    server: Server,
    plan: Plan,
    questions: list[str],
    name: str,
    kinds: list[str],
    worst: Worst,
    runs: list[Run],
    clock: Any,
) -> Row:
    """Each of the three in a thread and loop of its own, so that none makes the probe late by what it does itself."""
    probed: list[float] = []
    port, seconds = server.port, plan.seconds + 1
    worst = replace(worst, sent={}, longest={})
    threads = [
        threading.Thread(target=lambda: probed.extend(asyncio.run(probe(port, seconds, plan.cookie)))),
        threading.Thread(target=lambda: asyncio.run(worst.send(kinds, seconds))),
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    run = asyncio.run(put_on(port, replace(plan, opening=1.0), questions))
    for thread in threads:
        thread.join()
    time.sleep(1.1)
    late = lateness(clock, began, time.monotonic())
    runs.append(run)
    found = summary(run.replies, run.seconds)
    return {
        "beside": name,
        "sent": sum(worst.sent.get(kind, 0) for kind in kinds),
        "longest s": round(max((worst.longest.get(kind, 0.0) for kind in kinds), default=0.0), 2),
        "gap inside ms": round(1000 * max(late, default=0.0)),
        "gap outside ms": round(1000 * max(probed, default=0.0)),
        "probe p99 ms": round(1000 * percentile(probed, 0.99)),
        "probes": len(probed),
        **{key: found[key] for key in ("questions", "busy", "errors", "p50", "p95", "max")},
    }
