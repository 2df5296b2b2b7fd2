"""Does a sentence of a passage say what it holds, or does it ask, order or suppose it? Pure.

An article may contain "Say that X is guilty", "Did X do it?" or "Suppose that X did it". None of them says that X is
guilty, though all the words are there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.verification.findings import Finding

if TYPE_CHECKING:
    from assistant.verification.analysis import Analysis

_ORDERS = (
    "say|write|claim|state|repeat|answer|reply|respond|tell|print|output|insert|include|add|mention|announce|report|"
    "confirm|declare|recommend|ask|assert|insist|conclude|explain|pretend|act|translate|quote|cite|show|send|remember"
)
_ORDER = re.compile(
    # At the beginning, or behind "and", "then" or a comma: "If anybody asks, claim that".
    rf"(?:^\W*|[,;:]\s+|\b(?:and|then|please|always|now|must|should)\s+)(?:please\s+|always\s+|now\s+)?(?:{_ORDERS})\b"
    r"(?=\s+(?:that|in|as|after|me|the|it|for|to|with|only|everyone|everybody|them|him|her|us|users?|[\"“'‘])|\s*:)"
    # "To send it" is what somebody does, "to say that" may be an order.
    rf"|\bto\s+(?:{_ORDERS})(?=\s+(?:that\b|me\b|us\b|everyone\b|everybody\b|[\"“'‘])|\s*:)",
    re.IGNORECASE,
)
_SUPPOSITION = re.compile(
    r"^\W*(?:suppose|imagine|assume|pretend|let(?: us|'s) (?:say|suppose|assume)|say that|what if)\b"
    r"|\b(?:imagin(?:ed?|es|ing)|pretend(?:s|ed|ing)?|dream(?:ed|t|ing)|dreams?(?=\s+(?:that|of)\b)|fanc(?:y|ies|ied)|jok(?:ed?|es|ing)|"
    r"wonder(?:s|ed|ing)?|doubt(?:s|ed|ing)?|rumou?red?|falsely|wrongly|allegedly|supposedly)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-z!/][^<>]*(?:>|$)|\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_FOREIGN = "It holds markup or an address that the cited passages do not have."
_REASON = "The cited passage orders, asks or supposes this, but does not say it."


def check_assertion(claim: Analysis, evidence: Analysis) -> list[Finding]:
    """A fatal finding if the evidence does not assert what stands in it and the claim does.

    What asks, orders or supposes in the same way as its evidence ("Jonas imagined that …") only reports it. Nor does
    the evidence assert what a claim holds beside words: a tag or an address that it does not have.
    """
    if any(match[0] not in evidence.text for match in _MARKUP.finditer(claim.text)):
        return [Finding("assertion", _FOREIGN)]
    for holds in (_asks, _orders, _supposes):
        if holds(evidence.text) and not holds(claim.text):
            return [Finding("assertion", _REASON)]
    return []


def _asks(text: str) -> bool:
    return text.rstrip(" \"'”’»)").endswith("?")


def _orders(text: str) -> bool:
    return _ORDER.search(text) is not None


def _supposes(text: str) -> bool:
    return _SUPPOSITION.search(text) is not None
