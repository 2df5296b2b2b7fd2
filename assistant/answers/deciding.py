"""What decides a yes-or-no question: the same question for what it takes for granted. Pure, English.

"Was it founded by JAXA?" is decided by who founded it, whether that is JAXA or not: a sentence that names another
holds fewer of the question's words and yet is the answer.
"""

from __future__ import annotations

import re

_AUXILIARY = r"(?:is|are|was|were|will|did|does|do|has|have|had|can|could|would|should|must)"
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
