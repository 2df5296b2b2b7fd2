"""What a server says of itself: figures that agree with what was asked, health for people and for machines."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes.embedder import WordEmbedder
from fakes.service import FakeService, abstained, quoting, working
from fakes.team import team_in
from fakes.watched import Server, wait_until
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from assistant.desk.desk import Desk
from assistant.library.librarian import Librarian
from assistant.monitoring.metrics import Metrics
from assistant.monitoring.observed import Observed
from assistant.monitoring.recording import Recorder, template_of
from assistant.monitoring.vitals import ALL_STUCK, LOW, Pulse
from assistant.types import Answer, Turn
from assistant.web.api_models import Health, Readiness
from assistant.web.app import create_app
from assistant.web.routes import RULES
from index.build import build
from index.settings import IndexSettings

HERE = "http://localhost"
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def figures_of(text: str) -> Figures:
    """Read as Prometheus does."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(figures: Figures, name: str, **labels: str) -> float:
    return figures.get((f"citewell_{name}", frozenset(labels.items())), 0.0)


def figures(client: TestClient) -> Figures:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return figures_of(answer.text)


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def client(service: FakeService) -> TestClient:
    return TestClient(create_app(service), base_url=HERE, raise_server_exceptions=False)


def test_the_counts_are_those_of_what_was_asked(client: TestClient) -> None:
    asked = {"When?": 7, "unknown": 5, "explode": 3}
    for question, times in asked.items():
        for _ in range(times):
            client.post("/api/ask", json={"question": question})
    for number in range(4):
        client.get(f"/article/{number}")
        client.get(f"/conversation/{'secret' * 7}{number}.md")
        client.get(f"/nowhere/{number}?secret")
    client.get("/api/health", headers={"Host": "evil.example"})
    client.request("CANARY", "/api/ask")
    found = figures(client)
    ask = {"route": "/api/ask", "method": "POST"}
    assert of(found, "requests_total", **ask, status="2xx") == 12
    assert of(found, "requests_total", **ask, status="5xx") == 3
    assert of(found, "request_seconds_count", route="/api/ask") == 15
    assert of(found, "requests_total", route="/article/{}", method="GET", status="4xx") == 4
    assert of(found, "requests_total", route="/conversation/{}", method="GET", status="4xx") == 4
    assert of(found, "requests_total", route="other", method="GET", status="4xx") == 4
    assert of(found, "requests_total", route="other", method="other", status="4xx") == 1
    assert of(found, "requests_total", route="/api/health", method="GET", status="4xx") == 1, "refused, and counted"
    for status, times in (("answered", 7), ("abstained", 5), ("failed", 3), ("left", 0)):
        assert of(found, "answers_total", status=status, mode="quotes") == times
    assert of(found, "citations_total") == 7 * 4
    for step, seconds in (("search", 0.0123), ("read", 0.0456)):
        assert of(found, "answer_seconds_count", step=step) == 12
        assert of(found, "answer_seconds_sum", step=step) == pytest.approx(12 * seconds)
    assert of(found, "requests_open") == 1, "the one that asks"
    assert of(found, "index_generation") == 7
    assert (of(found, "index_articles"), of(found, "index_passages"), of(found, "ready")) == (2, 12, 1)
    assert of(found, "index_fallback") == of(found, "build_running") == of(found, "questions_stuck") == 0
    assert "secret" not in client.get("/metrics").text


def test_however_many_addresses_are_tried_the_figures_do_not_grow(client: TestClient) -> None:
    def grow(times: range) -> int:
        for number in times:
            for path in ("/", "/article/a", "/page/p", "/assets/a-", "/api/articles/", "/conversation/t", "/x/file="):
                client.get(f"{path}{number}")
            client.request(f"M{number}", "/")
        return len(figures(client))

    grow(range(1))  # the first look at the figures is counted only in the second
    assert grow(range(3)) == grow(range(3, 20))


