"""The ASGI application: our routes, the page behind them, and the guard in front of both."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response

from assistant.api import add_api_routes, add_error_shapes
from assistant.api_models import Health
from assistant.articles import article_html
from assistant.desk import Desk
from assistant.errors import AddressError
from assistant.guard import Guard
from assistant.library_routes import add_library_routes
from assistant.openai_routes import add_openai_routes
from assistant.shell import Dresser
from assistant.talk import Talks
from assistant.talk_routes import add_talk_routes
from index.settings import go_offline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp

    from assistant.service import Service

log = logging.getLogger(__name__)

GONE = "This article has changed or was removed."
NO_PLACE = "There is no such place in this article."
MESSAGES = {"ready": "", "warming": "The models are being loaded; questions wait until they are."}
T = TypeVar("T")
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def create_app(service: Service, *, hosts: Sequence[str] = (), guarded: bool = True, **limits: int) -> ASGIApp:
    """The whole application.

    Args:
        service: What answers.
        hosts: Names besides those of this machine under which the page may be called, without port.
        guarded: Whether the guard stands in front; tests leave it out to show what it is for.
        **limits: See :func:`assistant.ui.mount_page`.
    """
    go_offline()
    from assistant.ui import TITLE, mount_page  # noqa: PLC0415 - takes seconds, and only serving needs it

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_error_shapes(app)
    _add_routes(app, service)
    add_library_routes(app, service)
    desk = Desk(service)
    add_api_routes(app, desk)
    add_openai_routes(app, desk)
    talks = Talks()
    add_talk_routes(app, service, talks)
    events = _in_event_loop(lambda: mount_page(app, service, talks, **limits))
    dressed = Dresser(app, TITLE, _addresses(".css"), _addresses(".js"))
    return Guard(dressed, events, hosts) if guarded else dressed


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
    shown = f"[{host}]" if ":" in host else host
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
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=0, ws="none")
    # uvicorn ends in good order when interrupted, and then passes the interruption on.
    with listener, suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listener])


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
    started = datetime.now(UTC).isoformat()

    @app.get(
        "/api/health",
        tags=["Health"],
        summary="How the assistant is",
        response_model=None,
        responses={200: {"model": Health}},
    )
    def health() -> JSONResponse:
        """How the assistant is.

        ``status`` is ``"warming"`` while the models are loading (the page is served, and what is asked waits), then
        ``"ready"``, or ``"failed"`` with the reason in ``message``. The response is 200 in all three: somebody answers.
        """
        catalogue = service.catalogue()
        state = service.state
        return JSONResponse(
            {
                "status": state,
                "message": MESSAGES.get(state, service.failure),
                "generation": catalogue.generation,
                "notice": catalogue.notice or "",
                "articles": len(catalogue.articles),
                "started": started,
            }
        )

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
    """Where the page's files are, with a mark that changes with their content, so that none is shown from a cache."""
    return [
        f"/page/{name}?v={hashlib.sha256(body).hexdigest()[:12]}"
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
