"""What a program is told that gets no answer: one sentence, in one shape. Pure.

The shape is ``{"error": sentence}``; below ``/v1/`` it is that of OpenAI, whose clients read nothing else.
"""

from __future__ import annotations

import math
from typing import Any

OPENAI = "/v1/"
"""Where the routes begin that speak OpenAI's protocol."""


class ProblemError(Exception):
    """A request that gets no answer; its text is a sentence for people.

    Attributes:
        status: HTTP status.
        param: The field that is wrong, if one is.
        code: OpenAI's short name of the problem, if it has one.
        retry_after: Seconds after which it may go better; 0 if that is not known.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        param: str | None = None,
        code: str | None = None,
        retry_after: float = 0,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.param = param
        self.code = code
        self.retry_after = retry_after or (5 if status == 503 else 0)

    @property
    def headers(self) -> dict[str, str]:
        """What goes with it: when to come again, if that helps; how programs sign in, if they have to."""
        given = {"Retry-After": str(math.ceil(self.retry_after))} if self.retry_after else {}
        return {**given, "WWW-Authenticate": "Bearer"} if self.status == 401 else given

    def body(self, path: str) -> dict[str, Any]:
        """The JSON that says it.

        Args:
            path: Of the route that was called.
        """
        if not path.startswith(OPENAI):
            return {"error": str(self)}
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}


def in_words(errors: list[Any]) -> tuple[str, str | None]:
    """A sentence about the first thing that is wrong with the JSON of a request, and the field it is in.

    Args:
        errors: As pydantic lists them. Values are not repeated, only names of fields, which may be the caller's.
    """
    found = errors[0]
    field = ".".join(str(step) for step in found["loc"] if step not in ("body", "query", "path"))
    field = "".join(char for char in field if char.isprintable())[:80]
    if found["type"] == "json_invalid":
        return "The body is not valid JSON.", None
    if not field:
        return "The body must be a JSON object.", None
    if found["type"] == "missing":
        return f"“{field}” is missing.", field
    if found["type"] == "extra_forbidden":
        return f"“{field}” is no field that is known here.", field
    return f"“{field}” is not as it should be: {found['msg']}.", field
