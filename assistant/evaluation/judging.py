"""Whether an answer is what a question's row wants, by its words and places alone. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answers.citations import is_exact
from assistant.evaluation.metrics import exact_match, first_rank, has_spelling, holds, ndcg, token_f1
from assistant.evaluation.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evaluation.gold import Gold
    from assistant.evaluation.questions import Question
    from assistant.types import Answer, Citation
    from index.types import Article, Passage


def judge(
    question: Question,
    gold: Gold,
    answer: Answer,
    found: Sequence[Passage],
    articles: Mapping[str, Article],
    *,
    threshold: float,
    problem: str = "",
) -> Outcome:
    """The outcome of one question.

    Args:
        question: The row.
        gold: Where its answer stands.
        answer: The best answer there is, whatever its confidence.
        found: The passages found for it, best first.
        articles: All of the index, by id.
        threshold: Confidence from which on it is shown.
        problem: What went wrong while answering.
    """
    confidence = answer.confidence or 0.0
    is_refused = answer.status != "answered" or confidence < threshold
    supporting = _supporting(question, gold, answer.citations)
    judged_by, would_be_right = _verdict(question, gold, answer.citations, supporting)
    if question.is_answerable:
        is_right = None if would_be_right is None else would_be_right and not is_refused
    else:
        is_right = is_refused
    short = _short(answer)
    wanted = question.short_answers
    relevant = gold.relevant(found) if gold.level else []
    items = [any(has_spelling(item.quote, one) for item in answer.citations) for one in question.items]
    with_item = [any(has_spelling(item.quote, one) for one in question.items) for item in answer.citations]
    return Outcome(
        id=question.id,
        kind=question.kind,
        question=question.text,
        standalone=answer.standalone,
        is_answerable=question.is_answerable,
        gold=_described(question),
        is_refused=is_refused,
        confidence=confidence,
        is_right=is_right,
        would_be_right=would_be_right,
        judged_by=judged_by,
        text=answer.text if answer.citations else "",
        short=short,
        citations=answer.citations,
        are_exact=tuple(
            item.article_id in articles and is_exact(item, articles[item.article_id]) for item in answer.citations
        ),
        exact_match=exact_match(short, wanted) if wanted else None,
        token_f1=token_f1(short, wanted) if wanted else None,
        are_supporting=supporting,
        item_recall=sum(items) / len(items) if items else None,
        item_precision=sum(with_item) / len(with_item) if items and with_item else None,
        level=gold.level,
        rank=first_rank(relevant),
        ndcg=ndcg(relevant, gold.total) if gold.level else None,
        timings=dict(answer.timings),
        problem=problem,
    )


def _supporting(question: Question, gold: Gold, citations: Sequence[Citation]) -> tuple[bool, ...] | None:
    """Of each citation, whether it has the answer; None if the row has nothing to see that by.

    By the quote where there is one, since a short answer such as "2" also stands in sentences that say something else.
    """
    if gold.spans:
        return tuple(gold.overlaps(citation) for citation in citations)
    if question.short_answers:
        return tuple(any(holds(citation.quote, answer) for answer in question.short_answers) for citation in citations)
    if question.items:
        return tuple(any(has_spelling(citation.quote, item) for item in question.items) for citation in citations)
    return None


def _verdict(
    question: Question, gold: Gold, citations: Sequence[Citation], supporting: tuple[bool, ...] | None
) -> tuple[str, bool | None]:
    """By what the answer is judged, and whether it is right if it is shown; the strictest that the row offers."""
    if not question.is_answerable:
        return "refusal", False
    quoted = " ".join(citation.quote for citation in citations)
    for name, wanted in (("must", question.must), ("items", question.items)):
        if wanted:
            return name, all(has_spelling(quoted, spellings) for spellings in wanted)
    if supporting is not None:
        return "quote" if gold.spans else "answers", any(supporting)
    if gold.articles:
        return "article", any(citation.article_id in gold.articles for citation in citations)
    return "", None


def _short(answer: Answer) -> str:
    """The first stretch that is emphasised, or else all of the first segment; empty if nothing is cited."""
    if not answer.citations:
        return ""
    short = (segment.text[slice(*segment.emphasis)] for segment in answer.segments if segment.emphasis)
    return next(short, answer.segments[0].text)


def _described(question: Question) -> str:
    if not question.is_answerable:
        return "no answer"
    wanted = question.answers or question.items or question.must
    return "; ".join(wanted) or question.quote or ", ".join(question.articles)
