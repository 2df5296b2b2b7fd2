"""The words of an English question, and lists that say what part they play. Pure.

The lists hold what questions are made of: function words, the verbs that questions often have, nouns that ask "of
what?". A word that is in no list counts as a noun or an adjective.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


ASKING = listed("who whom whose what which when where why how")
BE = listed("is are was were be been being am isn't aren't wasn't weren't")
AUXILIARY = BE | listed(
    """do does did can could will would shall should may might must has have had don't doesn't didn't can't
    couldn't won't wouldn't shouldn't hasn't haven't hadn't"""
)
_ASKS = ASKING | AUXILIARY
DETERMINERS = listed("the a an this that these those some any every each all both another my your our")
PREPOSITIONS = listed(
    """of for in on at to from by with about against between into through during before after under over above
    near around besides like than as without within since until versus vs across among behind beyond towards
    toward per"""
)
PRONOUNS = listed(
    """it they them he him she this that these those there one ones its their theirs his her hers others"""
)
PERSONAL = listed(
    "i you we me us someone anyone everybody everyone anybody somebody nobody something anything everything nothing"
)
_FUNCTION = listed(
    """and or but so if because while though not no yes please then now too also still ever even yet else more
    most much many long often just only already exactly again always never very really well instead really
    together ago far soon old later earlier today currently oh ok okay thanks hello hi such same different own
    other up out off down away"""
)
FUNCTION_WORDS = ASKING | AUXILIARY | DETERMINERS | PREPOSITIONS | PRONOUNS | PERSONAL | _FUNCTION
TIMES = listed("time year day week month moment way kind sort type")
"""Nouns of which "this year" points to nothing said before."""
OPENERS = listed("and or but so then ok okay oh well now thanks interesting great please also")
IMPERATIVES = listed("tell describe explain list name give show discuss define summarize summarise compare")
PLURALS = listed("people children police staff crew cattle geese mice teeth feet media data youth clergy")
"""Nouns that "they" means although they have no plural ending; beside them those on "-men"."""
KIN = listed(
    """sister brother mother father wife husband son daughter widow widower aunt uncle niece nephew cousin grandmother
    grandfather girlfriend boyfriend fiancé fiancée colleague successor predecessor"""
)
"""Nouns for a person beside another: behind "her sister" "she" is the sister."""
_ANYBODY = listed(
    """people person persons man men woman women child children boys girls adults residents inhabitants citizens
    families family households visitors passengers patients victims survivors volunteers participants workers employees
    staff crew"""
)
"""Nouns that questions count or name beside what they are about: "How many people had to leave?"."""
_AGENTS = listed(
    """agency airline army association bank board boss buyer chief church city club college commission committee company
    council country court customer department doctor family farmer firm government guest hospital institute judge jury
    landlord lawyer lessee lessor manufacturer mayor minister ministry opposition parliament party patient pilot planner
    plaintiff prosecutor defendant school scientist seller senate state supplier teacher team tenant union university
    witness worker landlady neighbour neighbor police crew staff employer employee driver player coach author student"""
)
_AGENT_ENDINGS = ("ist", "ian", "lord", "man", "men", "woman", "women", "person")
"""Endings of nouns for people: "scientist", "fishermen"."""
RELATIONS = KIN | listed(
    """danger threat challenge opportunity rule application alternative symptom cause effect advantage
    disadvantage benefit drawback risk type kind form sort purpose role aim goal history origin founder
    president director head leader chief member author date cost price size age name meaning definition
    significance importance impact influence implication feature characteristic property function use result
    outcome conclusion finding consequence criticism reason treatment theme character layer difference
    similarity process step example sign stage component part structure population capital location budget
    title post job salary location invention discovery formation source number amount level limit length
    difficulty pro con argument controversy relationship content main-point point side-effect duration
    deadline participant signatory partner owner status future beginning end cast plot ingredient solution
    problem strength weakness option requirement competitor rival executive chairman chairwoman"""
)
"""Nouns that ask "of what?": after "What are the symptoms?" the subject must be taken from before."""
_VERBS = listed(
    """accept achieve affect agree aim allow announce appear apply arrive ask attack attract become begin believe
    bring build buy call carry catch cause change choose come compare concern consider contain continue
    contribute cook cost cover create damage deal decide define describe develop die differ discover do draw
    drive earn eat enable encourage end enter exist expand explain explore explode fall feel fight find finish
    fly focus follow form found fund gain generate get give go grow happen hate help hold host improve include
    increase influence inspire invent involve join keep kill know land last launch lead learn leave like live
    look lose love make mean measure meet move need offer open operate orbit originate own pass pay plan play
    prefer produce promise promote protect prove provide publish reach reduce refer relate release rely
    replace report require retire return reverse rise run save say see seem sell send serve shift show sign
    solve speak spread stand start state stay stop study succeed support survive take talk target teach test
    think train travel treat try turn use visit vote wait walk want wear weigh win work write"""
)
PARTICIPLES = listed(
    """begun born brought built called chosen come done drawn driven found given gone grown held hurt kept known
    led lost made meant met paid run said seen sent set shown sold spent taken taught told understood won worn
    written"""
)
_PAST = listed(
    """ate became began bought broke brought built came caught chose did drew drove fell fought found gave gave got grew
    held hid knew lay led lost made meant met paid ran rang rose said sang sank sat saw sent shook shot sold sought
    spent spoke stole stood struck swam taught threw thought told took understood went withdrew woke won wore wrote"""
)
PREDICATES = listed(
    """older newer bigger larger smaller faster charge fact case instance essential two three four five both able
    available bad better best big cheap common dangerous difficult ethical expensive famous fast free good
    great hard harmful healthy high important large legal likely local low necessary new popular possible
    responsible rich safe sick similar small strong successful true useful valuable worth wrong younger native
    home part way ways lot first second third last largest oldest youngest typical"""
)
QUALITY = ("ful", "ous", "able", "ible", "ing", "est")
MAX_TOPIC = 100
"""Characters of the longest phrase that is carried over."""
MAX_WORDS = 80
"""Words of a question that are looked at."""
_WORD = re.compile(r"['’]s\b|[^\W_]+(?:[-.&][^\W_]+)*(?:['’](?!s\b)[^\W_]+)?")
_BRACKET = re.compile(r"\s*\(([^()]*)\)$")


