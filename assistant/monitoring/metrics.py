"""What is counted and measured while the assistant serves, as Prometheus reads it; the only home of its client.

Labels have a fixed, small number of values: no names, questions, titles and addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.monitoring.vitals import Vitals
    from assistant.types import Answer

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
OUTCOMES = ("answered", "abstained", "failed", "left")
"""How an answer ended: given, refused since the articles do not say, broken off by a fault, not waited for."""
MODES = ("quotes", "model")
REASONS = ("full", "slow", "waited", "late")
"""See :attr:`assistant.desk.desk.Desk.refused`."""
STEPS = ("search", "read", "first_word", "model", "check", "total")
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH")
OTHER = "other"
"""For methods and routes that are none of ours."""
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STEP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 30, 60)
_LAG_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """All figures of one application, in a registry of its own; safe to use from several threads."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "citewell_requests", "Requests by route, method and class of status.", ["route", "method", "status"],
            registry=registry,
        )  # fmt: skip
        self._request_seconds = Histogram(
            "citewell_request_seconds", "Seconds from a request to the end of its response; tabs hold theirs open.",
            ["route"], buckets=_REQUEST_SECONDS, registry=registry,
        )  # fmt: skip
        self._open_requests = Gauge(
            "citewell_requests_open", "Requests whose response has not ended.", registry=registry
        )
        self._answers = Counter(
            "citewell_answers", "Answers by how they ended and who wrote them.", ["status", "mode"], registry=registry
        )
        self._citations = Counter("citewell_citations", "Quotes given in answers.", registry=registry)
        self._step_seconds = Histogram(
            "citewell_answer_seconds", "Seconds of the steps of an answer.", ["step"], buckets=_STEP_SECONDS,
            registry=registry,
        )  # fmt: skip
        self._lag = Histogram(
            "citewell_event_loop_lag_seconds", "How much later than asked for the event loop comes back.",
            buckets=_LAG_SECONDS, registry=registry,
        )  # fmt: skip
        for status in OUTCOMES:
            for mode in MODES:
                self._answers.labels(status, mode)
        self._refused = _Refused()
        registry.register(self._refused)
        self._in_work = _gauge(registry, "citewell_questions_in_work", "Questions that are being answered.")
        self._waiting = _gauge(registry, "citewell_questions_waiting", "Questions that wait for their turn.")
        self._stuck = _gauge(registry, "citewell_questions_stuck", "Answers given up that still hold a thread.")
        self._ready = _gauge(registry, "citewell_ready", "1 if questions can be answered.")
        self._generation = _gauge(registry, "citewell_index_generation", "Number of the generation that answers.")
        self._articles = _gauge(registry, "citewell_index_articles", "Articles in it.")
        self._passages = _gauge(registry, "citewell_index_passages", "Passages in it.")
        self._created = _gauge(registry, "citewell_index_created_timestamp_seconds", "When it was made; 0 if unknown.")
        self._set_aside = _gauge(registry, "citewell_index_set_aside", "Generations found damaged and set aside.")
        self._fallback = _gauge(registry, "citewell_index_fallback", "1 if another generation answers than should.")
        self._build = _gauge(registry, "citewell_build_running", "1 while the library is being changed.")
        self._disk = _gauge(registry, "citewell_disk_free_bytes", "Free for the index; NaN if unknown.")
        self._started = _gauge(registry, "citewell_started_timestamp_seconds", "When the server started.")

    def begin_request(self) -> None:
        """A request has come."""
        self._open_requests.inc()

    def end_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A response has ended.

        Args:
            route: Template of its path, or :data:`OTHER`.
            method: As the caller named it.
            status: HTTP status.
            seconds: Since the request came.
        """
        self._open_requests.dec()
        kind = f"{status // 100}xx" if 100 <= status < 600 else OTHER
        self._requests.labels(route, method if method in METHODS else OTHER, kind).inc()
        self._request_seconds.labels(route).observe(seconds)

    def end_answer(self, outcome: str, answer: Answer | None) -> None:
        """An answer has ended.

        Args:
            outcome: One of :data:`OUTCOMES`.
            answer: The last that was known of it.
        """
        self._answers.labels(outcome, answer.mode if answer else MODES[0]).inc()
        if answer is None or outcome not in ("answered", "abstained"):
            return
        self._citations.inc(len(answer.citations))
        for step in STEPS:
            if step in answer.timings:
                self._step_seconds.labels(step).observe(answer.timings[step])

    def lag(self, seconds: float) -> None:
        """How late the event loop was once."""
        self._lag.observe(seconds)

    def text(self, vitals: Vitals) -> bytes:
        """Everything, as Prometheus reads it.

        Args:
            vitals: What is not counted but looked at.
        """
        for gauge, value in (
            (self._in_work, vitals.in_work),
            (self._waiting, vitals.waiting),
            (self._stuck, vitals.stuck),
            (self._ready, vitals.is_ready),
            (self._generation, int(vitals.generation) if vitals.generation.isdecimal() else 0),
            (self._articles, vitals.articles),
            (self._passages, vitals.passages),
            (self._created, vitals.created.timestamp() if vitals.created else 0),
            (self._set_aside, vitals.set_aside),
            (self._fallback, vitals.is_fallback),
            (self._build, vitals.is_building),
            (self._disk, float("nan") if vitals.disk_free is None else vitals.disk_free),
            (self._started, vitals.started.timestamp()),
        ):
            gauge.set(value)
        self._refused.counts = vitals.refused
        return generate_latest(self._registry)


class _Refused(Collector):
    """Counts that are kept elsewhere.

    Attributes:
        counts: By reason.
    """

    def __init__(self) -> None:
        self.counts: Mapping[str, int] = {}

    def collect(self) -> Iterator[CounterMetricFamily]:
        """See prometheus-client."""
        family = CounterMetricFamily(
            "citewell_questions_refused",
            "Questions that got no answer since too many ask, by reason.",
            labels=["reason"],
        )
        for reason in REASONS:
            family.add_metric([reason], self.counts.get(reason, 0))
        yield family


def _gauge(registry: CollectorRegistry, name: str, meaning: str) -> Gauge:
    return Gauge(name, meaning, registry=registry)
