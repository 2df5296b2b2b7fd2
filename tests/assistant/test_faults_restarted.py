"""A server that was killed, or whose index was damaged, is started again; and two at once over one index."""

from __future__ import annotations

import hashlib
import html
import http.client
import random
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fakes.faulty import ARTICLE, Faulty, Judge, home_in, left_over, verdicts
from fakes.scale import scaled
from fakes.watched import wait_until

from assistant.keeping.feedback import FeedbackFile
from assistant.library.librarian import BROKEN_OFF
from index.generations import IndexFolder
from index.manifest import MANIFEST

pytestmark = pytest.mark.slow
KILLS = scaled(10, 20)


@pytest.fixture
def home(tmp_path: Path, quick: None) -> Path:
    return home_in(tmp_path)


def test_killed_while_it_answers_and_changes_the_library(home: Path) -> None:
    with Faulty(home) as server:
        judge = Judge(server)
        stored: list[str] = []
        is_over = threading.Event()

        def upload() -> None:
            with suppress(OSError, http.client.HTTPException):
                for number in range(10_000):
                    text = ARTICLE.format(f"cave{number}", f"canto{number}") * 200
                    reply = server.upload(f"cave{number}.txt", text)
                    if reply.status == 201:
                        stored.append(reply.content["stored"])
                    if is_over.is_set():
                        return

        def ask() -> None:
            with suppress(OSError, http.client.HTTPException):
                while not is_over.is_set():
                    server.right("A")

        threads = [threading.Thread(target=work) for work in (upload, ask)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(stored) > 20)
        for _ in range(20):
            assert judge.judge()
        assert server.post("/api/library/add").status == 202
        wait_until(lambda: server.get("/api/library/job").content["job"]["step"] in ("reading", "embedding"))
        server.kill()
        is_over.set()
        for thread in threads:
            thread.join(20)
    lines = (home / "feedback.jsonl").read_bytes().split(b"\n")
    assert len([line for line in lines if line]) >= judge.acknowledged
    (kept,) = FeedbackFile(home).read().judgements
    assert kept.verdict == judge.last
    sizes = {
        len((ARTICLE.format(f"cave{number}", f"canto{number}") * 200).encode()) for number in range(len(stored) + 9)
    }
    for name in stored:
        assert (home / "articles" / name).stat().st_size in sizes
    with Faulty(home) as server:
        server.right("A", "B")
        job = server.get("/api/library/job").content["job"]
        assert (job["kind"], job["state"], job["message"]) == ("add", "failed", BROKEN_OFF)
        assert server.get("/api/health").content["notice"] == ""
        assert server.post("/api/library/add").status == 202
        assert server.job()["state"] == "done", "the next one works"
        server.right("A", "B")
        assert left_over(home) == []
        assert {path.name for path in (home / "articles").iterdir()} >= set(stored)
    with Faulty(home) as server:
        assert server.get("/api/library/job").content["job"] is None, "told once"


def test_killed_again_and_again(home: Path) -> None:
    """At moments that nobody chose: whatever was acknowledged is there, and nothing has to be mended by hand."""
    moments = random.Random(6)
    last: dict[str, str | None] = {}
    for number in range(KILLS):
        with Faulty(home) as server:
            server.right("A", "B")
            job = server.get("/api/library/job").content["job"]
            assert job is None or job["message"] == BROKEN_OFF
            judge = Judge(server)
            killing = threading.Timer(moments.uniform(0.05, 1.5), server.kill)
            stored = []
            killing.start()
            with suppress(OSError, http.client.HTTPException):
                for step in range(10_000):
                    name = f"cave{number}-{step}.txt"
                    reply = server.upload(name, ARTICLE.format(f"cave{number}-{step}", "canto") * 50)
                    stored += [name] if reply.status == 201 else []
                    judge.judge()
                    server.post("/api/library/add")
            killing.join()
        last[judge.token] = judge.last
        assert {path.name for path in (home / "articles").iterdir()} >= set(stored)
        found = {item.answer: item.verdict for item in FeedbackFile(home).read().judgements}
        for token, verdict in last.items():
            # One more may have been written whose acknowledgement the kill cut off.
            name = hashlib.sha256(f"{token}:1".encode()).hexdigest()[:16]
            assert verdict is None or name in found
    with Faulty(home) as server:
        server.right("A", "B")
        assert server.post("/api/library/add").status == 202
        job = server.job()
        assert job["state"] == "done", job
        assert left_over(home) == []


