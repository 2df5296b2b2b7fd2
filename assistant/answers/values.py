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
        rf"|{_HOW_MUCH_IS}\b{_PAY}\b|{_WHAT}{_PRICE}\b(?! of living)|what (?:{_AUXILIARY})\b.*\bcosts?\b"
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
_SOME = rf"(?:{_DIGITS}|\b(?:{_WORDS})\b){_SCALE}"
_PERIOD = (
    r"(?:(?:milli|micro|nano)?second|sec|min(?:ute)?|hour|day|night|week|fortnight|month|year|yr|decade)s?"
    r"|centur(?:y|ies)|millenni(?:um|ums|a)"
)
_METRES = r"(?:kilo|deci|centi|milli|micro|nano)?met(?:re|er)s?"
_LENGTH = (
    rf"{_NUMBER}(?:square |sq\.? ?|cubic |cu\.? ?|nautical )?"
    rf"(?:[kdcmµμn]?m[²³23]?|{_METRES}|microns?|nmi|mi|miles?|feet|foot|ft|in|inch(?:es)?|yards?|yds?"
    r"|light-?\s?(?:year|second|minute|hour|day)s?|(?:kilo|mega|giga)?parsecs?|[kmg]?pc|ly|au|astronomical units?"
    r"|acres?|hectares?|ha|fathoms?|leagues?|furlongs?|cubits?|hands|angstroms?|ångströms?|å|pixels?|px|blocks?"
    r"|floors?|store?ys?|stories|times)(?!\w)"
    r"|\d\s?(?:[\"″]|['’′]\s?\d)"
    rf"|\b(?:minute|hour|day|week|month|year)s?['’]?[\s-](?:walk|drive|ride|flight|sail|trip|journey|travel|away|by)\b"
)
_CURRENCY = (
    r"(?:dollar|euro|pound|rou?ble|rupee|crore|lakh|cent|franc|mark|peso|shilling|dinar|dirham|riyal|rial|naira|shekel"
    r"|forint|koruna|guilder|florin|ducat|guinea|peseta|escudo|drachma|ringgit|rupiah|hryvnia|lira|króna|buck)s?"
    r"|yen|yuan|renminbi|pence|penn(?:y|ies)|lir[ae]|kron(?:er?|or|a)|krónur|kr|zlot(?:y|ys|ych)|reais|rand|baht|won|quid"
)
_CODES = (
    "USD|EUR|GBP|JPY|INR|CHF|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|RUB|UAH|TRY|ILS|AED|SAR|EGP|ZAR|NGN|KES|CNY|RMB|HKD"
    "|TWD|KRW|SGD|MYR|IDR|THB|PHP|VND|PKR|AUD|NZD|CAD|MXN|BRL|ARS|CLP|COP|BTC"
)
_DATA = r"(?:kilo|mega|giga|tera|peta)?(?:bit|byte)s?|[kmgtp]i?b"
_SPEED = (
    rf"km/h|[kcmµμn]?m|m/s|{_METRES}|(?:nautical )?miles?|feet|ft|inch(?:es)?|knots?|kts?|mph|kph|times|rpm"
    rf"|revolutions?|%|per\s?cent|c|[kmgt]?hz|(?:kilo|mega|giga|tera)?hertz|[kmgt]?bits?|[kmgt]?bps|{_DATA}|frames?|fps"
    r"|pages?|words?|beats?|bpm|(?:mega|giga|tera|peta|exa)?flops"
)
_MASS = (
    r"[kmnµμ]?g|(?:kilo|milli|micro|nano)?gram(?:me)?s?|kilos?|(?:metric |short |long |kilo|mega|giga)?ton(?:ne)?s?"
    r"|[km]?t|pounds?|lbs?|ounces?|oz|stones?|hundredweights?|cwt|carats?|quintals?"
    r"|(?:solar|earth|jupiter|lunar) masses|daltons?|[kmgt]ev"
)
_COUNT = rf"\d|\b(?:{_WORDS}|few|couple|pair|both|single|no|none|many|once|twice|thrice|double|triple|zero|most|all)\b"
_SHARE = (
    rf"%|\bper\s?cent|{_COUNT}"
    r"|\b(?:third|quarter|(?:fif|six|seven|eigh|nin|ten)th|majority|minority|fraction)s?\b"
)
_LIFE = r"\bborn\b|\(\D{0,20}\d{3,4}\s?[–-]"
# In newspapers: "said Ada Hope, 54, a keeper".
_AFTER_NAME = r"(?-i:\b[A-ZÀ-Þ][\w'’.-]{1,40},? (?:\([1-9]\d\d?\)|(?<=, )(?:1[01])?\d{1,2}(?=, |\.?$|; )))"
_AT_AGE = rf"\bat (?:\d\d|(?:{_WORDS})(?:-(?:{_WORDS}))?)(?=[,.;]|$)"
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
_YEAR = r"\b\d{3,4}s?\b|\b\d{1,4} (?:AD|BCE?|CE)\b"
_HELD: dict[Value, str] = {
    "money": (
        rf"[$€£¥₹₽₩₪₺₴₦₱]\s?\d|\b(?:{_CODES}|Rs\.?|kr\.?)\s?\d|\b(?:free|at no cost)\b"
        rf"|\d\s?[€£]|{_SOME}(?:\w+ )?(?:{_CURRENCY}|{_CODES}|zł)\b"
    ),
    "age": (
        rf"{_LIFE}|\b(?:aged?|ages)\b|\bin (?:his|her|their) (?:\w+[ -])?(?:\w+(?:ies|teens)|\d0s)\b"
        rf"|{_AFTER_NAME}|{_AT_AGE}|\bturn(?:s|ed|ing)? (?:\d\d|(?:{_WORDS})\b)|\bbirthday\b|\b\w{{3,12}}enarians?\b"
        rf"|\bdat(?:es?|ed|ing) (?:back|from|to)\b|{_NUMBER}(?:{_PERIOD})[\s-](?:ago|old|young)\b"
    ),
    "birth": rf"{_LIFE}|\bbirth|\bnative\b|\bgrew up\b",
    "mass": rf"{_NUMBER}(?:{_MASS})(?!\w)",
    "share": _SHARE,
    "temperature": (
        rf"\d\s*(?:°|º|℃|℉)|{_SOME}(?:degrees?|deg|(?:milli|micro)?kelvins?|celsius|centigrade|fahrenheit|[mµμn]?k|c|f)\b"
        r"|\b(?:absolute zero|freezing|boiling|zero)\b"
    ),
    "speed": rf"\bmach\s?\d|\bspeed of (?:light|sound)\b|{_NUMBER}(?:{_SPEED})(?!\w)",
    "long": (
        rf"{_LENGTH}|{_NUMBER}(?:(?:working|business|calendar|school|full|whole|long|more|further|earth)[\s-])?"
        rf"(?:{_PERIOD}|[mnµμ]?s|h|hrs?|wks?|orbits?|generations?|weekends?|seasons?|semesters?|terms?)(?!\w)"
        rf"|{_SOME}(?:pages?|words?|lines?|verses?|stanzas?|chapters?|volumes?|episodes?|bars|letters|characters)\b"
        rf"|\b(?:{_PERIOD}) (?:later|long)\b|\bin (?:{_PERIOD})\b"
        r"|\b(?:until|since|forever|indefinitely|permanent(?:ly)?|overnight|lifelong|for life)\b"
        r"|\b\d{4}\b.{1,80}\b\d{4}\b"
    ),
    "length": _LENGTH,
    "year": (
        rf"{_YEAR}|\b(?:last|this|next|following|same|previous) year\b|\byears? (?:later|earlier|before|after|ago)\b"
    ),
    "time": (
        rf"{_YEAR}|\b\d{{1,2}}(?::\d\d|\s?[ap]\.?m\b|\s?o['’]clock)|\b\d{{1,2}}([./])\d{{1,2}}\1\d\d\b|\b(?:{_PERIOD})\b"
        rf"|\b{_MONTHS}\.? \d|\d(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b"
        r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
        r"|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|ago|today|tomorrow|yesterday|now"
        r"|currently|recently|noon|midnight|morning|afternoon|evening|tonight|dawn|dusk|sunrise|sunset|weekends?|christmas|easter|era|age|period|time|war|when|after|before|during|while|until"
        r"|once|since)\b"
    ),
    "count": rf"{_COUNT}|\b(?:every|each|hourly|daily|weekly|monthly|yearly|annual(?:ly)?"
    r"|nightly|fortnightly|quarterly|always|never|rarely|seldom|sometimes|occasionally|often|handful|trio|quartet)\b",
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
