"""An answer as plain text, for the terminal, as Markdown and as HTML. Pure.

Nothing from a source, a question or a model is ever taken for markup: HTML is built from our own pieces only, and
everything else goes through :func:`assistant.page.markup.esc`.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from assistant.page.markup import MARKDOWN_BREAK, byline, esc, human_date, mark_pill, open_button, text_html
from assistant.types import OWN_BRACKETS, lay_out

if TYPE_CHECKING:
    from assistant.types import Answer, Citation, NearestArticle, Segment
    from index.types import Hit

_MARKDOWN_SPECIAL = re.compile("([" + re.escape(string.punctuation.replace("@", "")) + "])")
_EXCERPT = 160
"""Characters of a passage shown under "How this was found"."""
_LONGEST_TIED = 30
"""Characters of a last word that is kept on one line with the marks behind it."""


def to_text(answer: Answer) -> str:
    """The answer's sentences with their ``[n]`` marks; see :attr:`assistant.types.Answer.text`."""
    return answer.text


def to_plain(answer: Answer) -> str:
    """For a terminal or the clipboard: the text, then each quote with its number and source, one a line."""
    sentences = lay_out(answer.segments, lambda one: _visible(one.text_with_marks), heading=_plain_heading)
    lines = [sentences or _visible(answer.reason)]
    if answer.mode == "model" and answer.segments:
        lines += ["", _visible(answer.reason)]
    lines += [f"Only in part borne out: {_visible(segment.text)}" for segment in answer.segments if _is_weak(segment)]
    if answer.note:
        lines += ["", _visible(answer.note)]
    if answer.citations:
        lines.append("")
    lines += [
        f'[{citation.number}] "{_visible(citation.quote)}" — {source_line(citation)}' for citation in answer.citations
    ]
    if answer.nearest:
        lines += ["", f"Nearest articles: {'; '.join(source_line(article) for article in answer.nearest)}"]
    return "\n".join(lines)


def to_markdown(answer: Answer) -> str:
    """As Markdown with a numbered list of quotes; nothing of a source can become a link, an image or a heading."""
    blocks = [markdown_sentences(answer)]
    if answer.mode == "model" and answer.segments:
        blocks.append(markdown_text(answer.reason))
    if answer.note:
        blocks.append(markdown_text(answer.note))
    if answer.citations:
        blocks.append(
            "\n".join(
                f"{citation.number}. “{markdown_text(citation.quote)}” — {markdown_text(source_line(citation))}"
                for citation in answer.citations
            )
        )
    if answer.nearest:
        near = "\n".join(f"- {markdown_text(source_line(article))}" for article in answer.nearest)
        blocks.append(f"Nearest articles:\n\n{near}")
    return "\n\n".join(blocks) + "\n"


def to_html(answer: Answer) -> str:
    """The card of one answer: its sentences with their marks, its articles, and how it was found; on one line."""
    if answer.status == "working":
        return f'{_written(answer)}<div class="cw-card cw-working"><p>{esc(answer.reason or "Working")}…</p></div>'
    note = f'<p class="cw-note">{esc(answer.note)}</p>' if answer.note else ""
    if answer.status == "abstained":
        return f'<div class="cw-card cw-refusal">{_refusal(answer)}{note}{_taken_back(answer)}{_actions(answer)}</div>'
    by = f'<p class="cw-by">{esc(answer.reason)}</p>' if answer.mode == "model" else ""
    return (
        f'<div class="cw-card cw-answered">{_text(answer)}{by}{note}{_taken_back(answer)}'
        f"{_articles(answer.citations)}{_actions(answer)}</div>"
    )


def problem_html(sentence: str) -> str:
    """A card with a sentence in place of an answer that could not be given."""
    return f'<div class="cw-card cw-problem"><p class="cw-text">{esc(sentence)}</p></div>'


def _text(answer: Answer) -> str:
    sentences = lay_out(answer.segments, lambda segment: _segment(segment, answer.citations), "<br>", heading_html)
    return f'<p class="cw-text">{sentences}</p>'


