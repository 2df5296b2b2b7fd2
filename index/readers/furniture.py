"""Tells the article from the furniture of the page that it was copied with: menus, share buttons, related news, law.

Pure. A line goes only if it says itself that it is furniture and is not alone in that, or if it stands before the
headline or behind the article among lines that do. A text without furniture loses nothing but its headline, and a line
that is only the author's name or a date: they become what they say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from index.cleaning import clean
from index.readers.dates import iso_date
from index.readers.marks import is_explained, is_related, is_strong, is_weak

_HEAD_LINES = 40
_MAX_TITLE = 200
_MAX_LABEL = 40
_ENOUGH_PROSE = 300
"""Characters of paragraphs that an article has before anything can be behind it."""
_FEW_OTHERS = 6
"""Lines behind the article of which one may be a sentence of another."""
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_PARTICLE = r"(?:de|da|di|del|der|den|van|von|la|le|bin|al|el|ter|ten)"
_NAME = rf"[^\W\d_a-z][\w.'’-]*(?: (?:{_PARTICLE} ){{0,2}}[^\W\d_a-z][\w.'’-]*){{1,4}}"
_BYLINE = re.compile(
    r"(?:(?:[Ww]ritten |[Ww]ords |[Ss]tory |[Rr]eported )?[Bb][Yy]|[Aa]uthor|[Vv]on|[Pp]ar|[Pp]or)\s?:?\s"
    rf"(?P<names>{_NAME}(?:(?:, | and | & | und | et | y ){_NAME}){{0,5}})"
    r"(?P<rest>(?:\s?[|,•·–—/-]\s?|\s\().{0,80})?"
)
_NO_NAMES = frozenset(("the", "a", "an", "this", "that", "all", "our", "my", "his", "her", "its", "their"))
_ROLE = re.compile(r"\b(?:writers?|editor|reporter|correspondent|journalist|staff|news|press|agency)$", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:photo|image|picture|credit|illustration|file photo|foto|bild)s?(?: (?:by|credit|courtesy(?: of)?))?\s?[:/©]"
    r"\s?.{1,120}|(?:for )?illustration only|\d{1,3}[ -]min(?:ute)?s?(?: of)? read(?:ing time)?"
    r"|listen to (?:this )?article",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|first|last|originally|published|posted|updated|modified|created|edited|date|issued|added|on|at|of"
    r"|[ap]m?|m|st|nd|rd|th|t|z|utc|gmt|[ecmp][sd]?t|cest|bst|ist|mins?|minutes?|read|hrs?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_PLACE = re.compile(r"[^\W\d_][^\d(]{1,60}(?:,\s|\([A-Z][\w &]{1,20}\)\s)")
_SIGNED = 4
"""Paragraphs below a headline that may say who wrote the text and when."""
_SURE_BYLINE = re.compile(
    r"(?:Author|(?:Written|Words|Story|Reported) by)\b|By\s[^|•·]{1,80}"
    r"(?:\s?[|•·]\s|, [^,]{0,60}\b(?:writer|editor|reporter|correspondent|journalist)$)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s?[|•·]\s?|\s[–—-]\s")
_CHANGED = re.compile(r"(?:last |first )?(?:updated|modified|changed|edited|created)\b", re.IGNORECASE)
_LENGTH_OF_DAY = len("2024-11-22")
_LONGEST_PARTICLE = 3
_FIRST_PAGES = "1995"
"""An earlier day is what a text is about, not when it was published."""
_DATELINE = re.compile(r"[^\W\d_a-z][^\n]{1,80}?(?:\s[—–-]{1,2}\s)")


@dataclass(frozen=True, slots=True)
class Scraped:
    """What was found in a text.

    Attributes:
        lines: The article's, without its headline.
        title: The headline, if it is sure.
        author: From a line that says "by".
        published: From a line with a date, as :func:`iso_date` gives it.
    """

    lines: list[str]
    title: str | None = None
    author: str | None = None
    published: str | None = None


def without_furniture(lines: list[str]) -> Scraped:
    """The article among the lines of a canonical text."""
    kinds = [_kind(line) for line in lines]
    end = _end(lines, kinds)
    first = next((at for at, kind in enumerate(kinds[:end]) if kind == "prose"), end)
    marks = {line.casefold() for line, kind in zip(lines, kinds, strict=True) if kind in _MARKS}
    is_article = sum(len(line) for line, kind in zip(lines, kinds, strict=True) if kind == "prose") >= _ENOUGH_PROSE
    is_page = end < len(lines) or (is_article and len(marks) > 1 and ("strong" in kinds or "related" in kinds))
    begin = first if first < min(end, _HEAD_LINES) else 0
    head = _head(lines[:begin], is_page=is_page)
    body = lines[begin:end]
    if is_page:
        body = _without_marks(body, kinds[begin:end])
    published = head.published
    if not published and first < end and (found := _DATELINE.match(lines[first])):
        date = iso_date(found[0])
        published = date if date and len(date) == 10 else None
    kept = head.lines + body
    return Scraped(_trimmed(kept) if len(kept) < len(lines) else lines, head.title, head.author, published)


def signed(blocks: list[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Author and date by the lines that stand between a headline and the first paragraph, or by that one's dateline.

    For formats that say what a heading is. Nothing is taken away; what could be another name or day is not told: a name
    counts only beside a date or a role, or if it is said to be the author's.

    Args:
        blocks: What is below the headline, as ``(kind, text)``.
    """
    author = maybe = published = None
    for kind, text in blocks[:_SIGNED]:
        paragraph = clean(text)
        if kind not in ("p", "q"):
            break
        lines = paragraph.split("\n")
        told = [(_author(line), _day(line)) for line in lines]
        if not all(name or day for name, day in told):
            # Or a list of what is said of something else: the place and the day of a meeting.
            published = published or (None if len(lines) > 1 else _dateline(paragraph))
            break
        for line, (name, day) in zip(lines, told, strict=True):
            is_sure = (name and day) or _SURE_BYLINE.match(line)
            author = author or (name if is_sure else None)
            maybe = maybe or (name if line[:2].lower() in ("by", "wr") else None)
            is_told = (author or maybe or not line.lower().startswith("date")) and not published
            published = day if is_told and day else published
    return author or (maybe if published else None), published


