"""Faults while the server serves: what must be true during each, and after it."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fakes.corpora import CODES
from fakes.faulty import ARTICLE, READY, Faulty, Judge, ended, home_in, left_over, verdicts
from fakes.watched import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, quick: None) -> Path:
    return home_in(tmp_path)


@pytest.fixture
def server(home: Path) -> Iterator[Faulty]:
    with Faulty(home) as server:
        yield server


def test_a_full_disk_is_told_and_answers_go_on(server: Faulty, home: Path) -> None:
    judge = Judge(server)
    assert judge.judge()
    assert server.upload("early.txt", ARTICLE.format("cave", "canto")).status == 201
    whole = (home / "feedback.jsonl").stat().st_size
    # What is larger than the first verdict cannot be written any more: a disk with no room, as far as this one knows.
    server.happen("disk", whole)
    process = psutil.Process(server._process.pid)
    for _ in range(20):
        judge.judge()
    before = process.memory_info().rss
    for _ in range(200):
        assert not judge.judge()
        assert server.upload("big.txt", ARTICLE.format("cave", "canto") * 100).status == 507
    server.right("A", "B")
    assert process.memory_info().rss - before < 30e6
    assert {status for status, _ in judge.refusals} == {507}
    assert all("Could not keep the verdict" in said and "allowed size" in said for _, said in judge.refusals)
    assert [path.name for path in (home / "articles").iterdir()] == ["early.txt"]
    assert server.post("/api/library/add").status == 202
    job = server.job()
    assert job["state"] == "failed"
    assert "ulimit -f" in job["message"]
    server.right("A", "B")
    server.happen("disk", -1)
    assert judge.judge()
    assert server.upload("late.txt", ARTICLE.format("cliff", "cello")).status == 201
    assert server.post("/api/library/add").status == 202
    assert server.job()["state"] == "done"
    server.right("A", "B")
    assert verdicts(home) == 1
    assert left_over(home) == []
    assert {path.name for path in (home / "articles").iterdir()} == {"early.txt", "late.txt"}


def test_a_newer_index_that_cannot_be_read_is_said_and_the_old_one_answers(server: Faulty, home: Path) -> None:
    folder = home / "index"
    shutil.copytree(folder / "generations" / "000002", folder / "generations" / "000003")
    (folder / "CURRENT").write_text(f"000003 {'0' * 64}\n")
    wait_until(lambda: server.get("/api/health").content["notice"], 20)
    health = server.get("/api/health").content
    assert (health["generation"], health["is_fallback"]) == ("000002", True)
    server.right("A", "B")


def test_too_many_open_files_are_survived(server: Faulty) -> None:
    server.happen("files", 6)
    held = []
    refused = 0
    for _ in range(60):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        connection.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n")  # and no end
        held.append(connection)
    other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
    try:
        other.request("GET", "/api/health")
        refused += other.getresponse().status != 200
    except OSError:
        refused += 1
    finally:
        other.close()
    assert refused, "there was no room: the fault was real"
    for connection in held:
        connection.close()
    wait_until(lambda: _answers(server), 20)
    server.right("A")
    server.happen("files", -1)
    server.right("A", "B")
    assert server._process.poll() is None


def _answers(server: Faulty) -> bool:
    try:
        return server.get("/api/health").status == 200
    except OSError:
        return False


def test_a_stuck_answer_is_given_up_told_and_others_are_served(home: Path) -> None:
    with Faulty(home, deadline=1.5) as server:
        told: list[tuple[int, str]] = []

        def ask() -> None:
            reply = server.post("/api/ask", {"question": "hang for ever?"})
            told.append((reply.status, reply.error))

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert all(status >= 500 and "given up" in said for status, said in told), told
        assert len(told) == 3
        server.right("A", "B")
        health = server.get("/api/health").content
        assert health["questions"]["stuck"] == 3
        assert server.figures()["citewell_questions_stuck"] == 3
        assert server.figures()['citewell_questions_refused_total{reason="late"}'] == 3
        assert ended(server) == 0


def test_terminated_in_the_middle_of_answers_it_ends_at_once_and_in_good_order(home: Path) -> None:
    # No answer is given up while the end of the server is awaited.
    with Faulty(home, deadline=10 * READY) as server:
        cut: list[str] = []

        def ask() -> None:
            body = json.dumps({"question": "hang: what is the secret word of the windmill?", "stream": True})
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2 * READY)
            try:
                connection.request("POST", "/api/ask", body, {"Content-Type": "application/json"})
                cut.append(connection.getresponse().read().decode())
            except (OSError, http.client.HTTPException) as error:
                cut.append(type(error).__name__)
            finally:
                connection.close()

        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        wait_until(lambda: server.get("/api/health").content["questions"]["in_work"] > 0)
        assert ended(server) == 0
        for thread in threads:
            thread.join(20)
        assert len(cut) == 5
        assert not any('"answered"' in text for text in cut), "cut, and nothing half told as a whole"
    assert "Traceback" not in server.errors
    assert list((home / "index" / "readers").iterdir()) == []


def test_a_clock_that_jumps_is_no_trouble(server: Faulty, home: Path) -> None:
    for jump in (-86_400 * 400, 86_400 * 400, 0):
        server.happen("clock", jump)
        server.right("A", "B")
        assert Judge(server).judge()
        assert server.get("/api/ready").status == 200
        assert server.upload(f"cave{jump}.txt", ARTICLE.format("cave", f"canto{jump}")).status == 201
        assert server.post("/api/library/add").status == 202
        assert server.job()["state"] == "done"
    wait_until(lambda: server.get("/api/health").content["generation"] == "000005", 20)
    assert verdicts(home) == 3


def test_the_guards_of_these_tests_see_what_they_are_for(server: Faulty, home: Path) -> None:
    """The proofs: each way of looking fails when there is something to be seen."""
    with pytest.raises(AssertionError):
        server.right("A", "C") if "C" in CODES else _wrong(server)
    (home / "index" / "building").mkdir()
    (home / "index" / "building" / "half").write_text("x")
    assert left_over(home) != []
    assert server.post("/api/feedback", {"token": "nobody", "turn": 1, "verdict": "up"}).status != 200


def _wrong(server: Faulty) -> None:
    """Looks for a word that stands in another article."""
    before = CODES["A"]["windmill"]
    CODES["A"]["windmill"] = CODES["A"]["harbour"]
    try:
        server.right("A")
    finally:
        CODES["A"]["windmill"] = before
