"""Answers that were judged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fakes.service import APOPHIS, HARBOUR, abstained, quoting

from assistant.keeping.feedback import judged
from assistant.keeping.transcript import Entry

if TYPE_CHECKING:
    from assistant.keeping.feedback import Judgement, Verdict
    from assistant.types import Answer

ANSWER = quoting("When?", (APOPHIS, HARBOUR))
REFUSAL = abstained("Why?", "The sources do not say.", (APOPHIS,))
OWN = "only-the-tab-knows"
QUOTES = [citation.quote for citation in ANSWER.citations]


def on(answer: Answer, verdict: Verdict | None, citation: int | None = None, turn: int = 1, **more: Any) -> Judgement:
    entry = Entry(number=turn, asked=datetime.now(UTC), answer=answer, history=more.get("history", ()))
    return judged(entry, token=OWN, citation=citation, verdict=verdict, at="2026-11-21T14:03:59+01:00", version="1")
