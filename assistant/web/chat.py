"""What chat programs send and get: their messages as a question with its history, an answer as one message. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assistant.page.markup import MARKDOWN_BREAK, human_date
from assistant.settings import MAX_QUESTION
from assistant.types import OWN_BRACKETS, Turn, lay_out
from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Answer, Citation, NearestArticle, Segment

SOURCES = "Sources:"
NEAREST = "Nearest articles:"
_IGNORED = ("system", "developer")
_MARK = re.compile(r" ?\[\d{1,4}\]")
_LISTED = re.compile(rf"\n\s*(?:{SOURCES}|{NEAREST})\s*\n")
_LONGEST_ANSWER = 20_000
"""Characters of an earlier answer that are read; the programs also send what other assistants said."""

# Chat programs show Markdown, and load the images in it: nothing of an article may become one, or a link, or a list.
_SPECIAL = re.compile(r"[\\`*_\[\]<>~|$]|&(?=#?\w+;)|(?<=\w):(?=//)|(?<=\bwww)\.")
_LINE_START = re.compile(r"^(?:[#+=-]|\d{1,9}(?=[.)]))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_messages(messages: Sequence[Any]) -> tuple[str, tuple[Turn, ...]]:
    """The question of a conversation, and the turns before it, oldest first.

    The last message is the question. Instructions (``system``, ``developer``) mean nothing here and are passed over. Of
    earlier answers only the text counts, without marks and the list of sources.

    Args:
        messages: In the form of OpenAI's chat completions.

    Raises:
        ProblemError: With the place of the first message that cannot be read.
    """
    said = [_message(message, place) for place, message in enumerate(messages)]
    spoken = [(role, text) for role, text in said if role not in _IGNORED]
    if not spoken or spoken[-1][0] != "user":
        raise ProblemError(400, "The last message must be the user's question.", param="messages")
    turns: list[Turn] = []
    for role, text in spoken[:-1]:
        if role == "user":
            turns.append(Turn(text))
        elif turns:
            turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer} {_without_marks(text)}".strip())
    # Such a question was refused when it was asked, and nothing later can refer to its answer.
    return spoken[-1][1], tuple(turn for turn in turns if len(turn.question) <= MAX_QUESTION)


def _message(message: Any, place: int) -> tuple[str, str]:  # noqa: ANN401 - whatever was sent
    where = f"messages[{place}]"
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise ProblemError(400, "A message is an object with “role” and “content”.", param=where)
    role = message["role"]
    if role not in ("user", "assistant", *_IGNORED):
        raise ProblemError(
            400, "Only messages of “system”, “developer”, “user” and “assistant” are read.", param=f"{where}.role"
        )
    if role in _IGNORED:
        return role, ""
    return role, _content(message.get("content"), f"{where}.content", is_asked=role == "user")


def _content(content: object, where: str, *, is_asked: bool) -> str:
    if isinstance(content, str):
        parts: list[object] = [content]
    elif isinstance(content, list):
        parts = [_part(part, where) for part in content]
    elif content is None and not is_asked:
        parts = []
    else:
        raise ProblemError(400, "The content of a message is a text, or a list of parts of type “text”.", param=where)
    text = "\n".join(str(part) for part in parts)
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ProblemError(400, "The content holds half of a character.", param=where)
    return text


def _part(part: object, where: str) -> str:
    if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str):
        return str(part["text"])
    raise ProblemError(400, "Only text can be read: no images, sound or files.", param=where)


def _without_marks(text: str) -> str:
    body = _LISTED.split(text[:_LONGEST_ANSWER], maxsplit=1)[0]
    return _ESCAPED.sub(r"\1", _MARK.sub("", body)).strip()


def to_content(answer: Answer) -> str:
    """An answer as the text of one message: its sentences with their marks, then the quotes, numbered.

    It reads as plain text and as Markdown, in which nothing of an article means anything.
    """
    sentences = lay_out(answer.segments, _sentence, MARKDOWN_BREAK, lambda title: f"{inert(title)}:")
    blocks = [sentences or inert(answer.reason)]
    if answer.mode == "model" and answer.segments:
        blocks.append(inert(answer.reason))
    blocks += [f"Only in part borne out: {inert(part.text)}" for part in answer.segments if part.state == "weak"]
    if answer.note:
        blocks.append(inert(answer.note))
    if answer.citations:
        quotes = (f"{item.number}. “{inert(item.quote)}” — {_source(item)}" for item in answer.citations)
        blocks.append(f"{SOURCES}\n\n" + "\n".join(quotes))
    if answer.nearest:
        blocks.append(f"{NEAREST}\n\n" + "\n".join(f"- {_source(article)}" for article in answer.nearest))
    return "\n\n".join(blocks)


def to_details(answer: Answer) -> dict[str, Any]:
    """What a program may want to know of an answer besides its message: all but the passages and the times."""
    content = answer.to_dict()
    for name in ("hits", "segments", "timings"):
        content.pop(name, None)
    return content


def inert(text: str) -> str:
    """A text on one line of which Markdown makes nothing."""
    line = "".join(char for char in " ".join(text.split()) if char.isprintable())
    escaped = _SPECIAL.sub(r"\\\g<0>", line)
    if not (found := _LINE_START.match(escaped)):
        return escaped
    number = found[0] if found[0].isdigit() else ""
    return f"{number}\\{escaped[len(number) :]}"


def _sentence(segment: Segment) -> str:
    """With its marks, which are the only numbers in square brackets."""
    return inert(OWN_BRACKETS.sub(r"(\1)", segment.text)) + "".join(f" [{mark}]" for mark in segment.marks)


def _source(item: Citation | NearestArticle) -> str:
    return inert(" · ".join(part for part in (item.title, item.publisher, human_date(item.published)) if part))
