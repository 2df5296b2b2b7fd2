"""The one pass from a question to a checked answer, a LangChain Runnable underneath."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, RunnablePassthrough

from assistant.citations import check, cite
from assistant.conversation.standalone import standalone
from assistant.errors import ReaderError
from assistant.extractive import Selection, select
from assistant.live import LiveIndex
from assistant.questions import clean_question, problem_with, scripts
from assistant.reader import Reader
from assistant.seeding import build_if_missing
from assistant.settings import Settings
from assistant.types import Answer, Citation, NearestArticle, Segment, Turn
from index.settings import go_offline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path

    from langchain_core.documents import Document

    from assistant.candidates import Candidate
    from index.embeddings import Embedder
    from index.search import Index, Retriever
    from index.types import Article, Hit

NOT_SAID = "The sources do not say."
"""The whole text of an abstention; what is near is named apart from it."""
MAX_NEAREST = 3
NEAR = 0.25
"""Cosine from which on an article is named as near: of 300 questions about other subjects two in three stay below 0.3
for every article, of 400 that the articles answer one in thirty."""
_SHORT_SHARE = 0.6
"""A "short answer" of more than this share of its sentence would only make the sentence bold."""

log = logging.getLogger(__name__)

State = dict[str, Any]
"""What flows through the chain: the request, the index that this question keeps, then the documents."""


class Assistant:
    """Answers questions from an index; safe to use from several threads.

    Args:
        live: Gives the index to answer from.
        settings: How to answer.
        reader: The reading model; None to choose sentences without it.
    """

    def __init__(self, live: LiveIndex, settings: Settings, reader: Reader | None = None) -> None:
        self._live = live
        self._reader = reader
        self._settings = settings
        self._scripts: tuple[str, frozenset[str]] = ("", frozenset())
        self._chain = self._make_chain()

    @classmethod
    def open(
        cls,
        home: Path | None = None,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Self:
        """Opens the index; makes one of the installed seed articles first if there is none at all.

        Args:
            home: Folder of the index; None for that of the settings.
            settings: None for :meth:`Settings.from_env`.
            embedder: None to load the embedding model that the settings name.
            progress: Told how far a first build is; see :data:`index.build.Progress`.

        Raises:
            IndexingError: If the index cannot be opened or built.
            AssistantError: If a setting means nothing.
        """
        go_offline()
        settings = settings or Settings.from_env(home=home)
        build_if_missing(settings, embedder, progress)
        return cls(LiveIndex(settings.index, embedder), settings, _load_reader(settings))

    @property
    def index(self) -> Index:
        """The index that answers now."""
        return self._live.get()

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answers a question.

        Never raises for a question that is bad as a question: the answer then says what is wrong with it.

        Args:
            question: In the language of the articles; at most 2,000 characters.
            history: Earlier turns of the conversation, oldest first.

        Raises:
            TypeError: If the question or a turn is no text.
        """
        *_, answer = self.stream(question, history)
        return answer

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Answer]:
        """Like :meth:`ask`, but yields what is known so far (``status="working"``); the last is the whole answer."""
        yield from self._chain.stream({"question": question, "history": history})

    def as_runnable(self) -> Runnable[str | Mapping[str, Any], Answer]:
        """The chain itself, for LangChain.

        Input is a question, or a mapping with ``question`` and optionally ``history`` (a list of :class:`Turn` or of
        ``(question, answer)`` pairs). ``invoke`` and ``batch`` give finished answers; ``stream`` and ``astream`` give
        growing ones, each replacing the one before. The retriever inside reports to callbacks.
        """
        return self._chain

    def _make_chain(self) -> Runnable[str | Mapping[str, Any], Answer]:
        prepare: Runnable[Any, State] = RunnableLambda(self._prepare, name="prepare")
        retrieve = RunnableLambda(self._retrieve, name="retrieve")
        answer: Runnable[State, Answer] = RunnableLambda(self._answer, afunc=self._answer_async, name="answer")
        chain: Runnable[Any, Answer] = prepare | RunnablePassthrough.assign(documents=retrieve) | answer
        return chain.with_config(run_name="citewell")

    def _prepare(self, request: str | Mapping[str, Any]) -> State:
        """Takes the request in and pins the index: one answer comes from one generation."""
        started = time.perf_counter()
        asked, history = (request, ()) if isinstance(request, str) else (request["question"], request.get("history"))
        if not isinstance(asked, str):
            raise TypeError(f"A question is a text, not {type(asked).__name__}.")
        turns = [_turn(turn) for turn in history or ()]
        index = self._live.get()
        question = clean_question(asked)
        problem = problem_with(question, len(asked), self._scripts_of(index))
        return {
            "question": question,
            "standalone": question if problem else index.mended(standalone(question, turns)),
            "problem": problem,
            "index": index,
            "started": started,
        }

    def _retrieve(self, state: State, config: RunnableConfig) -> list[Document]:
        if state["problem"]:
            return []
        retriever: Retriever = state["index"].as_retriever(self._settings.hits)
        return retriever.invoke(state["standalone"], config)

    def _answer(self, state: State) -> Iterator[Answer]:
        index: Index = state["index"]
        searched = time.perf_counter()
        draft = Answer(
            question=state["question"],
            standalone=state["standalone"],
            status="working",
            reason="",
            hits=tuple(index.to_hit(document) for document in state["documents"]),
            generation=index.generation,
            timings={"search": searched - state["started"]},
        )
        if state["problem"]:
            finished = replace(
                draft, status="abstained", reason=state["problem"], segments=(Segment(text=state["problem"]),)
            )
        else:
            yield replace(draft, reason=f"Reading {_count(len(draft.hits), 'passage')}")
            finished = self._read(draft, index)
        now = time.perf_counter()
        timings = {**draft.timings, "read": now - searched, "total": now - state["started"]}
        yield check(replace(finished, timings=timings), index.articles)

    async def _answer_async(self, state: State) -> AsyncIterator[Answer]:
        """:meth:`_answer` for event loops: the same steps, each in a worker thread."""
        steps = self._answer(state)
        while (answer := await asyncio.to_thread(next, steps, None)) is not None:
            yield answer

    def _read(self, draft: Answer, index: Index) -> Answer:
        """Finishes a draft from its hits: the sentences that answer, or an abstention."""
        reading = select(draft.standalone, draft.hits, index.embedder, index.keywords, self._reader)
        draft = replace(draft, confidence=reading.probability)
        if reading.probability >= self._settings.threshold and reading.shown:
            return _answered(draft, reading)
        nearest = _nearest(draft.hits)
        why = "No passage of the articles answers this question well enough to quote it."
        return replace(
            draft,
            status="abstained",
            reason=why if nearest else "No passage of the articles comes near this question.",
            segments=(Segment(text=NOT_SAID),),
            nearest=nearest,
        )

    def _scripts_of(self, index: Index) -> frozenset[str]:
        if self._scripts[0] != index.generation:
            self._scripts = (index.generation, scripts(article.text for article in index.articles.values()))
        return self._scripts[1]


