"""Span exactness: every citation is, to the character, in the text that was written into the article's file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reliability.asked import asked, wrong_articles, wrong_click, wrong_spans
from reliability.facts import make_articles, moved
from reliability.table import Series

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.asked import Asked
    from reliability.table import Tally

    from assistant.types import Citation

_CHANGED = 3
"""One article in so many is changed."""
_AT_ONCE = 2
"""Questions."""


def spans(tally: Tally, folder: Path, *, seed: int, articles: int, models: int) -> None:
    """Asks all questions of all articles, changes a third of the articles, asks again, clicks on what was cited before.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Of the articles.
        articles: How many; each has six questions.
        models: 1 with the real models, 0 without.
    """
    made = make_articles(articles, seed)
    total = 2 * sum(len(article.questions) for article in made)
    with asked(folder, made, models=bool(models)) as one:
        before = _ask_all(one, tally, "before", total)
        one.rebuild([moved(article) if place % _CHANGED == 0 else article for place, article in enumerate(made)])
        after = _ask_all(one, tally, "after the rebuild", total)
        for citation in before:
            tally.counts["clicks on stale citations"] += 1
            tally.counts["of them gone"] += citation.article_id not in one.index.articles
            if wrong := wrong_click(citation, one.index):
                tally.violate(wrong)
        for citation in after:
            if citation.article_id not in one.index.articles:
                tally.violate(f"{citation.title} is cited, but is not in the index any more")
    if not tally.counts["of them gone"] or tally.counts["of them gone"] == len(before):
        tally.violate("the rebuild changed nothing, or all of it")


def _ask_all(one: Asked, tally: Tally, when: str, total: int) -> list[Citation]:
    cited: list[Citation] = []
    one.assistant.ask("Is there a new generation?")
    for wrong in wrong_articles(one.index, one.known):
        tally.violate(f"{when}: {wrong}")
    tally.counts["articles by sha256"] += len(one.known)
    questions = [question for made in one.known.values() for question in made.questions]
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        for question, asking in [(question, pool.submit(one.assistant.ask, question)) for question in questions]:
            with tally.trial(question):
                answer = asking.result()
                cited += answer.citations
                for wrong in wrong_spans(answer, one.known):
                    tally.violate(f"{when}: {wrong}")
                tally.counts["citations"] += len(answer.citations)
            tally.counts["questions"] += 1
            tally.progress(tally.counts["questions"], total)
    finally:
        pool.shutdown(cancel_futures=True)
    return cited


SERIES = Series(
    name="spans",
    figure="citations that are exact, also after a rebuild, and stale clicks (real models)",
    good={"citations": 1000},
    excellent={"citations": 5000},
    small={"articles": 7, "models": 1},
    full={"articles": 640, "models": 1},
    run=spans,
    seed=5,
)
