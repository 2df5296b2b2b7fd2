"""What the page shows before anything is asked: the articles it answers from, and questions to begin with. Pure."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from assistant.page.markup import byline, esc, open_button
from assistant.service import QUOTES_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.service import Catalogue
    from index.types import Article

MAX_EXAMPLES = 4
MAX_LISTED = 50
"""Articles named beside the conversation; the rest is counted."""


def examples(articles: Sequence[Article]) -> tuple[str, ...]:
    """Questions to begin with: the first of each article, then the second of each, at most four in all.

    Without what Gradio would take for the key of a translation.
    """
    rounds = chain.from_iterable(zip_longest(*(article.questions for article in articles[: 4 * MAX_LISTED])))
    return tuple(dict.fromkeys(question for question in rounds if question and "__i18n__" not in question))[
        :MAX_EXAMPLES
    ]


def facts_html(catalogue: Catalogue) -> str:
    """The line at the top: the name, and what answers come from."""
    return (
        '<div class="cw-facts"><h1>Citewell</h1><p>'
        f'<button type="button" class="cw-list" value="{esc(catalogue.edition)}">{count(catalogue)}</button>'
        f" · {esc(catalogue.mode)}"
        '<span class="cw-state"></span></p>'
        '<button type="button" class="cw-theme" title="Light or dark">'
        '<span class="cw-sr">Light or dark </span>◐</button></div>'
    )


def welcome_html(catalogue: Catalogue) -> str:
    """The empty page: one sentence on what it does, from how many articles, and what the user should know."""
    notice = f'<p class="cw-notice">{esc(catalogue.notice)}</p>' if catalogue.notice else ""
    if not catalogue.articles:
        says = "There are no articles to answer from yet. Add some under Library."
        return f'<div class="cw-intro"><h2>Ask your articles</h2><p>{says}</p>{notice}</div>'
    quotes = "in exact quotes, each with the place it stands at"
    written = "written by a language model, each sentence checked against the exact words it cites"
    how = quotes if catalogue.mode == QUOTES_ONLY else written
    begin = "Begin with one of these, or ask your own." if examples(catalogue.articles) else "Ask in your own words."
    return (
        '<div class="cw-intro"><h2>Ask your articles</h2>'
        f"<p>Answers come from {count(catalogue)}, {how}. "
        f"What the articles do not say is not answered. {begin}</p>{notice}</div>"
    )


def sources_html(catalogue: Catalogue) -> str:
    """The articles by name, for the reading pane while no article is open in it."""
    listed = catalogue.articles[:MAX_LISTED]
    lines = "".join(
        f"<li>{open_button(f'{article.id}:', article.title)}{byline(article.publisher, article.published)}</li>"
        for article in listed
    )
    rest = len(catalogue.articles) - len(listed)
    more = f"<p>and {rest} more</p>" if rest else ""
    return (
        '<div class="cw-sources"><h2>Sources</h2><p>Choose a number behind a sentence of an answer to read it in its '
        f'article, or open an article here.</p><ul class="cw-articles">{lines}</ul>{more}</div>'
    )


def count(catalogue: Catalogue) -> str:
    """How many articles there are, in words for a sentence."""
    number = len(catalogue.articles)
    return f"{number:,} article" if number == 1 else f"{number:,} articles"
