"""The routes that are let through, who may call each, and what may be sent to it. Pure."""

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
MAX_SIGN = 4 * 1024
"""Bytes of a name and a password as a form sends them."""
JOIN = "/gradio_api/queue/join"
"""Where an event of the page is sent."""
NOTHING_SENT = "Nothing is to be sent to this address."
SHORTER = "That is too much at once. Please ask a shorter question."
SHORTER_TALK = f"That is too much at once: a question with its conversation has at most {megabytes(MAX_TALK)}."

Kind = Literal["look", "sign", "event", "talk", "change", "verdict", "file"]
"""Nothing is sent; signing in and out; an event of Gradio's page; a question of a program; a change of the library; a
verdict; a file."""
Who = Literal["open", "reader", "editor"]
"""Who may call a route: anybody; whoever is signed in; who of these may change the library."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for some routes.

    Attributes:
        kind: What they take.
        paths: All of a path has to match.
        who: Who may call them.
        by_token: Whether they are for programs, too, which show an API token instead of signing in.
        limit: Bytes that may be sent.
        media_types: What a request must say that it sends; matched as a whole. Except for signing in, none of these
            is among the kinds that another site's form or script sends unasked.
        too_much: What is said when more is sent.
        wrong_type: What is said when it is something else.
    """

    kind: Kind
    paths: re.Pattern[str]
    who: Who
    by_token: bool = False
    limit: int = MAX_BODY
    media_types: re.Pattern[str] = re.compile("application/json")
    too_much: str = SHORTER
    wrong_type: str = "This is not what the page sends."


# What the page calls was found by watching it.
RULES: dict[str, tuple[Rule, ...]] = {
    "GET": (
        Rule("sign", re.compile("/login"), "open"),
        # No path at all is where a prefix without a slash leads, and from there to the page.
        Rule("look", re.compile(r"/favicon\.ico|"), "open"),
        # Of it, who is not known gets the status only.
        Rule("look", re.compile("/api/(?:health|ready)"), "open", by_token=True),
        Rule(
            "look",
            re.compile(
                r"/|/theme\.css|/assets/[\w.-]{1,200}|/page/[\w.-]+|/article/\w+|/api/library(?:/job)?|/api/me"
                r"|/gradio_api/heartbeat/\w+|/gradio_api/queue/data|/conversation/[\w.-]+"
            ),
            "reader",
        ),
        Rule(
            "look",
            re.compile(r"/api/articles(?:/\w+)?|/api/openapi\.json|/v1/models|/metrics"),
            "reader",
            by_token=True,
        ),
    ),
    "POST": (
        Rule(
            "sign",
            re.compile("/login"),
            "open",
            limit=MAX_SIGN,
            media_types=re.compile(r'application/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE),
            too_much="That is too much for a name and a password.",
            wrong_type="This is not what the page for signing in sends.",
        ),
        Rule("sign", re.compile("/logout"), "open", limit=0, media_types=re.compile(""), too_much=NOTHING_SENT),
        Rule("event", re.compile(r"/gradio_api/(?:queue/join|cancel)"), "reader"),
        Rule(
            "talk",
            re.compile(r"/api/ask|/v1/chat/completions"),
            "reader",
            by_token=True,
            limit=MAX_TALK,
            # Many programs name the encoding, though JSON has only one.
            media_types=re.compile(r'application/json(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE),
            too_much=SHORTER_TALK,
            wrong_type="Send JSON, with the header Content-Type: application/json.",
        ),
        Rule("change", re.compile(r"/api/library/(?:add|remove|rebuild|cancel)"), "editor", limit=MAX_CHANGE),
        Rule("verdict", re.compile(r"/api/feedback"), "reader", too_much="That is too much for a verdict."),
        Rule(
            "file",
            re.compile(r"/api/library/files"),
            "editor",
            limit=MAX_FILE_BYTES,
            media_types=re.compile(r"application/octet-stream"),
            too_much=f"A file has at most {megabytes(MAX_FILE_BYTES)}.",
        ),
    ),
}


def rule_for(method: str, path: str) -> Rule | None:
    """The rule for a request, or None if it is not let through."""
    rules = RULES.get("GET" if method == "HEAD" else method, ())
    return next((rule for rule in rules if rule.paths.fullmatch(path)), None)