def _written(answer: Answer) -> str:
    """What a language model has written so far; what was taken back is struck out where it is seen to go."""
    if not (answer.segments or answer.taken_back):
        return ""
    gone = "".join(f'<p class="cw-gone"><s>{text_html(item.text)}</s></p>' for item in answer.taken_back)
    return f'<div class="cw-card cw-draft">{_text(answer)}{gone}</div>'


def _taken_back(answer: Answer) -> str:
    if not answer.taken_back:
        return ""
    by_number = {citation.number: citation for citation in answer.citations}
    items = "".join(
        f'<li><s>{text_html(item.text)}</s> <span class="cw-why">{esc(item.reason)}</span>'
        f"{_said_instead(by_number.get(item.instead))}</li>"
        for item in answer.taken_back
    )
    number = len(answer.taken_back)
    told = "1 sentence was taken back" if number == 1 else f"{number} sentences were taken back"
    return f'<details class="cw-back-taken"><summary>{told}</summary><ul>{items}</ul></details>'


def _said_instead(citation: Citation | None) -> str:
    """What the article says of what was taken back."""
    return f' <span class="cw-why">The article says: {mark_pill(citation)}</span>' if citation else ""


def _is_weak(segment: Segment) -> bool:
    return segment.state == "weak"


def _segment(segment: Segment, citations: tuple[Citation, ...]) -> str:
    # Replacing the brackets keeps the length, so the emphasis stays where it was.
    text = OWN_BRACKETS.sub(r"(\1)", segment.text)
    by_number = {citation.number: citation for citation in citations}
    pills = "".join(mark_pill(by_number[mark]) for mark in segment.marks if mark in by_number)
    # The marks stay on the line of the last word.
    cut = text.rfind(" ") + 1
    cut = cut if len(text) - cut <= _LONGEST_TIED else len(text)
    shown = (emphasised(text, segment.emphasis, *stretch) for stretch in ((0, cut), (cut, len(text))))
    weak = f'<span class="cw-weak">only in part borne out: {esc(segment.reason)}</span>' if _is_weak(segment) else ""
    kind = f"cw-sentence cw-is-{segment.state}" if segment.state != "verified" else "cw-sentence"
    return f'<span class="{kind}">{next(shown)}<span class="cw-nobreak">{next(shown)}{pills}</span>{weak}</span>'


def emphasised(text: str, emphasis: tuple[int, int] | None, begin: int, end: int) -> str:
    """``text[begin:end]`` with what of the emphasis lies in it in bold."""
    if not emphasis:
        return text_html(text[begin:end])
    first, last = (min(max(place, begin), end) for place in emphasis)
    bold = f"<strong>{text_html(text[first:last])}</strong>" if first < last else ""
    return f"{text_html(text[begin:first])}{bold}{text_html(text[last:end])}"


def _articles(citations: tuple[Citation, ...]) -> str:
    """One line for each cited article, with the numbers of its quotes."""
    cited: dict[str, list[Citation]] = {}
    for citation in citations:
        cited.setdefault(citation.article_id, []).append(citation)
    lines = []
    for same in cited.values():
        first = same[0]
        numbers = " ".join(f"[{citation.number}]" for citation in same)
        opener = open_button(f"{first.article_id}:{first.start}-{first.end}", first.title)
        lines.append(
            f'<li><span class="cw-numbers">{numbers}</span> {opener}{byline(first.publisher, first.published)}</li>'
        )
    return f'<ul class="cw-articles">{"".join(lines)}</ul>' if lines else ""


def _refusal(answer: Answer) -> str:
    text = answer.text or answer.reason
    why = f'<p class="cw-why">{esc(answer.reason)}</p>' if answer.reason and answer.reason != text else ""
    near = "".join(
        f"<li>{open_button(f'{article.article_id}:', article.title)}{byline(article.publisher, article.published)}</li>"
        for article in answer.nearest
    )
    nearest = f'<p class="cw-label">Nearest articles</p><ul class="cw-articles">{near}</ul>' if near else ""
    return f'<p class="cw-text">{text_html(text)}</p>{why}{nearest}'


