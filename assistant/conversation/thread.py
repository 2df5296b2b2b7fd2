"""What a conversation has been about so far: whom and what its pronouns mean. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.conversation.ends import phrase_end
from assistant.conversation.frames import asked_only, new_subject
from assistant.conversation.phrases import Phrase, Subject, about, inner, is_thing
from assistant.conversation.words import (
    ASKING,
    AUXILIARY,
    DETERMINERS,
    FUNCTION_WORDS,
    IMPERATIVES,
    KIN,
    MAX_TOPIC,
    RELATIONS,
    content,
    is_anybody,
    listed,
    split,
    stem,
    unbracket,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ORGANISED = listed(
    """agency campus council centre center week space program programme university institute systems mission
    station company group city museum school red north south east west united new story association bank biotech
    board college commission committee court department energy foundation fund holdings hospital industries
    instruments labs laboratory ministry motors office party pharma police power press propulsion society
    technologies trust union"""
)
"""Words in capitals that make a name one of no person."""
_BY_FIRMS = listed(
    """make made build built run ran own owned operate operated produce produced sell sold pay paid fund funded
    provide provided supply supplied develop developed organise organised sponsor sponsored launch launched
    publish published buy bought manufacture manufactured organize organized client tenant"""
)
"""Words of a question with "who" that a firm may answer."""
_MAX_PHRASES = 24
_MAX_CONTEXT = 8
_MIN_FOREIGN = 4
"""Words from which on a question that is not English can be about something new."""
CAPITALS = re.compile(r"[A-Z][\w-]*(?: [A-Z][\w-]*)*")
"""A run of words in capitals, as names are in the text of an answer."""
_LIST_CUES = (re.compile(r"\b(?:such as|include|includes|including|namely)\b|:"), re.compile(r"\b(?:are|were)\b"))


@dataclass(frozen=True, slots=True)
class Thread:
    """What a conversation has been about so far.

    Attributes:
        question: The last question, made to stand alone, without brackets; empty if it was not English.
        context: What stands in brackets if a pointer has no clear meaning; empty if there were no questions.
        topic: What "it" means.
        group: What "they" means, if not the topic.
        person: Whom "he" and "she" mean.
        is_sure: Whether that is a person, as a question has asked for one, and not only a name like "Europa Clipper".
        thing: The last topic that was surely no person, which "it" means where the topic is one.
        items: What "the second one" counts.
        phrases: What "that agreement" is looked for in, newest first.
        answer: The last answer.
        place: What "there" means, with its preposition: "at Harwell Campus".
        last: What was named last, and is meant by "that" alone.
        in_brackets: Whether the last question names its subject in brackets only.
    """

    question: str = ""
    context: str = ""
    topic: Phrase | None = None
    group: str = ""
    person: str = ""
    is_sure: bool = False
    thing: Phrase | None = None
    items: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    answer: str = ""
    in_brackets: bool = False
    place: str = ""
    last: str = ""

    def is_named_in(self, text: str) -> bool:
        """Whether a text has all words of the topic."""
        present = {word.lower for word in split(text)}
        return self.topic is not None and all(word.lower in present for word in content(self.topic.text))


def is_english(question: str) -> bool:
    """Whether the rules may apply: it has an English question or function word, and no word of another language."""
    found = split(question)
    known = any(word.lower in ASKING | AUXILIARY | IMPERATIVES | {"and", "or", "the", "of", "about"} for word in found)
    return known and all(word.lower.isascii() or word.is_name for word in found)


def followed(thread: Thread, question: str, answer: str) -> Thread:
    """The thread after one more turn, its question made to stand alone."""
    plain, bracket = unbracket(question)
    if not is_english(plain):
        named = content(plain)
        if thread.context and len(named) < _MIN_FOREIGN:
            return thread
        context = " ".join(word.text for word in named[:_MAX_CONTEXT])[:MAX_TOPIC].rstrip()
        return Thread(context=context, topic=Phrase(f"{context}, ") if context else None, phrases=thread.phrases)
    subject = about(question)
    is_fragment = bool(new_subject(plain) or asked_only(plain))
    if thread.context and (not subject.topic or (bracket and is_fragment)):
        # "Tell me more.", "Who?": nothing new
        return replace(thread, question=thread.question if is_fragment else plain, answer=answer)
    aside = _aside(subject, thread)
    topic = thread.topic if aside or thread.is_named_in(question) else None
    is_kept = topic is not None
    asked = [phrase.text for phrase in subject.phrases if phrase.asked and stem(phrase.head) not in RELATIONS]
    things = [phrase.text for phrase in subject.phrases if not phrase.asked and is_thing(phrase)]
    context = bracket or (thread.context if aside else ", ".join([*asked, *things][:3]))
    if asked and not bracket and not is_kept and {"which", "what"} & {word.lower for word in split(plain)[:2]}:
        topic = Phrase(context)  # "Which asteroid …?": whether "it" is the asteroid is not to be told
    topic = topic or subject.topic or thread.topic
    context = context or " ".join(word.text for word in content(plain)[:_MAX_CONTEXT])
    person, is_sure = _person(subject, plain, answer)
    if not person or person == thread.person:
        person, is_sure = thread.person, is_sure or thread.is_sure
    return Thread(
        question=thread.question if is_fragment and thread.question else plain,
        context=context[:MAX_TOPIC].rstrip(" ,") or thread.context,
        topic=topic,
        group=aside or _group(subject.phrases, topic, context, thread.group if is_kept else "", is_kept=is_kept),
        person=person,
        is_sure=is_sure,
        thing=thread.thing if is_sure and topic and topic.text in person else topic,
        items=_items(subject, plain, answer) or _exchanged(thread, plain) or thread.items,
        phrases=(*subject.phrases, *thread.phrases)[:_MAX_PHRASES],
        answer=answer,
        in_brackets=bool(bracket),
        last=things[-1] if things and not bracket else "",
        place=_place(plain) or (thread.place if is_kept else ""),
    )


def _aside(subject: Subject, thread: Thread) -> str:
    """People in general where a turn names nothing else, so that the talk is still about what had a name before."""
    had_name = thread.topic is not None and thread.topic.has_name
    named = [phrase for phrase in subject.phrases if phrase.asked or is_thing(phrase)]
    is_alone = had_name and len(named) == 1 and subject.topic in named and is_anybody(named[0].text)
    return named[0].text if is_alone else ""


def _group(phrases: Sequence[Phrase], topic: Phrase | None, context: str, before: str, *, is_kept: bool) -> str:
    """What "they" means: several names, or else a plural."""
    if topic and topic.is_clear and topic.is_plural and " of " not in topic.text:
        return topic.text
    asks_several = any(phrase.asked and phrase.is_plural for phrase in phrases)
    named = [inner(phrase) for phrase in phrases if not phrase.asked]
    if asks_several:
        return f"{context}, "  # "Which agencies are at X?": whether "they" are the agencies is not to be told
    for phrase in named:
        owner = phrase.text.rsplit(" of ", 1)[-1]
        if " and " in owner and all(word.is_name or word.lower == "and" for word in split(owner)):
            return owner
    if topic and not topic.is_clear:
        return topic.text
    several = next((phrase for phrase in named if phrase.is_plural), None)
    if several and topic and is_kept and several.words[0].lower not in DETERMINERS:
        return before or f"{context}, "  # "Does it have turbines?": turbines are no subject without it
    return before or (several.text if several else "")


def _place(question: str) -> str:
    """A name with "in" or "at" before it: "in Britain"; empty if the question has none."""
    found = split(question)
    for place, word in enumerate(found[:-1]):
        end = phrase_end(found, place + 1) if word.lower in ("in", "at") else 0
        if any(name.is_name for name in found[place + 1 : end]):
            return question[word.start : found[end - 1].end]
    return ""


def _person(subject: Subject, question: str, answer: str) -> tuple[str, bool]:
    """Whom "he" or "she" means after a turn, and whether that is surely a person; empty if the turn has no person."""
    beside = next((phrase.text for phrase in subject.phrases if phrase.head in KIN and inner(phrase) != phrase), "")
    if beside and not subject.asks_person:
        return beside, True
    named = next((name for phrase in subject.phrases if _is_person(name := inner(phrase).text) and not beside), "")
    if named or not subject.asks_person:
        return named, bool(named) and question.lower().startswith(("who is ", "who was ")) and len(subject.phrases) == 1
    # The one place where an answer says who is meant: the question asked for a person and names none.
    for match in CAPITALS.finditer(answer):
        if _is_person(match[0]) and match[0].split()[0] not in question:
            return match[0], not {stem(word.lower) for word in split(question)} & _BY_FIRMS
    return (subject.whole.text, True) if subject.whole and subject.whole.head in RELATIONS else ("", False)


def _is_person(name: str) -> bool:
    words = name.split()
    plain = all(word.isalpha() and word[0].isupper() and not word.isupper() for word in words)
    return 2 <= len(words) <= 3 and plain and not {word.lower() for word in words} & (ORGANISED | FUNCTION_WORDS)


def _items(subject: Subject, question: str, answer: str) -> tuple[str, ...]:
    """Names that an answer lists to a question for several, without those that the question has itself."""
    several = any(phrase.asked and phrase.is_plural for phrase in subject.phrases)
    if not several and not question.lower().startswith(("who ", "what ")):
        return ()
    cue = _LIST_CUES[0].search(answer) or _LIST_CUES[1].search(answer)
    listed = answer[cue.end() :] if cue else answer
    items = []
    for part in re.split(r",|;|\band\b", listed.split(". ", 1)[0]):
        is_beside = part.strip().lower().startswith(("a ", "an ", "the "))  # "Athena, an X-ray telescope"
        for match in () if is_beside else CAPITALS.finditer(part):
            is_title = part[match.end() :].startswith(" of ")  # "Director General of ESA"
            if match[0] not in question and match[0].lower() not in FUNCTION_WORDS and not is_title:
                items.append(match[0])
                break
    if len(set(items)) > 1:
        return tuple(dict.fromkeys(items))
    names = (subject.topic.text if subject.topic else "").split(" and ")
    return tuple(names) if not several and len(names) > 1 and all(CAPITALS.fullmatch(name) for name in names) else ()


def _exchanged(thread: Thread, question: str) -> tuple[str, ...]:
    """Names that took each other's place in the same sentence: after "Is X led by Z?" and "Is Y led by Z?", X and Y."""
    old, new = thread.question.split(), question.split()
    length = len(new)
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    gone, came = (" ".join(words).strip("?.!,") for words in (old, new))
    are_names = gone and came and all(word.is_name for word in split(f"{gone} {came}"))
    if not are_names or length < len(new) + 3:
        return ()
    return (*(thread.items if gone in thread.items else (gone,)), came)[-_MAX_CONTEXT:]
