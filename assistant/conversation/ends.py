"""Where a noun phrase of a question ends, and its verb or predicate begins. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assistant.conversation.words import (
    AUXILIARY,
    DETERMINERS,
    PREDICATES,
    PREPOSITIONS,
    RELATIONS,
    Word,
    is_participle,
    is_verb,
    listed,
    stem,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Cut = Literal["", "do", "be", "is", "what", "asked"]
"""What may follow a phrase unmarked: ``do`` a verb (behind "does"), ``be`` a predicate (behind "when is"), ``is`` a
predicate that must follow, ``what`` a participle (behind "what is"), ``asked`` a verb in the list (behind "which")."""
_ADVERBS = listed("also still ever even now then already never always often just only again")
_DONE = ("ed", "en", "wn", "ung", "unk", "ght")
"""Endings of "decided", "eaten", "flown", behind which "has" is no verb of its own."""


def phrase_end(found: Sequence[Word], start: int, cut: Cut = "") -> int:
    """Where the noun phrase that begins at a word ends; ``start`` if none begins there.

    Args:
        found: The words.
        start: Place of its first word.
        cut: What may follow it.
    """
    place = start
    while place < len(found) and found[place].lower in DETERMINERS and (place == start or not found[place].apart):
        place += 1
    first = place
    while place < len(found) and found[place].is_noun and (place == start or not found[place].apart):
        place += 1
    if place == first:
        return start
    if cut:
        place = _before_verb(found, start, first, place, cut)
    while place + 1 < len(found) and not found[place].apart and not found[place + 1].apart:
        link = found[place].lower
        pair = all(stem(found[side].lower) in RELATIONS for side in (place - 1, place + 1))
        names = link in ("and", "for") and found[place - 1].is_name and _begins_name(found, place + 1)
        names = names or (link == "and" and pair)
        end = phrase_end(found, place + 1, cut) if link in ("of", "'s", "’s") or names else place + 1
        if end == place + 1:
            break
        place = end
    return place


def _begins_name(found: Sequence[Word], place: int) -> bool:
    """Whether a name begins here; its first word may be in lower case, as in "cross U"."""
    after = found[place + 1] if place + 1 < len(found) else None
    return found[place].is_name or bool(found[place].is_noun and after and after.is_name and not after.apart)


def _before_verb(found: Sequence[Word], start: int, first: int, end: int, cut: Cut) -> int:
    """The place of a verb or predicate at which a stretch of nouns ends sooner than at ``end``."""
    for place in range(first + 1, end):
        word = found[place]
        if word.is_name:
            continue
        before = found[place - 1]
        after_name = start == first and before.is_name and not before.text[0].isdigit() and place + 1 == end
        participle = is_participle(word.lower)
        if cut in ("do", "asked") and (is_verb(word.lower) or (after_name and cut == "do")):
            return place
        if cut in ("be", "is") and (participle or after_name or word.lower.endswith("ing") or word.lower in PREDICATES):
            return place
        if cut == "what" and (participle or (before.is_name and word.lower.endswith("ing"))):
            return place
    if end - first < 2 or found[end - 1].is_name or verb_behind(found, end) or _is_owned(found, start, end):
        return end
    link = found[end].lower if end < len(found) else ""
    is_stranded = start == first and end + 1 == len(found) and link in PREPOSITIONS
    is_last = (cut == "do" or (cut == "is" and end == len(found))) and link not in ("of", "'s", "’s", "and")
    return end - 1 if is_last or (is_stranded and cut != "asked") else end


def verb_behind(found: Sequence[Word], end: int) -> int:
    """The place of a verb behind a phrase, past adverbs: "have" in "does the farm now have"; 0 if none is there."""
    place = end
    while place < len(found) and (found[place].lower in _ADVERBS or found[place].lower.endswith("ly")):
        place += 1
    if place >= len(found) or any(word.apart for word in found[end : place + 1]):
        return 0
    verb = found[place].lower
    return place if verb in AUXILIARY or (place > end and is_verb(verb)) else 0


def _is_owned(found: Sequence[Word], start: int, end: int) -> bool:
    """Whether "has" before a phrase is the verb itself: "How many turbines has the wind farm?"."""
    last = found[end - 1].lower
    has = start > 0 and found[start - 1].lower in ("has", "have", "had")
    return has and end == len(found) and not is_verb(last) and not last.endswith(_DONE)
