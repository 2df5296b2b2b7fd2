"""Fragments that take over the sentence of the question before: "What about JAXA?", "Since when?". Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.conversation.ends import phrase_end
from assistant.conversation.phrases import Phrase, about
from assistant.conversation.words import (
    ASKING,
    AUXILIARY,
    BE,
    DETERMINERS,
    OPENERS,
    PERSONAL,
    PREPOSITIONS,
    PRONOUNS,
    RELATIONS,
    Word,
    is_agent,
    is_participle,
    is_verb,
    listed,
    split,
    stem,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.conversation.ends import Cut

_ABOUT = re.compile(r"(?:(?:and|or|but|so|then|ok|okay)\b[\s,]*)?(?:what|how) about\s+", re.IGNORECASE)
_AND = re.compile(r"(?:and|or|but)\b[\s,]*", re.IGNORECASE)
_MAX_WORDS = 6
_ADVERBIAL = listed("when where why how")


def new_subject(question: str) -> str:
    """X of "What about X?", "How about X?" and "And X?"; empty if the question has another shape or X points back."""
    match = _ABOUT.match(question) or _AND.match(question)
    rest = question[match.end() :].strip(" ?!.") if match else ""
    found = split(rest)
    if not found or len(found) > _MAX_WORDS or any(word.apart for word in found[1:]):
        return ""
    says_more = any(word.lower in ASKING | AUXILIARY | PRONOUNS for word in found)
    return "" if says_more or not any(word.is_noun for word in found) else rest


def _last(text: str) -> str:
    return next((word.lower for word in reversed(split(text))), "")


def asked_only(question: str) -> str:
    """A question that is nothing but question words and what they ask for: "Since when", "With which technologies"."""
    found = [word for word in split(question) if word.lower not in OPENERS]
    if not found or len(found) > _MAX_WORDS or any(word.apart for word in found):
        return ""
    if found[0].lower in _ADVERBIAL and " ".join(word.lower for word in found[1:]) in (
        "is that",
        "was that",
        "is this",
    ):
        found = found[:1]
    place = 1 if found[0].lower in PREPOSITIONS and len(found) > 1 else 0
    if found[place].lower not in ASKING or any(word.lower in AUXILIARY or word.lower in ("'s", "’s") for word in found):
        return ""
    nouns = [word for word in found[place + 1 :] if word.is_noun]
    can_have_noun = place > 0 or bool({"which", "whose", "many", "much"} & {word.lower for word in found})
    says_more = len(nouns) > 2 or any(word.is_name for word in nouns) or any(is_verb(word.lower) for word in nouns[1:])
    if says_more or (nouns and (not can_have_noun or is_participle(nouns[-1].lower))):
        return ""
    return question[found[0].start : found[-1].end]


def asked_instead(asked: str, before: str) -> str:
    """The question before with other question words: "Where" and "When will it end?" make "Where will it end?".

    Returns:
        Empty if the question before does not go on with an auxiliary that the new question words could stand before.
    """
    found = split(before)
    place = next((number for number, word in enumerate(found) if word.lower not in OPENERS), 0)
    start = next((number for number in range(place, len(found)) if found[number].lower in AUXILIARY), None)
    if start is None:
        return _made_passive(asked, before, found[place:])
    opening = [word.lower for word in found[place:start]]
    wanted = [word.lower for word in split(asked)]
    if wanted in (["which", "ones"], ["which"], ["which", "one"]):
        is_counted = opening[:2] == ["how", "many"] and len(opening) > 2
        return f"Which {before[found[place + 2].start :]}" if is_counted else ""
    if wanted[-1] == "not":
        return _denied(asked, before, found, start) if start == place else ""
    adverbial = wanted[-1] in _ADVERBIAL or wanted[0] in PREPOSITIONS or wanted[0] in _ADVERBIAL
    asks_thing = bool(opening) and not _ADVERBIAL & set(opening) and opening[0] not in PREPOSITIONS
    if not adverbial or (asks_thing and found[start].lower in BE) or opening[:2] == ["how", "many"]:
        return ""
    subject = found[start + 1 :]
    if asks_thing and (len(opening) > 1 or not subject or is_verb(subject[0].lower)):
        return ""  # "Who will visit X?", "What reputation has X earned?": more would be lost than the question word
    rest = before[found[start].end :]
    if asks_thing:
        last = split(rest)[-1]
        rest = rest[: last.start].rstrip() + rest[last.end :] if last.lower in PREPOSITIONS else rest
    return f"{asked[0].upper()}{asked[1:]} {found[start].lower}{rest}"


def _denied(asked: str, before: str, found: Sequence[Word], start: int) -> str:
    """Makes "Why did the drill not reach water?" of "Why not" and "Did the drill reach water?"."""
    cut: Cut = "is" if found[start].lower in BE else "do"
    after = found[start + 1] if start + 1 < len(found) else None
    is_short = after is not None and after.lower in PRONOUNS | PERSONAL
    end = start + 2 if is_short else phrase_end(found, start + 1, cut)
    if end == start + 1 or end >= len(found) or found[start].lower.endswith(("n't", "n’t")):
        return ""
    why = asked[: split(asked)[-1].start].rstrip()
    subject, rest = before[found[start].end : found[end - 1].end], before[found[end - 1].end :]
    return f"{why[0].upper()}{why[1:]} {found[start].lower}{subject} not{rest}"


def rest_of(before: str) -> str:
    """A question without its question words, "signed at the fair" of "What was signed at the fair?".

    Returns:
        Empty if what is left would be no phrase, as it is behind "What did".
    """
    found = split(before)
    place = next((number for number, word in enumerate(found) if word.lower in ("who", "what")), len(found)) + 1
    place += place < len(found) and found[place].lower in BE
    is_torn = place >= len(found) or not found[place].is_noun or any(word.lower in AUXILIARY for word in found[place:])
    return "" if is_torn or found[place].apart else before[found[place].start : found[-1].end]


def _made_passive(asked: str, before: str, found: Sequence[Word]) -> str:
    """Makes "When was X signed?" of "When" and "Who signed X?"; only where the verb's form is also the participle."""
    if len(found) < 3 or found[0].lower not in ("who", "what") or not found[1].lower.endswith("ed"):
        return ""
    end = phrase_end(found, 2)
    wanted = split(asked)[-1].lower
    if end == 2 or wanted not in _ADVERBIAL:
        return ""
    object_ = before[found[2].start : found[end - 1].end]
    verb = "were" if Phrase(object_).is_plural and " of " not in object_ else "was"
    return f"{asked[0].upper()}{asked[1:]} {verb} {object_} {found[1].text}{before[found[end - 1].end :]}"


