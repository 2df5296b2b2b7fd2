"""What becomes of questions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from load.card import Said

Kind = Literal["answered", "abstained", "busy", "failed", "left"]
"""``abstained``: told that the articles do not say; ``busy``: asked to come again; ``left``: by the tab itself."""
BUSY = re.compile(r"too many|busy|again (?:in|soon|later)", re.IGNORECASE)
"""Of a sentence that asks to come again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a question.

    Attributes:
        tab: Whose.
        question: As typed.
        kind: See :data:`Kind`.
        began: When it was sent, by the clock of ``time.monotonic``.
        seconds: Until the finished card, or the refusal, was there.
        first: Until anything was shown.
        said: What the card says, if it is one.
        trouble: What went wrong.
        turn: How many questions of this tab were answered before, which a question may refer to.
    """

    tab: str
    question: str
    kind: Kind
    began: float
    seconds: float
    first: float = 0.0
    said: Said | None = None
    trouble: str = ""
    turn: int = 0


class TroubleError(Exception):
    """The tab was told something else than an answer."""


class RefusedError(TroubleError):
    """An event was not taken into the queue."""
