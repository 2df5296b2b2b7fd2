"""The one place where the parts behind the page are put together.

Light to import: everything that takes seconds is imported by the thread that warms up, after the page is there.
"""

from __future__ import annotations

import gc
import logging
import threading
from typing import TYPE_CHECKING, Literal

from assistant.cores import Cores
from assistant.errors import AssistantError
from assistant.keeping.archive import Archive
from assistant.keeping.feedback import FeedbackFile
from assistant.library.librarian import Librarian
from assistant.service import QUOTES_ONLY, Catalogue
from assistant.types import Answer, Segment
from index.errors import IndexingError
from index.generations import IndexFolder
from index.records import read_articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answering import Assistant
    from assistant.settings import Settings
    from assistant.types import Turn
    from index.embeddings import Embedder
    from index.types import Article

log = logging.getLogger(__name__)

LOADING = "Loading the models, about 10 seconds the first time"
"""What is said under a question that waits for them."""
_LOOK_AGAIN = 0.5


class Backend:
    """What the page asks; an implementation of :class:`assistant.service.Service` over a home folder.

    Args:
        settings: Of everything.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = IndexFolder(settings.index.home)
        self._assistant: Assistant | None = None
        self._cores = Cores()
        self._done = threading.Event()
        self._on_disk: tuple[str, Catalogue] | None = None
        self._mode = f"written by {settings.model}, checked" if settings.model else QUOTES_ONLY
        self.failure = ""
        self.librarian = Librarian(settings.index, self._embedder, self._done, self._refresh)
        self.feedback = FeedbackFile(settings.index.home)
        self.archive = Archive(settings.index.home, settings.keep_days) if settings.keep_days else None

    def warm_up(self) -> None:
        """Starts to load the models and the index in the background."""
        threading.Thread(target=self._load, name="warm-up", daemon=True).start()

    @property
    def state(self) -> Literal["warming", "ready", "failed"]:
        """Whether questions can be answered at once."""
        if not self._done.is_set():
            return "warming"
        return "failed" if self._assistant is None else "ready"

    def catalogue(self) -> Catalogue:
        """What answers come from: by the opened index, before that by what lies on disk."""
        if self._assistant is None:
            return self._catalogue_on_disk()
        index = self._assistant.index
        return Catalogue(
            generation=index.generation,
            articles=tuple(index.articles.values()),
            passages=len(index),
            notice=index.notice,
            mode=self._mode,
        )

    def article(self, article_id: str) -> Article | None:
        """An article of the generation that answers now."""
        if self._assistant is not None:
            return self._assistant.index.articles.get(article_id)
        return next((article for article in self.catalogue().articles if article.id == article_id), None)

    def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
        """See :meth:`assistant.answering.Assistant.stream`; waits, visibly, while the models are loading."""
        draft = Answer(question=question, standalone=question, status="working", reason=LOADING)
        if self.state == "failed":
            # What was wrong may have been mended meanwhile, by a rebuild for example.
            self._done.clear()
            self.warm_up()
        while not self._done.wait(_LOOK_AGAIN):
            yield draft
        if self._assistant is None:
            yield Answer(
                question=question,
                standalone=question,
                status="abstained",
                reason=self.failure,
                segments=(Segment(text=self.failure),),
            )
            return
        with self._cores.part():
            yield from self._assistant.stream(question, history)

    def _embedder(self) -> Embedder | None:
        return self._assistant.index.embedder if self._assistant else None

    def _refresh(self) -> None:
        if self._assistant:
            self._assistant.refresh()

    def _load(self) -> None:
        from assistant.answering import Assistant  # noqa: PLC0415 - see the module's docstring

        try:
            assistant = Assistant.open(settings=self._settings)
            # The first use of a model is slower than the next ones; it should not be the user's.
            assistant.ask("What are the articles about?")
            # What is loaded by now stays, or is freed without a search: to look through all of it for garbage stops
            # everything for a quarter of a second each time.
            gc.collect()
            gc.freeze()
            self._assistant = assistant
        except (AssistantError, IndexingError) as error:
            log.warning("%s", error)
            self.failure = str(error)
        except Exception:  # the page must say that something is wrong, whatever it is
            log.exception("The assistant could not be started.")
            self.failure = "The assistant could not be started. The terminal says more; try: assistant doctor"
        finally:
            self._done.set()

    def _catalogue_on_disk(self) -> Catalogue:
        try:
            manifest = self._folder.manifest()
            if self._on_disk is None or self._on_disk[0] != manifest.generation:
                articles = read_articles(self._folder.generations / manifest.generation)
                catalogue = Catalogue(
                    generation=manifest.generation,
                    articles=tuple(articles.values()),
                    passages=manifest.passages,
                    notice=None,
                    mode=self._mode,
                )
                self._on_disk = (manifest.generation, catalogue)
        except IndexingError as error:
            return Catalogue(generation="", articles=(), passages=0, notice=str(error), mode=self._mode)
        return self._on_disk[1]
