"""What can be made by rule of one sentence of an article: the same said otherwise, or something that is not so."""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Iterator, Sequence

from assistant.verification.analysis import Analysis, analyse
from index.sentences import sentence_spans
from index.types import Article

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


def spliced(text: str, article: Article, chance: random.Random) -> str:
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
