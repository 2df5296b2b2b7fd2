"""What a language model is given: numbered passages, and a conversation, both marked off from the instructions.

Each stretch stands between two lines that carry the same code. The code is one that occurs nowhere in what it marks
off, so that no article and no earlier answer can close its stretch and go on as if it were the instructions.
"""

from __future__ import annotations

import hashlib
import logging
import re
from typing import TYPE_CHECKING

from assistant.conversation.standalone import standalone
from assistant.errors import ModelModeError
from assistant.prompting import load
from assistant.questions import clean_question
from assistant.settings import MAX_QUESTION
from index.cleaning import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.generation.access import ChatModel
    from assistant.types import Turn
    from index.types import Hit

BUDGET = 12_000
"""Characters of all passages; about 3,000 to 4,000 tokens in European languages, which small models can read."""
MAX_TURNS = 6
MAX_ANSWER = 600
"""Characters of an earlier answer: what a follow-up points to is mostly said at the beginning."""
MAX_NAME = 200
"""Characters of a title or publisher."""
MAX_REWRITTEN = 300
"""Characters by which a question may grow when it is made to stand alone."""
REWRITING_SHARE = 0.25
"""Share of the time for an answer that may go into making its question stand alone."""

_QUESTION_MARKS = ("?", "？", "؟")
_LABEL = re.compile(r"^(?:[a-z-]{1,20} ){0,2}question:\s*", re.IGNORECASE)

log = logging.getLogger(__name__)


def fitting(hits: Sequence[Hit], budget: int = BUDGET) -> tuple[Hit, ...]:
    """The first hits, as many as fit into so many characters; the best one always."""
    total = 0
    for place, hit in enumerate(hits):
        total += len(_passage(hit))
        if total > budget and place:
            return tuple(hits[:place])
    return tuple(hits)


def format_passages(hits: Sequence[Hit], budget: int = BUDGET) -> str:
    """The passages as the prompt takes them.

    Args:
        hits: Best first. The first is passage 1, and so on; those that do not fit are left out from the end.
        budget: Characters for all of them. A single passage that is longer is cut.
    """
    return _marked_off("passage", [_passage(hit)[:budget] for hit in fitting(hits, budget)])


def standalone_with_model(
    model: ChatModel, question: str, history: Sequence[Turn], *, seconds: float | None = None
) -> str:
    """The question as it is searched, rewritten by a language model to be understood without the conversation.

    Never raises for what the model does: without a usable rewriting, the rules of
    :mod:`assistant.conversation.standalone` make one.

    Args:
        model: Rewrites.
        question: As asked, clean.
        history: Earlier turns, oldest first; the last six count. Without any, nothing is asked.
        seconds: That it may take; None for a quarter of what an answer may.
    """
    by_rules = standalone(question, history)
    if not history:
        return by_rules
    turns = [
        f"Question: {one_line(turn.question)[:MAX_QUESTION]}\nAnswer: {_shortened(clean(turn.answer), MAX_ANSWER)}"
        for turn in history[-MAX_TURNS:]
    ]
    prompt = load("standalone").fill(history=_marked_off("turn", turns), question=question)
    try:
        written = "".join(model.stream(prompt, seconds=seconds or REWRITING_SHARE * model.seconds))
    except ModelModeError as error:
        log.warning("The question is made to stand alone by rules: %s", error)
        return by_rules
    rewritten = _LABEL.sub("", clean_question(written), count=1).strip("\"'“”„«» ")
    return rewritten if _is_usable(rewritten, written, question) else by_rules


def _is_usable(rewritten: str, written: str, question: str) -> bool:
    """Whether it can be a question in place of another: one line, not much longer, and a question if that was one."""
    is_one_line = len(written.strip().splitlines()) == 1
    limit = min(MAX_QUESTION, len(question) + MAX_REWRITTEN)
    is_question = rewritten.endswith(("?", "？", "؟", ";", "።")) or not question.endswith(("?", "？", "؟"))
    return is_one_line and 0 < len(rewritten) <= limit and is_question and any(map(str.isalnum, rewritten))


def _passage(hit: Hit) -> str:
    about = [("Title", hit.article.title), ("Publisher", hit.article.publisher), ("Date", hit.article.published)]
    lines = [f"{name}: {one_line(value)[:MAX_NAME]}" for name, value in about if value]
    return "\n".join([*lines, "", hit.passage.text])


def _marked_off(kind: str, texts: Sequence[str]) -> str:
    code = _code_for("\n".join(texts))
    return "\n\n".join(
        f"=== {kind} {number} begins, {code} ===\n{text}\n=== {kind} {number} ends, {code} ==="
        for number, text in enumerate(texts, start=1)
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _code_for(text: str, digest: Callable[[str], str] = _digest) -> str:
    """Sixteen digits that do not occur in a text; the same for the same text, so that a server can reuse its work."""
    code = digest(text)
    while code in text:
        code = digest(code)
    return code


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(None, 1)[0] + " …"
