"""A follow-up question made to stand alone, by rules. Pure.

What "it", "that agreement" or "the second one" means is looked for in the earlier questions, and put in its place. An
answer may be wrong, so its words are taken only for what no question names: the items of a list ("the second one"), a
person that was asked for ("Who is the president?", "How old is she?") and the name of "that asteroid". A question that
says itself what it is about is left alone, and so is one that is not English. What cannot be put into the sentence
stands in brackets behind it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.conversation.frames import asked_instead, asked_only, new_subject, rest_of, swapped
from assistant.conversation.phrases import Phrase, about, is_thing
from assistant.conversation.pointers import ORDINAL, names_nothing, with_item, with_named, with_pronouns
from assistant.conversation.thread import Thread, followed, is_english
from assistant.conversation.words import (
    ASKING,
    AUXILIARY,
    BE,
    DETERMINERS,
    IMPERATIVES,
    MAX_TOPIC,
    PERSONAL,
    PREPOSITIONS,
    RELATIONS,
    TIMES,
    Word,
    content,
    is_verb,
    split,
    stem,
    unbracket,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Turn

MAX_TURNS = 6
MAX_QUESTION = 400
"""Characters of a question that may depend on others; a longer one says what it is about."""
MAX_ANSWER = 2000
"""Characters of an answer that are looked at."""

# "The largest in the world?": of what is not said.
_MOST = re.compile(
    r"\bthe (?:first|\w{2,20}est|most \w{1,20})(?=\s*[?.!]|\s+(?:in|on|to|and|or|at)\b|\s+\w{1,20}ed\b|$)",
    re.IGNORECASE,
)
_FURTHER = frozenset(["of", "for", "to", "between", "'s", "’s"])


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched.

    Args:
        question: As asked.
        history: Earlier turns, oldest first; their questions as typed or as made to stand alone. The last six count.

    Returns:
        The question itself if it stands alone or nothing before it says what it is about; else with what it points to
        in its place, as in ``"Who signed the joint statement?"``, or in brackets: ``"How many are there? (cross U)"``.
    """
    thread = Thread()
    for turn in history[-MAX_TURNS:] if len(question) <= MAX_QUESTION else ():
        if len(turn.question) <= MAX_QUESTION + 2 * MAX_TOPIC:
            thread = followed(thread, _resolved(turn.question.strip(), thread), turn.answer[:MAX_ANSWER])
    return _resolved(question, thread)


def _resolved(question: str, thread: Thread) -> str:
    """A question made to stand alone within a thread."""
    if not thread.context or unbracket(question)[1] or not is_english(question):
        return question
    numbered = with_item(question, thread)
    if numbered == question and ORDINAL.search(question):
        return _bracketed(question, thread.context)
    subject, asked = new_subject(numbered), asked_only(question)
    if subject and thread.is_named_in(subject):
        made = question
    elif subject:
        made = _continued(subject, numbered, thread)
    elif asked:
        made = asked_instead(asked, thread.question) if thread.question else ""
        rest = rest_of(thread.question)
        made = made or _bracketed(
            question, rest if 0 < len(rest) <= MAX_TOPIC and not thread.in_brackets else thread.context
        )
    elif numbered != question:
        made = numbered
    else:
        made, is_unclear = with_pronouns(with_named(question, thread), thread)
        if is_unclear:
            made = _bracketed(made, thread.context)
        elif made == question:
            made = _with_owner(question, thread)
    return made if len(made) <= MAX_QUESTION + 2 * MAX_TOPIC else question


def _continued(subject: str, question: str, thread: Thread) -> str:
    """The question before, asked about another subject: "What about JAXA?"."""
    made = swapped(subject, thread.question, thread.items) if thread.question else ""
    if made:
        return made
    if any(word.is_name for word in split(subject)):
        if stem(Phrase(subject).head) in RELATIONS and " of " in subject:
            return question  # "And the sister of Ann Lee?" says of whom, and asks something else
        return f"{thread.question} ({subject})" if thread.in_brackets else question
    owned = _with_owner(question, thread)
    return owned if owned != question else _bracketed(question, thread.context)