class Word(NamedTuple):
    """A word of a question.

    Attributes:
        text: As written.
        lower: The same in lower case.
        start: Its offset.
        end: Offset behind it.
        apart: Whether more than white space stands before it.
    """

    text: str
    lower: str
    start: int
    end: int
    apart: bool

    @property
    def is_name(self) -> bool:
        """Whether it is written like a name or a number."""
        return not self.text[0].islower() and self.lower not in FUNCTION_WORDS

    @property
    def is_noun(self) -> bool:
        """Whether it can stand in a noun phrase: anything but function words and adverbs."""
        is_adverb = self.lower.endswith("ly") and self.text[0].islower() and len(self.text) > 5
        return self.lower not in FUNCTION_WORDS and self.lower[0] not in "'’" and not is_adverb


@lru_cache(maxsize=256)
def split(text: str) -> tuple[Word, ...]:
    """The first words of a text; a possessive ``'s`` is one of its own."""
    found: list[Word] = []
    end = 0
    for match in islice(_WORD.finditer(text), MAX_WORDS):
        apart = bool(text[end : match.start()].strip())
        end = match.end()
        found.append(Word(match[0], match[0].lower(), match.start(), end, apart))
    return tuple(found)


def unbracket(question: str) -> tuple[str, str]:
    """A question and what stands in brackets behind it."""
    match = _BRACKET.search(question[-2 * MAX_TOPIC :]) if question.endswith(")") else None
    return (question[: len(question) - len(match[0])], match[1]) if match else (question, "")


def stem(word: str) -> str:
    """A noun or verb without its plural or personal ending; rough, for comparing and for looking up lists."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("s", "")):
        if word.endswith(ending) and not word.endswith(("ss", "us", "is")) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    return word


def is_verb(word: str) -> bool:
    """Whether a word, in lower case, is a form of a verb that questions often have."""
    forms = (word, stem(word), *(word[:-cut] for cut in (1, 2, 3)), word[:-3] + "e")
    if word.endswith(("ed", "ing")):
        return any(form in _VERBS for form in forms) or word in PARTICIPLES
    return word in _VERBS or stem(word) in _VERBS or word in PARTICIPLES | _PAST


def is_participle(word: str) -> bool:
    """Whether a word has the form of "signed" or "built"."""
    return (word.endswith("ed") and len(word) > 4) or word in PARTICIPLES


def content(text: str) -> list[Word]:
    """The words of a text that are no function words."""
    return [word for word in split(text) if word.lower not in FUNCTION_WORDS and word.lower[0] not in "'’"]


def is_anybody(phrase: str) -> bool:
    """Whether a phrase is people in general: "people", "the visitors"."""
    found = [word.lower for word in split(phrase) if word.lower not in DETERMINERS]
    return bool(found) and _ANYBODY.issuperset(found)


def is_agent(noun: str) -> bool:
    """Whether a noun, in lower case, is a person, people or an organisation: whoever can do something."""
    found = stem(noun)
    return found in _AGENTS or found in KIN or is_anybody(noun) or found.endswith(_AGENT_ENDINGS)


def lead_end(found: Sequence[Word]) -> int:
    """Where the question begins behind words that lead to it: "Now something else: who …"; 0 if none do."""
    start = next((place for place, word in enumerate(found) if place and word.apart and word.lower in _ASKS), 0)
    lead = [word.lower for word in found[:start] if word.lower not in OPENERS]
    is_setting = bool(lead) and lead[0] in PREPOSITIONS and lead[0] != "about" and lead[:2] != ["as", "for"]
    return 0 if is_setting or not _ASKS.isdisjoint(lead) else start
