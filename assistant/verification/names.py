"""Names in a sentence: people, places, organisations, works; acronyms and their expansions. Pure, English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.verification.tokens import Token

_OPENERS = listed(
    """
    according additional additionally after again all almost along already also although altogether amid among an
    and another any anyone apart around as aside at average back based because before behind below besides between
    beyond both but by consequently critics currently despite due during each earlier early either elsewhere even
    eventually every everyone few finally first following for former formerly four from further furthermore given
    half he hence her here his how however if in indeed initially instead into it its just last late later latest
    less like local many meanwhile more moreover most much nearly neither never nevertheless new next no nobody
    none nonetheless nor not nothing now of officials on once one only or other others otherwise our out over
    overall part people per perhaps plans previously rather recent recently results several she similarly since
    six so some someone sometimes soon still subsequently such ten than that the their them then there therefore
    these they third this those though three through throughout thus to today together toward towards two under
    unlike until up upon use using we well what when whenever where whereas whether which while who whose why with
    within without work yes yesterday yet you your police water research staff demand nowhere production growth sales
    profit revenue construction doctors scientists man woman men women children patients researchers workers
    students farmers prices costs
    """
)
"""Words at the beginning of a sentence that are no name, though written with a capital."""
_NAMES_IN_S = listed(
    """
    paris mars venus texas james athens brussels wales illinois honduras cyprus charles thomas lewis francis
    nicholas laos kansas arkansas massachusetts los las naples dallas moses
    """
)  # fmt: skip
_COMMON_ENDINGS = re.compile(r"(?:ing|ly|tion|tions|ment|ments|ness|ities|ity|ance|ence|ship|ists?|ism|ers|ors|ees)$")
_ROLES = listed(
    """
    mr mrs ms miss dr prof professor sir lord lady president director general chief minister prime secretary
    chairman chairwoman chair judge justice captain king queen prince princess mayor governor senator doctor
    officer executive head manager coach board council committee i
    """
)
"""Words written with a capital beside a name; they may be written small in the source."""
_DEMONYMS = {
    demonym: country
    for country, demonyms in {
        "japan": "japanese", "france": "french frenchman", "germany": "german germans", "spain": "spanish spaniard",
        "italy": "italian italians", "china": "chinese", "uk": "british briton britons britain",
        "us": "american americans america usa",
        "russia": "russian russians", "india": "indian indians", "canada": "canadian canadians",
        "australia": "australian australians", "brazil": "brazilian brazilians", "mexico": "mexican mexicans",
        "netherlands": "dutch holland", "sweden": "swedish swedes", "norway": "norwegian norwegians",
        "denmark": "danish danes", "finland": "finnish finns", "poland": "polish poles", "greece": "greek greeks",
        "turkey": "turkish turks", "egypt": "egyptian egyptians", "israel": "israeli israelis", "iran": "iranian",
        "iraq": "iraqi", "ireland": "irish", "scotland": "scottish scots", "wales": "welsh", "england": "english",
        "switzerland": "swiss", "austria": "austrian austrians", "belgium": "belgian belgians",
        "portugal": "portuguese", "ukraine": "ukrainian ukrainians", "korea": "korean koreans",
        "europe": "european europeans",
        "africa": "african africans", "asia": "asian asians", "kenya": "kenyan kenyans",
        "nigeria": "nigerian nigerians",
        "chile": "chilean chileans", "peru": "peruvian", "argentina": "argentine argentinian", "earth": "terrestrial",
        "mars": "martian", "moon": "lunar", "sun": "solar",
    }.items()
    for demonym in (country, *demonyms.split())
}  # fmt: skip
_PHRASES = (
    (re.compile(r"\b(?:the )?united states(?: of america)?\b", re.IGNORECASE), "us"),
    (re.compile(r"\b(?:the )?united kingdom\b|\bgreat britain\b", re.IGNORECASE), "uk"),
    (re.compile(r"\b(?:the )?european union\b", re.IGNORECASE), "eu"),
    (re.compile(r"\b(?:the )?united nations\b", re.IGNORECASE), "un"),
    (re.compile(r"\b(?:the )?soviet union\b", re.IGNORECASE), "ussr"),
)

_ADDRESS = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Name:
    """A run of words written as a name.

    Attributes:
        first: Place of its first token.
        last: Place of its last.
        parts: What has to be found, token by token: folded, small words left out.
        is_sure: Whether it is a name beyond doubt, as the capital of a first word is not.
        text: As written.
    """

    first: int
    last: int
    parts: tuple[str, ...]
    is_sure: bool
    text: str


def names(text: str, tokens: Sequence[Token], taken: frozenset[int] = frozenset()) -> tuple[Name, ...]:
    """Names of a sentence; of dates and numbers (``taken``) none is one."""
    found: list[Name] = []
    run: list[int] = []
    for at in range(len(tokens) + 1):
        token = tokens[at] if at < len(tokens) else None
        if token and _is_named(tokens, at) and at not in taken:
            run.append(at)
            continue
        joins = token and run and token.text in ("-", "&") and at + 1 < len(tokens) and _is_named(tokens, at + 1)
        if joins and token and token.start == tokens[at - 1].end:
            continue
        if run:
            found += _name(text, tokens, run)
            run = []
    return tuple(found)


def _is_named(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if not token.is_word or not token.is_capital:
        return False
    if token.lower.isdigit() or re.fullmatch(r"\d+(?:st|nd|rd|th)", token.lower):
        return False
    return not (_opens(tokens, at) and _is_common(token)) and token.text not in ("I", "I'm", "A")


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is the first word of a sentence or quotation."""
    before = [token for token in tokens[max(0, at - 2) : at] if token.text != "-"]
    return not any(token.is_word for token in tokens[:at]) or (
        bool(before) and (before[-1].text in '.!?:“"([' and not before[-1].is_word)
    )


