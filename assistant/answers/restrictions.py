"""Which one of several a question asks for: the first, the one of 2016, the S2, the melting point. Pure, English.

A near miss is a question whose words are nearly all in the sources, which speak of another one: of the lowest of three
offers where the second cheapest is asked for, of Halcyon-2 where it is Halcyon-1. Likeness and coverage hardly notice.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index.keywords import words

_ORDERS = tuple(
    frozenset(family.split())
    for family in (
        "first 1st earliest initial initially original originally maiden inaugural pioneer",
        "second 2nd two",
        "third 3rd three",
        "fourth 4th four",
        "fifth 5th five",
        "last final finally latest lastly recent recently end ends ended",
        "previous previously former formerly earlier before until predecessor prior ex replaced replaces once last",
        "next upcoming following follow follows will planned plans plan then later future",
        "successor replaced replaces replace follow follows followed following",
        "deputy vice",
        "chief head executive leader",
        "only sole solely single alone",
        "other others another also",
    )
)
"""Words for the same place in an order: who asks with one of them may be told with any of its family."""
_PLACE = re.compile(
    r"(?:\b(?:the|a|an|its|his|her|their|our|my|which|what|whose|is|was|came)\s+|['’]s?\s+|^)"
    r"(first|second|third|fourth|fifth|last|final|previous|former|next|upcoming|original|predecessor|successor|deputy"
    r"|vice|chief|only|other)\b"
)
"""A place in an order where it belongs to a noun: not "every second", nor how long things last."""
_SUPERLATIVE = re.compile(
    r"\b(?!(?:for|har|inter|prot|qu|requ|sugg|cont|inv|arr|dig|mod|hon|conqu|t|b|r|w|n|ch|gu|v|z)est\b)\w{2,}est\b"
)
_UTMOST = re.compile(r"\b(?:\w{2,}est|most|least|record|maximum|minimum|peak|best|worst)\b")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d(?!\w)")
_YEAR_ASKED = re.compile(r"(?<!\bbefore )(?<!\bafter )(?<!\bsince )(?<!\buntil )(?<!\bby )\b(?:1\d|20)\d\d(?![\w'’])")
"""A year that is meant itself: not the bound of a span, nor a decade."""
_NUMBERED = re.compile(r"\b([a-z]+)[ -]?(\d+(?:\.\d+)*)(?!\w)")
_BEFORE_NUMBERS = re.compile(
    r"in|of|by|than|before|after|since|until|from|to|and|or|for|at|on|around|about|under|over|between|through"
)
"""Words behind which a number counts, and does not say which one."""
_WORD = re.compile(r"\w[\w'’-]*")
_ROLES = (
    "officer minister secretary treasurer engineer editor captain coach commander ambassador inspector judge professor "
    "commissioner governor mayor spokesman spokeswoman director president manager executive leader chairman chairwoman"
)
"""Of which an organisation has several."""
_ROLE = re.compile(rf"\b(?:{_ROLES.replace(' ', '|')})\b")
_OF_MANY = frozenset(
    words(
        f"{_ROLES} point temperature cost price speed weight height length width depth date number limit capacity "
        "budget rate time age distance power pressure size share level target record"
    )
)
"""Roles and measures of which a thing has several, stemmed: the word before says which one."""
_LOOSE = {"many", "much", "long", "often", "most", "more", "less", "some", "all", "each", "every", "same", "there"}
"""Words beside stop words that do not say which one."""


def is_of_another(question: str, sentence: str, told: str) -> bool:
    """Whether the question names one of several, and what is told names none or another.

    One of several: a place in an order ("the first", "her former", "the tallest"), a year, one of things that are
    numbered ("S1", "Unit 7", "E2"), a role or a measure with the word before it ("melting point"), a role where the
    sentence has another one.

    Args:
        question: One that stands alone.
        sentence: What might answer it.
        told: The same with what leads to it.
    """
    return (
        _is_elsewhere_in_order(question.lower(), told.lower())
        or _is_of_another_year(question, told)
        or _has_another_number(question.lower(), told.lower())
        or _is_another_measure(question.lower(), sentence, told)
        or _is_another_role(question.lower(), sentence.lower(), told.lower())
    )


def _is_elsewhere_in_order(question: str, told: str) -> bool:
    said = set(_WORD.findall(told))
    places = _PLACE.findall(question)
    if any(not any(place in family and said & family for family in _ORDERS) for place in places):
        return True
    return bool(_SUPERLATIVE.search(question)) and not _UTMOST.search(told)


def _is_of_another_year(question: str, told: str) -> bool:
    years = set(_YEAR_ASKED.findall(question))
    return bool(years) and not years & set(_YEAR.findall(told))


def _has_another_number(question: str, told: str) -> bool:
    said = set(_NUMBERED.findall(told))
    numbered = {of for of, _ in said}
    return any(
        (of, number) not in said and of in numbered
        for of, number in _NUMBERED.findall(question)
        if not _BEFORE_NUMBERS.fullmatch(of)
    )


def _is_another_measure(question: str, sentence: str, told: str) -> bool:
    held, known = _OF_MANY.intersection(words(sentence)), set(words(told))
    for which, head in pairwise(_WORD.findall(question)):
        named = set(words(which))
        if named and which not in _LOOSE and not named & known and held.intersection(words(head)):
            return True
    return False


def _is_another_role(question: str, sentence: str, told: str) -> bool:
    """Whether a role is asked for that is told of nobody, and the sentence has another one."""
    asked = set(_ROLE.findall(question))
    return bool(asked - set(_ROLE.findall(told))) and bool(set(_ROLE.findall(sentence)) - asked)
