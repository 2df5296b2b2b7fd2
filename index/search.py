"""An opened index: search by meaning and by words, fused; and the LangChain retriever over it."""

from __future__ import annotations

import contextlib
import errno
import functools
from typing import TYPE_CHECKING, Self

import numpy as np
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.embeddings import Embedder, SentenceEmbedder, is_common
from index.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, StorageError
from index.fusion import fuse
from index.generations import IndexFolder, PrivateCopy
from index.keywords import KeywordIndex
from index.manifest import Manifest, read_manifest, verify_file
from index.models import model_identity
from index.records import read_articles, read_passages
from index.settings import IndexSettings
from index.spelling import Speller
from index.stores import vector_files
from index.types import Article, Hit, Passage
from index.vectors import VectorStore, places_of_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from langchain_core.callbacks import CallbackManagerForRetrieverRun

DEPTH = 64
"""Passages taken from each of the two searches before they are fused, at least."""


class Index:
    """One generation, opened. Never changes; to see a newer generation, open again.

    Attributes:
        generation: Its name, such as ``"000003"``.
        manifest: What it is made of.
        articles: All articles by id.
        passages: All passages, those of one article in order.
        notice: A sentence for people if this is not the generation that it should be, else None.
    """

    def __init__(
        self,
        manifest: Manifest,
        articles: Mapping[str, Article],
        passages: Sequence[Passage],
        vectors: VectorStore,
        keywords: KeywordIndex,
        copy: PrivateCopy,
        embedder: Embedder,
    ) -> None:
        self.generation = manifest.generation
        self.manifest = manifest
        self.articles = articles
        self.notice: str | None = None
        self.keywords = keywords
        self.embedder = embedder
        self.passages = passages
        self._places = {passage.id: place for place, passage in enumerate(passages)}
        self._keys = [passage.vector_key() for passage in passages]
        self._twins = places_of_keys(passages, self._keys)
        self._vectors = vectors
        self._copy = copy

    @classmethod
    def open(
        cls,
        home: Path | None = None,
        *,
        settings: IndexSettings | None = None,
        embedder: Embedder | None = None,
    ) -> Self:
        """Opens the current generation; if it is damaged, sets it aside and opens the one before.

        Args:
            home: Where the index is; None for that of the settings.
            settings: None for :class:`IndexSettings` as the environment says.
            embedder: None to load the one that the settings name.

        Raises:
            IndexMissingError: If there is no index.
            IndexDamagedError: If no generation can be opened.
            IndexMismatchError: If it was made with another embedding model.
            StorageError: If this process has no room for the files, in memory, on disk or in open files.
            ModelError: If the embedding model cannot be loaded.
        """
        settings = settings or IndexSettings.from_env(home=home)
        folder = IndexFolder(home or settings.home)
        with contextlib.suppress(IndexDamagedError):  # what is damaged is set aside below, one by one
            _refuse_other_model(folder.manifest(), *_identity(settings, embedder))
        embedder = embedder or SentenceEmbedder.load(settings)
        problems: list[str] = []
        while candidates := folder.candidates():
            path, expected = candidates[0]
            try:
                index = cls._open_generation(folder, path, read_manifest(path, expected), embedder)
            except IndexDamagedError as error:
                if folder.candidates() != candidates:
                    continue  # a build published, or cleared this one away, while we were opening it
                _refuse_to_blame_files(error)
                problems.append(str(error))
                folder.put_aside(path)
                if folder.candidates() != candidates:
                    continue
                index = cls._open_any(folder, candidates[1:], embedder, problems)
            if folder.current_name() is None:
                problems.append("The index does not say which generation is the current one.")
            if problems:
                index.notice = (
                    f"{problems[0]} Generation {index.generation} of {index.manifest.created[:10]} answers. "
                    "To make a new one: assistant index rebuild"
                )
            return index
        absence = folder.absence()
        if isinstance(absence, IndexMissingError) and not problems:
            raise absence
        raise _none_left([*problems, str(absence)])

    @classmethod
    def _open_any(
        cls,
        folder: IndexFolder,
        candidates: list[tuple[Path, str | None]],
        embedder: Embedder,
        problems: list[str],
    ) -> Self:
        """Opens the first generation that can be, where damaged ones cannot be moved out of the way."""
        for path, expected in candidates:
            try:
                return cls._open_generation(folder, path, read_manifest(path, expected), embedder)
            except IndexDamagedError as error:
                problems.append(str(error))
        raise _none_left(problems)

    @classmethod
    def _open_generation(cls, folder: IndexFolder, path: Path, manifest: Manifest, embedder: Embedder) -> Self:
        _refuse_other_model(manifest, embedder.name, embedder.fingerprint)
        for name, sha256 in manifest.files.items():
            if not name.startswith("chroma/"):
                verify_file(path, name, sha256)
        articles = read_articles(path)
        passages = read_passages(path, articles)
        keywords = KeywordIndex.open(path / "keywords")
        copy = PrivateCopy(folder, path, vector_files(manifest))
        try:
            vectors = VectorStore.open(copy.folder / "chroma")
        except IndexDamagedError as error:
            copy.close()
            # The copy is what was once written and checked: its files are not to blame, and stay where they are.
            raise StorageError(f"{error} If trying again does not help: assistant index rebuild") from error
        except BaseException:
            copy.close()
            raise
        return cls(manifest, articles, passages, vectors, keywords, copy, embedder)

    def search(self, question: str, k: int = 8) -> list[Hit]:
        """Passages for a question, best first.

        Both searches give their best; the lists are fused by :func:`index.fusion.fuse`.

        Args:
            question: In plain language; empty gives no hits.
            k: How many at most, 1 or more.
        """
        if k < 1:
            raise ValueError(f"k is {k}, but at least one passage must be asked for.")
        if not question.strip():
            return []
        vector = self.embedder.encode_question(question)
        by_word = self.keywords.scores(question)
        depth = min(max(DEPTH, 4 * k), len(self.passages))
        near = dict(self._vectors.search(vector, depth))
        by_words = [self._keys[place] for place in np.argsort(-by_word, kind="stable")[:depth] if by_word[place] > 0]
        # Both scores of every candidate: fusing with gaps for what only one search found costs several points.
        near |= self._vectors.similarities(vector, [key for key in dict.fromkeys(by_words) if key not in near])
        similarities = {self.passages[place].id: near[key] for key in near for place in self._twins[key]}
        keyword_scores = {name: float(by_word[self._places[name]]) for name in similarities}
        scores = fuse(similarities, keyword_scores, self.keywords.highest(question))
        best = sorted(scores, key=lambda name: (-scores[name], self._places[name]))[:k]
        return [self._hit(name, scores[name], similarities[name], keyword_scores[name]) for name in best]

    def mended(self, question: str) -> str:
        """The question with slips of the finger mended by the words of the articles; see :meth:`Speller.mend`.

        A word that the embedding model knows as one piece is common enough to be meant as it stands.
        """
        return self._speller.mend(question)

    @functools.cached_property
    def _speller(self) -> Speller:
        # Not the index itself: it would hold itself, and keep its files open until Python's collector came by.
        common = functools.partial(is_common, self.embedder)
        return Speller(self.keywords, (passage.embedding_text() for passage in self.passages), common)

    def _hit(self, passage_id: str, score: float, similarity: float, keyword_score: float) -> Hit:
        passage = self.passages[self._places[passage_id]]
        return Hit(
            passage=passage,
            article=self.articles[passage.article_id],
            score=score,
            similarity=similarity,
            keyword_score=keyword_score,
        )

    def to_hit(self, document: Document) -> Hit:
        """The hit behind a document that this index's retriever gave.

        Raises:
            KeyError: If the document is not from this index.
        """
        metadata = document.metadata
        return self._hit(str(document.id), metadata["score"], metadata["similarity"], metadata["keyword_score"])

    def as_retriever(self, k: int = 8) -> Retriever:
        """A LangChain retriever over this generation that gives ``k`` documents."""
        return Retriever(index=self, k=k)

    def close(self) -> None:
        """Releases files and removes the private copy; may be called twice."""
        self._vectors.close()
        self._copy.close()

    def __len__(self) -> int:
        """Number of passages."""
        return len(self.passages)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Retriever(BaseRetriever):
    """LangChain's view of an :class:`Index`: documents with the passage's text and where it is from.

    A document's metadata holds ``article_id``, ``start``, ``end``, ``title``, ``publisher``, ``published`` (the last
    two only if known), ``score``, ``similarity`` and ``keyword_score``; its id is the passage's.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager  # there is nothing below this step to report
        return [to_document(hit) for hit in self.index.search(query, self.k)]


def to_document(hit: Hit) -> Document:
    """A hit as a LangChain document."""
    metadata = {
        "article_id": hit.article.id,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "title": hit.article.title,
        "publisher": hit.article.publisher,
        "published": hit.article.published,
        "score": hit.score,
        "similarity": hit.similarity,
        "keyword_score": hit.keyword_score,
    }
    known = {name: value for name, value in metadata.items() if value is not None}
    return Document(id=hit.passage.id, page_content=hit.passage.text, metadata=known)


def _identity(settings: IndexSettings, embedder: Embedder | None) -> tuple[str, str]:
    return (embedder.name, embedder.fingerprint) if embedder else model_identity(settings.embedding_model)


def _refuse_other_model(manifest: Manifest, name: str, fingerprint: str) -> None:
    if manifest.fingerprint != fingerprint:
        raise IndexMismatchError(
            f"The index was made with the embedding model {manifest.model}, but the settings name {name}. "
            "Build it again: assistant index rebuild (or set ASSISTANT_EMBEDDING_MODEL back)."
        )


def _refuse_to_blame_files(error: IndexDamagedError) -> None:
    """Lets a good generation where it is when it only could not be read for want of handles or memory."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
        raise StorageError(f"Could not open the index ({cause.strerror}). Try again when less is running.") from error


def _none_left(problems: list[str]) -> IndexDamagedError:
    return IndexDamagedError(f"{problems[0]} No other generation can be opened. Build again: assistant index rebuild")
