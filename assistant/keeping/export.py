"""A conversation as a file to keep: Markdown, a stand-alone page, JSON. Pure.

As in :mod:`assistant.page.rendering`, nothing from a source, a question or a model is ever taken for markup. Addresses
are shown as text: a file that is sent on must not lead anywhere by itself.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.page.markup import esc, human_date, text_html
from assistant.page.rendering import emphasised, heading_html, markdown_sentences, markdown_text, source_line
from assistant.types import OWN_BRACKETS, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.keeping.transcript import Conversation, Entry, Source
    from assistant.types import Answer, Citation, Segment

SCHEMA_VERSION = 1
"""Of the JSON; a field that changes its meaning or goes makes it one more."""
_NAME_WORDS = 6
_NAME_LENGTH = 48
_NOT_KEPT = "The {} before these are no longer kept and are not in this file."


def file_name(conversation: Conversation, ending: str) -> str:
    """For example ``citewell-2026-11-21-when-will-it-pass.md``; ASCII letters, digits and hyphens only."""
    first = conversation.entries[0]
    plain = unicodedata.normalize("NFKD", first.answer.question).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall("[a-z0-9]+", plain)[:_NAME_WORDS])[:_NAME_LENGTH].strip("-")
    return "-".join(part for part in ("citewell", first.asked.date().isoformat(), words) if part) + f".{ending}"


def to_json(conversation: Conversation) -> str:
    """Everything, for programs; the README says what the fields mean."""
    values: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "product": {"name": "Citewell", "version": conversation.version},
        "exported": conversation.exported.isoformat(timespec="seconds"),
        "turns_left_out": conversation.left_out,
        "articles": [asdict(source) for source in conversation.sources],
        "turns": [
            {
                "number": entry.number,
                "asked": entry.asked.isoformat(timespec="seconds"),
                "articles": [source.article_id for source in entry.sources],
                **entry.answer.to_dict(),
            }
            for entry in conversation.entries
        ],
    }
    return json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_markdown(conversation: Conversation) -> str:
    """For people and their notes: answers with numbered quotes, where each stands, and the articles' hashes."""
    blocks = [f"# {conversation.heading}", conversation.facts]
    if conversation.left_out:
        blocks.append(_NOT_KEPT.format(_turns(conversation.left_out)))
    for entry in conversation.entries:
        blocks += _markdown_entry(entry)
    if conversation.sources:
        lines = (
            f"- {markdown_text(_source_facts(source))}  \n"
            f"  article `{source.article_id}` · sha256 of its text `{source.sha256}`"
            for source in conversation.sources
        )
        blocks += ["## Articles quoted", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _markdown_entry(entry: Entry) -> list[str]:
    answer = entry.answer
    blocks = [f"## {entry.number}\\. {markdown_text(answer.question)}", markdown_sentences(answer)]
    blocks += map(markdown_text, _remarks(answer))
    if answer.citations:
        lines = (
            f"{citation.number}. “{markdown_text(citation.quote)}” — {markdown_text(source_line(citation))} · "
            f"{_place(citation)} of `{citation.article_id}`"
            for citation in answer.citations
        )
        blocks.append("\n".join(lines))
    if answer.nearest:
        lines = (f"- {markdown_text(source_line(article))}" for article in answer.nearest)
        blocks += ["Nearest articles:", "\n".join(lines)]
    blocks.append(_found(entry, markdown_text))
    return blocks


def to_html(conversation: Conversation) -> str:
    """A page that stands alone: no script, nothing from elsewhere, light and dark, good on paper."""
    left_out = f"<p>{esc(_NOT_KEPT.format(_turns(conversation.left_out)))}</p>" if conversation.left_out else ""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        # The file runs nothing and loads nothing, whatever it holds and wherever it is opened.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{esc(conversation.heading)}: {esc(conversation.entries[0].answer.question)}</title>",
        f"<style>{_STYLE}</style></head><body><main>",
        f"<header><h1>{esc(conversation.heading)}</h1><p>{esc(conversation.facts)}</p>{left_out}</header>",
        *map(_html_entry, conversation.entries),
        _html_sources(conversation.sources),
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _html_entry(entry: Entry) -> str:
    answer = entry.answer
    shown = lay_out(answer.segments, lambda segment: _html_sentence(segment, entry.number), "<br>", heading_html)
    sentences = shown or esc(answer.reason)
    kind = "answered" if answer.status == "answered" else "refusal"
    remarks = "".join(f"<p>{esc(remark)}</p>" for remark in _remarks(answer))
    quotes = "".join(
        f'<li id="q{entry.number}-{citation.number}" value="{citation.number}">'
        f'“<span class="quote">{text_html(citation.quote)}</span>” — {esc(source_line(citation))} '
        f"<small>{_place(citation)} of <code>{esc(citation.article_id)}</code></small></li>"
        for citation in answer.citations
    )
    near = "".join(f"<li>{esc(source_line(article))}</li>" for article in answer.nearest)
    return (
        f'<section class="{kind}"><h2>{esc(answer.question)}</h2><p class="text">{sentences}</p>{remarks}'
        f"{f'<ol>{quotes}</ol>' if quotes else ''}{f'<p>Nearest articles</p><ul>{near}</ul>' if near else ''}"
        f"<footer>{_found(entry, esc)}</footer></section>"
    )


def _html_sentence(segment: Segment, turn: int) -> str:
    text = OWN_BRACKETS.sub(r"(\1)", segment.text)
    marks = "".join(f'<a href="#q{turn}-{mark}">{mark}</a>' for mark in segment.marks)
    kind = ' class="weak"' if segment.state == "weak" else ""
    return f"<span{kind}>{emphasised(text, segment.emphasis, 0, len(text))}</span>{marks}"


def _html_sources(sources: tuple[Source, ...]) -> str:
    lines = "".join(
        f"<li>{esc(_source_facts(source))}<br><small>article <code>{esc(source.article_id)}</code> · "
        f"sha256 of its text <code>{esc(source.sha256)}</code></small></li>"
        for source in sources
    )
    return f"<section><h2>Articles quoted</h2><ul>{lines}</ul></section>" if lines else ""


def _remarks(answer: Answer) -> list[str]:
    """What is to be known beside the sentences: who wrote them and which are not wholly borne out."""
    weak = [
        f"Only in part borne out: “{segment.text}” {segment.reason}".strip()
        for segment in answer.segments
        if segment.state == "weak"
    ]
    says = answer.reason if answer.mode == "model" or (answer.status == "abstained" and answer.segments) else ""
    # A refusal whose text is its reason has said it.
    says = "" if says == answer.text else says
    return [remark for remark in (says, *weak, answer.note) if remark]


def _found(entry: Entry, escape: Callable[[str], str]) -> str:
    """When it was asked and how it was found; all but the question is ours and needs no escaping."""
    answer = entry.answer
    parts = [f"Asked {entry.asked.isoformat(sep=' ', timespec='minutes')}"]
    if answer.standalone not in ("", answer.question):
        parts.append(f"searched as “{escape(answer.standalone)}”")
    if answer.confidence is not None:
        parts.append(f"confidence {answer.confidence:.0%}")
    if answer.generation:
        parts.append(f"index generation {answer.generation}")
    return " · ".join(parts)


def _place(citation: Citation) -> str:
    return f"characters {citation.start}–{citation.end}"


def _source_facts(source: Source) -> str:
    parts = (source.title, source.publisher, human_date(source.published), source.url)
    return " · ".join(part for part in parts if part)


def _turns(number: int) -> str:
    return "turn" if number == 1 else f"{number} turns"


_STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1d1c1a; --muted: #5e5a53; --line: #e4e0d7; --paper: #faf9f6; --accent: #0f6b64
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #ecebe6; --muted: #aaa69d; --line: #303432; --paper: #141615; --accent: #5fd0c3 }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 1.5rem }
h2 { margin: 0 0 .5rem; font-size: 1.0625rem }
p { margin: 0 0 .75rem }
header p, ol, ul, footer, .refusal p:not(.text) { color: var(--muted); font-size: .875rem }
section { padding: 1.5rem 0; border-top: 1px solid var(--line) }
.refusal .text { padding-left: .875rem; border-left: 3px solid var(--line) }
.text a { margin-left: .25em; color: var(--accent); font-size: .75em; vertical-align: .35em; text-decoration: none }
.text a::before { content: "[" } .text a::after { content: "]" }
.cw-heading { color: var(--muted); font-weight: 600 }
.weak { text-decoration: underline dotted; text-underline-offset: .25em }
ol, ul { margin: .75rem 0; padding-left: 1.5rem } li { margin: .4rem 0 } li:target { outline: 2px solid var(--accent) }
.quote { color: var(--ink) } code { font-size: .9em }
@media print {
  :root { color-scheme: light; --ink: #000; --muted: #444; --line: #bbb; --paper: #fff; --accent: #000 }
  body { font-size: 10.5pt } main { max-width: none; padding: 0 }
  li, h2 { break-inside: avoid } h2 { break-after: avoid }
}
"""