def swapped(subject: str, before: str, others: tuple[str, ...] = ()) -> str:
    """The question before with another subject: "JAXA" and "What did ESA sign?" make "What did JAXA sign?".

    Args:
        subject: What the fragment names.
        before: The question before, made to stand alone.
        others: Names that were listed beside the subject; one of them in the question before is what it replaces.

    Returns:
        Empty if no place for the subject is found.
    """
    for other in others if subject in others else ():
        if other != subject and other in before:
            return before.replace(other, subject, 1)
    words = split(subject)
    if words[0].lower in PREPOSITIONS:
        return _with_other_place(subject, words, before)
    if subject.lower() in before.lower():
        return ""
    head = subject.split(" of ", 1)[0]
    return (_with_other_name if any(word.is_name for word in split(head)) else _with_other_noun)(subject, before)


def _with_other_place(subject: str, words: Sequence[Word], before: str) -> str:
    found = split(before)
    for place in range(len(found) - 1, 0, -1):
        end = phrase_end(found, place + 1) if found[place].lower == words[0].lower else 0
        if end > place + 1:
            return before[: found[place].start] + subject + before[found[end - 1].end :]
    stripped = before.rstrip(" ?!.")
    return f"{stripped} {subject}{before[len(stripped) :]}"


def _with_other_name(subject: str, before: str) -> str:
    """Puts a name in the place of the first name."""
    for phrase in about(before).phrases:
        run = _name_in(phrase.text)
        if run and not phrase.asked:
            at = before.index(phrase.text) + phrase.text.index(run)
            words = split(subject)
            article = re.search(r"\b(?:the|a|an) $", before[:at], re.IGNORECASE)
            is_whole = phrase.text.endswith(run)
            name = subject
            if article and is_whole:
                at, run = article.start(), before[article.start() : at + len(run)]
            elif article and words[0].lower in DETERMINERS and len(words) > 1:
                name = subject[words[1].start :]
            return before[:at] + name + before[at + len(run) :]
    return ""


def _name_in(phrase: str) -> str:
    """The stretch of names in a phrase, "ESA and JAXA" in "the statement of ESA and JAXA"; empty if there is none."""
    found = split(phrase)
    if found[-1].is_name and found[0].lower not in DETERMINERS and not any(word.lower == "of" for word in found):
        return phrase
    start = next((place for place, word in enumerate(found) if word.is_name), None)
    if start is None:
        return ""
    end = start + 1
    while end < len(found) and (found[end].is_name or (found[end].lower == "and" and found[-1].is_name)):
        end += 1
    return phrase[found[start].start : found[end - 1].end]


def _agent(phrases: Sequence[Phrase], before: str) -> str:
    """Who does something in a question: a name or a phrase for people behind the auxiliary; empty if there is none.

    Where the question has other people too, which of them another one stands for is not to be told.
    """
    first, *others = [phrase for phrase in phrases if not phrase.asked] or [Phrase("")]
    verb = _last(before[: before.find(first.text)])
    acts = verb in AUXILIARY and (is_agent(first.head) or (verb not in BE and first.words[-1].is_name))
    return first.text if acts and not any(is_agent(phrase.head) for phrase in others) else ""


def _with_other_noun(subject: str, before: str) -> str:
    """Puts a common noun in the place of the phrase that it resembles, or else of the last one."""
    named = about(f"What is {subject}?").phrases
    head = stem(named[0].head) if named else ""
    if not head or head.endswith("est"):
        return ""
    phrases = about(before).phrases
    for phrase in phrases:
        relation, of, _ = phrase.text.partition(" of ")
        if stem(phrase.head) == head:
            return before.replace(phrase.text, subject, 1)
        if of and head in RELATIONS and stem(phrase.head) in RELATIONS:
            return before.replace(relation, subject, 1)
    agent = _agent(phrases, before) if is_agent(head) else ""
    if agent:
        return before.replace(agent, subject, 1)
    first = split(before)[0].lower if split(before) else ""
    if not phrases or re.search(r"\b(?:if|when|because)\b", before[4:]):
        return ""
    at = before.find(phrases[0].text)
    is_object = len(phrases) > 1 or is_verb(_last(before[:at])) or _last(before[:at]) in PREPOSITIONS
    is_kind = first in BE and len(phrases) > 1 and phrases[1].words[0].lower in ("a", "an")
    old = phrases[0 if is_kind else -1]
    is_unlike = head in RELATIONS or (not is_kind and (old.has_name or not is_object))
    return "" if is_unlike else before.replace(old.text, subject, 1)
