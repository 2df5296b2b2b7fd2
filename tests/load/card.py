"""What an answer says, read from its card on the page or from its JSON."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TURN = re.compile(r'<section class="cw-turn"[^>]*><h2>(.*?)</h2>(.*?)</section>', re.DOTALL)
_KIND = re.compile(r'class="cw-card cw-(\w+)')
_TEXT = re.compile(r'<p class="cw-text">(.*?)</p>', re.DOTALL)
_MARK = re.compile(r'class="cw-mark" value="(\w+):(\d+)-(\d+)"')
_PILL = re.compile(r'<button type="button" class="cw-mark".*?</span>(\d+)<.*?</button>', re.DOTALL)
_NAMED = re.compile(r'value="(\w+):')
_CONSIDERED = re.compile(r'<td><button type="button" class="cw-open" value="([^"]+)"')
_TAG = re.compile(r"<[^>]*>")
STATUSES = {"answered": "answered", "refusal": "abstained", "problem": "problem"}
"""By the name of a finished card."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, as far as it must be the same each time.

    Attributes:
        question: As the card repeats it.
        status: A value of :data:`STATUSES`.
        searched: The question as searched.
        text: Words and quotes.
        marks: Article, start and end of each citation.
        named: Every article that is named anywhere.
        considered: The passages considered.
        confidence: In percent.
        generation: Which answered.
        plain: The text with ``[n]`` marks, to which a later question of the conversation may refer.
    """

    question: str
    status: str
    searched: str = ""
    text: str = ""
    marks: tuple[tuple[str, int, int], ...] = ()
    named: frozenset[str] = frozenset()
    considered: tuple[str, ...] = ()
    confidence: int | None = None
    generation: str = ""
    plain: str = ""


def finished_turn(shown: str) -> Said | None:
    """The last turn of the page's conversation, or None while it is not finished."""
    turns = _TURN.findall(shown)
    return of_card(turns[-1][1], html.unescape(turns[-1][0])) if turns else None


def of_card(card: str, question: str) -> Said | None:
    """A card, or None if it is that of an unfinished answer."""
    kind = _KIND.search(card)
    if not kind or kind[1] not in STATUSES:
        return None
    facts = {name: _fact(card, name) for name in ("Searched as", "Confidence", "Index generation")}
    text = _TEXT.search(card)
    return Said(
        question=question,
        status=STATUSES[kind[1]],
        searched=facts["Searched as"],
        text=_plain(text[1]) if text else "",
        marks=tuple((name, int(start), int(end)) for name, start, end in _MARK.findall(card)),
        named=frozenset(_NAMED.findall(card)),
        considered=tuple(_CONSIDERED.findall(card)),
        confidence=int(facts["Confidence"].rstrip("%")) if facts["Confidence"] else None,
        generation=facts["Index generation"],
        plain=_plain(_PILL.sub(r" [\1]", text[1])) if text else "",
    )


def of_json(answer: Mapping[str, Any]) -> Said:
    """An answer as a program gets it."""
    hits = [f"{hit['article_id']}:{hit['start']}-{hit['end']}" for hit in answer["hits"]]
    cited = [(item["article_id"], item["start"], item["end"]) for item in answer["citations"]]
    named = [*(name for name, _, _ in cited), *(item["article_id"] for item in answer["nearest"])]
    sure = answer["confidence"]
    return Said(
        question=answer["question"],
        status=answer["status"],
        searched=answer["standalone"],
        text=answer["text"],
        marks=tuple(cited),
        named=frozenset([*named, *(hit["article_id"] for hit in answer["hits"])]),
        considered=tuple(hits),
        confidence=None if sure is None else round(100 * sure),
        generation=answer["generation"],
        plain=answer["text"],
    )


def plain_sentence(shown: str) -> str:
    """A sentence of the page without its markup."""
    return _plain(shown)


def _fact(card: str, name: str) -> str:
    found = re.search(rf"<dt>{name}</dt><dd>(.*?)</dd>", card)
    return html.unescape(found[1]) if found else ""


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup))