def test_every_rule_has_a_bounded_number_of_names() -> None:
    """Also one that somebody adds tomorrow: what varies in a path is found out from the rule itself."""
    for method, rules in RULES.items():
        for rule in rules:
            parts = rule.paths.pattern.replace("\\", "").replace("(?:", "|").replace(")?", "|").replace(")", "|")
            paths = {f"{prefix}{word}" for prefix in parts.split("|") for word in ("", "q0", "7", "abcdef", "zz-Z.x_1")}
            names = {template_of(method, path) for path in paths if rule.paths.fullmatch(path)}
            assert not [name for name in names if any(word in name for word in ("q0", "abcdef", "zz-Z"))], names
    for path, name in (
        ("/conversation/Cz-jaQXLRM_B1c7D-s2XqefQjp1cXtQJ03.json", "/conversation/{}"), ("/api/ready", "/api/ready"),
        ("/gradio_api/heartbeat/abc123", "/gradio_api/heartbeat/{}"), ("/", "/"), ("/api/articles", "/api/articles"),
        ("/api/library/job", "/api/library/job"), ("/conversation/a/b", "other"), ("/api/ask", "other"), ("", ""),
    ):  # fmt: skip
        assert template_of("GET", path) == name


def test_what_is_left_or_never_ends_is_no_answer() -> None:
    told: list[tuple[str, str]] = []

    class Scripted(FakeService):
        def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
            yield working(question, "")
            if question == "raise":
                raise RuntimeError(question)
            if question != "never":
                yield quoting(question, self.articles) if question == "answer" else abstained(question, "No.", ())

    service = Observed(Scripted(), lambda outcome, last: told.append((outcome, last.status if last else "")))
    for question in ("answer", "abstain", "never"):
        list(service.stream(question, ()))
    with pytest.raises(RuntimeError):
        list(service.stream("raise", ()))
    leaving = service.stream("answer", ())
    next(leaving)
    leaving.close()  # type: ignore[attr-defined]
    whole = service.stream("answer", ())
    assert [next(whole).status, next(whole).status] == ["working", "answered"]
    whole.close()  # type: ignore[attr-defined]
    assert told == [
        ("answered", "answered"), ("abstained", "abstained"), ("failed", "working"), ("failed", "working"),
        ("left", "working"), ("answered", "answered"),
    ]  # fmt: skip


