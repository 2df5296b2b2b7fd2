"""The routes by which a tab takes its conversation away as a file, and says what it thinks of an answer.

Both name the conversation by its token, which only the tab knows, and which is good for its owner only. What may reach
them says :mod:`assistant.web.routes`.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from assistant.access.door import caller_of
from assistant.keeping.export import file_name, to_html, to_json, to_markdown
from assistant.keeping.feedback import judged
from assistant.keeping.transcript import Conversation
from index.errors import IndexingError

if TYPE_CHECKING:
    from assistant.desk.talk import Talks
    from assistant.keeping.feedback import FeedbackFile, Judgement
    from assistant.service import Service

FORMATS = {
    "md": (to_markdown, "text/markdown"),
    "html": (to_html, "text/html"),
    "json": (to_json, "application/json"),
}
GONE = "This conversation is no longer there: its tab was closed or begun anew, or the assistant was started again."
NOT_KEPT = "Verdicts are not kept here."
UNCLEAR = "This is no verdict on an answer."


def add_talk_routes(app: FastAPI, service: Service, talks: Talks) -> None:
    """Adds ``/conversation/TOKEN.ENDING`` and ``/api/feedback``; every error is ``{"error": sentence}``."""
    product = ""
    with suppress(PackageNotFoundError):
        product = version("citewell")

    @app.get("/conversation/{name}")
    def conversation(name: str, request: Request) -> Response:
        token, _, ending = name.partition(".")
        talk = talks.get(token, caller_of(request.scope).name)
        entries = talk.entries if talk else ()
        if talk is None or not entries or ending not in FORMATS:
            return _error(404, GONE)
        told = Conversation(entries=entries, left_out=talk.forgotten, exported=_now(), version=product)
        write, media_type = FORMATS[ending]
        return Response(
            write(told).encode(errors="replace"),
            media_type=media_type,
            headers={"Content-Disposition": f'attachment; filename="{file_name(told, ending)}"'},
        )

    @app.post("/api/feedback")
    def judge(request: Request, body: dict[str, Any] = Body(default_factory=dict)) -> JSONResponse:  # noqa: B008 - so FastAPI does it
        file = service.feedback
        if file is None:
            return _error(503, NOT_KEPT)
        try:
            judgement = _judgement(talks, caller_of(request.scope).name, body, product)
        except LookupError:
            return _error(404, GONE)
        except ValueError:
            return _error(422, UNCLEAR)
        return _keep(file, judgement)


def _judgement(talks: Talks, owner: str, body: dict[str, Any], product: str) -> Judgement:
    """What is asked for; of what it is about, only what the server knows.

    Raises:
        LookupError: If the conversation or the turn is not there.
        ValueError: If this is no verdict.
    """
    token, turn, verdict, citation = (body.get(name) for name in ("token", "turn", "verdict", "citation"))
    if not isinstance(token, str) or type(turn) is not int or verdict not in ("up", "down", None):
        raise ValueError(UNCLEAR)
    talk = talks.get(token, owner)
    entry = next((entry for entry in talk.entries if entry.number == turn), None) if talk else None
    if entry is None:
        raise LookupError(GONE)
    known = {item.number for item in entry.answer.citations}
    if citation is not None and (type(citation) is not int or citation not in known):
        raise ValueError(UNCLEAR)
    at = _now().isoformat(timespec="seconds")
    return judged(entry, token=token, citation=citation, verdict=verdict, at=at, version=product)


def _keep(file: FeedbackFile, judgement: Judgement) -> JSONResponse:
    try:
        file.add(judgement)
    except IndexingError as error:
        return _error(507, str(error))
    return JSONResponse({"verdict": judgement.verdict})


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
