"""What of the hits may be quoted: whole sentences, items of lists and rows of tables. Pure, English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answers.outline import leads_of, line_of, outline, run_of
from assistant.answers.tables import LONGEST_ROW
from index.keywords import words
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answers.asked import Asked
    from assistant.answers.outline import Place
    from index.types import Article, Hit

_MIN_WORDS = 4
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_QUESTION = re.compile(r"[?？][\"'”’»)\]]*$")
_WORD = re.compile(r"\w")
_LABEL = re.compile(r"(?:[-*•]\s+|\d{1,3}[.)]\s+)?(\w[^:.!?|\n]{1,40}):\s")
_POINTER = re.compile(
    r"""^[\W_]*(?:for\ (?:other\ (?:uses|people|places)|[^.]{1,80},\ see\b[^.]{1,80}\(disambiguation\))
    |not\ to\ be\ confused\ with|[^.]{1,60}\ redirects\ here\b
    |(?:main\ articles?|see\ also|further\ information)\s?:)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What an encyclopaedia puts above an article or a section to send readers elsewhere."""


def sentences_of(hits: Sequence[Hit]) -> dict[Place, float]:
    """Sentences of the hits' passages with the score of the best passage that holds each.

    Headings and what only points to another article are left out.
    """
    spans: dict[Place, float] = {}
    for hit in hits:
        for start, end in sentence_spans(hit.passage.text, hit.article.language):
            place = (hit.article, *_whole_row(hit.article, hit.passage.start + start, hit.passage.start + end))
            if may_answer(hit.article, place[1], place[2]):
                spans[place] = max(spans.get(place, 0.0), hit.score)
    return spans


def _whole_row(article: Article, start: int, end: int) -> tuple[int, int]:
    """The whole row of a table for a sentence in one of its cells, else the sentence itself."""
    line = outline(article)[line_of(article, start)]
    return (line.start, line.end) if line.letter == "t" and line.end - line.start <= LONGEST_ROW else (start, end)


def is_labelled(article: Article, start: int, end: int, asked: Asked) -> bool:
    """Whether a question names the label with which a line begins: "Present: …", "Swallowed: …".

    Neither what the title says nor what begins several lines, as the names of speakers do, is such a label.
    """
    at = line_of(article, start)
    label = _LABEL.match(article.text, start, end)
    return (
        label is not None
        and outline(article)[at].letter in "plm"
        and outline(article)[at].start == start
        and asked.has(label[1])
        and not set(words(article.title)).issuperset(words(label[1]))
        and article.text.count(f"{label[1]}:") == 1
    )


def lists(article: Article, start: int, things: frozenset[str]) -> bool:
    """Whether a line is an item or a row below a line that says that these things follow; False for no things."""
    at = line_of(article, start)
    if not things or outline(article)[at].letter not in "lmt":
        return False
    return things.issubset(words(" ".join(article.text[line.start : line.end] for line in leads_of(article, at))))


def may_answer(article: Article, start: int, end: int) -> bool:
    """Whether a sentence says something that could be quoted alone, or beside the line that leads to it.

    Headings, the heads of tables, questions and what only points to another article do not. Items of lists and rows of
    tables do, however short they are.
    """
    text = article.text[start:end]
    at = line_of(article, start)
    line = outline(article)[at]
    if line.letter in "hT" or _QUESTION.search(text) or _POINTER.match(text) or text == article.title:
        return False
    if line.letter in "lmit":
        return bool(_WORD.search(text))
    # Where it is known that it is a paragraph, it is no stray heading.
    least = 1 if article.layout and _ENDED.search(text) else _MIN_WORDS
    if end == line.end and (run_of(article, at, 1) or (start == line.start and _LABEL.match(text))):
        return True  # it leads to a list, or is a label with what it stands for
    return len(text.split()) >= least and (len(text.split()) >= 2 * _MIN_WORDS or bool(_ENDED.search(text)))
