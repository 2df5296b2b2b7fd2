"""What decides a yes-or-no question: the same question for what it takes for granted. Pure, English.

"Was it founded by JAXA?" is decided by who founded it, whether that is JAXA or not: a sentence that names another
holds fewer of the question's words and yet is the answer.
"""

from __future__ import annotations

import re

from index.keywords import words

_AUXILIARY = r"(?:is|are|was|were|will|did|does|do|has|have|had|can|could|would|should|must)"
_QUESTION = re.compile(
    rf"{_AUXILIARY}(?:n['’]t)? (?:there )?(?:(?:the|an?|any|this|that|these|those|my|your|his|her|its|our|their) )?"
    r"(?:(?:[^\W\d_a-z][\w-]* )*[\w-]+['’]s? )*(?:(?:[^\W\d_a-z][\w'’-]*(?: |$))+|\S+ )",
)
"""Auxiliary and subject of a yes-or-no question, of a subject of several small words only the first."""
_OPPOSITES = (
    "win wins won winning / lose loses lost losing fail fails failed",
    "rise rose risen increase grow grew grown / fall fell fallen drop dropped decrease",
    "accept approve allow permit permitted / reject refuse forbid forbade forbidden ban banned deny denied",
    "succeed pass / fail",
    "start begin began begun open / stop stopped end close",
    "survive live alive / die died dead killed",
    "stay remain join / leave left resign withdraw withdrew withdrawn",
    "buy bought / sell sold",
    "agree support / disagree oppose object",
    "confirm admit admitted / deny denied reject",
    "guilty convicted / innocent acquitted",
)
"""Forms of words whose stems differ; of some also the contrary, which decides a question as well."""
_IRREGULAR = (
    "find found, get got, take took taken, give gave given, make made, go went gone, come came, see saw seen, know knew"
    ", say said, tell told, think thought, keep kept, hold held, bring brought, build built, send sent, spend spent"
    ", pay paid, meet met, lead led, run ran, write wrote written, speak spoke spoken, choose chose chosen, know known"
    ", break broke broken, drive drove driven, steal stole stolen, catch caught, teach taught, seek sought"
    ", show shown, wear wore, draw drew drawn, sink sank sunk, sing sang sung, swim swam, drink drank drunk, ring rang"
    ", fly flew flown, throw threw, eat ate eaten, shake shook, strike struck, feel felt, sleep slept, sit sat"
    ", stand stood, understand understood, shoot shot, hear heard, ride rode ridden, hide hid hidden, bite bit bitten"
    ", freeze froze frozen, bear bore born"
)
_SIDES = tuple(
    tuple(frozenset(words(side)) for side in pair.split("/")) for pair in (*_OPPOSITES, *_IRREGULAR.split(","))
)
_NAMED = r"(?:the )?[A-Z][\w'’.&-]*(?: (?:(?:of|for|the|and|de) )*[A-Z0-9][\w'’.&-]*)*"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"(?:the (?:year )?)?(?:\d{{1,2}} )?(?:{_MONTH} )?(?:\d{{1,2}},? )?(?:\d{{3,4}}s?|{_MONTH}|\d+th century)"
_PLACED = (
    r"based|located|situated|headquartered|held|signed|born|raised|built|made|produced|found|discovered|launched"
    r"|published|buried|fought|invented|founded|established|opened"
)
_NUMBER = (
    r"(?:(?:more|less|fewer) than |over |under |at least |at most |exactly |about |only )?"
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|a hundred|a thousand)"
    r"(?: hundred| thousand| million| billion)?"
)
_MEASURED = r"tall|high|long|wide|deep|old|heavy|thick|far"
_DECIDED_BY = (
    (re.compile(rf"({_AUXILIARY}) (.+?),? since {_DATE}", re.IGNORECASE), "Since when {0} {1}?"),
    (
        re.compile(rf"({_AUXILIARY}) (.+?),? (?:before|after|by|in|on|until|during|around) {_DATE}", re.IGNORECASE),
        "When {0} {1}?",
    ),
    (re.compile(rf"((?i:is|are|was|were|will)) (.+? \w+) by {_NAMED}"), "By whom {0} {1}?"),
    (re.compile(rf"((?i:is|are|was|were)) (.+? (?:{_PLACED})) (?:in|at|near) {_NAMED}"), "Where {0} {1}?"),
    (re.compile(rf"(is|are|was|were) (.+?) {_NUMBER} [\w-]+ ({_MEASURED})", re.IGNORECASE), "How {2} {0} {1}?"),
    (re.compile(rf"(are|were) there {_NUMBER} (.+)", re.IGNORECASE), "How many {1} {0} there?"),
    (re.compile(rf"(do|does|did) (.+? \w+) {_NUMBER} (\w+(?: \w+)?)", re.IGNORECASE), "How many {2} {0} {1}?"),
)
"""Questions that take a time, a person, a place or a number for granted, and how it is asked for ({0}: auxiliary)."""


def what_decides(question: str) -> str | None:
    """The question for a time, a person, a place or a number that a yes-or-no question takes for granted at its end.

    Returns:
        ``When will Athena launch?`` for ``Will Athena launch before 2030?``; None if it ends with none of these.
    """
    asked = question.strip().rstrip("?!. ")
    for pattern, form in _DECIDED_BY:
        if match := pattern.fullmatch(asked):
            auxiliary, *rest = match.groups()
            return form.format(auxiliary.lower(), *rest)
    return None


def predicate(question: str) -> frozenset[str]:
    """Stems of the words that a yes-or-no question asks its subject about.

    Returns:
        ``win case`` for ``Did they win the case?``; nothing if it is no such question, or has no other words.
    """
    asked = question.strip().rstrip("?!. ")
    asked = asked[:1].lower() + asked[1:]
    if not (match := _QUESTION.match(asked)):
        return frozenset()
    return frozenset(words(asked[match.end() :]))


def decided_by(word: str) -> frozenset[str]:
    """Stems that decide a question that has a word, beside it: its other forms, and what says the contrary."""
    return frozenset().union(*(side for pair in _SIDES if any(word in side for side in pair) for side in pair))
