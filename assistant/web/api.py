"""The routes by which programs ask and look: ``/api/ask``, ``/api/articles``, their description, and what goes wrong.

What may reach them says :mod:`assistant.web.routes`.
"""

from __future__ import annotations

import json
import logging
from contextlib import aclosing
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request  # noqa: TC002 - FastAPI reads the annotations of routes
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from assistant.access.door import PREFIX_KEY, caller_of
from assistant.web.api_models import (
    ArticleEntry,
    ArticleList,
    ArticleText,
    Problem,
    Question,
    answer_model,
)
from assistant.web.problems import OPENAI, ProblemError, in_words

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from assistant.desk.desk import Desk
    from assistant.types import Answer
    from index.types import Article

log = logging.getLogger(__name__)

NO_ARTICLE = "There is no such article in the index that answers now."
UNEXPECTED = "Something went wrong inside. The log says more."
ALIVE = b": the work goes on\n\n"
"""A comment in a stream of events, which readers of such streams pass over."""
_DESCRIPTION = (
    "Questions in plain language to the articles of this index. Every sentence of an answer points to the exact words "
    "it came from: `article.text[start:end] == quote`."
)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    413: {"model": Problem, "description": "The request is too long."},
    422: {"model": Problem, "description": "The request is not as it should be."},
    500: {"model": Problem, "description": "Something went wrong inside."},
    503: {"model": Problem, "description": "Too many questions, or the index cannot be read; `Retry-After` says when."},
}
_EVENTS = {
    "schema": {"type": "string"},
    "example": 'event: working\ndata: {"status": "working", …}\n\nevent: answer\ndata: {"status": "answered", …}\n\n',
}


def add_api_routes(app: FastAPI, desk: Desk) -> None:
    """Adds the routes; every error is ``{"error": sentence}``."""
    service = desk.service

    @app.post(
        "/api/ask",
        tags=["Questions"],
        summary="Ask a question",
        response_model=None,
        responses={
            200: {
                "model": answer_model(),
                "description": "The answer. Streamed: events `working` with what is known so far (without `hits`), "
                "then one `answer`, or one `error`.",
                "content": {"text/event-stream": _EVENTS},
            },
            **_PROBLEMS,
        },
    )
    async def ask(question: Question, request: Request) -> Response:
        history = [turn.to_turn() for turn in question.history]
        if question.stream or "text/event-stream" in request.headers.get("accept", ""):
            answers = desk.answers(question.question, history, asker(request))
            return await streamed(answers, request, _event)
        answer = await desk.answer(question.question, history, request.is_disconnected, asker(request))
        return JSONResponse(answer.to_dict()) if answer else gone()

    @app.get(
        "/api/articles",
        tags=["Articles"],
        summary="List the articles",
        response_model=None,
        responses={200: {"model": ArticleList}, 500: _PROBLEMS[500]},
    )
    def articles() -> JSONResponse:
        catalogue = service.catalogue()
        return JSONResponse(
            {
                "generation": catalogue.generation,
                "passages": catalogue.passages,
                "notice": catalogue.notice or "",
                "articles": [_entry(article) for article in catalogue.articles],
            }
        )

    @app.get(
        "/api/articles/{article_id}",
        tags=["Articles"],
        summary="Read an article",
        response_model=None,
        responses={
            200: {"model": ArticleText},
            # Not 404 alone: FastAPI would add a 422 of its own, which cannot happen.
            "4XX": {"model": Problem, "description": "404: there is no such article, or no longer."},
            500: _PROBLEMS[500],
        },
    )
    def article(article_id: str) -> JSONResponse:
        found = service.article(article_id)
        if found is None:
            raise ProblemError(404, NO_ARTICLE)
        return JSONResponse(
            {
                **_entry(found),
                "generation": service.catalogue().generation,
                "restates": found.restates,
                "text": found.text,
            }
        )

    @cache
    def document() -> dict[str, Any]:
        routes = [route for route in app.routes if getattr(route, "tags", None)]
        return get_openapi(title="Citewell", version=version("citewell"), description=_DESCRIPTION, routes=routes)

    @app.get("/api/openapi.json")
    def openapi(request: Request) -> JSONResponse:
        prefix = request.scope.get(PREFIX_KEY)
        return JSONResponse({**document(), "servers": [{"url": prefix}]} if prefix else document())


def add_error_shapes(app: FastAPI) -> None:
    """Makes every error of the application one of ours, whatever raised it."""

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        is_openai = request.url.path.startswith(OPENAI)
        sentence, field = in_words(list(error.errors()) if isinstance(error, RequestValidationError) else [])
        return problem_response(request, ProblemError(400 if is_openai else 422, sentence, param=field))

    async def refused(request: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else 500
        sentence = {404: "There is nothing at this address.", 400: "The body is not valid JSON."}.get(
            status, f"{HTTPStatus(status).phrase}."
        )
        return problem_response(request, ProblemError(status, sentence))

    async def told(request: Request, error: Exception) -> JSONResponse:
        problem = error if isinstance(error, ProblemError) else ProblemError(500, UNEXPECTED)
        return problem_response(request, problem)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        # The server writes the traceback itself; this line says which request it belongs to.
        log.error("A request failed: %s", type(error).__name__)
        return problem_response(request, ProblemError(500, UNEXPECTED))

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(ProblemError, told)
    app.add_exception_handler(Exception, unexpected)


def problem_response(request: Request, problem: ProblemError) -> JSONResponse:
    """A problem in the shape that callers of this route expect."""
    return JSONResponse(problem.body(request.url.path), problem.status, headers=problem.headers)


def asker(request: Request) -> str:
    """Who asks, so that callers take turns: by name, or by address where nobody has one."""
    return caller_of(request.scope).name or (request.client.host if request.client else "")


def gone() -> Response:
    """For who has left already: nobody reads it."""
    return Response(status_code=499)


async def streamed(
    answers: AsyncGenerator[Answer | None],
    request: Request,
    to_events: Callable[[Answer | ProblemError], bytes],
) -> Response:
    """A response of server-sent events, one or more for each answer.

    Begins when there is something to say, so that a problem before that has its status.

    Args:
        answers: From :meth:`assistant.desk.desk.Desk.answers`.
        request: What asked for it.
        to_events: Writes the events for an answer, or for a problem that came later.

    Raises:
        ProblemError: If there is no answer at all.
    """
    first = None
    while first is None:
        if await request.is_disconnected():
            await answers.aclose()
            return gone()
        first = await anext(answers)

    async def events() -> AsyncGenerator[bytes]:
        async with aclosing(answers):
            yield to_events(first)
            try:
                async for answer in answers:
                    yield to_events(answer) if answer else ALIVE
            except ProblemError as problem:
                yield to_events(problem)

    return StreamingResponse(events(), media_type="text/event-stream")


def _event(item: Answer | ProblemError) -> bytes:
    if isinstance(item, ProblemError):
        return event_of({"error": str(item)}, "error")
    content = item.to_dict()
    if item.status == "working":
        # They would come again with every word that a language model writes.
        del content["hits"]
        return event_of(content, "working")
    return event_of(content, "answer")


def event_of(content: dict[str, Any], name: str = "") -> bytes:
    """A server-sent event with JSON in it; on one line and ASCII, so that nothing in a text can end it."""
    return (f"event: {name}\n" if name else "").encode() + f"data: {json.dumps(content)}\n\n".encode()


def _entry(article: Article) -> dict[str, Any]:
    values = {name: getattr(article, name) for name in ArticleEntry.model_fields if name != "characters"}
    return {**values, "characters": len(article.text)}