def test_a_half_written_verdict_costs_no_other_one(home: Path) -> None:
    """What a kill in the middle of a write would leave, which no kill can be timed for."""
    with Faulty(home) as server:
        judge = Judge(server)
        assert judge.judge()
    with (home / "feedback.jsonl").open("ab") as file:
        file.write(b'{"at": "2026-01-01T00:00:00+00:00", "answer": "half')
    with Faulty(home) as server:
        other = Judge(server)
        assert other.judge()
    found = FeedbackFile(home).read()
    assert (len(found.judgements), found.unreadable) == (2, 1)


def flip(home: Path) -> None:
    """A byte in every file of the current generation but the manifest, which says what it was made of."""
    current = IndexFolder(home).current_name()
    for path in (home / "index" / "generations" / str(current)).rglob("*"):
        if path.is_file() and path.stat().st_size and path.name != MANIFEST:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 0xFF
            path.write_bytes(content)


def forge(home: Path) -> None:
    """One letter of an article, which nothing but its sha256 gives away."""
    current = IndexFolder(home).current_name()
    for path in (home / "index" / "generations" / str(current)).glob("*.jsonl"):
        path.write_bytes(path.read_bytes().replace(b"badger", b"bodger"))


def lose(home: Path) -> None:
    (home / "index" / "generations" / str(IndexFolder(home).current_name())).rename(home / "lost")


def cut_pointer(home: Path) -> None:
    (home / "index" / "CURRENT").write_text("00")


def remove_pointer(home: Path) -> None:
    (home / "index" / "CURRENT").unlink()


@pytest.mark.parametrize(
    ("harm", "answering", "aside", "mended"),
    [
        (forge, "000001", 1, "AB"),
        (flip, "000001", 1, "AB"),
        # What the lost one was made of, nobody knows any more.
        (lose, "000001", 0, "A"),
        (cut_pointer, "000002", 0, "AB"),
        (remove_pointer, "000002", 0, "AB"),
    ],
    ids=["forged", "flipped", "lost", "cut-pointer", "no-pointer"],
)
def test_a_damaged_index_is_never_answered_from(home: Path, harm: Any, answering: str, aside: int, mended: str) -> None:
    with Faulty(home) as server:
        server.right("A", "B")
        harm(home)
        time.sleep(1.5)  # longer than it takes to look whether there is a newer one
        server.right("A", "B")
        assert server.get("/api/health").content["generation"] == "000002", "what is open stays whole"
    with Faulty(home) as server:
        server.right("A")
        health = server.get("/api/health").content
        assert health["generation"] == answering
        assert "assistant index rebuild" in health["notice"]
        assert (health["is_fallback"], health["set_aside"]) == (True, aside)
        assert html.escape(health["notice"]) in server.see_page()
        found = server.figures()
        assert (found["citewell_index_fallback"], found["citewell_index_set_aside"]) == (1, aside)
        assert found["citewell_ready"] == 1
        assert server.post("/api/library/rebuild").status == 202
        job = server.job()
        assert job["state"] == "done", job["message"]
        wait_until(lambda: not server.get("/api/health").content["notice"], 20)
        server.right(*mended)
        health = server.get("/api/health").content
        assert not health["is_fallback"]
        assert health["generation"] != answering
    with Faulty(home) as server:
        server.right(*mended)
        assert server.get("/api/health").content["notice"] == ""


def test_two_servers_on_one_home(home: Path) -> None:
    with Faulty(home) as one, Faulty(home) as other:
        for server in (one, other):
            server.right("A", "B")
        assert one.upload("cave.txt", ARTICLE.format("cave", "canto")).status == 201
        assert one.post("/api/library/add").status == 202
        assert one.job()["state"] == "done"
        for server in (one, other):
            wait_until(lambda server=server: server.get("/api/health").content["generation"] == "000003", 20)
            server.right("A", "B")
        for server in (one, other):
            assert server.post("/api/library/rebuild").status == 202
        ends = [server.job() for server in (one, other)]
        assert "done" in {job["state"] for job in ends}
        for job in ends:
            assert job["state"] == "done" or "Another process is building" in job["message"]
        for server in (one, other):
            server.right("A", "B")
            assert Judge(server).judge()
        one.kill()
        other.right("A", "B")
    assert verdicts(home) == 2
