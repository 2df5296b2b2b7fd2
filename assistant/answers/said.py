"""The answer to a question about somebody's words: what they say of it, or whose words they are. English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answers.attribution import answered_behind, asked_before, statements
from assistant.answers.candidates import Candidate
from assistant.answers.choosing import Shown
from assistant.answers.outline import line_of, outline
from assistant.answers.speakers import is_asked
from index.keywords import words
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.answers.attribution import Statement
    from assistant.answers.outline import Place
    from assistant.answers.speech import Speech
    from index.keywords import KeywordIndex
    from index.types import Article, Hit

MOST_SHOWN = 6
"""Sentences of an answer, with those that name the speaker."""
_ON_TOPIC = 0.5
"""Share of the topic's words, by weight, that what somebody says has to have, itself or in what it follows."""
_SAID = 0.75
"""The same of what is looked for as somebody's words; they themselves have to have them."""
_BEFORE = 200
"""Characters before a sentence in which the topic may stand that it speaks of."""
_FEW_WORDS = 8
"""A sentence of a talk with fewer words is shown with the question that it answers, or with the next one."""
_MEANT = frozenset(
    words(
        "criticism criticisms accusation accusations allegation allegations charge charges question questions issue"
        " issues matter matters subject topic claim claims complaint complaints objection objections situation"
    )
)
"""Words of a topic that say what it was to the speaker, not what it was about."""


_GOES_ON = re.compile(
    r"^[\"“„«]|\b(?:answer|repl[iy]|respon[ds]|react|reject|den[iy]|agree|disagree|object|counter|contradict|comment"
    r"|doubtful|s[ck]eptical|against|in favour)",
    re.IGNORECASE,
)
"""What shows that somebody speaks of what stands before: a quotation, a reply. Other words name their own topic."""

_DENIED = re.compile(
    r"\b(?:den(?:y|ies|ied)|reject\w*|against|oppos\w+)\b",
    re.IGNORECASE,
)
"""What turns a statement round: who warns against closing a mine does not say that it should be closed."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that is somebody's, and where.

    Attributes:
        article: Where it stands.
        statement: The sentence and its speaker.
        hit_score: Score of the best passage of its line.
    """

    article: Article
    statement: Statement
    hit_score: float

    @property
    def place(self) -> Place:
        """The sentence as a place."""
        return self.article, self.statement.start, self.statement.end


def said_in(hits: Sequence[Hit], who: str) -> list[Said]:
    """What is said in the lines of the hits, in order of their articles.

    Args:
        hits: Best first.
        who: Words that name whose words are wanted; empty for everybody's.
    """
    lines: dict[str, dict[int, float]] = {}
    articles = {hit.article.id: hit.article for hit in hits}
    for hit in hits:
        of_article = lines.setdefault(hit.article.id, {})
        for at in range(line_of(hit.article, hit.passage.start), line_of(hit.article, hit.passage.end - 1) + 1):
            of_article[at] = max(of_article.get(at, 0.0), hit.score)
    found = []
    for name, places in lines.items():
        article = articles[name]
        asked: dict[tuple[int, int], bool] = {}
        for statement in statements(article, places):
            if statement.is_turn and article.text[statement.end - 1] == "?":
                continue  # what somebody asks in a talk tells nothing
            if who and statement.speaker not in asked:
                asked[statement.speaker] = is_asked(who, article, statement.speaker)
            if not who or asked[statement.speaker]:
                found.append(Said(article, statement, places[line_of(article, statement.start)]))
    return found


def about(speech: Speech, said: Sequence[Said], keywords: KeywordIndex) -> list[Said]:
    """What of somebody's words is about the topic that is asked for; all of it, if none is."""
    topic = set(words(speech.topic)) - set(words(speech.who))
    topic = topic - _MEANT or topic
    total = sum(keywords.weight(word) for word in topic)
    if not total:
        return list(said) if speech.who else []
    least = _ON_TOPIC if speech.who else _SAID
    return [
        one
        for one in said
        if sum(keywords.weight(word) for word in topic & _told(one, speech)) >= least * total
        and (speech.who or _denies(speech.topic) == _denies(one.article.text[one.statement.start : one.statement.end]))
    ]


def _denies(text: str) -> bool:
    return bool(_DENIED.search(text))


def _told(said: Said, speech: Speech) -> set[str]:
    """Words of what somebody says; where it is asked what about a topic, with what it follows."""
    text, one = said.article.text, said.statement
    told = set(words(text[one.start : one.end]))
    if not speech.who:
        return told
    told |= set(words(said.article.title))
    if one.after or _GOES_ON.search(text[one.start : one.end]):
        begin = text.rfind("\n", 0, one.start) + 1
        told |= set(words(text[max(begin, one.start - _BEFORE) : one.start]))
    return told | set(words(text[slice(*one.after)] if one.after else ""))