def _turn(given: object) -> Turn:
    """A turn of the history, from the forms in which LangChain users have it at hand."""
    values = given
    if isinstance(given, Turn):
        values = (given.question, given.answer)
    elif isinstance(given, Mapping) and "question" in given:
        values = (given["question"], given.get("answer", ""))
    if isinstance(values, tuple | list) and len(values) in (1, 2) and all(isinstance(text, str) for text in values):
        return Turn(*values)
    raise TypeError("A turn of the history is a Turn, or a pair of question and answer, both texts.")


def _answered(draft: Answer, selection: Selection) -> Answer:
    numbers = itertools.count(1)
    citations: list[Citation] = []
    segments = []
    for place, item in enumerate(selection.shown):
        cited = [
            cite(next(numbers), sentence.article, sentence.start, sentence.end)
            for sentence in (item.sentence, *item.agreeing)
        ]
        citations += cited
        is_short = selection.has_short and place <= int(selection.differing)
        emphasis = _emphasis(item.sentence) if is_short else None
        marks = tuple(citation.number for citation in cited)
        segments.append(Segment(text=cited[0].quote, marks=marks, emphasis=emphasis))
    reason = f"Quoted word for word from {_count(len({citation.article_id for citation in citations}), 'article')}."
    return replace(
        draft,
        status="answered",
        reason=reason,
        note=_difference(selection) if selection.differing else "",
        segments=tuple(segments),
        citations=tuple(citations),
    )


def _difference(selection: Selection) -> str:
    """A sentence for people about two articles that answer differently."""
    dated = []
    for item in selection.shown[:2]:
        published = item.sentence.article.published
        dated.append(f"“{item.sentence.article.title}” ({published or 'no date'})")
    return f"Two articles answer this differently: {dated[0]} and {dated[1]}."


def _load_reader(settings: Settings) -> Reader | None:
    """The reading model, or None with a line in the log: answers are then less sharp, but as exact."""
    try:
        return Reader.load(settings.index.precision)
    except ReaderError as error:
        log.warning("%s", error)
        return None


def _emphasis(sentence: Candidate) -> tuple[int, int] | None:
    """The short answer in a sentence, if the reading model is sure of it and it is a part of the sentence only."""
    if sentence.answer is None or sentence.margin <= 0:
        return None
    start, end = (offset - sentence.start for offset in sentence.answer)
    return (start, end) if 0 < end - start < _SHORT_SHARE * len(sentence.text) else None


def _nearest(hits: Sequence[Hit]) -> tuple[NearestArticle, ...]:
    articles: dict[str, Article] = {hit.article.id: hit.article for hit in hits if hit.similarity >= NEAR}
    return tuple(
        NearestArticle(
            article_id=article.id, title=article.title, publisher=article.publisher, published=article.published
        )
        for article in list(articles.values())[:MAX_NEAREST]
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