def test_the_loop_is_watched_and_a_block_of_it_is_seen() -> None:
    metrics = Metrics()

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.6)
        time.sleep(1.2)  # noqa: ASYNC251 - what must not happen
        await asyncio.sleep(0.6)

    asyncio.run(Recorder(inner, metrics)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    service = FakeService()
    found = figures_of(metrics.text(Pulse(service, Desk(service)).take()).decode())
    late = of(found, "event_loop_lag_seconds_count") - of(found, "event_loop_lag_seconds_bucket", le="0.5")
    assert late >= 1
    assert of(found, "event_loop_lag_seconds_count") >= 2


@pytest.mark.slow
def test_over_real_sockets_the_process_is_measured_and_questions_that_wait_are_seen() -> None:
    with Server("text", "off", {}) as server:
        server.gate(is_open=False)
        threads = [threading.Thread(target=server.ask, args=(f"{n}",)) for n in range(100)]
        for thread in threads:
            thread.start()
        seen = []
        until = time.monotonic() + 30
        while time.monotonic() < until:
            seen.append(figures_of(server.call("GET", "/metrics")[1]))
            if of(seen[-1], "questions_refused_total", reason="full"):
                break
            time.sleep(0.05)
        server.gate(is_open=True)
        for thread in threads:
            thread.join(60)
        wait_until(lambda: of(figures_of(server.call("GET", "/metrics")[1]), "event_loop_lag_seconds_count") > 0)
        last = figures_of(server.call("GET", "/metrics")[1])
        assert json.loads(server.call("GET", "/api/health")[1])["questions"] == {"in_work": 0, "waiting": 0, "stuck": 0}
    assert max(of(found, "questions_in_work") for found in seen) > 0
    assert max(of(found, "questions_waiting") for found in seen) > 0
    answered = of(last, "answers_total", status="answered", mode="quotes")
    refused = sum(of(last, "questions_refused_total", reason=reason) for reason in ("full", "slow", "waited", "late"))
    assert answered > 0
    assert refused > 0
    assert answered + refused == 100
    assert of(last, "requests_total", route="/api/ask", method="POST", status="2xx") == answered
    assert of(last, "requests_total", route="/api/ask", method="POST", status="5xx") == refused
    assert last["process_resident_memory_bytes", frozenset()] > 1e7


def test_health_is_for_people_and_readiness_for_machines(client: TestClient, service: FakeService) -> None:
    for state, status in (("ready", 200), ("warming", 503), ("failed", 503)):
        service.state, service.failure = state, "There is no index." if state == "failed" else ""  # type: ignore[assignment]
        health = client.get("/api/health")
        assert health.status_code == 200
        assert Health.model_validate(health.json()).status == state
        ready = client.get("/api/ready")
        assert ready.status_code == status
        assert Readiness.model_validate(ready.json()).ready is (state == "ready")
        assert ready.headers.get("retry-after") == (None if state == "ready" else "5")
        assert ready.json()["message"] == health.json()["message"]
        assert of(figures(client), "ready") == (state == "ready")
    assert "no index" in ready.json()["message"]


def test_with_sign_in_strangers_learn_the_status_only(tmp_path: Path) -> None:
    team = team_in(tmp_path, FakeService(notice="An older one answers."))
    stranger, program = team.program(""), team.program(team.tokens["bob"])
    stranger.headers.pop("Authorization")
    assert stranger.get("/api/health").json() == {"status": "ready"}
    assert stranger.get("/api/ready").json() == {"ready": True, "status": "ready", "message": ""}
    assert stranger.get("/metrics").status_code == 401
    assert program.get("/api/health").json()["notice"] == "An older one answers."
    found = figures(program)
    assert of(found, "requests_total", route="/metrics", method="GET", status="4xx") == 1
    assert "bob" not in str(found)


class Stuck(Desk):
    """Every place is held."""

    stuck = 3
    is_blocked = True


def test_a_server_in_which_everything_is_stuck_is_not_ready() -> None:
    service = FakeService()
    vitals = Pulse(service, Stuck(service)).take()
    assert (vitals.is_ready, vitals.stuck, vitals.message) == (False, 3, ALL_STUCK)
    assert Pulse(service, Desk(service)).take().is_ready


@pytest.fixture
def home(tmp_path: Path, quick: None) -> Path:
    home = tmp_path / "home"
    (tmp_path / "a.md").write_text("# One\n\nThe first one.\n")
    build([tmp_path / "a.md"], settings=IndexSettings(home=home), embedder=WordEmbedder())
    return home


def at(home: Path, **values: Any) -> Pulse:
    warm = threading.Event()
    librarian = Librarian(IndexSettings(home=home), lambda: None, warm)
    service = FakeService(librarian=librarian, **values)
    return Pulse(service, Desk(service))


def test_age_damage_fallback_and_room_are_looked_up_where_the_index_is(home: Path) -> None:
    pulse = at(home, generation="000001")
    vitals = pulse.take()
    assert vitals.created is not None
    assert abs((datetime.now(UTC) - vitals.created).total_seconds()) < 300
    assert (vitals.is_fallback, vitals.set_aside, vitals.is_disk_low) == (False, 0, False)
    assert vitals.disk_free == pytest.approx(shutil.disk_usage(home).free, rel=0.2)
    aside = home / "index" / "set-aside"
    aside.mkdir()
    for name in ("000002", "000002-2"):
        (aside / name).mkdir()
    fallen_back = at(home, generation="000000", notice="Generation 000001 is damaged.").take()
    assert (fallen_back.is_fallback, fallen_back.set_aside) == (True, 2)
    assert not at(home, generation="000001", notice="Something else.").take().is_fallback
    figures = figures_of(Metrics().text(fallen_back).decode())
    assert (of(figures, "index_fallback"), of(figures, "index_set_aside")) == (1, 2)
    assert of(figures_of(Metrics().text(vitals).decode()), "index_created_timestamp_seconds") > 1.6e9
    shutil.rmtree(home / "index")
    assert pulse.take().set_aside == 0, "what is gone is no error"


def test_a_disk_that_is_nearly_full_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)
    for free, is_low in ((LOW, False), (LOW - 1, True)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        assert at(home).take().to_dict()["disk"] == {"free_bytes": free, "is_low": is_low}


def test_a_job_of_the_library_is_seen(home: Path) -> None:
    pulse = at(home)
    librarian = pulse._service.librarian
    assert librarian
    librarian.rebuild()
    assert pulse.take().is_building
    librarian.cancel()
    until = time.monotonic() + 20
    while pulse.take().is_building and time.monotonic() < until:
        time.sleep(0.02)
    assert not pulse.take().is_building