def _day(line: str) -> str | None:
    """The day in a line that says it and perhaps who wrote, no more; not when a text was changed, nor long ago."""
    if len(line) > _MAX_TITLE:
        return None
    found = _BYLINE.fullmatch(line)
    said = (found["rest"] or "") if found else line
    parts = [part.strip(" ,()–—-") for part in (said, *_SEPARATOR.split(said))]
    days = [None if _CHANGED.match(part) else _date(part) for part in parts]
    if not found and not days[0] and not all(map(_date, parts[1:])):
        return None
    return next((day for day in days if day and len(day) == _LENGTH_OF_DAY and day >= _FIRST_PAGES), None)


def _dateline(line: str) -> str | None:
    """The day in front of a paragraph, behind a place or a paper's name and before a dash."""
    found = _DATELINE.match(line)
    place, _, day = found[0].rstrip(" —–-").partition(", ") if found else ("", "", "")
    is_place = all(word[0].isupper() or len(word) <= _LONGEST_PARTICLE for word in place.split())
    return _day(day) if day and is_place and not any(char.isdigit() for char in place) else None


_MARKS = ("related", "strong", "weak")


def _kind(line: str) -> str:
    """A mark's strength, ``prose`` for a paragraph, ``short`` for what can be anything, nothing for an empty line."""
    if not line:
        return ""
    if is_related(line):
        return "related"
    if is_strong(line):
        return "strong"
    if is_weak(line):
        return "weak"
    spaces = line.count(" ")
    # One that an editor wrapped goes on in lower case.
    goes_on = spaces > 3 and line[0].islower() and not _author(line)
    is_paragraph = len(line) > 200 or (spaces > 6 and _SENTENCE_END.search(line)) or goes_on
    return "prose" if is_paragraph else "short"


def _end(lines: list[str], kinds: list[str]) -> int:
    """Where the article ends: at the first line of furniture behind which there is no more of it."""
    begin, before = 0, 0
    while begin < len(lines) and before < _ENOUGH_PROSE:
        before += len(lines[begin]) if kinds[begin] == "prose" else 0
        begin += 1
    end, behind, others, furniture, is_clear = len(lines), 0, 0, 0, False
    marks: set[str] = set()
    for at in range(len(lines) - 1, begin - 1, -1):
        kind = kinds[at]
        behind += bool(kind)
        if kind == "prose":
            if is_explained(lines[at]):
                marks.add("")
            else:
                others += 1
        elif kind in _MARKS:
            marks.add(lines[at].casefold())
            furniture += 1
            # One word can be the heading of a column.
            is_clear = is_clear or (kind != "weak" and " " in lines[at])
            # Behind a heading of other news may be sentences about them; their company tells.
            is_list = kind == "related" and len(marks) > 2 and others * _FEW_OTHERS <= behind
            is_all = len(marks) > 1 and furniture == behind
            if is_list or (not others and (is_clear or is_all)):
                end = at
    return end


