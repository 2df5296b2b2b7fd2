"""What the page asks of the parts behind it, so that the page knows nothing of models, indexes and folders."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.answers.citations import is_exact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.keeping.archive import Archive
    from assistant.keeping.feedback import FeedbackFile
    from assistant.library.librarian import Librarian
    from assistant.types import Answer, Turn
    from index.types import Article

log = logging.getLogger(__name__)

State = Literal["warming", "ready", "failed"]
"""Whether questions are answered at once, wait for the models, or are told what went wrong."""


BROKEN = "Something went wrong inside, so there is no answer. The question can be asked again; the log says more."
UNVERIFIED = "An answer was found, but its quotes could not be verified word for word, so it is not shown."
"""What is said in place of an answer that could not be given."""
QUOTES_ONLY = "offline · quotes only"
"""How answers are made without a language model, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What answers come from; known before any model is loaded.

    Attributes:
        generation: Name of the index generation; empty if there is none.
        articles: Every article in it.
        passages: How many passages they were split into.
        notice: A sentence that the user should read, for example that an older generation answers.
        mode: Who writes the answers, in a few words.
    """

    generation: str
    articles: tuple[Article, ...]
    passages: int
    notice: str | None = None
    mode: str = QUOTES_ONLY

    @property
    def edition(self) -> str:
        """Changes whenever something does that the page shows of this."""
        return f"{self.generation} {self.notice or ''}".strip()


class Service(Protocol):
    """What answers behind the page. Every method may be called from several threads at once."""

    @property
    def state(self) -> State:
        """See :data:`State`; asked often, so it must cost nothing."""
        ...

    @property
    def librarian(self) -> Librarian | None:
        """What changes the index; None if it cannot be changed from the page."""
        ...

    @property
    def feedback(self) -> FeedbackFile | None:
        """Where verdicts on answers are kept; None if they are not."""
        ...

    @property
    def archive(self) -> Archive | None:
        """Where conversations are kept; None if they end with their tabs."""
        ...

    @property
    def failure(self) -> str:
        """What went wrong, as a sentence; empty unless ``state`` is ``"failed"``."""
        ...

    def catalogue(self) -> Catalogue:
        """What answers come from; quick, also while warming."""
        ...

    def article(self, article_id: str) -> Article | None:
        """An article of the generation that answers now, or None if it is not (or no longer) one of them."""
        ...

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        """Answers a question; see :meth:`assistant.answering.Assistant.stream`.

        Waits, visibly, while warming. A question that cannot be answered gets an abstention that says why.
        """
        ...


def cited_articles(answer: Answer, service: Service) -> dict[str, Article | None]:
    """The articles that an answer cites, by id; None for one that is not there any more."""
    articles = {hit.article.id: hit.article for hit in answer.hits}
    cited = dict.fromkeys(citation.article_id for citation in answer.citations)
    return {name: articles.get(name) or service.article(name) for name in cited}


def cites_exactly(answer: Answer, service: Service) -> bool:
    """Whether all citations are still word for word in the articles that they name."""
    articles = cited_articles(answer, service)
    for citation in answer.citations:
        article = articles[citation.article_id]
        if article is None or not is_exact(citation, article):
            log.error("Citation [%d] is not word for word in its article.", citation.number)
            return False
    return True
