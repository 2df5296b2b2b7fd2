"""Sentences for the check of a model's answers, each of a kind that says what is to become of it.

Some are written by hand, some made by rule. Articles are apart in two halves, ``tune`` and ``judge``: whatever is
fitted or looked at one by one comes from the first.
"""

from __future__ import annotations

import calendar
import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.verification.analysis import Analysis, analyse
from index.readers.markdown import read_markdown
from index.sentences import sentence_spans
from index.types import Article, Hit, Passage

DATA = Path(__file__).parent.parent / "data" / "claims.jsonl"
SEEDS = Path(__file__).parent.parent.parent / "seeds"
SUPPORTED = ("quoted", "paraphrased", "respelt", "reordered", "passive")
"""Kinds that must not be removed."""
UNDECIDED = ("hedged",)
"""Kinds that must not be verified, but may be shown as weak."""
PASSAGE_SENTENCES = 5
MOST_CITED = 3

_WORDS = {
    2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven",
    12: "twelve", 14: "fourteen", 20: "twenty", 30: "thirty", 40: "forty", 60: "sixty", 100: "one hundred",
}  # fmt: skip
_MONTHS = list(calendar.month_name)[1:]
_AUXILIARY = re.compile(r"\b(is|are|was|were|will|can|could|would|has|have|may|must|should)\b(?! not\b)")
_PASSIVE = re.compile(
    r"^((?:The |A |An )?[\w' -]{3,60}?) (was|were) (\w+ed|built|led|made|found) by ((?:the |a )?[\w' -]+)\.$"
)
_FRONTED = re.compile(r"^((?:In|On|At|After|Before|During|By|Since|Under) [^,]{3,40}), ((?:[a-z]|[A-Z])[^,;:]+)\.$")


@dataclass(frozen=True)
class Case:
    """A sentence as a model might write it.

    Attributes:
        kind: What was done to it.
        claim: The sentence.
        marks: Passages that it cites.
        hits: Passages that the model was given.
        origin: Name of the article.
        by_hand: Whether a person wrote it.
    """

    kind: str
    claim: str
    marks: tuple[int, ...]
    hits: tuple[Hit, ...]
    origin: str
    by_hand: bool

    @property
    def is_supported(self) -> bool:
        return self.kind in SUPPORTED


def hit_of(article: Article, start: int, end: int) -> Hit:
    passage = Passage.of(article, start, end)
    return Hit(passage=passage, article=article, score=1.0, similarity=1.0, keyword_score=1.0)


def passages_of(article: Article) -> list[Hit]:
    """Passages of some sentences each, without overlap."""
    spans = sentence_spans(article.text)
    groups = [spans[at : at + PASSAGE_SENTENCES] for at in range(0, len(spans), PASSAGE_SENTENCES)]
    return [hit_of(article, group[0][0], group[-1][1]) for group in groups]


def hand_articles(half: str) -> list[tuple[Article, list[tuple[str, str]]]]:
    """Articles of one half with the claims written for them: kind and sentence."""
    found = []
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == half:
            found.append((_article(row), [(kind, text) for kind, text in row["claims"]]))
    return found


def _article(row: dict[str, Any]) -> Article:
    if row.get("seed"):
        article = read_markdown((SEEDS / row["id"]).read_text(encoding="utf-8"), row["id"])
        assert article is not None
        return article
    return Article(text=row["text"], title=row["title"], published=row["published"], source=row["id"])


def hand_cases(half: str) -> list[Case]:
    """What people wrote: each cites every passage of its article that comes near, as a model that is unsure does."""
    articles = hand_articles(half)
    cases = []
    for at, (article, claims) in enumerate(articles):
        other = passages_of(articles[(at + 1) % len(articles)][0])[0]
        for kind, text in claims:
            near = _near(text, passages_of(article))
            hits = (other, *near)
            cases.append(Case(kind, text, tuple(range(2, len(hits) + 1)), hits, article.source, by_hand=True))
    return cases