def _without_marks(lines: list[str], kinds: list[str]) -> list[str]:
    """The lines without furniture among them, and without the headlines that stand under such a line."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if kinds[at] not in _MARKS:
            kept.append(lines[at])
        elif kinds[at] == "related":
            # A list of headlines up to an empty line; without one nobody knows where it ends.
            end = next((below for below in range(at + 1, len(lines)) if kinds[below] != "short"), len(lines))
            at = end - 1 if end < len(lines) and not kinds[end] else at
        at += 1
    return kept


def _head(lines: list[str], *, is_page: bool) -> Scraped:
    """The headline, author and date among the lines before the first paragraph, and what else is there."""
    bylines = {at: found for at, line in enumerate(lines) if (found := _author(line))}
    dates = {at: date for at, line in enumerate(lines) if at not in bylines and (date := _date(line))}
    noise = {at for at, line in enumerate(lines) if is_page and _kind(line) in _MARKS}
    pictures = {at for at, line in enumerate(lines) if _CREDIT.fullmatch(line)}
    about = {*bylines, *dates}
    candidates = [
        at for at, line in enumerate(lines) if line and at not in about | noise | pictures and _is_headline(line)
    ]
    title = _title(lines, candidates, about, is_page=is_page)
    if title is None:
        return Scraped(lines)
    same = {at for at in candidates if lines[at].casefold() == lines[title].casefold()}
    above = [at for at in range(min(same)) if lines[at] and at not in about | noise | pictures]
    # Names of sections and menus stand above a headline; what is longer may belong to the article.
    are_labels = all(len(lines[at]) <= _MAX_LABEL and not _SENTENCE_END.search(lines[at]) for at in above)
    gone = same | about | noise | (pictures if is_page or len(same) > 1 else set())
    if are_labels and (is_page or len(same) > 1):
        gone |= set(above)
    author = next(iter(bylines.values()), None)
    said = [dates[at] if at in dates else iso_date(lines[at]) for at in sorted(about)]
    published = max((date for date in said if date), key=len, default=None)
    kept = [line for at, line in enumerate(lines) if at not in gone]
    return Scraped(kept, lines[title], author, published)


def _title(lines: list[str], candidates: list[int], about: set[int], *, is_page: bool) -> int | None:
    """The headline's line: one that is there twice, or the last before the author or the date, or the only one."""
    times = Counter(lines[at].casefold() for at in candidates)
    twice = [at for at in candidates if times[lines[at].casefold()] == 2 and len(lines[at].split()) > 2]
    if twice and (is_page or about):
        return twice[0]
    longer = [at for at in candidates if len(lines[at].split()) > 2] or candidates
    if about:
        above = [at for at in longer if at < min(about)]
        if not above:
            return longer[0] if longer else None
        # On a page, what is short may be a section's name.
        long = next((at for at in above if len(lines[at]) > _MAX_LABEL), above[-1])
        return long if is_page else above[0]
    return longer[0] if longer and is_page else None


def _is_headline(line: str) -> bool:
    is_open = line.endswith((".", ",", ";", ":")) or line[0] in "-*+•–—·|"
    return len(line) <= _MAX_TITLE and not is_open and any(char.isalpha() for char in line)


def _author(line: str) -> str | None:
    """The names in a line that says who wrote the text and no more."""
    found = _BYLINE.fullmatch(line) if len(line) <= 200 else None
    if not found or found["names"].split()[0].casefold() in _NO_NAMES or _SENTENCE_END.search(found["rest"] or ""):
        return None
    names = found["names"].split(", ")
    return ", ".join(names[:1] + [name for name in names[1:] if not _ROLE.search(name)])


def _date(line: str) -> str | None:
    """The date in a line that is a date, perhaps with a time and a place, and no more."""
    if len(line) > 120 or not (date := iso_date(line)):
        return None
    words = [word for word in _LETTERS.findall(line) if not _DATE_WORDS.fullmatch(word)]
    if not words:
        return date
    is_place = len(date) == 10 and len(words) < 7 and all(word[0].isupper() for word in words) and _PLACE.match(line)
    return date if is_place else None


def _trimmed(lines: list[str]) -> list[str]:
    """Lines with at most one empty line in a row and none at the ends."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
