"""Words of a sentence with what the check compares of them: place, stem, and whether they carry content. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.verification.vocabulary import listed
from index.keywords import words as stemmed_words

_TOKEN = re.compile(
    r"[$€£¥]|%|°[CF]?"
    r"|(?:[A-Za-z]\.){2,}[A-Za-z]?"  # U.S., p.m.
    r"|\d+(?:[.,:/]\d+)*(?:st|nd|rd|th)?(?![^\W_])"
    r"|\d+(?:[.,]\d+)*(?=(?:m|bn|mn|tn|k|km|kg|g|mg|cm|mm|mph|kmh|ft|ha|[kMG]W|GB|MB|am|pm|mi|lb|yr|hr|h)\b)"
    r"|[^\W_]+(?:['’][^\W\d_]+)*"
    r"|[.,;:!?()\[\]\"“”–—-]"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_FUNCTION = listed(
    """
    a an the this that these those it its they them their he him his she her hers we us our you your i me my who
    whom whose which what when where why how there here is are was were be been being am do does did doing done
    has have had having will would shall should can could may might must of in on at by for from to with without
    into onto upon about as than then and or but nor so if whether while because since until till though although
    however also too both either neither each every all any some no not never none such same other another own
    just only even still very much many more most less least few several very up down out off over under through
    during before after between among against per via according within across toward towards around along said
    says say told tells tell added adds noted notes stated states one's let got get gets including includes
    include included namely well again further respectively amid despite unlike like thus hence
    """
)
"""Words that carry no content for the comparison of wording; those that turn a meaning are looked at elsewhere."""
_BASES = {
    form: base
    for base, *forms in map(
        str.split,
        """
        rise rose risen/fall fell fallen/grow grew grown/win won/lose lost/buy bought/sell sold/build built/lead led/
        begin began begun/give gave given/take took taken/send sent/hold held/keep kept/leave left/make made/pay paid/
        meet met/run ran/see saw seen/show shown/speak spoke spoken/spend spent/stand stood/write wrote written/
        choose chose chosen/come came/go went gone/become became/break broke broken/bring brought/catch caught/
        draw drew drawn/drive drove driven/fight fought/fly flew flown/forget forgot forgotten/know knew known/
        lend lent/mean meant/ride rode ridden/sink sank sunk/seek sought/shake shook shaken/shoot shot/sleep slept/
        steal stole stolen/strike struck/swim swam swum/teach taught/throw threw thrown/think thought/wear wore worn/
        understand understood/wake woke woken/find found/shrink shrank shrunk/feel felt/die dying/lie lay lain/
        man men/woman women/child children/foot feet/tooth teeth/mouse mice/person people/good better best/
        bad worse worst/undertake undertook undertaken/withdraw withdrew withdrawn/overturn overturned/
        upheld uphold/sit sat/eat ate eaten/drink drank drunk/sing sang sung/hear heard/learn learnt/burn burnt/
        deal dealt/freeze froze frozen/hide hid hidden/hang hung/tear tore torn/swear swore sworn/bear bore borne/
        overtake overtook overtaken/beat beaten/fisherman fishermen/analysis analyses/crisis crises
        """.replace("\n", " ").split("/"),
    )
    for form in forms
}  # fmt: skip
VERB_STEMS = listed(
    """
    rise fall grow win lose buy sell build lead begin give take send keep leave make pay meet run see show speak
    spend write choose come become break bring catch draw drive fight fli forget know lend ride sink seek shake
    shoot sleep steal strike teach throw think wear find beat support oppos own found creat help attack defend
    invent discov defeat employ visit replac follow caus prevent produc receiv want ask warn order sign offer
    accept reject approv
    """
)
"""Stems that are verbs often enough to be taken for one wherever they stand."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark of punctuation.

    Attributes:
        text: As written.
        start: Its offset in the sentence, in code points.
        end: Offset behind it.
        lower: Lower case, without accents and possessive.
        stem: What is compared; ``lower`` for what has no stem.
        is_content: Whether it carries content of its own.
    """

    text: str
    start: int
    end: int
    lower: str
    stem: str
    is_content: bool

    @property
    def is_word(self) -> bool:
        """Whether it is more than punctuation or a sign."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it is written like a name: capital or digit-and-letter mix."""
        return any(map(str.isupper, self.text))


def fold(text: str) -> str:
    """Lower case without accents, so that ``Zürich`` is ``zurich``."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))


@lru_cache(maxsize=20_000)
def stem_of(lower: str) -> str:
    """The stem of one word, of an irregular form that of its base; the word itself for one that search ignores."""
    lower = _BASES.get(lower, lower)
    found = stemmed_words(lower)
    return found[0] if len(found) == 1 else lower


def tokenize(text: str) -> tuple[Token, ...]:
    """Words, numbers and punctuation of a sentence in order."""
    return tuple(_token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text))


def _token(text: str, start: int, end: int) -> Token:
    lower = _POSSESSIVE.sub("", fold(text))
    if re.fullmatch(r"(?:[a-z]\.)+[a-z]?", lower):
        lower = lower.replace(".", "")
    is_word = lower[:1].isalpha()
    return Token(text, start, end, lower, stem_of(lower) if is_word else lower, is_word and lower not in _FUNCTION)
