"""What kind of answer a question asks for, told by its words. Pure, English."""

from __future__ import annotations

import re
from typing import Literal

from index.keywords import words

Kind = Literal["fact", "list", "explanation", "decision", "open"]
"""``fact``: a name, place, time or number; ``list``: several of them; ``explanation``: what, how or why something is;
``decision``: yes or no; ``open``: anything else, search words among it."""

_OPENING = re.compile(
    r"(?:(?:and|but|so|then|also|please|well|ok|okay)\b[\s,]*"
    r"|(?:can|could|would|will) you (?:please )?(?:tell me|say)\s+"
    r"|(?:please )?tell me\s+(?!about)|do you know\s+|i (?:would like|want|need) to know\s+|i wonder\s+)+",
    re.IGNORECASE,
)
_ELSE = re.compile(r"^(what|which|who|where|how) else\b", re.IGNORECASE)
_BEFORE = r"(?:(?:in|on|at|by|from|since|for|to|of|with|under|during|about|through|into|until)\s+)?"
_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|don['’]t|doesn['’]t|didn['’]t|hasn['’]t|haven['’]t|can['’]t|won['’]t)"
)
_ORDER_TO_LIST = re.compile(
    r"(?:(?:can|could|would) you )?(?:please )?"
    r"(?:list|name|enumerate|give (?:me )?(?:a list|all|the (?:names|list)))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    _BEFORE
    + r"how (?:many|much|long|old|far|big|large|tall|high|deep|fast|often|heavy|hot|cold|wide|soon|early|late)\b",
    re.IGNORECASE,
)
_PERSON_PLACE_TIME = re.compile(_BEFORE + r"(?:who|whom|whose|where|when|which year|what year)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"who (?:are|were) (?:the|all)\b|who all\b", re.IGNORECASE)
_EXPLAIN = re.compile(
    r"(?:how\b|why\b|explain\b|describe\b|tell me about\b|what about\b|what for\b|for what (?:reason|purpose)\b"
    r"|what (?:do|does|did) .+ (?:mean|do|say|think|look like)\b|what happen\w*\b|in what way\b)",
    re.IGNORECASE,
)
_WHAT = re.compile(_BEFORE + rf"(?:what|which)\s+(?P<asked>.*?)\b(?P<verb>{_AUXILIARY})\b(?P<rest>.*)", re.IGNORECASE)
_WHICH = re.compile(_BEFORE + r"(?:what|which)\b\s*(?P<asked>(?:\S+\s+){0,3})", re.IGNORECASE)
_NOT_PLURAL = re.compile(r"(?:ss|us|is|ics|’s|'s|news|series|species)$", re.IGNORECASE)
_REASONS = re.compile(
    r"\s*(?:the )?(?:purpose|reason|meaning|difference|goal|aim|point|idea|significance|role)\b|.*\bfor\W*$",
    re.IGNORECASE,
)


_SEVERAL_OF = re.compile(
    r"(?:(?:which|what)\b(?:\s+(?:are|were)\b)?|(?:list|name|enumerate|give me)\b)"
    r"(?:\s+(?:all|the|some|its|their|of|names?|list|\d+|two|three|four|five|six|seven|eight|nine|ten)\b)*"
    r"\s+(?P<things>(?:[\w'’-]+\s+){0,2}[\w'’-]+)",
    re.IGNORECASE,
)

_PARTS = re.compile(r"(?<=[?!.])\s+")
_BY_OPENING: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_SEVERAL, "list"),
    (_NUMBER, "fact"),
    (_PERSON_PLACE_TIME, "fact"),
    (re.compile(rf"{_AUXILIARY}\b", re.IGNORECASE), "decision"),
    (_EXPLAIN, "explanation"),
)


def kind_of(question: str) -> Kind:
    """The kind of answer that a question asks for; ``open`` for what is no English question."""
    text = question.strip()
    if any(_ORDER_TO_LIST.match(part) for part in _PARTS.split(text)):
        return "list"  # "Who may not come? List all."
    text = text[match.end() :] if (match := _OPENING.match(text)) else text
    text = _ELSE.sub(r"\1", text)
    if kind := next((kind for pattern, kind in _BY_OPENING if pattern.match(text)), None):
        return kind
    if match := _WHAT.match(text):
        return _what_kind(match["asked"].split(), match["verb"].lower(), match["rest"])
    if match := _WHICH.match(text):
        # Only the first word: in "which agency leads" the second looks like a plural too.
        return "list" if any(map(_is_plural, match["asked"].split()[:1])) else "fact"
    return "open"


def things_asked(question: str) -> frozenset[str]:
    """What a question asks for several of, as words are compared: "fault code" of "Which fault codes are there?".

    Empty if it asks for one thing, or does not name them.
    """
    if kind_of(question) != "list" or not (match := _SEVERAL_OF.search(question)):
        return frozenset()
    things = match["things"].split()
    last = next((place for place, word in enumerate(things) if _is_plural(word)), None)
    return frozenset() if last is None else frozenset(words(" ".join(things[: last + 1])))


def _what_kind(asked: list[str], verb: str, rest: str) -> Kind:
    """Of "what" or "which", the words asked about, a verb and the rest."""
    if asked:
        # "What kind of document was …", "which of the two …"; "which instruments …", "what types of …".
        whose = any(re.search("['’]s?$", word) for word in asked)
        return "list" if not whose and any(map(_is_plural, asked[:3])) else "fact"
    if _REASONS.match(rest):
        return "explanation"
    if verb in ("are", "were"):
        # "What are the goals of …" asks for several; "what are solar panels" asks what they are.
        return (
            "list" if re.match(r"\s+(?:the|some|all|its|their|his|her|two|three|four|five)\b", rest) else "explanation"
        )
    if verb in ("is", "was"):
        # "What is the capital of …" asks for a name; "what is photosynthesis", "what is a comet" ask what it is.
        return "fact" if re.match(r"\s+(?:the|its|their|his|her)\b", rest) else "explanation"
    return "open"


def _is_plural(word: str) -> bool:
    if word.lower() in ("people", "men", "women", "children", "media", "criteria", "phenomena"):
        return True
    return len(word) > 3 and word.lower().endswith("s") and not _NOT_PLURAL.search(word) and word.lower() != "does"
