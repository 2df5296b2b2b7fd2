"""What an English question is about: its noun phrases, found by word lists and by the shape of questions. Pure.

Questions have few shapes ("Who founded X?", "When will X pass Y?", "What is the N of X?"), and in these the words that
are neither function words nor in the place of the verb are the phrases. Where that is not enough a phrase comes out too
long or too short, but it is always a stretch of the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assistant.conversation.ends import phrase_end, verb_behind
from assistant.conversation.words import (
    ASKING,
    AUXILIARY,
    BE,
    DETERMINERS,
    IMPERATIVES,
    MAX_TOPIC,
    OPENERS,
    PERSONAL,
    PLURALS,
    PREDICATES,
    PREPOSITIONS,
    PRONOUNS,
    QUALITY,
    RELATIONS,
    Word,
    content,
    is_participle,
    is_verb,
    lead_end,
    split,
    stem,
    unbracket,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.conversation.ends import Cut

_MAX_CONTENT = 7
_SINGULAR = ("ss", "us", "is", "'s", "cimen", "gimen", "domen")


class Phrase(NamedTuple):
    """A noun phrase.

    Attributes:
        text: As in the question.
        asked: Whether it is what is asked for: "which telescopes".
    """

    text: str
    asked: bool = False

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words, function words among them."""
        return split(self.text)

    @property
    def head(self) -> str:
        """The noun that says what it is: the last word before "of"; in lower case."""
        before = re.split(r"\s(?:of|between)\s", self.text, maxsplit=1)[0]
        found = split(before)
        return found[-1].lower if found else ""

    @property
    def is_plural(self) -> bool:
        """Whether "they" can mean it."""
        words = self.words
        ending = self.head.endswith(("s", "men")) and not self.head.endswith(_SINGULAR)
        return any(word.lower == "and" for word in words) or (
            (ending or self.head in PLURALS) and not words[-1].is_name
        )

    @property
    def has_name(self) -> bool:
        """Whether a name or a number is in it."""
        return any(word.is_name for word in self.words)

    @property
    def is_clear(self) -> bool:
        """Whether it can take the place of a pronoun, and does not only fit in brackets."""
        return ", " not in self.text and 0 < len(content(self.text)) <= _MAX_CONTENT


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about.

    Attributes:
        topic: What "it" would mean next; None if nothing was found.
        whole: The phrase that the topic stands in: "the president of cross U".
        phrases: All noun phrases, in order.
        asks_person: Whether the question begins with "who" and its answer is a person that it describes.
    """

    topic: Phrase | None
    whole: Phrase | None
    phrases: tuple[Phrase, ...]
    asks_person: bool


def about(question: str) -> Subject:
    """Finds what a question, asked or made to stand alone, is about."""
    text, bracket = unbracket(question)
    found = split(text)
    if [word.lower for word in found[:2]] in (["what", "about"], ["how", "about"]):
        found = found[2:]
    lead = lead_end(found)
    phrases = (*_phrases(text, found[:lead]), *_phrases(text, found[lead:]))
    found = found[lead:]
    opening = next((word.lower for word in found if word.lower not in OPENERS | PREPOSITIONS), "")
    if content(bracket):
        topic: Phrase | None = Phrase(bracket)
        return Subject(topic, topic, phrases, opening == "who")
    whole = next((phrase for phrase in phrases if not phrase.asked and is_thing(phrase)), None)
    if whole and text.lower().startswith(("what are", "what were")) and whole.words[0].lower not in DETERMINERS:
        whole = next((phrase for phrase in phrases if phrase.has_name), whole)
    whole = whole or next((phrase for phrase in phrases if phrase.asked), None)
    topic = inner(whole) if whole else None
    says_who = re.match(r"\W*(?:and |so |but )?who(?:['’]s| is| was| are| were)\b", text, re.IGNORECASE)
    names_person = says_who and whole is not None and all(word.is_name for word in whole.words)
    return Subject(topic, whole, phrases, opening == "who" and not names_person)


def is_thing(phrase: Phrase) -> bool:
    """Whether a conversation can be about a phrase: not only a quality, nor a part of another thing."""
    found = [word for word in phrase.words if word.is_noun]
    is_bare = len(phrase.words) == 1
    return phrase.has_name or not all(
        word.lower in PREDICATES or stem(word.lower) in RELATIONS or (is_bare and word.lower.endswith(QUALITY))
        for word in found
    )


def inner(phrase: Phrase) -> Phrase:
    """What a phrase is about: "the purpose of X" and "X's purpose" are about X."""
    parts = re.split(r"\sof\s", phrase.text, maxsplit=1)
    if len(parts) == 2 and stem(phrase.head) in RELATIONS:
        return inner(Phrase(parts[1]))
    owner = re.split(r"['’]s\s", phrase.text, maxsplit=1)
    return Phrase(owner[0]) if len(owner) == 2 and owner[0] else phrase


def _phrases(text: str, found: Sequence[Word]) -> list[Phrase]:
    place, cut, asked = _opening(found)
    opening_who = place > 1 and found[place - 2].lower in ("who", "what")
    phrases: list[Phrase] = []
    while place < len(found):
        word = found[place]
        if not asked and _is_bare_verb(found, place, is_asked=cut == "do" and bool(phrases or opening_who)):
            place, cut = place + 1, ""
            continue
        end = phrase_end(found, place, "asked" if asked else "" if phrases and not phrases[-1].asked else cut)
        if end > place:
            points = word.lower in PRONOUNS  # "this device" brings nothing up
            while found[place].lower in DETERMINERS - {"the", "a", "an"} and place + 1 < end:
                place += 1
            phrase = text[found[place].start : found[end - 1].end]
            is_event = end - place == 1 and word.lower.endswith("ed") and is_verb(word.lower)
            if len(phrase) <= MAX_TOPIC and not is_event and not points:
                phrases.append(Phrase(phrase, asked))
            place = end
            if asked and place < len(found) and found[place].lower in AUXILIARY:
                cut = "be" if found[place].lower in BE else "do"
            elif cut and place < len(found) and found[place].is_noun and not found[place].is_name:
                place, cut = place + 1, ""  # the verb
            elif cut == "do" and (verb := verb_behind(found, place)):
                place, cut = verb + 1, ""
            asked = False
        else:
            is_subject = word.lower in PRONOUNS or word.lower in PERSONAL
            place += 1
            if cut == "do" and is_subject and place < len(found) and found[place].is_noun:
                place, cut = place + 1, ""  # "When will it pass …": the verb
    return phrases


def _is_bare_verb(found: Sequence[Word], place: int, *, is_asked: bool) -> bool:
    """Whether a word that could be a noun is a verb by its place: "to visit", "which is based", "which will visit"."""
    word = found[place]
    if word.is_name or not word.is_noun:
        return False
    before = found[place - 1].lower if place else ""
    after = found[place + 1] if place + 1 < len(found) else None
    is_alone = after is None or after.apart or not after.is_noun
    if before in BE and is_alone and place > 1:
        is_going = word.lower.endswith("ing") and found[place - 2].lower not in ASKING
        return is_going or is_participle(word.lower)
    return (before == "to" or (is_asked and before in AUXILIARY)) and is_verb(word.lower)


def _opening(found: Sequence[Word]) -> tuple[int, Cut, bool]:
    """Where the phrases begin, how the first of them is told from the verb, and whether it is what is asked for."""
    place = 0
    while place < len(found) and found[place].lower in OPENERS | PREPOSITIONS:
        place += 1
    first = found[place].lower if place < len(found) else ""
    if first not in ASKING:
        cut: Cut = "is" if first in BE else "do" if first in AUXILIARY else ""
        return place + (first in AUXILIARY | IMPERATIVES), cut, False
    place += 1
    while place < len(found) and found[place].lower in ("else", "exactly"):
        place += 1
    if place + 1 < len(found) and found[place].lower == "and" and found[place + 1].lower in ASKING:
        place += 2  # "Where and when"
    if first == "how":
        while (
            place < len(found)
            and found[place].lower not in AUXILIARY
            and not (found[place - 1].lower in ("many", "much") and found[place].is_noun)
        ):
            place += 1
    if place >= len(found):
        return place, "", False
    after = found[place].lower
    if after in AUXILIARY or after in ("'s", "’s"):
        is_be = after in BE or after[0] in "'’"
        return place + 1, ("what" if first in ("what", "who") else "be") if is_be else "do", False
    has_auxiliary = any(word.lower in AUXILIARY for word in found[place:])
    if first in ("which", "whose", "how") or (first == "what" and (has_auxiliary or not is_verb(after))):
        return place, "do", True
    return place + 1, "", False
