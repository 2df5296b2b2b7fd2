"""The one pass from a question to a checked answer, a LangChain Runnable underneath."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from assistant.answers.citations import check
from assistant.answers.extractive import Selection, select
from assistant.answers.generative import Writer, Writing, fallen_back
from assistant.answers.quoting import abstained, count, quoted
from assistant.conversation.standalone import standalone
from assistant.errors import ModelModeError, ReaderError
from assistant.generation.access import ChatModel
from assistant.generation.passages import standalone_with_model
from assistant.library.seeding import build_if_missing
from assistant.live import LiveIndex
from assistant.questions import clean_question, problem_with, scripts
from assistant.reader import Reader
from assistant.settings import Settings
from assistant.types import Answer, Segment, Turn
from assistant.verification.verifier import Verifier
from index.abbreviations import expand, learn
from index.embeddings import is_common
from index.settings import go_offline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from index.embeddings import Embedder
    from index.search import Index, Retriever

ASK_FROM = 0.25
"""Probability from which on a language model is asked at all: of 137 questions that got a lower one, none was answered
by what was found. Below, it could only write about what is not there."""

log = logging.getLogger(__name__)

T = TypeVar("T")

State = dict[str, Any]
"""What flows through the chain: the request, the index that this question keeps, then the documents."""


class Assistant:
    """Answers questions from an index; safe to use from several threads.

    Args:
        live: Gives the index to answer from.
        settings: How to answer.
        reader: The reading model; None to choose sentences without it.
        model: The language model that writes answers, or why it cannot; None for quotes only.
    """

    def __init__(
        self,
        live: LiveIndex,
        settings: Settings,
        reader: Reader | None = None,
        model: ChatModel | ModelModeError | None = None,
    ) -> None:
        self._live = live
        self._reader = reader
        self._settings = settings
        self._model = model
        self._scripts = _Learned(scripts)
        self._names = _Learned(learn)
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
        settings = Settings.of(home, settings)
        build_if_missing(settings, embedder, progress)
        return cls(LiveIndex(settings.index, embedder), settings, _load_reader(settings), _open_model(settings))

    @property
    def index(self) -> Index:
        """The index that answers now."""
        return self._live.get()

    def refresh(self) -> None:
        """Answers from the newest index from now on; otherwise a question finds it seconds after its publication."""
        self._live.refresh()

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
        if history and isinstance(question, str) and isinstance(self._model, ChatModel):
            # Said before it is asked to make the question stand alone: who waits for it takes no place from others.
            reason = f"Waiting for {self._model.name}"
            yield Answer(question=question, standalone=question, status="working", reason=reason, mode="model")
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
        # Not RunnablePassthrough.assign: it leaves a cycle behind every answer, with the index, until a collection.
        retrieve: Runnable[State, State] = RunnableLambda(self._retrieve, name="retrieve")
        answer: Runnable[State, Answer] = RunnableLambda(self._answer, afunc=self._answer_async, name="answer")
        chain: Runnable[Any, Answer] = prepare | retrieve | answer
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
        problem = problem_with(question, len(asked), self._scripts.of(index))
        return {
            "question": question,
            "standalone": question if problem else index.mended(self._standalone(question, turns)),
            "problem": problem,
            "index": index,
            "started": started,
        }

    def _standalone(self, question: str, turns: Sequence[Turn]) -> str:
        if turns and isinstance(self._model, ChatModel):
            return standalone_with_model(self._model, question, turns)
        return standalone(question, turns)

    def _retrieve(self, state: State, config: RunnableConfig) -> State:
        if state["problem"]:
            return {**state, "documents": []}
        retriever: Retriever = state["index"].as_retriever(self._settings.hits)
        return {**state, "documents": retriever.invoke(state["standalone"], config)}

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
            yield replace(draft, reason=f"Reading {count(len(draft.hits), 'passage')}")
            finished = yield from self._finish(draft, index)
        total = time.perf_counter() - state["started"]
        yield check(replace(finished, timings={**finished.timings, "total": total}), index.articles)

    async def _answer_async(self, state: State) -> AsyncIterator[Answer]:
        """:meth:`_answer` for event loops: the same steps, each in a worker thread."""
        steps = self._answer(state)
        while (answer := await asyncio.to_thread(next, steps, None)) is not None:
            yield answer

    def _finish(self, draft: Answer, index: Index) -> Writing:
        """Finishes a draft from its hits: by the sentences that answer, by a language model, or by an abstention."""
        started = time.perf_counter()
        draft, reading = self._read(draft, index)
        times = {**draft.timings, "read": time.perf_counter() - started}
        draft = replace(draft, confidence=reading.probability, timings=times)
        is_sure = reading.probability >= self._settings.threshold and bool(reading.shown)
        found = quoted(draft, reading) if is_sure else abstained(draft)
        if self._model is None or not draft.hits or reading.probability < ASK_FROM:
            return found
        if isinstance(self._model, ModelModeError):
            return fallen_back(found, str(self._model))
        writer = Writer(self._model, Verifier(index.embedder, self._reader))
        return (yield from writer.write(draft, found))

    def _read(self, draft: Answer, index: Index) -> tuple[Answer, Selection]:
        """Chooses from the hits; if that is no answer, from those of the question without its abbreviations, too.

        Not at once: an article that has explained an abbreviation mostly goes on with it.
        """
        reading = select(draft.standalone, draft.hits, index.embedder, index.keywords, self._reader)
        if reading.probability >= self._settings.threshold:
            return draft, reading
        question = expand(draft.standalone, self._names.of(index), partial(is_common, index.embedder))
        if question == draft.standalone:
            return draft, reading
        hits = index.search(question, self._settings.hits)
        again = select(question, hits, index.embedder, index.keywords, self._reader)
        better = again.probability > reading.probability
        return (replace(draft, hits=tuple(hits)), again) if better else (draft, reading)


class _Learned(Generic[T]):
    """What is learned from the texts of all articles, once for each generation of the index."""

    def __init__(self, learned_from: Callable[[Iterable[str]], T]) -> None:
        self._learned_from = learned_from
        self._found: tuple[str, T] | None = None

    def of(self, index: Index) -> T:
        found = self._found
        if found is None or found[0] != index.generation:
            # As one: while a new generation takes over, two questions may ask for different ones.
            found = self._found = (index.generation, self._learned_from(one.text for one in index.articles.values()))
        return found[1]


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


def _load_reader(settings: Settings) -> Reader | None:
    """The reading model, or None with a line in the log: answers are then less sharp, but as exact."""
    try:
        return Reader.load(settings.index.precision)
    except ReaderError as error:
        log.warning("%s", error)
        return None


def _open_model(settings: Settings) -> ChatModel | ModelModeError | None:
    """The language model that the settings name; without its package or its key, what every answer has to say of it."""
    if not settings.model:
        return None
    try:
        return ChatModel.open(settings)
    except ModelModeError as error:
        log.warning("%s", error)
        return error