def _is_common(token: Token) -> bool:
    """Whether a capitalised first word is in all likelihood no name."""
    if token.text[1:] != token.text[1:].lower() or not token.text.isalpha():
        return False  # ESA, X-ray, LiteBird
    word = token.lower
    if word in _NAMES_IN_S:
        return False
    return not token.is_content or word in _OPENERS or bool(_COMMON_ENDINGS.search(word)) or word.endswith("s")


def _name(text: str, tokens: Sequence[Token], run: list[int]) -> list[Name]:
    parts = tuple(tokens[at].lower for at in run if tokens[at].lower not in _ROLES)
    if not parts:
        return []
    alone = len(run) == 1 and _opens(tokens, run[0])
    mixed = tokens[run[0]].text[1:] != tokens[run[0]].text[1:].lower()
    last = run[-1]
    if (number := _number_of(tokens, last)) and tokens[last].lower not in _ROLES:
        # "SMART-1" is not SMART-2.
        parts, last, alone = (*parts[:-1], parts[-1] + number), last + 2, False
    written = text[tokens[run[0]].start : tokens[last].end]
    return [Name(run[0], last, parts, not alone or mixed, written)]


def _number_of(tokens: Sequence[Token], at: int) -> str:
    """The number that is joined to a name by a hyphen."""
    named, dash, number = [*tokens[at : at + 3], None, None][:3]
    if not (named and dash and number) or dash.text != "-" or not re.fullmatch(r"\d{1,3}", number.text):
        return ""
    return number.text if named.end == dash.start and dash.end == number.start else ""


def canonical(part: str) -> str:
    """One form for a country, its people and its adjective; plural ``s`` of acronyms dropped by the caller."""
    return _DEMONYMS.get(part, part)


def name_forms(text: str, tokens: Iterable[Token]) -> frozenset[str]:
    """Every form in which a text can be said to hold a name: its words, words joined, countries, acronyms.

    ``European Space Agency`` holds ``esa``, ``cross U`` holds ``crossu``.
    """
    listed = [token for token in tokens if token.is_word or token.text == "-"]
    words = [token.lower for token in listed if token.is_word]
    forms = {form for word in words for form in (word, canonical(word))}
    forms |= {first + second for first, second in pairwise(words)}
    forms |= {form for pattern, form in _PHRASES if pattern.search(text)}
    return frozenset(forms | _acronyms(text))


def address_forms(text: str) -> frozenset[str]:
    """The same of a text that is a web address, which names whose site it is: ``the-guardian.com``.

    Empty for any other text.
    """
    if not _ADDRESS.fullmatch(text.strip().lower()):
        return frozenset()
    parts = [part.split("-") for part in text.strip().lower().split(".")[:-1] if part != "www"]
    forms = {form for part in parts for form in (*part, "".join(part))}
    return frozenset(forms | {form.removeprefix("the") for form in forms} - {""})


def _acronyms(text: str) -> set[str]:
    """Initials of runs of capitalised words, small words between them left out or not."""
    found = set()
    for run in re.findall(r"[A-Z]\w+(?:[ -](?:(?:of|for|and|the|in|on|de|et)\s+)*[A-Z]\w+)+", text):
        words = re.split(r"[\s-]+", run)
        capitals = [word for word in words if word[0].isupper()]
        for first in range(len(capitals)):
            for last in range(first + 2, len(capitals) + 1):
                found.add("".join(word[0] for word in capitals[first:last]).lower())
        found.add("".join(word[0] for word in words).lower())
    return found


def holds(part: str, forms: frozenset[str]) -> bool:
    """Whether a text with these forms holds a part of a name."""
    if part in forms or canonical(part) in forms:
        return True
    if len(part) > 3 and part.endswith("s") and part[:-1] in forms:
        return True
    return f"{part}s" in forms