def _actions(answer: Answer) -> str:
    """Copying, and how the answer was found; nothing of that for a question that was not searched."""
    if not (answer.hits or answer.citations):
        return ""
    copy = (
        '<button type="button" class="cw-copy">Copy</button>'
        f'<pre class="cw-copytext" hidden>{text_html(to_plain(answer), newline="&#10;")}</pre>'
    )
    return f'<div class="cw-actions">{copy if answer.citations else ""}{_thumbs(answer)}{_how(answer)}</div>'


def _thumbs(answer: Answer) -> str:
    """Two buttons, as drawings by the style; which of them is pressed the page's script knows."""
    if answer.status == "abstained":
        names = ("Right: the articles do not say", "Wrong: the articles do say")
    else:
        names = ("Good answer", "Bad answer")
    shown = (
        f'<button type="button" class="cw-thumb" value="{verdict}"><span class="cw-sr">{name}</span></button>'
        for verdict, name in zip(("up", "down"), names, strict=True)
    )
    return f'<span class="cw-thumbs">{"".join(shown)}</span>'


def _how(answer: Answer) -> str:
    facts = [("Searched as", answer.standalone), ("Result", answer.reason)]
    if answer.confidence is not None:
        facts.append(("Confidence", f"{answer.confidence:.0%}"))
    if answer.timings:
        facts.append(("Time", " · ".join(f"{name} {_duration(time)}" for name, time in answer.timings.items())))
    if answer.generation:
        facts.append(("Index generation", answer.generation))
    rows = "".join(f"<dt>{esc(name)}</dt><dd>{esc(value)}</dd>" for name, value in facts if value)
    return (
        f'<details class="cw-how"><summary>How this was found</summary><dl>{rows}</dl>'
        f"{_hits(answer.hits) if answer.hits else ''}</details>"
    )


def _hits(hits: tuple[Hit, ...]) -> str:
    rows = "".join(
        f"<tr><td>{open_button(f'{hit.article.id}:{hit.passage.start}-{hit.passage.end}', hit.article.title)}"
        f'<span class="cw-excerpt">{esc(_shortened(hit.passage.text))}</span></td>'
        f"<td>{hit.score:.2f}</td><td>{hit.similarity:.2f}</td><td>{hit.keyword_score:.1f}</td></tr>"
        for hit in hits
    )
    return (
        '<table><thead><tr><th scope="col">Passage considered</th><th scope="col">Score</th>'
        f'<th scope="col">Meaning</th><th scope="col">Words</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def source_line(item: Citation | NearestArticle) -> str:
    """Title, publisher and date, as far as they are known, on one line of plain text."""
    parts = (item.title, item.publisher, human_date(item.published))
    return _visible(" · ".join(part for part in parts if part))


def _visible(text: str) -> str:
    """On one line, without characters that would steer a terminal."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def heading_html(title: str) -> str:
    """What stands before the sentences of one of several articles."""
    return f'<span class="cw-heading">{esc(title)}:</span>'


def _plain_heading(title: str) -> str:
    return f"{_visible(title)}:"


def markdown_sentences(answer: Answer) -> str:
    """The sentences of an answer with their marks as Markdown; why there are none, if there are none."""
    sentences = lay_out(answer.segments, _markdown_sentence, MARKDOWN_BREAK, lambda title: f"{markdown_text(title)}:")
    return sentences or markdown_text(answer.reason)


def _markdown_sentence(segment: Segment) -> str:
    text = OWN_BRACKETS.sub(r"(\1)", segment.text)
    marks = "".join(f" [{mark}]" for mark in segment.marks)
    if segment.emphasis:
        start, end = segment.emphasis
        return f"{markdown_text(text[:start])}**{markdown_text(text[start:end])}**{markdown_text(text[end:])}{marks}"
    return markdown_text(text) + marks


def markdown_text(text: str) -> str:
    """Text as Markdown that shows just this text, on one line: all that any dialect gives a meaning is escaped."""
    leading = " " if text[:1].isspace() else ""
    trailing = " " if text[-1:].isspace() and text.strip() else ""
    # An address with @ is made a link by some readers even behind a backslash, but not as an entity of its own.
    return leading + _MARKDOWN_SPECIAL.sub(r"\\\1", _visible(text)).replace("@", "&#64;") + trailing
