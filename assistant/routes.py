"""The routes that are let through, and what may be sent to each. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.readers.limits import MAX_FILE_BYTES, megabytes

MAX_BODY = 64 * 1024
"""Bytes of an event of the page; a question has at most 2,000 characters, so this leaves room for saying that it is too
long."""
MAX_TALK = 1024 * 1024
"""Bytes of a question of a program, which sends the whole conversation with each."""
MAX_CHANGE = 2 * 1024 * 1024
"""Bytes of a change of the library; the ids of 20,000 articles."""
SHORTER = "That is too much at once. Please ask a shorter question."
SHORTER_TALK = f"That is too much at once: a question with its conversation has at most {megabytes(MAX_TALK)}."

Kind = Literal["look", "event", "talk", "change", "verdict", "file"]
"""Nothing is sent; an event of Gradio's page; a question of a program; a change of the library; a verdict; a file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for some routes.

    Attributes:
        kind: What they take.
        paths: All of a path has to match.
        limit: Bytes that may be sent.
        media_types: What a request must say that it sends; matched as a whole. None of these is among the kinds that
            another site's form or script sends unasked.
        too_much: What is said when more is sent.
        wrong_type: What is said when it is something else.
    """

    kind: Kind
    paths: re.Pattern[str]
    limit: int = MAX_BODY
    media_types: re.Pattern[str] = re.compile("application/json")
    too_much: str = SHORTER
    wrong_type: str = "This is not what the page sends."


# What the page calls was found by watching it.
RULES: dict[str, tuple[Rule, ...]] = {
    "GET": (
        Rule(
            "look",
            re.compile(
                r"/|/favicon\.ico|/theme\.css|/assets/[\w.-]+|/page/[\w.-]+|/article/\w+|/api/library(?:/job)?"
                r"|/gradio_api/heartbeat/\w+|/gradio_api/queue/data|/conversation/[\w.-]+"
                r"|/api/health|/api/articles(?:/\w+)?|/api/openapi\.json|/v1/models"
            ),
        ),
    ),
    "POST": (
        Rule("event", re.compile(r"/gradio_api/(?:queue/join|cancel)"), MAX_BODY),
        Rule(
            "talk",
            re.compile(r"/api/ask|/v1/chat/completions"),
            MAX_TALK,
            # Many programs name the encoding, though JSON has only one.
            re.compile(r'application/json(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE),
            SHORTER_TALK,
            "Send JSON, with the header Content-Type: application/json.",
        ),
        Rule("change", re.compile(r"/api/library/(?:add|remove|rebuild|cancel)"), MAX_CHANGE),
        Rule("verdict", re.compile(r"/api/feedback"), MAX_BODY, too_much="That is too much for a verdict."),
        Rule(
            "file",
            re.compile(r"/api/library/files"),
            MAX_FILE_BYTES,
            re.compile(r"application/octet-stream"),
            f"A file has at most {megabytes(MAX_FILE_BYTES)}.",
        ),
    ),
}


def rule_for(method: str, path: str) -> Rule | None:
    """The rule for a request, or None if it is not let through."""
    rules = RULES.get("GET" if method == "HEAD" else method, ())
    return next((rule for rule in rules if rule.paths.fullmatch(path)), None)
