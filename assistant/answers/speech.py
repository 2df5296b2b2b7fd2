"""Questions about what somebody said, and about who said it. Pure, English."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOES = r"(?:do|does|did|has|have|had|would)"
_SAYS = (
    r"sa(?:y|id)|t(?:ell|old)|th(?:ink|ought)|believed?|add(?:ed)?|argued?|warn(?:ed)?|explain(?:ed)?|complain(?:ed)?"
    r"|insist(?:ed)?|den(?:y|ied)|repl(?:y|ied)|answer(?:ed)?|respond(?:ed)?|claim(?:ed)?|stress(?:ed)?|remark(?:ed)?"
    r"|announced?|declared?|admit(?:ted)?|confirm(?:ed)?|suggest(?:ed)?|predict(?:ed)?|promised?|comment(?:ed)?"
    r"|call(?:ed)?|describe[d]?|criticis[e]d?|criticize[d]?|object(?:ed)?|reject(?:ed)?|propose[d]?|report(?:ed)?"
    r"|have to say|point(?:ed)? out|expect(?:ed)?|fear(?:ed)?|hoped?|demand(?:ed)?|conclude[d]?|note[d]?"
)
"""In small letters only: Hope may be asked about, too."""
_SAID_BY = (
    r"said|says|told|claim(?:s|ed)|argue[sd]|warn(?:s|ed)|complain(?:s|ed)|thinks?|thought|believe[sd]|predict(?:s|ed)"
    r"|remark(?:s|ed)|calls|called|describe[sd]|den(?:ies|ied)|insist(?:s|ed)|joke[sd]|admit(?:s|ted)|suggest(?:s|ed)"
)
_ANSWERS = "answer|respond|reply|react|comment|explain|describe|defend|justify"
_ABOUT = r"(?:about|on|of|to|regarding|concerning|against|for|that|when asked about|with regard to|as)"
_VIEW = r"(?:opinion|views?|reaction|response|answer|reply|comments?|position|objections?|complaints?|explanation)"
_TOPIC = rf"(?: {_ABOUT})*(?: (?P<topic>.+))?"
_BY = r"(?:according to|in the (?:view|opinion|words) of)"
_ASKED = tuple(
    (re.compile(pattern, re.IGNORECASE), is_core)
    for pattern, is_core in (
        (rf"what (?:else )?{_DOES} (?P<who>.+?) (?-i:{_SAYS})\b{_TOPIC}", False),
        (rf"what (?:else )?(?:is|was|are|were) (?P<who>.+?)['’]s? {_VIEW}\b{_TOPIC}", False),
        (rf"what (?:is|was|are|were) the {_VIEW} of (?P<who>.+?)(?: (?:on|about|to|regarding) (?P<topic>.+))?", False),
        (
            rf"how {_DOES} (?P<who>.+?) (?:{_ANSWERS})\b{_TOPIC}",
            False,
        ),
        (rf"(?P<topic>.+?),? {_BY} (?P<who>[^,]+)", True),
        (
            rf"{_BY} (?P<who>[^,]+?),? (?P<topic>(?:what|who|how|wh\w+)\b.+)",
            True,
        ),
    )
)
_WHO = re.compile(rf"who (?:was it (?:who|that) )?(?:{_SAID_BY})(?: that)? (?P<topic>.+)", re.IGNORECASE)
_NOBODY = re.compile(r"(?:you|we|i|it|this|that|they|he|she|people|one|anyone|somebody)$", re.IGNORECASE)
_WRITTEN = re.compile(
    r"\b(?:articles?|reports?|texts?|polic(?:y|ies)|contracts?|leases?|laws?|rules?|leaflets?|manuals?|guides?|minutes"
    r"|documents?|sections?|chapters?|books?|papers?|stud(?:y|ies)|sources?|correction|agreements?|summar(?:y|ies)"
    r"|sheets?|letters?|newsletters?|notes?|tables?|lists?|permits?|instructions?|faqs?|pages?|websites?|adverts?"
    r"|plans?|timelines?|figures?|data|statements?|releases?|constitution|treat(?:y|ies)|bible|encyclopa?edia)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Speech:
    """What a question wants to know of somebody's words.

    Attributes:
        who: Words that name whose words are asked for; empty if it is asked who said something.
        topic: What they are about, or what was said; empty if that is left open.
        core: The question without "according to …"; empty if it is asked what was said.
    """

    who: str
    topic: str = ""
    core: str = ""

    @property
    def is_person(self) -> bool:
        """Whether a person or an organisation is asked about, not something written."""
        return not _WRITTEN.search(self.who)


def speech_asked(question: str) -> Speech | None:
    """What a question wants to know of somebody's words; None if it asks for nothing of the sort."""
    asked = question.strip().rstrip("?!. ")
    if match := _WHO.fullmatch(asked):
        return Speech("", match["topic"])
    for pattern, is_core in _ASKED:
        if (match := pattern.fullmatch(asked)) and not _NOBODY.match(match["who"]):
            topic = (match["topic"] or "").strip()
            return Speech(match["who"], topic, topic + "?" if is_core else "")
    return None