def may_answer_yet(speech: Speech, shown: Sequence[Shown], said: Sequence[Said]) -> bool:
    """Whether what was chosen from all sentences may yet be an answer: it names who is asked about, who says it not.

    Args:
        speech: What is asked.
        shown: What was chosen.
        said: All that who is asked about says in the hits, which is about something else.
    """
    best = shown[0].sentence if shown else None
    if best is None:
        return False
    if not speech.who:
        topic = set(words(speech.topic))
        held = len(topic & set(words(best.text)))
        return _denies(speech.topic) == _denies(best.text) and held >= _ON_TOPIC * len(topic)
    is_said = any((one.article.id, one.statement.start) == (best.article.id, best.start) for one in said)
    return not is_said and is_asked(speech.who, best.article, (best.start, best.end))


def with_speakers(shown: Sequence[Shown], said: Sequence[Said]) -> list[Shown]:
    """What was chosen, with the sentences that name who speaks, and what the same speaker says right beside it.

    Args:
        shown: In reading order.
        said: What of it is somebody's, and what stands beside it.
    """
    of: Mapping[tuple[str, int], Said] = {(one.article.id, one.statement.start): one for one in said}
    found: dict[tuple[str, int], Shown] = {(item.sentence.article.id, item.sentence.start): item for item in shown}
    for item in shown:
        article = item.sentence.article
        for place in _beside(of.get((article.id, item.sentence.start)), said):
            if len(found) < MOST_SHOWN and (article.id, place[0]) not in found:
                quoted = Candidate.for_another(article, *place, item.sentence.hit_score)
                found[article.id, place[0]] = Shown(quoted)
    order = {name: at for at, (name, _) in reversed(list(enumerate(found)))}
    return sorted(found.values(), key=lambda item: (order[item.sentence.article.id], item.sentence.start))


def _beside(one: Said | None, said: Sequence[Said]) -> list[tuple[int, int]]:
    """The sentences that belong to one that is somebody's, as offsets."""
    if one is None:
        return []
    article, statement = one.article, one.statement
    line = line_of(article, statement.start)
    same = [
        (other.statement.start, other.statement.end)
        for other in said
        if other.article.id == article.id
        and other.statement.speaker == statement.speaker
        and line_of(article, other.statement.start) == line
    ]
    if statement.is_turn:
        few = _is_short(article.text[statement.start : statement.end])
        return [place for place in same if place[0] >= statement.end][:1] if few else []
    return [*([statement.after] if statement.after else []), *same]


def with_turns(shown: Sequence[Shown]) -> list[Shown]:
    """What was chosen, with what of a talk it cannot be understood without.

    That is the question before a few words that begin somebody's turn, and the answer to a question of which another
    sentence was chosen.
    """
    taken = {(item.sentence.article.id, item.sentence.start) for item in shown}
    found = []
    for item in shown:
        article, at = item.sentence.article, line_of(item.sentence.article, item.sentence.start)
        begins = outline(article)[at].start == item.sentence.start and _is_short(item.sentence.text)
        asked = asked_before(article, at) if begins and not item.has_short else None
        answer = answered_behind(article, at)
        found += _quoted(item, _question(article, asked), taken) if asked else []
        found.append(item)
        found += _quoted(item, _answer(article, answer), taken) if answer else []
    return found


def _quoted(item: Shown, places: Sequence[tuple[int, int]], taken: set[tuple[str, int]]) -> list[Shown]:
    """Sentences that are shown for the sake of another one, if they are not yet."""
    one = item.sentence
    new = [place for place in places if (one.article.id, place[0]) not in taken]
    taken.update((one.article.id, place[0]) for place in new)
    return [Shown(Candidate.for_another(one.article, *place, one.hit_score)) for place in new]


def _sentences(article: Article, line: tuple[int, int]) -> list[tuple[int, int]]:
    spans = sentence_spans(article.text[slice(*line)], article.language)
    return [(line[0] + start, line[0] + end) for start, end in spans]


def _question(article: Article, line: tuple[int, int]) -> list[tuple[int, int]]:
    """The last sentence of a line, if it is a question."""
    return [place for place in _sentences(article, line)[-1:] if article.text[place[1] - 1] == "?"]


def _answer(article: Article, line: tuple[int, int]) -> list[tuple[int, int]]:
    """The first sentence of a line, and the next one if it has a few words only."""
    first, *more = _sentences(article, line)
    return [first, *more[:1]] if _is_short(article.text[slice(*first)]) else [first]


def _is_short(text: str) -> bool:
    return len(text.split()) < _FEW_WORDS
