"""Whether the words that name a speaker in an article name who is asked about. Pure, English.

People are asked for by their name, a part of it, or what they are ("the mayor"). Of who is only named the article's
other places say more. "Bach's lawyer" is not Bach, "the deputy mayor" is not the mayor.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from assistant.answers.attribution import PARTICLE
from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Article

    Span = tuple[int, int]

_TITLES = {"dr", "prof", "professor", "mr", "mrs", "ms", "sir", "dame"}
_OTHER = re.compile(r"\b(?:deputy|vice|former|ex|assistant|acting|shadow)\b", re.IGNORECASE)
"""What makes an office another one."""
_WORD = re.compile(r"\w[\w-]*(?:['’]\w+)?")
_PART = re.compile(r"[,()—;]+| and ")
_OF_WHOM = re.compile(r"(?:its|his|her|their)\b", re.IGNORECASE)
"""How words begin that name somebody by what stands before: "The union is angry. Its chairman said …"."""
_MORE = re.compile(
    r"\b(?:of|in|at|for|from|with|to|on|by|after|during|as|who|whose|which|that|about|when|while|against)\b",
    re.IGNORECASE,
)
"""What ends the words of which the last is the name, or what somebody is."""
_DOES = re.compile(r"\bwho (\w+)", re.IGNORECASE)
_NAME = re.compile(rf"[^\W\d_a-z][\w.'’-]*(?: {PARTICLE})*(?: [^\W\d_a-z][\w.'’-]*)*$")
_FULL = re.compile(r"[^\W\d_a-z][\w'’-]*(?= |$)")
_BEFORE = re.compile(r"(?:[^\W\d_][\w'’-]* ){0,9}(?:[^\W\d_][\w'’-]*, )?(?:[^\W\d_a-z](?:\.|[\w'’-]*) ){0,3}$")
_BEHIND = re.compile(
    r"(?: [^\W\d_a-z][\w'’-]+)*(?:,? \(?\d{1,3}\)?,?| \([^()]{1,60}\),?)?"
    r"(?:(?:,| of| at| from| who| is an?| is the| was an?| was the) [^.;:!?“”\"\n]{0,120})?"
)
_PLACES = 8
"""Places at which an article names somebody that are looked at."""
_WINDOW = 120


def is_asked(asked: str, article: Article, speaker: Span) -> bool:
    """Whether a speaker is the one who is asked about.

    Args:
        asked: The words of the question that name somebody.
        article: Where the speaker is named.
        speaker: Offsets there, of all the words that do so.
    """
    wanted = _tokens(asked)
    head = next(reversed(_tokens(_core(asked)) or wanted), "")
    mention = article.text[slice(*speaker)]
    told = [mention]
    if name := _name_in(mention):
        told += islice(_told_elsewhere(article, name), _PLACES)
    held = {*_tokens(article.title), *(token for one in told for token in _tokens(one))}
    if _OF_WHOM.match(mention):
        held |= {*_tokens(article.text[max(0, speaker[0] - _WINDOW) : speaker[0]])}
    if len(full := _tokens(" ".join(_FULL.findall(asked)))) > 1 and head in full:
        wanted = full  # by the whole name: what else the question says of somebody may be told in other words
    return bool(wanted) and held.issuperset(wanted) and any(_is(head, asked, one) for one in told)


def _is(head: str, asked: str, told: str) -> bool:
    """Whether the last word of what is asked for is who is told of, not somebody else beside them."""
    for part in _PART.split(told):
        core = _core(part)
        if _OTHER.search(core) and not _OTHER.search(asked):
            continue
        name = _NAME.search(core)
        role = core[: name.start()] if name else core
        ends = [*_tokens(role)[-1:], *(_tokens(name[0]) if name else [])]
        if head in ends or head in (token for verb in _DOES.findall(part) for token in _tokens(verb)):
            return True
    return False


def _told_elsewhere(article: Article, name: str) -> Iterator[str]:
    """What stands around the places where an article has a name; not where another first name stands before it."""
    text = article.text
    *firsts, last = name.split()
    for found in re.finditer(rf"(?<![\w-]){re.escape(last)}(?!\w)(?!['’]s)", text):
        before = _BEFORE.search(text[max(0, found.start() - _WINDOW) : found.start()].rpartition("\n")[2])
        behind = _BEHIND.match(text, found.end())
        told = f"{before[0] if before else ''}{last}"
        full = _NAME.search(told)
        others = full[0].split()[:-1] if full else []
        if not firsts or not others or firsts[-1] in others:
            yield told + (behind[0] if behind else "")


def _name_in(mention: str) -> str:
    """The name in the words that name a speaker; empty if they only say what they are."""
    names = (_NAME.search(_core(part)) for part in _PART.split(mention))
    name = next((found[0] for found in names if found and found[0].lower() not in ("the", "he", "she", "they")), "")
    return name.removeprefix("The ")


def _core(part: str) -> str:
    """The words before all that only tells more."""
    part = part.strip()
    more = _MORE.search(part, 1)
    return part[: more.start()].rstrip() if more else part


def _tokens(text: str) -> list[str]:
    """Words as they are compared; "WHO" is one, "who" is not."""
    found = []
    for word in _WORD.findall(text):
        if word.isupper() and len(word) > 1:
            found.append(word.lower())
        elif word.lower() not in _TITLES:
            found += words(word)
    return found
