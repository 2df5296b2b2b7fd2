"""What a question names, whether an article tells of it, and people called by their last name only. Pure."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from index.keywords import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import Article, Hit

_FULL = re.compile(r"\b[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)+")
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.?|[a-z].*")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = re.compile(
    rf"\b(?:({'|'.join(month for month in MONTHS if month not in ('March', 'May'))})"
    r"|(?<=\bin )(march|may)|(march|may)(?= (?:\d|meeting|minutes|report|issue|edition|newsletter|statement|bill)))\b",
    re.IGNORECASE,
)
_MONTH_STEMS = frozenset(words(" ".join(MONTHS)))
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-\d{2})?)?")
_FORMS_FROM = 4
"""Letters, at least, that two forms of a name begin with."""
_SLIP = 0.8
"""Likeness (twice the letters that match, of those of both) from which on a name is taken for a slip of another."""
_MOST_NAMES = 20_000
"""Names of an article that are compared, from its beginning: an article may be as long as it likes."""
_LETTERS_APART = 2
"""Letters by which two such words differ in length, at most."""
_OPENING = 240
"""Characters of an article's text, from its beginning, that tell what all of it is about."""
_NAME_OR_NUMBER = re.compile(r"(?<![\w'’])(?:[A-Z][\w-]*|\d[\d.,:-]*)")


def names_and_numbers(question: str) -> list[str]:
    """Words of a question that begin with a capital letter, its first one apart, and its numbers."""
    return _NAME_OR_NUMBER.findall(question[:1].lower() + question[1:])


def _months(question: str) -> list[str]:
    """Months, in lower case too; "may" and "march" only where they can be nothing else."""
    return [next(filter(None, found)) for found in _MONTH.findall(question)]


def times_asked(question: str) -> frozenset[str]:
    """Stems of the months and years of a question."""
    numbers = [name for name in names_and_numbers(question) if _YEAR.fullmatch(name)]
    return frozenset(stem for name in (*_months(question), *numbers) for stem in words(name))


def is_of_another_time(time: str, opened: frozenset[str]) -> bool:
    """Whether an article opens with another year than this one, or with another month."""
    is_year = bool(_YEAR.fullmatch(time))
    return time not in opened and any(_YEAR.fullmatch(stem) if is_year else stem in _MONTH_STEMS for stem in opened)


def opened_by(article: Article) -> frozenset[str]:
    """Stems of the names and numbers that an article opens with, in its title, its date and its first lines.

    Which year, person or place all of it is about is often said there only.
    """
    date = _DATE.fullmatch(article.published or "")
    told = f"{date[1]} {MONTHS[int(date[2]) - 1] if date[2] else ''}" if date else ""
    opening = f"{article.title} {told} {article.text[:_OPENING]}"
    return frozenset(stem for name in _NAME_OR_NUMBER.findall(opening) for stem in words(name))


def telling(question: str, hits: Sequence[Hit]) -> frozenset[str]:
    """Stems of a question's words that tell one article from another: numbers, names, months, and names in titles.

    Those who ask in lower case name things, too: a word that is a name in the title of one article but not of all. It
    is one if the article itself never has it in lower case.
    """
    named = {stem for name in (*names_and_numbers(question), *_months(question)) for stem in words(name)}
    asked = set(words(question)) - named
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    by_title = [_names_in_title(article, asked) for article in articles]
    in_all = asked.intersection(*(words(article.title) for article in articles))
    return frozenset(named.union(*by_title) - in_all)


def _names_in_title(article: Article, stems: set[str]) -> set[str]:
    forms = [form for form in re.findall(r"[A-Z][\w-]*", article.title) if not stems.isdisjoint(words(form))]
    names = (form for form in forms if not re.search(rf"\b{re.escape(form.lower())}\b", article.text))
    return stems.intersection(stem for form in names for stem in words(form))


def unknown(stems: frozenset[str], article: Article) -> frozenset[str]:
    """Those that an article has nowhere, neither in its title nor in its text; numbers apart.

    Another form of a name is the name ("Asian", "Asia"), and so is a slip ("Bedigo", "Bendigo"). Those who ask tell
    their age and the amount of their bill, which are in no article.
    """
    told = f"{article.title}\n{article.text}"
    beginnings = {stem: stem[: max(_FORMS_FROM, len(stem) - 3)] for stem in stems if not stem.isdecimal()}
    missing = [
        stem
        for stem, beginning in beginnings.items()
        # The stem of "city" is "citi".
        if not re.search(rf"\b{re.escape(beginning.removesuffix('i'))}", told, re.IGNORECASE)
    ]
    found = islice(_NAME_OR_NUMBER.finditer(told), _MOST_NAMES) if missing else ()
    names = {name[0].lower() for name in found}
    return frozenset(stem for stem in missing if not get_close_matches(stem, _near(stem, names), 1, _SLIP))


def _near(stem: str, names: set[str]) -> list[str]:
    """Those that it may be a slip of."""
    return [name for name in names if name[0] == stem[0] and abs(len(name) - len(stem)) <= _LETTERS_APART]


def is_namesake(question: str, article: Article) -> bool:
    """Whether an article is called like what is asked about, but for a part of the name that it has nowhere.

    Elm House is asked about, and the article is called "Birch House".
    """
    title = set(words(article.title))
    for name in _FULL.findall(question[:1].lower() + question[1:]):
        parts = frozenset(words(name))
        if parts & title and unknown(parts, article):
            return True
    return False


def full_names(question: str) -> list[tuple[str, str]]:
    """Names of more than one word in a question, each as what stands before its last word, and that word."""
    found = [name.rpartition(" ") for name in _FULL.findall(question[:1].lower() + question[1:])]
    return [(first, last.removesuffix("'s").removesuffix("’s")) for first, _, last in found]


def first_names(names: list[tuple[str, str]], text: str, sentence: str) -> str:
    """What a sentence leaves out of the names, because the article has told it elsewhere.

    Args:
        names: As :func:`full_names` gives them.
        text: Of the article.
        sentence: One of its sentences.
    """
    return " ".join(
        first for first, last in names if f"{first} {last}" in text and _stands_alone(last, first, sentence)
    )


def _stands_alone(last: str, first: str, sentence: str) -> bool:
    """Whether a word stands in a sentence without another name right before it ("Reed", not "Ann Reed")."""
    for found in re.finditer(rf"(?:(\S+) )?\b{re.escape(last)}\b", sentence):
        before = found[1]
        if before is None or _TITLE.fullmatch(before) or not before[0].isalpha():
            return before != first
    return False
