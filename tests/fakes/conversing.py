"""Conversations of which only the questions matter, and some that many tests begin with."""

from __future__ import annotations

from assistant.conversation.standalone import standalone
from assistant.types import Turn

FOUNDED = ("Who founded cross U?", "The founder of cross U is Mitsui Fudosan. [1]")
SIGNED = ("Who signed the joint statement of ESA and JAXA?", "Josef Aschbacher and Yamakawa Hiroshi signed it. [1]")
TELESCOPES = (
    "Which telescopes do ESA and JAXA plan?",
    "The plans include Athena, an X-ray telescope, and LiteBird. [1]",
)


def converse(*questions: str | tuple[str, str], raw: bool = False) -> str:
    """The stand-alone form of the last question, the earlier ones being kept as they were typed or made."""
    history: list[Turn] = []
    made = ""
    for asked in questions:
        question, answer = asked if isinstance(asked, tuple) else (asked, "")
        made = standalone(question, history)
        history.append(Turn(question if raw else made, answer))
    return made
