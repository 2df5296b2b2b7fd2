"""Words of a question that point back ("it", "that agreement", "the second one"), and what they mean. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.conversation.ends import phrase_end
from assistant.conversation.phrases import Phrase
from assistant.conversation.thread import CAPITALS, ORGANISED
from assistant.conversation.words import (
    AUXILIARY,
    BE,
    DETERMINERS,
    PREDICATES,
    PREPOSITIONS,
    RELATIONS,
    TIMES,
    Word,
    content,
    is_anybody,
    is_verb,
    lead_end,
    listed,
    split,
    stem,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.conversation.thread import Thread

ORDINAL = re.compile(
    r"\bthe (?:(first|second|third|fourth|last|other)"
    r"(?: ones?\b| of (?:them|these|those)\b|(?=\s*[?.!]|\s+(?:is|are|was|were|do|does|did|will|going|based|led)\b|$))"
    r"|(former|latter)\b(?! \w+ (?:president|director|head|member)))",
    re.IGNORECASE,
)
"""Points to an item of a list."""
_PLACES = {"first": 0, "former": 0, "second": 1, "latter": -1, "third": 2, "fourth": 3, "last": -1}
_EMPTY = re.compile(
    # "It" that means nothing: "How long does it take to …?", "Is it true that …?"
    r"\bit\s+(?:(?:take|takes|cost|costs|mean)\s+(?:\w+\s+){0,3}?to\b|(?:true|possible|safe|better|best|hard|easy|important|necessary|worth|good|bad|ok"
    r"|legal|normal)\s+(?:\w+\s+){0,3}?(?:to|that)\s+\w+\s+\w+)",
    re.IGNORECASE,
)
_PLAIN = {"it": "it", "they": "they", "them": "they", "he": "he", "him": "he", "she": "he"}
_OWNING = {"its": "it", "their": "they", "his": "he", "her": "he"}
_POINTING = listed("this that these those")
_CLAUSE = listed("and but or if when because while that who which")
_NO_NOUN = ("ed", "able", "ible", "ful", "ous", "ive")
_MODIFIERS = listed("other own most more old")
_LINKS = listed("of for between with about to from on 's ’s")
_GENERIC = listed(
    """flight conference meeting summit contract pact alliance report building centre center agreement agency
    asteroid band book campus company city country deal event experiment facility film firm lander memorandum
    mission moon movement movie organisation organization partnership plan planet platform probe program
    programme project rocket satellite spacecraft state statement stadium study system team telescope treaty
    university disease condition drug animal plant person article author group institution law place thing"""
)
"""Nouns that stand for a thing named before: "the mission", "this company"."""


def with_item(question: str, thread: Thread) -> str:
    """Puts the item of a list in the place of "the second one"."""
    match = ORDINAL.search(question)
    if not match:
        return question
    which = (match[1] or match[2]).lower()
    place = _PLACES.get(which, 0)
    items = thread.items if which != "other" else tuple(item for item in thread.items if item not in thread.question)
    if place >= len(items) or not items or (which == "other" and len(items) > 1):
        return question
    return question[: match.start()] + items[place] + question[match.end() :]


def with_named(question: str, thread: Thread) -> str:
    """Puts the longer phrase that was said before in the place of "that agreement" and "the agreement"."""
    found = split(question)
    for place, word in enumerate(found[:-1]):
        if word.lower not in _POINTING | {"the"} or found[place + 1].apart:
            continue
        noun = place + (2 if found[place + 1].lower in ("two", "three", "same", "whole") else 1)
        if noun >= len(found) or not found[noun].is_noun or found[noun].is_name or _goes_on(found, noun):
            continue
        if word.lower in _POINTING and stem(found[noun].lower) in TIMES:
            continue  # "And this time?" does not mean "the last time"
        meant = _meant(stem(found[noun].lower), question, thread)
        if " and " in thread.group and " of " not in thread.group and _are_generic(found[noun].lower):
            meant = thread.group if thread.group not in question else ""
        if not meant and word.lower in _POINTING:
            meant = _in_answer(found[noun].lower, thread.answer)
        if meant:
            return question[: word.start] + meant + question[found[noun].end :]
    return question


def _are_generic(noun: str) -> bool:
    """Whether a noun can stand for several names: "the agencies"."""
    return stem(noun) != noun and stem(noun) in _GENERIC


def names_nothing(question: str) -> bool:
    """Whether a noun stands for a thing that the question does not name: "the mission", "the whole thing"."""
    found = [word for word in split(question) if word.lower != "whole"]
    for place, (word, noun) in enumerate(pairwise(found)):
        points = word.lower in _POINTING and (place == 0 or found[place - 1].lower in PREPOSITIONS | AUXILIARY)
        is_meant = stem(noun.lower) in _GENERIC or (points and stem(noun.lower) not in TIMES | PREDICATES)
        is_thing = noun.is_noun and not noun.is_name and not noun.apart
        if word.lower in _POINTING | {"the"} and is_thing and is_meant and not _goes_on(found, place + 1):
            return True
    return False


def _goes_on(found: Sequence[Word], noun: int) -> bool:
    """Whether the phrase goes on behind a noun, so that it says itself what it means."""
    after = found[noun + 1] if noun + 1 < len(found) else None
    if after is None or after.apart:
        return False
    is_last = noun + 2 == len(found) and found[0].lower in BE  # "Is this device noisy?"
    is_other = is_last or is_verb(after.lower) or after.lower.endswith(_NO_NOUN) or after.lower in PREDICATES
    return after.is_name or after.lower in _LINKS or (after.is_noun and not is_other)


def _meant(head: str, question: str, thread: Thread) -> str:
    """The newest longer phrase with the same noun; empty if there is none, or if the question has its words itself."""
    present = {word.lower for word in split(question)}
    for phrase in thread.phrases:
        words = content(phrase.text)
        if len(words) > 1 and stem(phrase.head) == head:
            more = [word.lower for word in words if stem(word.lower) != head]
            return "" if present & set(more) else phrase.text
    return ""


def _in_answer(noun: str, answer: str) -> str:
    """A name that stands beside a noun in an answer: "asteroid Apophis", "Harwell Campus"; only for "that asteroid"."""
    for match in CAPITALS.finditer(answer):
        if match[0].lower().endswith(f" {noun}"):
            return match[0]
        if answer[max(0, match.start() - len(noun) - 2) : match.start()].lower() == f" {noun} ":
            return f"the {noun} {match[0]}"
    return ""


def with_pronouns(question: str, thread: Thread) -> tuple[str, bool]:
    """Puts what is meant in the place of the first pronoun of each kind; also says whether one had no clear meaning."""
    found = split(question)
    empty = _EMPTY.search(question)
    done: set[str] = set()
    used: set[str] = set()
    parts: list[str] = []
    end = 0
    is_unclear = False
    for place, word in enumerate(found):
        if empty and empty.start() == word.start:
            continue
        kind = _PLAIN.get(word.lower) or _OWNING.get(word.lower) or _pointing(found, place)
        if not kind or kind in done or _is_said_before(found, place):
            continue
        if kind == "there" and not thread.place and (done or thread.is_named_in(question)):
            continue  # "When does it arrive there?": not where "it" is
        done.add(kind)
        meant = _meaning(kind, question, found, thread)
        where = thread.place if kind == "there" else None
        if meant in used and not where:
            continue  # "Did they accept it?": one thing does not do something to itself
        text, stop = _in_place(question, found, place, meant, where)
        is_unclear = is_unclear or not text or is_anybody(meant)  # "Where did people go?": which people?
        if text:
            used.add(meant)
            parts += [question[end : word.start], text]
            end = stop
    return "".join([*parts, question[end:]]), is_unclear


def _pointing(found: Sequence[Word], place: int) -> str:
    """The kind of pointer that "this", "there" or "one" is; empty if it is none."""
    word = found[place].lower
    before = found[place - 1].lower if place else ""
    after = found[place + 1] if place + 1 < len(found) else None
    at_end = after is None or after.apart
    if word in _POINTING:
        is_alone = at_end or bool(
            after
            and before in PREPOSITIONS | AUXILIARY
            and _ends_phrase(after)
            and (before in AUXILIARY or not after.is_noun)
        )
        return ("these" if word in ("these", "those") else "that") if is_alone else ""
    if word == "there":
        exists = before in BE or bool(after and after.lower in BE)
        return "" if exists and not (at_end and place <= 2) else "there"
    if word in ("one", "ones"):
        is_pointer = at_end or bool(after and not after.is_noun and after.lower != "of")
        return "one" if is_pointer and before not in ("no", "any", "some", "every", "number") else ""
    return ""


def _ends_phrase(after: Word) -> bool:
    return after.lower in DETERMINERS | PREDICATES or not after.is_noun or is_verb(after.lower)


def _is_said_before(found: Sequence[Word], place: int) -> bool:
    """Whether a pronoun of a second clause means a name of the first: "What is CBT and how does it work?"."""
    lead = found[: lead_end(found)]
    if 0 < len(lead) <= place and (any(word.is_name for word in lead[1:]) or "the" in [word.lower for word in lead]):
        return True  # "Let's talk about the volcano: how high is it?"
    clause = next((number for number in range(place - 1, 0, -1) if found[number].lower in _CLAUSE), 0)
    first = found[:clause]
    if any(word.lower in _PLAIN or word.lower in _OWNING or stem(word.lower) in RELATIONS for word in first):
        return False
    return any(word.is_name or (word.is_noun and not is_verb(word.lower)) for word in first[1:])


def _in_place(question: str, found: Sequence[Word], place: int, meant: str, where: str | None) -> tuple[str, int]:
    """What to put for a pronoun, and where the text behind it goes on; empty text if nothing clear is meant.

    Args:
        question: The question.
        found: Its words.
        place: The pronoun's among them.
        meant: What it means.
        where: What "there" means with its preposition, if that is known; None for another pronoun.
    """
    word = found[place]
    if not Phrase(meant).is_clear:
        return "", 0
    if where is not None:
        is_house = meant.lower().split()[-1] in ORGANISED
        return where or f"{'at' if is_house else 'in'} {meant}", word.end
    if word.lower not in _OWNING:
        return meant, word.end
    begin = place + 1
    while begin < len(found) - 1 and found[begin].lower in _MODIFIERS:
        begin += 1
    end = phrase_end(found, begin, "asked") if begin < len(found) else begin
    if end == begin:
        return (meant, word.end) if word.lower == "her" else ("", 0)
    return f"the {question[found[place + 1].start : found[end - 1].end]} of {meant}", found[end - 1].end


def _meaning(kind: str, question: str, found: Sequence[Word], thread: Thread) -> str:
    """The phrase that a pronoun means; empty if it is not clear."""
    topic = thread.topic.text if thread.topic else ""
    if kind == "he":
        is_name = thread.topic is not None and thread.topic.has_name and topic.isalpha() and not topic.isupper()
        return thread.person or (topic if is_name else "")
    if kind in ("they", "these"):
        is_plural = thread.topic is not None and thread.topic.is_plural
        return thread.group or (topic if kind == "they" or is_plural else "")
    is_several = thread.topic is not None and thread.topic.is_plural and " of " not in topic
    is_several = is_several or (kind == "that" and Phrase(thread.last).is_plural and " of " not in thread.last)
    kinds = {_PLAIN.get(word.lower) for word in found}
    is_person = bool(topic) and (
        "he" in kinds or (topic in thread.person if thread.is_sure else topic == thread.person)
    )
    last = "" if thread.is_sure and thread.last in thread.person else thread.last
    if kind == "one" or (kind in ("it", "that") and is_several):
        return ""
    if kind in ("it", "that") and is_person:
        thing = thread.thing.text if thread.thing and "he" not in kinds else ""
        return last if last not in ("", topic) else thing
    if kind == "that" and last:
        return last
    # "When did they sign it?": not "When did A and B sign the statement of A and B?"
    head, _, owner = topic.partition(" of ")
    is_said = owner in question or (owner == thread.group and "they" in kinds)
    return head if kind in ("it", "that") and owner and is_said else topic
