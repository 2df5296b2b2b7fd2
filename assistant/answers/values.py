"""What sort of value a question asks for - a price, an age, a year - and whether a text holds one. Pure, English.

A sentence may be about the very thing that is asked about and yet not say what is asked: "How much did it weigh?" is
not answered where nothing is weighed. The rules lean towards yes: a text holds a value if it may be one.
"""

from __future__ import annotations

import re
from typing import Literal

Value = Literal[
    "phone", "mail", "web", "money", "age", "birth", "mass", "share", "temperature", "speed", "long", "length", "year",
    "time", "count", "amount",
]  # fmt: skip
"""``long``: a length or a stretch of time, as in "how long"; ``amount``: any number or share, as in "how much"."""

_FIRST_ASKED = re.compile(
    r"\b(?:(?:by|in|at|on|for|from|to|of|with|during|since|until) )?"
    r"(?:how|what|which|who|whom|whose|when|where|why)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_WHAT = r"(?:what|which)(?: (?:is|was|are|were|will be|would be)(?: (?:the|its|his|her|their))?(?: \w+){0,2}?| \w+)? "
_AUXILIARY = "do|does|did|is|are|was|were|has|have|had|will|would|can|could|must|should"
_HOW_MUCH_IS = rf"how much (?:{_AUXILIARY})\b.*"
_PAY = r"(?:costs?|pays?|paid|spen[dt]|spends|earn(?:s|ed)?|worth|invest(?:s|ed)?|charged? for|(?:sells?|sold) for)"
_PRICE = r"(?:price|costs?|budget|salary|wages?|fees?|revenue|income|turnover|fine)"
_SIZE = r"(?:height|distance|depth|width|altitude|diameter|length|thickness|wingspan|radius)"
_ASKED: dict[Value, str] = {
    "phone": r".*\b(?:tele)?phone numbers?\b",
    "mail": r".*\be-?mail address(?:es)?\b",
    "web": r".*\b(?:web ?address|web ?site address|url)\b",
    "money": (
        r"how much (?:money|funding)\b|how (?:expensive|cheap)\b"
        rf"|{_HOW_MUCH_IS}\b{_PAY}\b|{_WHAT}{_PRICE}\b(?! of living)"
    ),
    "age": rf"how old\b|{_WHAT}age\b",
    "birth": r"(?:when|where|what (?:year|date|day|town|city|country|place)) (?:was|were)\b.*\bborn\b",
    "mass": rf"how heavy\b|how much (?:mass|weight)\b|{_HOW_MUCH_IS}\bweigh(?:s|ed)?\b|{_WHAT}(?:weight|mass) of\b",
    "share": rf"{_WHAT}(?:percentage|per ?cent|share|fraction|proportion)\b",
    "temperature": rf"how (?:hot|cold|warm)\b|{_WHAT}temperatures?\b",
    "speed": rf"how (?:fast|quickly)\b|{_WHAT}(?:speed|velocity)\b",
    "long": r"how long\b",
    "length": rf"how (?:far|tall|high|wide|deep|close|near|thick|broad)\b|{_WHAT}{_SIZE}\b",
    "year": r"(?:what|which) year\b",
    "time": rf"(?:what|which) (?:exact )?(?:date|day|month|century|decade)\b|when (?:{_AUXILIARY})\b",
    "count": r"how many\b|how often\b|what number of\b",
    "amount": r"how (?:much|big|large)\b",
}
_ASKS = tuple((value, re.compile(rf"(?:\w+ )?(?:{pattern})", re.IGNORECASE)) for value, pattern in _ASKED.items())

_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?"
    r"|dozens?|half|several"
)
# Begun only at the first digit, and given back by none: a page of digits is looked through once.
_DIGITS = r"(?<!\d)(?<!\d[.,])\d[\d.,]*+"
_SCALE = r"(?:[\s-]{0,3}(?:hundred|thousand|million|billion|trillion|dozen|half|bn|m|k)s?){0,4}[\s-]{0,3}"
_NUMBER = rf"(?:{_DIGITS}|\b(?:{_WORDS}|an?|a few|a couple(?: of)?)\b){_SCALE}"
_PERIOD = r"(?:(?:milli|micro|nano)?second|min(?:ute)?|hour|day|night|week|month|year|decade)s?|centur(?:y|ies)"
_LENGTH = (
    rf"{_NUMBER}(?:square |cubic )?"
    r"(?:[kcmµn]?m[²³23]?|(?:kilo|centi|milli|micro|nano)?met(?:re|er)s?|microns?|mi|miles?|feet|foot|ft|in|inch(?:es)?"
    r"|yards?|light-?\s?(?:year|second|minute|hour)s?|parsecs?|pc|ly|au|astronomical units?|acres?|hectares?|ha"
    r"|fathoms?|leagues?|store?ys?|stories|times)(?!\w)"
)
_CURRENCY = (
    r"(?:dollar|euro|pound|rou?ble|rupee|crore|lakh|cent|franc|mark|peso|shilling)s?"
    r"|yen|yuan|pence|lir[ae]|kron(?:er?|or|a)|won|USD|EUR|GBP|JPY|INR"
)
_SPEED = (
    r"km|km/h|m|m/s|(?:kilo)?met(?:re|er)s?|miles?|feet|ft|knots?|mph|kph|times|rpm|revolutions?|%|percent|c|[kmgt]?hz"
    r"|[kmgt]?bits?|[kmgt]?bps|bytes?|frames?|pages?|words?"
)
_MASS = (
    r"[kmµ]?g|(?:kilo|milli|micro)?gram(?:me)?s?|(?:metric |kilo)?ton(?:ne)?s?|t|pounds?|lbs?|ounces?|oz|stones?"
    r"|solar masses|daltons?"
)
_COUNT = rf"\d|\b(?:{_WORDS}|few|couple|pair|both|single|no|none|many|once|twice|thrice|double|triple|zero|most|all)\b"
_SHARE = rf"%|\bper\s?cent|{_COUNT}|\b(?:third|quarter|fifth|tenth|majority|fraction)s?\b"
_LIFE = r"\bborn\b|\(\D{0,20}\d{3,4}\s?[–-]"
_YEAR = r"\b\d{3,4}s?\b|\b\d{1,4} (?:AD|BCE?|CE)\b"
_HELD: dict[Value, str] = {
    "money": (
        r"[$€£¥₹]\s?\d|\b(?:USD|EUR|GBP|JPY|INR|Rs\.?)\s?\d|\b(?:free|at no cost)\b"
        rf"|{_DIGITS}{_SCALE}(?:\w+ )?(?:{_CURRENCY})\b"
    ),
    "age": (
        rf"{_LIFE}|\b(?:aged?|ages)\b|\bin (?:his|her|their) (?:\w+[ -])?\w+(?:ies|teens)\b"
        rf"|\bdat(?:es?|ed|ing) (?:back|from|to)\b|{_NUMBER}(?:{_PERIOD})[\s-](?:ago|old|young)\b"
    ),
    "birth": rf"{_LIFE}|\bbirth|\bnative\b|\bgrew up\b",
    "mass": rf"{_NUMBER}(?:{_MASS})(?!\w)",
    "share": _SHARE,
    "temperature": r"\d\s*(?:°|º|degrees?|kelvins?|[kcf]\b)|\b(?:absolute zero|freezing|boiling|zero)\b",
    "speed": rf"\bmach\s?\d|\bspeed of (?:light|sound)\b|{_NUMBER}(?:{_SPEED})(?!\w)",
    "long": (
        rf"{_LENGTH}|{_NUMBER}(?:{_PERIOD}|m?s|h|hrs?|orbits?|generations?|weekends?|seasons?)(?!\w)"
        rf"|\b(?:{_PERIOD}) (?:later|long)\b|\bin (?:{_PERIOD})\b"
        r"|\b(?:until|since|forever|indefinitely|permanent(?:ly)?)\b|\b\d{4}\b.{1,80}\b\d{4}\b"
    ),
    "length": _LENGTH,
    "year": rf"{_YEAR}|\b(?:last|this|next|following|same|previous) year\b",
    "time": (
        rf"{_YEAR}|\b\d{{1,2}}(?::\d\d|\s?[ap]\.?m\b)|\b(?:{_PERIOD})\b"
        r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
        r"|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|ago|today|tomorrow|yesterday|now"
        r"|currently|recently|noon|midnight|morning|evening|era|age|period|time|war|when|after|before|during|while|until"
        r"|once|since)\b"
    ),
    "count": rf"{_COUNT}|\b(?:every|each|hourly|daily|weekly|monthly|yearly|annual(?:ly)?|always|never|rarely|often)\b",
    "amount": _SHARE,
    "phone": r"(?:\+?\d[\s()./-]{0,2}){6}",
    "mail": r"\S@\S",
    "web": r"https?:|www\.|\w\.[a-z]{2,6}(?:/|\b)",
}
_HOLDS = {value: re.compile(pattern, re.IGNORECASE) for value, pattern in _HELD.items()}


def value_asked(question: str) -> Value | None:
    """The sort of value that a question asks for; None for anything else, and for what is no English question.

    Its first question word decides: "Which engineer found out how heavy it is?" asks for a name.
    """
    asked = _FIRST_ASKED.search(question)
    return next((value for value, pattern in _ASKS if asked and pattern.match(asked[0])), None)


def may_hold(value: Value, text: str) -> bool:
    """Whether a text has anything that may be such a value."""
    return _HOLDS[value].search(text) is not None
