"""Citations: numbered once, in code; exact quotes with offsets; checked when made and again when shown. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import CitationError
from assistant.types import Answer, Citation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.types import Article

_TITLE = 40
"""Characters of a title that a heading begins with, however it is cut."""


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """A citation of ``article.text[start:end]``.

    Raises:
        CitationError: If the stretch is empty or lies outside the article.
    """
    citation = Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        quote=article.text[start:end],
        start=start,
        end=end,
    )
    if not is_exact(citation, article):
        raise CitationError(f"There is no text at {start}-{end} of the article {article.title!r}.")
    return citation


def is_exact(citation: Citation, article: Article) -> bool:
    """Whether the citation quotes the article word for word, at the offsets it names."""
    return (
        citation.article_id == article.id
        and 0 <= citation.start < citation.end <= len(article.text)
        and article.text[citation.start : citation.end] == citation.quote
        and bool(citation.quote.strip())
    )


def check(answer: Answer, articles: Mapping[str, Article]) -> Answer:
    """Gives a finished answer back if everything it cites is true; the last step before anyone sees it.

    Every citation is exact, numbers run from 1 without a gap, every mark has its citation and every citation is used,
    every segment of an answer has a mark and was checked, a segment of quotes is the quote of its first mark word for
    word and stands below the title of its article if below any, and an abstention has neither marks nor citations.

    Raises:
        CitationError: With the first rule that does not hold.
    """
    for place, citation in enumerate(answer.citations, 1):
        article = articles.get(citation.article_id)
        if article is None or not is_exact(citation, article):
            raise CitationError(f"Citation [{citation.number}] is not word for word in {citation.title!r}.")
        if citation.number != place:
            raise CitationError(f"Citation [{citation.number}] stands where [{place}] must.")
    marks = {mark for segment in answer.segments for mark in segment.marks}
    if marks != {citation.number for citation in answer.citations}:
        raise CitationError("The marks in the answer and its citations differ.")
    if answer.status == "answered" and not (answer.segments and all(segment.marks for segment in answer.segments)):
        raise CitationError("A sentence of the answer has no citation.")
    if answer.status == "abstained" and marks:
        raise CitationError("An abstention cites something.")
    if any(segment.state == "unchecked" for segment in answer.segments):
        raise CitationError("A sentence of the answer was not checked.")
    if answer.status == "answered" and answer.mode == "quotes":
        for segment in answer.segments:
            cited = answer.citations[segment.marks[0] - 1]
            if segment.text != cited.quote:
                raise CitationError("A sentence of the answer is not what it cites.")
            if segment.heading and not segment.heading.startswith(cited.title[:_TITLE]):
                raise CitationError(f"What {cited.title!r} says stands below the title of another article.")
    return answer
