"""Who says what: the speakers of quotations and of reported speech. Pure, English.

A sentence is somebody's if it says so ("…," said X; X warned that …; according to X, …), if it is a quotation that goes
on with the one before, or if it stands behind the speaker's label in an interview, a transcript or minutes. "She" is
whoever spoke or was named last.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.answers.outline import outline
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.answers.outline import Line
    from index.types import Article

    Span = tuple[int, int]

# Stems with their endings: what is also a noun ("the report", "a call") only where it can be none.
_SPEAKS = (
    r"says?|said|tells?|told|writes?|wrote|thinks?|thought|believes?|believed|adds|added|argue[sd]?|warn(?:s|ed)?"
    r"|explain(?:s|ed)?|complain(?:s|ed)?|insist(?:s|ed)?|den(?:y|ies|ied)|repl(?:ies|ied)|answer(?:s|ed)|claim(?:s|ed)"
    r"|stress(?:es|ed)|not(?:es|ed)|remark(?:s|ed)|recall(?:s|ed)?|jok(?:es|ed)|announce[sd]?|declare[sd]?|admit(?:s|ted)?"
    r"|confirm(?:s|ed)?|suggest(?:s|ed)?|estimate[sd]|predict(?:s|ed)?|promise[sd]|urge[sd]|ask(?:s|ed)|call(?:s|ed)"
    r"|criticis(?:es|ed)|criticiz(?:es|ed)|prais(?:es|ed)|describe[sd]?|expect(?:s|ed)?|hope[sd]|fear(?:s|ed)"
    r"|consider(?:s|ed)?|welcome[sd]|reject(?:s|ed)?|report(?:s|ed)|propos(?:es|ed)|stated|comment(?:s|ed)"
    r"|conclude[sd]?|maintain(?:s|ed)?|object(?:s|ed)|agree[sd]?|disagree[sd]?|vow(?:s|ed)|concede[sd]?|caution(?:s|ed)"
    r"|emphasi[sz]e[sd]?|assert(?:s|ed)?|acknowledge[sd]?|observe[sd]|counter(?:s|ed)|demand(?:s|ed)|doubt(?:s|ed)"
    r"|accus(?:es|ed)|apologi[sz]e[sd]?|regret(?:s|ted)|boast(?:s|ed)?|whisper(?:s|ed)|shout(?:s|ed)|prefers? to"
    r"|points? out|pointed out|speaks? of|spoke of|speaks? out|spoke out|(?:calls?|called) for|would (?:like|prefer)"
    r"|(?:declin|refus)(?:es|ed) to|(?:did|does|do|would|will) not (?:want|wish|comment|say|answer|respond|give)"
    r"|made no comment|ha[ds] no comment|could not be reached|(?:is|was) not available"
    r"|(?:is|was|remains?|are|were) (?:doubtful|s[ck]eptical|opposed|convinced|in favour|against|worried|confident)"
)
_SLOWLY = r"(?:(?:has|had|have|also|later|then|now|again|already|still|once|always|often|never|\w+ly) ){0,3}"
_VERB = re.compile(rf"(?<![\w'’-]){_SLOWLY}(?:{_SPEAKS})(?![\w'’-])", re.IGNORECASE)
_QUOTED = "\x01"
"""What quotations are masked with."""
_BEHIND = ";:—" + _QUOTED
_INVERTED = re.compile(rf"{_QUOTED}[,.]? (?:{_SPEAKS})(?: (?:\w+ly|again))? (?=\S)", re.IGNORECASE)
"""Behind the end of a quotation: a verb, then the speaker."""
_ACCORDING = re.compile(r"\b(?:according to|in the (?:words|view|opinion) of) ", re.IGNORECASE)
_VIEW = re.compile(
    r"\bin (?P<who>his|her|their|(?:[\w-]+ ){0,5}?[\w-]+(?=['’]s? ))(?:['’]s?)? (?:view|opinion|words|eyes)\b",
    re.IGNORECASE,
)
_QUOTATION = re.compile(r"[“„«][^“”„«»]{2,2000}(?:[”»]|$)|(?<![\w\"])\"[^\"]{2,2000}(?:\"|$)")
_BRACKETS = re.compile(r"\([^()]{1,200}\)")
_LEAD_IN = re.compile(
    r"(?:(?:but|and|so|yet|however|meanwhile|still|then|also|yesterday|today|later|earlier|nevertheless)\b,? "
    r"|(?:on|in|at|after|before|during|by|since|asked|speaking|with|despite|for|as)\b[^,]{1,80}, )+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(rf"{_QUOTED}[,.]? |[;:—] ?|,? (?:but|while|and|though|although|because|since|that) ")
_COLON = re.compile(rf": ?{_QUOTED}")
_PRONOUN = re.compile(r"(?:he|she|they|his|her|their)$", re.IGNORECASE)
_NAMES = re.compile(
    r"(?:the|an?|s?he|they|his|her|its|their|one|another|some|many|most|several|both|two|three|all|(?-i:[^\W\d_a-z]))",
    re.IGNORECASE,
)
"""How the words begin that name somebody."""
_NOBODY = re.compile(
    r"(?:^|\b(?:is|are|was|were|be|been|being|to|who|which|that|and|or|not|of|the|an?|it|this|what|there|we|i|you))\W*$"
    r"|['’]s?\s*$|\bwhat\b|^(?:s?he|they)\b.",
    re.IGNORECASE,
)
"""How words end behind which a verb has no subject that could be a speaker."""
_MOST_WORDS = 30
"""Words that name a speaker, with all that is told of them."""
PARTICLE = r"(?:van|von|de|der|den|la|le|al|bin|da|di|du|dos|ter|el)"
"""What stands in small letters before a last name."""
_FULL_NAME = re.compile(
    r"(?<![\w'’-])(?P<before>(?:of|in|at|from|near|to|the|for|with|by|against) )?"
    rf"(?P<name>[^\W\d_a-z][\w'’-]*(?: [A-Z]\.)*(?: {PARTICLE})*"
    r"(?: [^\W\d_a-z][\w-]+)+)"
)
_FIRST_NAME = re.compile(r"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?[^\W\d_a-z][\w-]*(?: [^\W\d_a-z][\w-]+)*")
_LABEL = re.compile(
    r"(?:\[?\(?\d{1,2}:\d\d(?::\d\d)?\)?\]?\s)?(?P<label>[^\W\d_a-z][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,4})"
    r"(?: ?\([^()\n]{1,60}\))?:(?=\s|$)"
)
_LABEL_AT_LINE = re.compile(rf"^{_LABEL.pattern}", re.MULTILINE)
_LONGEST = 2_000
"""Characters of a sentence in which a speaker is looked for."""
_LINES_BEFORE = 3
"""Lines before one that are read to know who speaks in it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in which somebody says something.

    Attributes:
        start: Its offset in the article, in code points.
        end: Offset behind it.
        speaker: Offsets of the words that name who says it, which may stand before it.
        after: Offsets of what it follows: the sentence that names who speaks, or in a talk the other one's last line;
            None if there is none.
        is_turn: Whether it is part of somebody's turn in a talk, below a label with a name.
    """

    start: int
    end: int
    speaker: Span
    after: Span | None = None
    is_turn: bool = False


@dataclass(slots=True)
class _Known:
    """What is known while the lines of an article are read in order.

    Attributes:
        person: The words that named somebody last, and the sentence in which they stand.
        quoting: Likewise for whose quotation may go on.
        label: The label of the turn that is read.
        turn: Its last line.
        asked: The last line of the turn before.
    """

    person: tuple[Span, Span] | None = None
    quoting: tuple[Span, Span] | None = None
    label: Span | None = None
    turn: Span | None = None
    asked: Span | None = None


def statements(article: Article, places: Iterable[int]) -> list[Statement]:
    """What is said by somebody in some lines of an article, in order.

    Args:
        article: The article.
        places: Of the lines, among :func:`assistant.answers.outline.outline`; a few before them are read, too, to know
            who speaks.
    """
    lines = outline(article)
    labels, names = _labels(article.text), _names(article.text)
    found: list[Statement] = []
    known, read = _Known(), -1
    for place in sorted({place for place in places if 0 <= place < len(lines)}):
        for at in range(max(read + 1, place - _LINES_BEFORE), place + 1):
            if at != read + 1 or lines[at].letter == "h":
                known = _Known()
            said = list(_of_line(article, lines[at], labels, names, known))
            found += said if at == place else []
            read = at
    return found


def asked_before(article: Article, at: int) -> Span | None:
    """The last line of the other one in a talk, of which a line is an answer; None if it is none."""
    lines = outline(article)
    own = _label_of(article, lines[at])
    for line in reversed(lines[max(0, at - _LINES_BEFORE) : at]) if own else ():
        label = _label_of(article, line)
        if label and label != own:
            return line.start, line.end
    return None


def answered_behind(article: Article, at: int) -> Span | None:
    """The line of the other one in a talk that answers the question with which a line ends; None if there is none."""
    lines = outline(article)
    asks = article.text[lines[at].start : lines[at].end].rstrip().endswith("?")
    if asks and at + 1 < len(lines) and asked_before(article, at + 1) == (lines[at].start, lines[at].end):
        return lines[at + 1].start, lines[at + 1].end
    return None


def _label_of(article: Article, line: Line) -> str | None:
    # The whole text is only looked through if the line may have one.
    label = _LABEL.match(article.text[line.start : line.end])
    return label["label"] if label and label["label"] in _labels(article.text) else None


@lru_cache(maxsize=32)
def _labels(text: str) -> frozenset[str]:
    """The labels of speakers in a text.

    What stands before a colon at the beginning of a line is a label if it does so again, or if another one does: all
    others head a line ("Location: …").
    """
    counts = Counter(match["label"] for match in _LABEL_AT_LINE.finditer(text))
    return frozenset(counts if any(count > 1 for count in counts.values()) else ())


@lru_cache(maxsize=32)
def _names(text: str) -> frozenset[str]:
    """The words of the names that a text gives in full."""
    full = (match["name"] for match in _FULL_NAME.finditer(text) if not match["before"])
    return frozenset(word for name in full for word in name.split())


def _of_line(
    article: Article, line: Line, labels: frozenset[str], names: frozenset[str], known: _Known
) -> Iterator[Statement]:
    text = article.text[line.start : line.end]
    if (label := _LABEL.match(text)) and label["label"] in labels:
        if known.label and article.text[slice(*known.label)] != label["label"]:
            known.asked = known.turn
        known.label = line.start + label.start("label"), line.start + label.end("label")
    elif known.label and article.text[slice(*known.label)] in text:
        known.label = None  # it speaks of the speaker: a note below the talk
    if known.label:
        known.turn = line.start, line.end
    is_open = False
    for start, end in sentence_spans(text, article.language):
        sentence = line.start + start, line.start + end
        if known.label:
            yield Statement(*sentence, known.label, known.asked, is_turn=True)
            continue
        said = article.text[slice(*sentence)]
        masked = _QUOTATION.sub(lambda quotation: _QUOTED * len(quotation[0]), said)
        masked = _BRACKETS.sub(lambda aside: "_" * len(aside[0]), masked)
        if span := _speaker(masked[:_LONGEST]):
            named = (sentence[0] + span[0], sentence[0] + span[1]), sentence
            if _PRONOUN.match(masked[slice(*span)]):
                named = _person(masked[: span[0]], sentence, names) or known.person or named
            known.person = named
        elif known.quoting and not masked.strip(_QUOTED + " .,"):
            named = known.quoting
        else:
            known.person = _person(masked, sentence, names) or known.person
            known.quoting = None
            continue
        known.quoting = named
        # Of a quotation of several paragraphs only the last one is closed.
        is_open = masked.endswith(_QUOTED) and said[-1] not in '"”»'
        yield Statement(*sentence, named[0], named[1] if named[1] != sentence else None)
    known.quoting = known.quoting if is_open else None


def _speaker(masked: str) -> Span | None:
    """The words of a sentence that name who says it, its quotations masked; None if it does not say so."""
    if inverted := _INVERTED.search(masked):
        return _trimmed(masked, inverted.end(), _end_of(masked, inverted.end(), _BEHIND))
    if view := _VIEW.search(masked):
        return view.span("who")
    if according := _ACCORDING.search(masked):
        return _trimmed(masked, according.end(), _end_of(masked, according.end(), ",;:" + _QUOTED))
    for verb in _VERB.finditer(masked):
        clause = max((found.end() for found in _CLAUSE.finditer(masked, 0, verb.start())), default=0)
        clause = lead.end() if (lead := _LEAD_IN.match(masked, clause, verb.start())) else clause
        subject = masked[clause : verb.start()].rstrip()
        if not subject.endswith(",") and ", " in subject:
            clause += subject.rindex(", ") + 2
        span = _trimmed(masked, clause, verb.start())
        subject = masked[slice(*span)]
        if _NAMES.match(subject) and not _NOBODY.search(subject) and subject.count(" ") < _MOST_WORDS:
            return span
    if (colon := _COLON.search(masked)) and (name := _FIRST_NAME.match(masked, 0, colon.start())):
        return name.span()
    return None


def _person(masked: str, sentence: Span, names: frozenset[str]) -> tuple[Span, Span] | None:
    """Whom a sentence that is nobody's names: its subject, else who is named last."""
    first = _FIRST_NAME.match(masked)
    if first and (first[0].rsplit(" ", 1)[-1] in names) and not _PRONOUN.match(first[0]):
        return (sentence[0], sentence[0] + first.end()), sentence
    full = [match for match in _FULL_NAME.finditer(masked) if not match["before"]]
    if full:
        return (sentence[0] + full[-1].start("name"), sentence[0] + full[-1].end("name")), sentence
    return None


def _end_of(masked: str, start: int, ends: str) -> int:
    return next((at for at in range(start, len(masked)) if masked[at] in ends), len(masked))


def _trimmed(text: str, start: int, end: int) -> Span:
    while end > start and text[end - 1] in " ,.!?":
        end -= 1
    while start < end and text[start] == " ":
        start += 1
    return start, end
