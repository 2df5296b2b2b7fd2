"""What is wrong with an answer, found without the product's own checks: by plain comparison of words and characters."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fakes.markup import Seen
from markdown_it import MarkdownIt

from assistant.keeping import export
from assistant.keeping.transcript import Conversation, Entry, Source
from assistant.page.rendering import to_html, to_markdown, to_plain
from assistant.web.chat import to_content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assistant.types import Answer, Segment
    from index.types import Article

CARD_TAGS = {
    "div", "p", "span", "strong", "button", "ul", "li", "pre", "details", "summary", "dl", "dt", "dd", "table", "thead",
    "tbody", "tr", "th", "td", "s", "br",
}  # fmt: skip
CARD_ATTRIBUTES = {"class", "type", "value", "hidden", "scope"}
MARKDOWN_TAGS = {"p", "strong", "ol", "li", "ul"}
FILE_TAGS = {"h1", "h2", "code", "br"}
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAME = re.compile(r"[^\W\d_]\w*")
MARK = re.compile(r"[\[［【⟦〔]\s*\d+[^\]］】⟧〕]{0,9}[\]］】⟧〕]|[⁰¹²³⁴-⁹₀-₉①-⓿]")
FIRST_WORDS = {
    "the",
    "a",
    "an",
    "it",
    "its",
    "in",
    "on",
    "at",
    "by",
    "he",
    "she",
    "they",
    "this",
    "that",
    "there",
    "as",
}
READERS = (MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False}))
_NOW = datetime(2030, 1, 2, tzinfo=UTC)


def complaints(answer: Answer, articles: Mapping[str, Article], lies: Iterable[str] = ()) -> list[str]:
    """Everything that is wrong, as ``kind: what``; also with an answer that is still being written.

    Args:
        answer: Of either mode.
        articles: By their ids, as they were indexed.
        lies: What the model tried to say, and no article does.
    """
    return [
        *_citations(answer, articles),
        *(found for segment in answer.segments for found in _sentence(answer, segment)),
        *_lies(answer, lies),
        *_surfaces(answer, articles),
    ]


def _citations(answer: Answer, articles: Mapping[str, Article]) -> Iterator[str]:
    numbers = [citation.number for citation in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"citation: numbered {numbers}"
    for citation in answer.citations:
        article = articles.get(citation.article_id)
        if (
            article is None
            or article.text[citation.start : citation.end] != citation.quote
            or not citation.quote.strip()
        ):
            yield f"citation: [{citation.number}] {citation.quote!r} is not in the article"
    if answer.status == "abstained" and numbers:
        yield "citation: of an abstention"


def _sentence(answer: Answer, segment: Segment) -> Iterator[str]:
    """Of a sentence that is not marked as unchecked: its numbers and names must stand in what is cited behind it."""
    if segment.state == "unchecked":
        if segment.marks or answer.status != "working":
            yield f"unchecked: {segment.text!r} is shown as if it were checked"
        return
    if answer.status == "abstained":
        return
    if not segment.marks or any(not 0 < mark <= len(answer.citations) for mark in segment.marks):
        yield f"marks: {segment.marks} behind {segment.text!r}"
        return
    cited = [answer.citations[mark - 1] for mark in segment.marks]
    quotes = " ".join(citation.quote for citation in cited)
    known = {word.casefold() for citation in cited for word in NAME.findall(f"{citation.quote} {citation.title}")}
    text = segment.text
    if missing := set(NUMBER.findall(text)) - set(NUMBER.findall(quotes)):
        yield f"number: {missing} in {text!r}, not in {quotes!r}"
    words = NAME.findall(text)
    names = [word for at, word in enumerate(words) if word[0].isupper() and (at or word.casefold() not in FIRST_WORDS)]
    if strange := {word for word in names if word.casefold() not in known}:
        yield f"name: {strange} in {text!r}, not in {quotes!r}"
    content = [word.casefold() for word in words if len(word) > 3]
    if content and sum(word in known for word in content) < 0.5 * len(content):
        yield f"words: {text!r} says something else than {quotes!r}"


def _lies(answer: Answer, lies: Iterable[str]) -> Iterator[str]:
    # What is shown as not yet checked is not said; what an article says word for word is said by the article.
    checked = (segment for segment in answer.segments if segment.state != "unchecked")
    quotes = {citation.quote for citation in answer.citations}
    said = [segment for segment in checked if segment.text not in quotes]
    for lie in lies:
        for segment in said:
            if lie.casefold() in segment.text.casefold():
                yield f"lie: {lie!r} in {segment.text!r}, {segment.state}"


def _surfaces(answer: Answer, articles: Mapping[str, Article]) -> Iterator[str]:
    card = to_html(answer)
    yield from _markup("html", card, CARD_TAGS, CARD_ATTRIBUTES)
    yield from _characters("html", card)
    if answer.status == "working":
        return
    ours = sum(len(segment.marks) for segment in answer.segments)
    if len(MARK.findall(answer.text)) != ours:
        yield f"marks: {answer.text!r} looks as if it had others than its {ours}"
    yield from _characters("text", answer.text)
    yield from _characters("plain", to_plain(answer).replace("\n", ""))
    entry = Entry(number=1, asked=_NOW, answer=answer, sources=tuple(map(Source.of, _cited(answer, articles))))
    talk = Conversation(entries=(entry,), left_out=0, exported=_NOW, version="1")
    texts = {"markdown": to_markdown(answer), "chat": to_content(answer), "file": export.to_markdown(talk)}
    for name, text in texts.items():
        yield from _characters(name, text.replace("\n", ""))
        tags = MARKDOWN_TAGS | (FILE_TAGS if name == "file" else set())
        for reader in READERS:
            yield from _markup(name, reader.render(text), tags, set())
    page = export.to_html(talk)
    body = page[page.index("<body") :]
    yield from _characters("page", body.replace("\n", ""))
    foreign = Seen(body).tags & {"script", "img", "iframe", "form", "input", "video", "svg", "object", "base", "style"}
    if foreign or re.search(r"<[^>]*\son\w+=|href=[\"'](?!#)", body):
        yield f"page: {foreign or 'an attribute'}"


def _cited(answer: Answer, articles: Mapping[str, Article]) -> list[Article]:
    names = dict.fromkeys(citation.article_id for citation in answer.citations)
    return [articles[name] for name in names if name in articles]


def _markup(where: str, piece: str, tags: set[str], attributes: set[str]) -> Iterator[str]:
    seen = Seen(piece)
    if foreign := (seen.tags - tags) | (seen.attributes - attributes):
        yield f"{where}: {sorted(foreign)} became markup"


def _characters(where: str, text: str) -> Iterator[str]:
    """Characters that steer a terminal, turn the direction of what stands behind them, or show nothing."""
    odd = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}
    if odd:
        yield f"{where}: the characters {sorted(f'{ord(char):04x}' for char in odd)}"
