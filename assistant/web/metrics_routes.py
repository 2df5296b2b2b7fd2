"""The routes by which others watch over the server: ``/api/health``, ``/api/ready`` and ``/metrics``.

What may reach them says :mod:`assistant.web.routes`.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request  # noqa: TC002 - FastAPI reads the annotations of routes
from fastapi.responses import JSONResponse, Response

from assistant.monitoring.metrics import CONTENT_TYPE
from assistant.web.api_models import Health, Readiness

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.monitoring.metrics import Metrics
    from assistant.monitoring.vitals import Pulse, Vitals

RETRY_AFTER = "5"


def add_metrics_routes(app: FastAPI, pulse: Pulse, metrics: Metrics, knows: Callable[[Request], bool]) -> None:
    """Adds the routes.

    Args:
        app: Where to.
        pulse: Says how the server is.
        metrics: What was counted.
        knows: Whether a request comes from somebody who may know more than that the server is there.
    """
    product = _version()

    @app.get(
        "/api/health",
        tags=["Health"],
        summary="How the assistant is",
        response_model=None,
        responses={200: {"model": Health}},
    )
    def health(request: Request) -> JSONResponse:
        """How the assistant is.

        ``status`` is ``"warming"`` while the models are loading (the page is served, and what is asked waits), then
        ``"ready"``, or ``"failed"`` with the reason in ``message``. The response is 200 in all three: somebody answers,
        so there is no need to start the server again. Who has not signed in where one must gets the status only.
        """
        vitals = pulse.take()
        return JSONResponse({**vitals.to_dict(), "version": product} if knows(request) else {"status": vitals.state})

    @app.get(
        "/api/ready",
        tags=["Health"],
        summary="Whether questions are answered now",
        response_model=None,
        responses={200: {"model": Readiness}, 503: {"model": Readiness, "description": "Not now."}},
    )
    def ready(request: Request) -> JSONResponse:
        """Whether a question that is asked now is answered: 200, or 503 while that is not so.

        For load balancers and the like, which read the status alone and send nobody here while it is 503.
        """
        vitals = pulse.take()
        return _readiness(vitals, vitals.message if knows(request) else "")

    @app.get("/metrics")
    def figures() -> Response:
        return Response(metrics.text(pulse.take()), media_type=CONTENT_TYPE)


def _readiness(vitals: Vitals, message: str) -> JSONResponse:
    content: dict[str, Any] = {"ready": vitals.is_ready, "status": vitals.state, "message": message}
    if vitals.is_ready:
        return JSONResponse(content)
    return JSONResponse(content, 503, headers={"Retry-After": RETRY_AFTER})


def _version() -> str:
    try:
        return version("citewell")
    except PackageNotFoundError:
        return ""
