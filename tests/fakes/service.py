"""A service that answers from a script, in place of models and an index."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answers.citations import cite
from assistant.service import Catalogue, State
from assistant.types import Answer, NearestArticle, Segment, Turn
from index.types import Article, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.keeping.archive import Archive
    from assistant.keeping.feedback import FeedbackFile
    from assistant.library.librarian import Librarian

APOPHIS = Article(
    title="Two agencies plan a visit to an asteroid",
    publisher="Orbit Weekly",
    author="Ada Example",
    published="2024-11-22",
    url="https://example.org/asteroid",
    restates="nothing; it was written for a test",
    questions=("When will the asteroid pass?", "Who pays for the mission?"),
    text="\n".join(
        [
            "The asteroid",
            "The asteroid Apophis is as wide as three football fields.",
            "The asteroid will pass Earth in 2029. It will be visible without a telescope.",
            *(
                f"Paragraph {number} tells of the long preparation of the mission and its many parts."
                for number in range(40)
            ),
            "The mission",
            "The mission [7] is paid for by two agencies. A third agency lends an antenna.",
            "It ends\nin the year 2031.",
        ]
    ),
)
HARBOUR = Article(
    title="A harbour for ships without crews",
    publisher="Coast and Sea",
    published="2023-05",
    questions=("Where is the harbour?",),
    text="The harbour lies in the north of the bay.\nThe first ship without a crew arrived there in May 2023.",
)


@dataclass
class FakeService:
    """Answers by what a question contains: "explode", "too long", "lie", "unknown", or anything else.

    Attributes:
        articles: What it says it answers from.
        state: What it says about itself.
        failure: The sentence for ``state == "failed"``.
        asked: Questions with their histories, in order.
        gate: Open when warm; questions wait for it.
        steps: Seconds between the steps of an answer.
        librarian: None, since there is no index behind it.
        feedback: Where verdicts go, if anywhere.
    """

    articles: tuple[Article, ...] = (APOPHIS, HARBOUR)
    state: State = "ready"
    failure: str = ""
    notice: str | None = None
    generation: str = "000007"
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    steps: float = 0.0
    librarian: Librarian | None = None
    feedback: FeedbackFile | None = None
    archive: Archive | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def catalogue(self) -> Catalogue:
        return Catalogue(generation=self.generation, articles=self.articles, passages=12, notice=self.notice)

    def article(self, article_id: str) -> Article | None:
        return next((article for article in self.articles if article.id == article_id), None)

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        self.asked.append((question, tuple(history)))
        while not self.gate.wait(0.05):
            yield working(question, "Loading the models")
        yield working(question, f"Searching {len(self.articles)} articles")
        time.sleep(self.steps)
        yield working(question, "Reading 2 passages")
        time.sleep(self.steps)
        if "explode" in question:
            raise RuntimeError("scripted failure with a <secret>")
        if "too long" in question:
            yield abstained(question, "The question has 9,999 characters; at most 2,000 can be read.", nearest=())
        elif "lie" in question:
            yield lie(question, self.articles[0])
        elif "unknown" in question:
            yield abstained(question, "The sources do not say.", nearest=self.articles)
        else:
            yield quoting(question, self.articles)


def working(question: str, reason: str) -> Answer:
    return Answer(question=question, standalone=question, status="working", reason=reason)


def abstained(question: str, text: str, nearest: Sequence[Article]) -> Answer:
    return Answer(
        question=question,
        standalone=question,
        status="abstained",
        reason="No passage answers this question well enough." if nearest else text,
        segments=(Segment(text=text),),
        nearest=tuple(
            NearestArticle(
                article_id=article.id, title=article.title, publisher=article.publisher, published=article.published
            )
            for article in nearest
        ),
        hits=hits(nearest),
        confidence=0.12 if nearest else None,
        generation="000007",
        timings={"search": 0.0123, "read": 0.0456, "total": 0.0579},
    )


def quoting(question: str, articles: Sequence[Article]) -> Answer:
    """Quotes one sentence of each article, and of the first one also a stretch that crosses a line."""
    first = articles[0]
    places = [(article, *stretch(article, sentence_of(article))) for article in articles]
    if "\nin the year" in first.text:
        places.insert(1, (first, *stretch(first, "It ends\nin the year 2031.")))
        places.insert(1, (first, *stretch(first, "The mission [7] is paid for by two agencies.")))
    citations = tuple(cite(number, *place) for number, place in enumerate(places, 1))
    short = citations[0].quote.rstrip(".").rsplit(" ", 1)[-1]
    begin = citations[0].quote.rindex(short)
    return Answer(
        question=question,
        standalone=f"{question} (as searched)",
        status="answered",
        reason="Quoted word for word from the articles.",
        segments=tuple(
            Segment(
                text=citation.quote,
                marks=(citation.number,),
                emphasis=(begin, begin + len(short)) if citation.number == 1 else None,
            )
            for citation in citations
        ),
        citations=citations,
        hits=hits(articles),
        confidence=0.93,
        generation="000007",
        timings={"search": 0.0123, "read": 0.0456, "total": 1.25},
    )


def lie(question: str, article: Article) -> Answer:
    """An answer whose citation is not in the article."""
    true = quoting(question, (article,))
    forged = type(true.citations[0])(
        number=1, article_id=article.id, title=article.title, publisher=None, published=None,
        quote="The asteroid is made of cheese.", start=0, end=31,
    )  # fmt: skip
    return Answer(
        question=question, standalone=question, status="answered", reason="", citations=(forged,),
        segments=(Segment(text=forged.quote, marks=(1,)),),
    )  # fmt: skip


def sentence_of(article: Article) -> str:
    if article.id == APOPHIS.id:
        return "The asteroid will pass Earth in 2029."
    return article.text.split("\n")[0]


def stretch(article: Article, words: str) -> tuple[int, int]:
    start = article.text.index(words)
    return start, start + len(words)


def hits(articles: Sequence[Article]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            passage=Passage.of(article, 0, len(article.text.split("\n")[0])),
            article=article,
            score=0.9 - 0.2 * place,
            similarity=0.7 - 0.1 * place,
            keyword_score=4.2,
        )
        for place, article in enumerate(articles)
    )