def _near(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The passages that share most words with a text, at most three, in the order of the article."""
    words = set(re.findall(r"\w+", text.lower()))
    ranked = sorted(hits, key=lambda hit: -len(words & set(re.findall(r"\w+", hit.passage.text.lower()))))
    return sorted(ranked[:MOST_CITED], key=lambda hit: hit.passage.start)


def half_of(name: str) -> str:
    """The half of an article that no person assigned, by its name alone."""
    return "tune" if zlib.crc32(name.encode()) % 2 else "judge"


def rule_cases(articles: Sequence[Article], *, seed: int = 11, each: int = 12) -> list[Case]:
    """Cases made by rule from the sentences of articles of one half.

    Args:
        articles: Two or more.
        seed: Of the choices.
        each: Sentences taken of an article, at most.
    """
    chance = random.Random(seed)
    cases: list[Case] = []
    for at, article in enumerate(articles):
        hits = passages_of(article)
        others = [passages_of(articles[(at + step) % len(articles)]) for step in (1, 2)]
        usable = [(number, text) for number, hit in enumerate(hits) for text in _usable(hit)]
        for number, text in chance.sample(usable, min(each, len(usable))):
            given = (others[0][0], *hits[max(0, number - 1) : number + 2])
            marks = tuple(range(2, len(given) + 1))
            cases += [
                Case(kind, changed, marks, given, article.source, by_hand=False)
                for kind, changed in variants(text, article, chance)
            ]
            foreign = (hits[number], *others[0][:2], *others[1][:1])
            cases.append(
                Case("wrong source", text, tuple(range(2, len(foreign) + 1)), foreign, article.source, by_hand=False)
            )
        strange = [text for hit in others[1] for text in _usable(hit)]
        for text in chance.sample(strange, min(3, len(strange))):
            if spliced := _spliced(text, article, chance):
                given = tuple(hits[:MOST_CITED])
                cases.append(
                    Case("invented", spliced, tuple(range(1, len(given) + 1)), given, article.source, by_hand=False)
                )
    return cases


def _usable(hit: Hit) -> Iterator[str]:
    for start, end in sentence_spans(hit.passage.text):
        text = hit.passage.text[start:end]
        if 7 <= len(text.split()) <= 32 and re.match(r"[A-Z]", text) and text.endswith(".") and "(" not in text:
            yield text


def variants(text: str, article: Article, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What can be made of one sentence: kind and changed sentence."""
    sentence, whole = analyse(text), [analyse(article.text[slice(*span)]) for span in sentence_spans(article.text)]
    yield "quoted", text
    makers = (
        ("respelt", respelt(sentence)),
        ("reordered", reordered(text)),
        ("passive", active(text)),
        ("number", number_changed(sentence, whole, chance)),
        ("date", date_changed(sentence, chance)),
        ("name", name_swapped(sentence, whole, chance)),
        ("negated", negated(text)),
        ("relation", relation_swapped(sentence)),
    )
    yield from ((kind, changed) for kind, changed in makers if changed and changed != text)


def respelt(sentence: Analysis) -> str:
    """Numbers in words for digits and back, dates the other way round, ``%`` for percent."""
    text = sentence.text
    for date in reversed(sentence.dates):
        parts = dict(date.parts)
        if {"day", "month"} <= set(parts):
            month = _MONTHS[parts["month"] - 1]
            new = f"{month[:3]}. {parts['day']}" if month != "May" else f"May {parts['day']}"
            return text[: date.start] + new + (f", {parts['year']}" if "year" in parts else "") + text[date.end :]
    for number in sentence.quantities:
        digits = re.fullmatch(r"\d+", number.text)
        if digits and int(number.text) in _WORDS:
            return re.sub(rf"\b{number.text}\b(?![.,]\d|-)", _WORDS[int(number.text)], text, count=1)
        if number.text.lower() in _WORDS.values() and not text.startswith(number.text):
            value = next(value for value, word in _WORDS.items() if word == number.text.lower())
            return re.sub(rf"\b{number.text}\b", str(value), text, count=1)
    if "percent" in text or "per cent" in text:
        return re.sub(r"\s(?:percent|per cent)\b", "%", text)
    if match := re.search(r"\b\d{1,3},\d{3}\b", text):
        return text.replace(match[0], match[0].replace(",", ""), 1)
    return ""


def reordered(text: str) -> str:
    """``In 2029, X passes Y.`` → ``X passes Y in 2029.``"""
    match = _FRONTED.match(text)
    if not match or re.search(r"\b(?:and|but)\b", match[2]):
        return ""
    return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."


def active(text: str) -> str:
    """``X was founded by Y.`` → ``Y founded X.``"""
    match = _PASSIVE.match(text)
    if not match:
        return ""
    patient, verb, doer = match[1], match[3], match[4]
    verb = {"made": "made", "built": "built", "led": "led", "found": "found"}.get(verb, verb)
    if re.match(r"(?:The|A|An) ", patient):
        patient = patient[0].lower() + patient[1:]
    return f"{doer[0].upper()}{doer[1:]} {verb} {patient}."


def number_changed(sentence: Analysis, whole: Sequence[Analysis], chance: random.Random) -> str:
    """One number becomes another of the article, or a near one."""
    numbers = [number for number in sentence.quantities if not number.is_soft and re.search(r"\d", number.text)]
    if not numbers:
        return ""
    number = chance.choice(numbers)
    others = [
        other.text for line in whole for other in line.quantities
        if re.fullmatch(r"[\d.,]+", other.text) and other.value != number.value and not other.is_ordinal
    ]  # fmt: skip
    digits = re.search(r"\d[\d.,]*", number.text)
    if digits is None:
        return ""
    if others and chance.random() < 0.5 and not number.is_ordinal:
        new = chance.choice(others)
    else:
        place = chance.choice([at for at, sign in enumerate(digits[0]) if sign.isdigit()])
        new_digit = chance.choice([digit for digit in "123456789" if digit != digits[0][place]])
        new = digits[0][:place] + new_digit + digits[0][place + 1 :]
    start = sentence.tokens[number.first].start
    return sentence.text[:start] + sentence.text[start:].replace(digits[0], new.rstrip(".,"), 1)


def date_changed(sentence: Analysis, chance: random.Random) -> str:
    """One part of a date becomes another."""
    dates = [date for date in sentence.dates if date.names & {"year", "month"}]
    if not dates:
        return ""
    date = chance.choice(dates)
    parts = dict(date.parts)
    written = date.text
    if "month" in parts and chance.random() < 0.5:
        old = next((name for name in (*_MONTHS, *(month[:3] for month in _MONTHS)) if name in written), None)
        if old:
            new = chance.choice([month for month in _MONTHS if not month.startswith(old[:3])])
            return sentence.text[: date.start] + written.replace(old, new, 1) + sentence.text[date.end :]
    if "year" in parts:
        year = parts["year"]
        new_year = year + chance.choice([-11, -10, -3, -2, -1, 1, 2, 3, 10])
        return sentence.text[: date.start] + written.replace(str(year), str(new_year), 1) + sentence.text[date.end :]
    return ""


def name_swapped(sentence: Analysis, whole: Sequence[Analysis], chance: random.Random) -> str:
    """One name becomes another of the article that the sentence does not have."""
    ours = [name for name in sentence.names if name.is_sure]
    theirs = [
        other.text for line in whole for other in line.names
        if other.is_sure and not any(part in sentence.forms for part in other.parts) and len(other.text) > 2
    ]  # fmt: skip
    if not ours or not theirs:
        return ""
    name = chance.choice(ours)
    start, end = sentence.tokens[name.first].start, sentence.tokens[name.last].end
    new = chance.choice(sorted(set(theirs)))
    return sentence.text[:start] + new.removesuffix("'s").removesuffix("’s") + sentence.text[end:]


def negated(text: str) -> str:
    """``not`` behind the first auxiliary, or taken away."""
    if " not " in text:
        return text.replace(" not ", " ", 1)
    match = _AUXILIARY.search(text)
    return f"{text[: match.end()]} not{text[match.end() :]}" if match else ""


def relation_swapped(sentence: Analysis) -> str:
    """``X founded Y`` → ``Y founded X``: two names right before and behind a verb."""
    if len(sentence.names) < 2:
        return ""
    one, other = sentence.names[:2]
    between = [token.lower for token in sentence.tokens[one.last + 1 : other.first]]
    if one.first > 1 or not 1 <= len(between) <= 3 or not any(word.endswith("ed") for word in between):
        return ""
    if {"and", "with", "or", ",", "as", "in", "on", "at", "from", "to"} & set(between):
        return ""
    spans = [(sentence.tokens[name.first].start, sentence.tokens[name.last].end) for name in (one, other)]
    (start, end), (first, last) = spans
    text = sentence.text
    return text[:start] + text[first:last] + text[end:first] + text[start:end] + text[last:]


def _spliced(text: str, article: Article, chance: random.Random) -> str:
    """A sentence of another article with a name of this one for its own."""
    sentence = analyse(text)
    names = [
        name
        for line in sentence_spans(article.text)
        for name in analyse(article.text[slice(*line)]).names
        if name.is_sure
    ]
    if not sentence.names or not names or sentence.quantities or sentence.dates:
        return ""
    new = chance.choice(sorted({name.text for name in names}))
    name = sentence.names[0]
    return text[: sentence.tokens[name.first].start] + new + text[sentence.tokens[name.last].end :]


def by_kind(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Cases by kind, supported kinds first."""
    found: dict[str, list[Case]] = {kind: [] for kind in SUPPORTED}
    for case in cases:
        found.setdefault(case.kind, []).append(case)
    return {kind: listed for kind, listed in found.items() if listed}


def asked_cases(rows: Iterable[dict[str, Any]], half: str, most: int = 400) -> list[Case]:
    """Statements out of people's questions about the subject of a sentence: ``Who founded X?`` and the answer.

    The question's words are a person's own, so such a statement is a paraphrase that no author of this check wrote.
    With another name or number of the same paragraph for the answer it is false.

    Args:
        rows: Of a question set: ``title``, ``question``, ``context``, ``answers`` with ``text``.
        half: Titles of which half.
        most: Cases.
    """
    cases: list[Case] = []
    for row in rows:
        if half_of(row["title"]) != half or not row["answers"] or len(cases) >= most:
            continue
        match = _ASKED.match(row["question"].strip())
        answer = row["answers"][0]["text"].strip().rstrip(".,")
        if not match or len(answer.split()) > 5 or _ILL_FORMED.search(match["rest"]):
            continue
        article = Article(
            text=" ".join(row["context"].split()), title=row["title"].replace("_", " "), source=row["title"]
        )
        hits = tuple(passages_of(article)[:MOST_CITED])
        if answer.lower() not in " ".join(hit.passage.text for hit in hits).lower():
            continue
        marks = tuple(range(1, len(hits) + 1))
        rest = match["rest"].strip()
        cases.append(
            Case("paraphrased", f"{answer[0].upper()}{answer[1:]} {rest}.", marks, hits, article.source, by_hand=False)
        )
        wrong = _other_answer(answer, article)
        if wrong and wrong.lower() not in rest.lower():
            kind = "number" if any(map(str.isdigit, wrong)) else "name"
            cases.append(Case(kind, f"{wrong} {rest}.", marks, hits, article.source, by_hand=False))
    return cases


_ILL_FORMED = re.compile(
    r"\b(?:called|known|as|of|in|on|for|to|by|with|from|at|do|or|happen\w*|name|named|\w+ing)$|\bhappened\b"
)
_ASKED = re.compile(
    r"(?:who|what(?: \w+)?|which(?: \w+)?) "
    r"(?P<rest>(?:was|is|were|are|has|had|will|can|[a-z]+ed|won|led|wrote|made|became|built|held|gave|began|took)"
    r" [^?]+)\?$",
    re.IGNORECASE,
)


def _other_answer(answer: str, article: Article) -> str:
    """A name of the article that shares no word with the answer, for an answer that is a name itself."""
    if not answer[:1].isupper():
        return ""
    ours = {word.lower() for word in re.findall(r"\w+", answer)}
    for start, end in sentence_spans(article.text):
        for name in analyse(article.text[start:end]).names:
            if name.is_sure and not ours & {word.lower() for word in re.findall(r"\w+", name.text)}:
                return name.text.removesuffix("'s").removesuffix("’s")
    return ""
