"""The routes by which the page's Library looks at the index and changes it.

What may reach them says :mod:`assistant.web.routes`: readers look, editors change.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from assistant.access.door import caller_of
from assistant.errors import LibraryBusyError
from index.errors import IndexingError, SourceError, printable
from index.readers.formats import READERS
from index.readers.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.library.librarian import Job, Librarian
    from assistant.library.shelf import Row, Shelf
    from assistant.service import Service

NO_LIBRARY = "The articles cannot be changed from this page."
_PIECE = 1024 * 1024
"""Bytes of an upload that are written at a time, so that the event loop is seldom left for a thread."""


def add_library_routes(app: FastAPI, service: Service) -> None:
    """Adds the routes below ``/api/library``; every error is ``{"error": sentence}``."""

    @app.get("/api/library")
    def library(request: Request) -> JSONResponse:
        librarian = service.librarian
        if librarian is None:
            return _error(503, NO_LIBRARY)
        try:
            shelf, notice = librarian.shelf(), ""
        except IndexingError as error:
            shelf, notice = None, str(error)
        found = _library(librarian, shelf, notice or service.catalogue().notice or "")
        may_change = caller_of(request.scope).may_edit
        return JSONResponse({**(found if may_change else _for_reader(found)), "may_change": may_change})

    @app.get("/api/library/job")
    def job() -> JSONResponse:
        librarian = service.librarian
        if librarian is None:
            return _error(503, NO_LIBRARY)
        return JSONResponse({"job": _job(librarian.job), "generation": service.catalogue().generation})

    @app.post("/api/library/files")
    async def receive(request: Request, name: str = "") -> JSONResponse:
        librarian = service.librarian
        if librarian is None:
            return _error(503, NO_LIBRARY)
        try:
            return await _receive(librarian, request, name)
        except SourceError as error:
            return _error(422, str(error))
        except IndexingError as error:
            return _error(507, str(error))
        except ClientDisconnect:
            return _error(400, "The file was not sent to its end.")

    def start(how: Callable[[Librarian, dict[str, Any]], Job]) -> Callable[..., JSONResponse]:
        def change(body: dict[str, Any] = Body(default_factory=dict)) -> JSONResponse:  # noqa: B008 - FastAPI's way
            librarian = service.librarian
            if librarian is None:
                return _error(503, NO_LIBRARY)
            try:
                return JSONResponse({"job": _job(how(librarian, body))}, 202)
            except LibraryBusyError as error:
                return _error(409, str(error))
            except ValueError as error:
                return _error(422, str(error))

        return change

    app.post("/api/library/add")(start(lambda librarian, _: librarian.add()))
    app.post("/api/library/remove")(start(lambda librarian, body: librarian.remove(_ids(body))))
    app.post("/api/library/rebuild")(start(lambda librarian, _: librarian.rebuild()))
    app.post("/api/library/cancel")(start(lambda librarian, _: librarian.cancel()))


def _ids(body: dict[str, Any]) -> list[str]:
    ids = body.get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        raise ValueError("Name the articles that are to be removed.")
    return ids


async def _receive(librarian: Librarian, request: Request, name: str) -> JSONResponse:
    with await asyncio.to_thread(librarian.receive, name) as upload:
        waiting = bytearray()
        async for piece in request.stream():
            waiting += piece
            if len(waiting) >= _PIECE:
                await asyncio.to_thread(upload.write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(upload.write, bytes(waiting))
        stored = await asyncio.to_thread(librarian.keep, upload)
    return JSONResponse({"stored": stored.path.name, "is_new": stored.is_new}, 201)


def _library(librarian: Librarian, shelf: Shelf | None, notice: str) -> dict[str, Any]:
    return {
        "generation": shelf.manifest.generation if shelf else "",
        "notice": notice,
        "passages": shelf.manifest.passages if shelf else 0,
        "articles": [_row(row) for row in shelf.rows] if shelf else [],
        "sources": [printable(source) for source in shelf.manifest.sources] if shelf else [],
        "folder": printable(librarian.folder),
        "max_bytes": MAX_FILE_BYTES,
        "endings": list(READERS),
        "last_build": shelf.library.report or None if shelf else None,
        "job": _job(librarian.job),
    }


def _for_reader(library: dict[str, Any]) -> dict[str, Any]:
    """Without what is of use only to who changes it: where the server keeps files, and what it made of which."""
    articles = [{**row, "location": ""} for row in library["articles"]]
    return {**library, "articles": articles, "sources": [], "folder": "", "last_build": None}


def _row(row: Row) -> dict[str, Any]:
    return {**row.to_dict(), "source": printable(row.source), "location": printable(row.location)}


def _job(job: Job | None) -> dict[str, Any] | None:
    return job.to_dict() if job else None


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
