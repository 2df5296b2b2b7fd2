"""The routes that speak OpenAI's protocol, so that programs made for it can ask the articles.

There are no tokens here, so the counts of tokens are 0. What steers a language model's choice of words (``temperature``
and so on) is passed over; what asks for something that cannot be had is refused.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request  # noqa: TC002 - FastAPI reads the annotations of routes
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.settings import MAX_HISTORY
from assistant.web.api import asker, event_of, gone, streamed
from assistant.web.chat import read_messages, to_content, to_details
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.desk.desk import Desk
    from assistant.types import Answer

MODEL = "citewell"
NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
_DONE = b"data: [DONE]\n\n"


class StreamOptions(BaseModel):
    """How to stream."""

    include_usage: bool | None = False


class ChatRequest(BaseModel):
    """A conversation of which the last message is the question; other fields of OpenAI's protocol are passed over."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "When will Apophis pass Earth?"}]}]
        }
    )

    model: str = Field(MODEL, description=f"`{MODEL}`.")
    messages: list[Any] = Field(
        description="Of `user` and `assistant`, with text; those of `system` and `developer` are passed over."
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, description="1: there is one answer to a question.")
    tools: list[Any] | None = Field(None, description="None can be called.")
    tool_choice: Any = None
    functions: list[Any] | None = Field(None, description="None can be called.")
    response_format: dict[str, Any] | None = Field(None, description="Of type `text`.")
    modalities: list[str] | None = Field(None, description="`text`.")

    def refuse_what_cannot_be_had(self) -> None:
        """Looks for what would be missing from an answer.

        Raises:
            ProblemError: With the field that asks for it.
        """
        if self.model != MODEL:
            name = "".join(char for char in self.model if char.isprintable())[:80]
            raise ProblemError(
                404, f"There is no model “{name}” here, only “{MODEL}”.", param="model", code="model_not_found"
            )
        text_only = "Answers are text with citations"
        wrong = {
            "n": (self.n not in (None, 1), "There is one answer to a question: n must be 1."),
            "tools": (bool(self.tools) and self.tool_choice != "none", "Citewell calls no tools."),
            "functions": (bool(self.functions), "Citewell calls no functions."),
            "response_format": (
                self.response_format is not None and self.response_format.get("type") != "text",
                f"{text_only}, which is no JSON.",
            ),
            "modalities": (self.modalities not in (None, [], ["text"]), f"{text_only}; there is no sound."),
        }
        for field, (is_wrong, sentence) in wrong.items():
            if is_wrong:
                raise ProblemError(400, sentence, param=field)


class ChatMessage(BaseModel):
    """The answer as a message."""

    role: str = "assistant"
    content: str = Field(description="Text with `[n]` marks, then the quotes, numbered.")
    citations: list[Any] = Field(description="As in the answer of `/api/ask`.")
    citewell: dict[str, Any] = Field(
        description="The other fields of the answer of `/api/ask`: `status`, `confidence`, `generation` …"
    )


class ChatChoice(BaseModel):
    """The one choice there is."""

    index: int
    message: ChatMessage
    finish_reason: str
    logprobs: None = None


class ChatCompletion(BaseModel):
    """An answer in OpenAI's form."""

    id: str
    object: str
    created: int
    model: str
    choices: list[ChatChoice]
    usage: dict[str, int] = Field(description="Zeros: no tokens are counted.")


class OpenAIProblem(BaseModel):
    """Why there is no answer."""

    error: dict[str, Any] = Field(description="`message`, `type`, `param`, `code`.")


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "model": OpenAIProblem,
        "description": "400: the request is not as it should be, or asks for what there is not. 404: there is no such "
        "model. 413: it is too long.",
    },
    "5XX": {
        "model": OpenAIProblem,
        "description": "500: something went wrong inside. 503: too many questions, or the index cannot be read; "
        "`Retry-After` says when to ask again.",
    },
}


def add_openai_routes(app: FastAPI, desk: Desk) -> None:
    """Adds the routes below ``/v1``; errors have OpenAI's form."""

    @app.post(
        "/v1/chat/completions",
        tags=["OpenAI"],
        summary="Ask a question, in OpenAI's protocol",
        response_model=None,
        responses={
            200: {
                "model": ChatCompletion,
                "description": "The answer. Streamed: chunks as OpenAI sends them, of which the last with a choice "
                "has `citations` and `citewell` in its `delta`.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **_PROBLEMS,
        },
    )
    async def complete(chat: ChatRequest, request: Request) -> Response:
        chat.refuse_what_cannot_be_had()
        question, history = read_messages(chat.messages)
        history = history[-MAX_HISTORY:]
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if chat.stream:
            has_usage = bool(chat.stream_options and chat.stream_options.include_usage)
            return await streamed(
                desk.answers(question, history, asker(request)), request, _chunks(head, has_usage=has_usage)
            )
        answer = await desk.answer(question, history, request.is_disconnected, asker(request))
        return JSONResponse(_completion(head, answer)) if answer else gone()

    @app.get("/v1/models", tags=["OpenAI"], summary="List the one model", response_model=dict[str, Any])
    def models() -> JSONResponse:
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return JSONResponse({"object": "list", "data": [model]})


def _completion(head: dict[str, Any], answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": to_content(answer), "refusal": None, **_extra(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": NO_TOKENS}


def _extra(answer: Answer) -> dict[str, Any]:
    details = to_details(answer)
    return {"citations": details.pop("citations"), "citewell": details}


def _chunks(head: dict[str, Any], *, has_usage: bool) -> Callable[[Answer | ProblemError], bytes]:
    """Writes the chunks of a stream.

    A chunk cannot be taken back, and what a language model writes is checked at the end; so the words come once the
    answer is finished, in one piece for each block.
    """
    head = {**head, "object": "chat.completion.chunk"}
    if has_usage:
        head["usage"] = None
    is_begun = False

    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return event_of({**head, "choices": [choice]})

    def write(item: Answer | ProblemError) -> bytes:
        nonlocal is_begun
        if isinstance(item, ProblemError):
            return event_of(item.body("/v1/")) + _DONE
        written = b"" if is_begun else chunk({"role": "assistant", "content": ""})
        is_begun = True
        if item.status == "working":
            return written
        blocks = to_content(item).split("\n\n")
        pieces = (f"{block}\n\n" if place < len(blocks) else block for place, block in enumerate(blocks, 1))
        written += b"".join(chunk({"content": piece}) for piece in pieces)
        written += chunk(_extra(item), "stop")
        if has_usage:
            written += event_of({**head, "choices": [], "usage": NO_TOKENS})
        return written + _DONE

    return write
