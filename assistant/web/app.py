"""The ASGI application: our routes, the page behind them, and the guard in front of both."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import os
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from assistant.access.door import KEY, caller_of
from assistant.access.entrance import Entrance, Unprefixed
from assistant.access.separation import Separation
from assistant.desk.desk import Desk
from assistant.desk.talk import Talks
from assistant.errors import AddressError
from assistant.library.articles import article_html
from assistant.monitoring.metrics import Metrics
from assistant.monitoring.observed import Observed
from assistant.monitoring.recording import Recorder
from assistant.monitoring.vitals import Pulse
from assistant.page.shell import Dresser
from assistant.web.api import add_api_routes, add_error_shapes
from assistant.web.gate import Gate
from assistant.web.guard import Guard
from assistant.web.library_routes import add_library_routes
from assistant.web.metrics_routes import add_metrics_routes
from assistant.web.openai_routes import add_openai_routes
from assistant.web.talk_routes import add_talk_routes
from index.settings import go_offline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

    from assistant.desk.places import Limits
    from assistant.service import Service

log = logging.getLogger(__name__)

GONE = "This article has changed or was removed."
NO_PLACE = "There is no such place in this article."
T = TypeVar("T")
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def create_app(
    service: Service,
    *,
    entrance: Entrance | None = None,
    guarded: bool = True,
    log_questions: bool = False,
    limits: Limits | None = None,
) -> ASGIApp:
    """The whole application.

    Args:
        service: What answers.
        entrance: Who may come in, and how; by default everybody on this machine.
        guarded: Whether the guard stands in front; tests leave it out to show what it is for.
        log_questions: Whether the log may hold what is asked.
        limits: How many questions at once, and how long they may wait and take.
    """
    go_offline()
    from assistant.page.ui import TITLE, mount_page  # noqa: PLC0415 - takes seconds, and only serving needs it

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_error_shapes(app)
    metrics = Metrics()
    service = Observed(service, metrics.end_answer, with_questions=log_questions)
    _add_routes(app, service)
    add_library_routes(app, service)
    desk = Desk(service, limits)
    add_metrics_routes(app, Pulse(service, desk), metrics, lambda request: request.scope.get(KEY) is not None)
    add_api_routes(app, desk)
    add_openai_routes(app, desk)
    talks = Talks(service.archive)
    add_talk_routes(app, service, talks)
    page = _in_event_loop(lambda: mount_page(app, desk, talks))
    entrance = entrance or Entrance()
    gated = Gate(app, desk, page.asking) if guarded else app
    dressed = Dresser(gated, TITLE, _addresses(".css"), _addresses(".js"), entrance.prefix)
    inner = Guard(dressed, page.events, Separation(page.tabs.of, page.tabs.is_known), entrance) if guarded else dressed
    recorded = Recorder(inner, metrics)
    return Unprefixed(recorded, entrance.prefix) if entrance.prefix else recorded


def _in_event_loop(step: Callable[[], T]) -> T:
    """Runs a step where an event loop runs; elsewhere Gradio would make loops of its own and never close them."""

    async def inside() -> T:
        return step()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(inside())
    else:
        return step()


def run(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    announce: Callable[[str], None] | None = None,
    stopping: Callable[[], None] | None = None,
) -> None:
    """Serves the application until it is interrupted.

    Args:
        app: From :func:`create_app`.
        host: Address to listen on.
        port: TCP port; 0 for any that is free.
        announce: Told the page's address as soon as it can be opened.
        stopping: Called when the end begins.

    Raises:
        AddressError: If the address cannot be listened on.
    """
    import uvicorn  # noqa: PLC0415 - only serving needs it

    listener = _listen(host, port)
    # Where it listens at all addresses, this one is the one that can be opened here.
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    address = f"http://{shown}:{listener.getsockname()[1]}/"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if announce and not self.should_exit:
                announce(address)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            if stopping:
                stopping()
            # Open tabs are cut off, which is no error, but would be reported as one for each tab.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    # Tabs keep a connection open for as long as they live, so the end does not wait for connections to close.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=0,
        ws="none",
        # It would believe what headers say of the caller's address; the guard looks itself whom it may believe.
        proxy_headers=False,
        server_header=False,
    )
    # uvicorn ends in good order when interrupted or terminated, and then passes that on.
    with listener, suppress(KeyboardInterrupt), _terminated_like_interrupted():
        Server(config).run(sockets=[listener])


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Makes SIGTERM, by which services are stopped, an end in good order: exit code 0."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressError(
                f"Port {port} is in use, perhaps by another 'assistant serve'. Choose another one with --port."
            ) from error
        # Not the error's own text, to which Python adds the address in brackets.
        reason = str(error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0))
        raise AddressError(
            f"The page cannot be served at {host}:{port}: {reason}. Choose another with --host or --port."
        ) from error


def _add_routes(app: FastAPI, service: Service) -> None:
    @app.get("/article/{article_id}")
    def article(article_id: str, start: str | None = None, end: str | None = None) -> JSONResponse:
        found = service.article(article_id)
        if found is None:
            return JSONResponse({"error": GONE}, 404)
        try:
            shown = article_html(found, _offset(start), _offset(end))
        except ValueError:
            return JSONResponse({"error": NO_PLACE}, 422)
        return JSONResponse({"html": shown})

    @app.get("/api/me")
    def me(request: Request) -> JSONResponse:
        caller = caller_of(request.scope)
        return JSONResponse({"name": caller.name, "role": caller.role, "may_sign_out": caller.way == "password"})

    @app.get("/page/{name}")
    def page_file(name: str) -> Response:
        body = page_files().get(name)
        if body is None:
            return JSONResponse({"error": "There is no such file."}, 404)
        media_type = _MEDIA_TYPES[name[name.rindex(".") :]]
        return Response(body, media_type=media_type, headers={"Cache-Control": "max-age=86400"})

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(page_files()["icon.svg"], media_type=_MEDIA_TYPES[".svg"])


@cache
def page_files() -> dict[str, bytes]:
    """The page's own scripts and style, by name."""
    folder = files("assistant") / "page"
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith(tuple(_MEDIA_TYPES))}


def _addresses(ending: str) -> list[str]:
    """Where the page's files are, seen from the page.

    With a mark that changes with their content, so that none is shown from a cache.
    """
    return [
        f"page/{name}?v={hashlib.sha256(body).hexdigest()[:12]}"
        for name, body in sorted(page_files().items())
        if name.endswith(ending)
    ]


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    # More digits than any article is long; int() is slow on very long numbers.
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise ValueError("An offset is a number.")
    return int(text)