def _bracketed(question: str, context: str) -> str:
    """A question with what it is about behind it, as far as it does not say so itself."""
    present = {stem(word.lower) for word in split(question)}
    parts = [
        part
        for part in dict.fromkeys(context.split(", "))
        if not {stem(word.lower) for word in content(part)} <= present
    ]
    return f"{question} ({', '.join(parts)})" if parts else question


def _pointed(question: str, thread: Thread) -> str:
    """A question that only points, with the topic behind it, or what else the question before was about."""
    topic = thread.topic.text if thread.topic and thread.topic.has_name else thread.context
    made = _bracketed(question, topic)
    return made if made != question else _bracketed(question, thread.context)


def _with_owner(question: str, thread: Thread) -> str:
    """Adds of what, where a question asks "What are the symptoms?", "How many are there?", "How old is the firm?"."""
    found = split(question)
    if not thread.topic or not found:
        return question
    if not any(word.is_name for word in found[1:]):
        place = next((place for place in range(1, len(found)) if _lacks_owner(found, place)), 0)
        if place and thread.topic.is_clear:
            return f"{question[: found[place].end]} of {_owner(thread.topic)}{question[found[place].end :]}"
        if place or _lacks_subject(question, found):
            return _pointed(question, thread)
    return _pointed(question, thread) if names_nothing(question) else question


def _owner(topic: Phrase) -> str:
    """What a budget or a director is "of": of "go-live of Project Heron" the project, as go-live has none itself."""
    head, _, owner = topic.text.partition(" of ")
    words = split(owner)
    is_name = bool(words) and all(word.is_name for word in words)
    return owner if is_name and split(head)[0].lower not in DETERMINERS and not topic.is_plural else topic.text


def _lacks_owner(found: Sequence[Word], place: int) -> bool:
    """Whether a word asks "of what?" and the question does not say it: "the symptoms", "how many types"."""
    word, after = found[place], found[place + 1] if place + 1 < len(found) else None
    if stem(word.lower) not in RELATIONS or not word.is_noun:
        return False
    if after and not after.apart:
        is_pair = after.lower == "and" and place + 2 < len(found) and stem(found[place + 2].lower) in RELATIONS
        if is_pair or after.lower in _FURTHER or (after.is_noun and not is_verb(after.lower)):
            return False
    start = place
    acts = is_verb(word.lower) and (after is None or after.apart or not after.is_noun)
    while start > 0 and found[start - 1].is_noun and not found[start].apart:
        start -= 1
    before = [word.lower for word in found[max(0, start - 3) : start]]
    if acts and start < place and {"do", "does", "did", "will", "would", "can", "could"} & set(before):
        return False  # "What does the whole thing cost?"
    is_kind = start == place and stem(word.lower) in ("kind", "type") and before[-1:] in (["what"], ["which"])
    is_asked = before[-2:] in (["how", "many"], ["what", "are"]) or before[-1:] in (["and"], ["other"])
    return is_kind or is_asked or bool({"the", "any"} & set(before))


def _lacks_subject(question: str, found: Sequence[Word]) -> bool:
    """Whether a question leaves out what it is about: "Are there any?", "What happened?", "Which is the largest?"."""
    lower = [word.lower for word in found]
    exists = any(one in BE and two == "there" for one, two in pairwise(lower))
    has_place = exists and any(word in PREPOSITIONS - {"of"} for word in lower[lower.index("there") :])
    asks = (
        not TIMES & set(lower)
        and bool(ASKING & set(lower))
        and not PERSONAL & set(lower)
        and not any(word.is_name for word in found[1:])
    )
    is_bare = asks and not any(map(is_thing, about(question).phrases))
    is_choice = lower[0] == "which" and lower[1:2] != [] and lower[1] in AUXILIARY
    is_noun_only = lower[0] == "the" and len(lower) <= 3 and not found[-1].is_name
    is_order = lower[0] in IMPERATIVES and not any(word.is_noun for word in found[1:])
    leaves_out = (exists and not has_place) or is_bare or is_choice or is_noun_only or is_order
    return leaves_out or bool(_MOST.search(question))
