"""The write path: sources are read, split, embedded, written, checked and published as a new generation."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embeddings import Embedder, SentenceEmbedder, Vector, Vectors, model_identity
from index.errors import IndexDamagedError, IndexMissingError, SourceError, StorageError, storage_errors
from index.generations import IndexFolder
from index.manifest import SCHEMA, Manifest, read_manifest, write_manifest
from index.passages import split_article
from index.reading import Source, find_sources, is_supported, read_article
from index.records import read_articles, write_articles, write_passages
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.types import Article, Passage

SEEDS = "seeds:"
"""As a source: the articles that are installed with the project."""

Progress = Callable[[str, int, int], None]
"""Is told the step ("reading", "embedding", "writing", "checking"), how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the index, and why.

    Attributes:
        source: The file's name.
        reason: For people.
        is_problem: False for files that were left out on purpose or are of no supported format.
    """

    source: str
    reason: str
    is_problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: The generation that answers now.
        published: Whether it is new; False when nothing had changed.
        articles: Articles in it.
        passages: Passages in it.
        added: Articles that the generation before did not have.
        removed: Articles that only the generation before had.
        embedded: Passages that were embedded; all others were taken over.
        skipped: Files that were not indexed.
        seconds: How long it took.
    """

    generation: str
    published: bool
    articles: int
    passages: int
    added: int
    removed: int
    embedded: int
    skipped: tuple[Skipped, ...]
    seconds: float


def build(
    sources: Sequence[Path | str] | None = None,
    *,
    home: Path | None = None,
    settings: IndexSettings | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Makes an index that holds exactly the articles of ``sources``, and publishes it.

    Until the new generation is published the old one answers; if anything fails, or the process is killed, it goes on
    answering. The sources are only read.

    Args:
        sources: Files and folders; :data:`SEEDS` stands for the installed articles. None: the sources of the index as
            it is, or the seeds if there is none.
        home: Where the index is; None for that of the settings.
        settings: None for :class:`IndexSettings` as the environment says.
        embedder: None to load the one that the settings name.
        progress: Is called now and then, from this thread.

    Raises:
        SourceError: If a named source is not there or unreadable, or no article at all was found.
        IndexingError: Whatever else goes wrong, by kind.
    """
    started = datetime.now(UTC)
    settings = settings or IndexSettings.from_env(home=home)
    folder = IndexFolder(home or settings.home)
    tell = progress or (lambda _step, _done, _total: None)
    with folder.write_lock(), storage_errors("build the index", folder.root):
        before = _manifest_or_none(folder)
        named = _absolute(sources) if sources is not None else _last_sources(folder)
        articles, skipped = _read(named, tell)
        name, fingerprint = (
            (embedder.name, embedder.fingerprint) if embedder else model_identity(settings.embedding_model)
        )
        content = _content(articles, fingerprint, settings)
        if before and before.content == content and before.sources == named and _is_current(folder, before):
            folder.remove_old()
            return _report(before, started, skipped=skipped)
        embedder = embedder or SentenceEmbedder.load(settings)
        passages = [passage for article in articles.values() for passage in _split(article, embedder, settings)]
        known = _known_vectors(folder, embedder)
        keys = [_key(passage) for passage in passages]
        vectors, embedded = _embed(passages, keys, known, embedder, tell)
        manifest = Manifest(
            generation=folder.next_name(),
            created=started.isoformat(timespec="seconds"),
            model=name,
            fingerprint=fingerprint,
            precision=embedder.precision,
            dimension=embedder.dimension,
            passage_size=settings.passage_size,
            overlap=settings.overlap,
            sources=named,
            articles=len(articles),
            passages=len(passages),
            content=content,
        )
        old_ids = _article_ids(folder)
        _write(folder, manifest, list(articles.values()), passages, keys, vectors, tell)
        with contextlib.suppress(OSError):  # what is left over now goes with the next build
            folder.remove_old()
        new_ids = set(articles)
        return _report(
            manifest, started, published=True, skipped=skipped, embedded=embedded,
            added=len(new_ids - old_ids), removed=len(old_ids - new_ids),
        )  # fmt: skip


def _absolute(sources: Sequence[Path | str]) -> tuple[str, ...]:
    return tuple(SEEDS if str(path) == SEEDS else str(Path(path).expanduser().absolute()) for path in sources)


def _manifest_or_none(folder: IndexFolder) -> Manifest | None:
    """Manifest of the index as it is, if it can be read; a build is how a damaged index is mended."""
    with contextlib.suppress(IndexDamagedError, IndexMissingError):
        return folder.manifest()
    return None


def _is_current(folder: IndexFolder, manifest: Manifest) -> bool:
    """Whether a manifest is that of the current generation, every file of which is as it was written.

    The manifest may be another one's: if the disk failed once on reading that of the current generation.
    """
    with contextlib.suppress(IndexDamagedError, IndexMissingError):
        return folder.verify_current() == manifest
    return False


def _last_sources(folder: IndexFolder) -> tuple[str, ...]:
    """What the last build was of: not even for a damaged index do the user's articles give way to the seeds."""
    try:
        return folder.last_manifest().sources
    except IndexMissingError:
        return (SEEDS,)


def _article_ids(folder: IndexFolder) -> set[str]:
    for path, _ in folder.candidates():
        with contextlib.suppress(IndexDamagedError):
            return set(read_articles(path))
    return set()


@contextlib.contextmanager
def _paths(named: Sequence[str]) -> Iterator[list[Path]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(as_file(files("seeds"))) if name == SEEDS else Path(name) for name in named]


def _read(named: Sequence[str], tell: Progress) -> tuple[dict[str, Article], list[Skipped]]:
    articles: dict[str, Article] = {}
    skipped: list[Skipped] = []
    with _paths(named) as paths:
        found = [(source, name) for name, path in zip(named, paths, strict=True) for source in find_sources([path])]
        for done, (source, name) in enumerate(found, 1):
            unread: list[Skipped] = []
            article = _read_one(source, unread)
            skipped += [item for item in unread if item.is_problem or name != SEEDS]  # what else is there is ours
            if article is not None and article.id in articles:
                twin = articles[article.id].source
                skipped.append(Skipped(source.name, f"has the same content as {twin}", is_problem=False))
            elif article is not None:
                articles[article.id] = article
            tell("reading", done, len(found))
    if not articles:
        reasons = "; ".join(f"{item.source}: {item.reason}" for item in skipped if item.is_problem)
        raise SourceError(
            ", ".join(named),
            f"no article was found ({reasons or 'no file of a supported format'}). The index is as it was before.",
        )
    return articles, skipped


def _read_one(source: Source, skipped: list[Skipped]) -> Article | None:
    if not source.is_named and not is_supported(source):
        skipped.append(Skipped(source.name, "format is not supported", is_problem=False))
        return None
    try:
        article = read_article(source)
    except SourceError as error:
        if source.is_named:
            raise
        skipped.append(Skipped(source.name, error.reason, is_problem=True))
        return None
    if article is None:
        skipped.append(Skipped(source.name, "says 'index: false'", is_problem=False))
    return article


def _content(articles: dict[str, Article], fingerprint: str, settings: IndexSettings) -> str:
    parts = [SCHEMA, fingerprint, settings.precision, settings.passage_size, settings.overlap,
             sorted((article.id, article.source, article.layout) for article in articles.values())]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _split(article: Article, embedder: Embedder, settings: IndexSettings) -> list[Passage]:
    size = min(settings.passage_size, embedder.max_tokens)
    return split_article(article, embedder.count_tokens, size=size, overlap=settings.overlap)


def _key(passage: Passage) -> str:
    return hashlib.sha256(passage.embedding_text().encode()).hexdigest()


def _known_vectors(folder: IndexFolder, embedder: Embedder) -> dict[str, Vector]:
    """Vectors of the current generation by key, if they are of the same model and precision."""
    from index.stores import open_vectors  # noqa: PLC0415 - Chroma is not needed when nothing changed

    for path, expected in folder.candidates():
        with contextlib.suppress(IndexDamagedError, StorageError):
            manifest = read_manifest(path, expected)
            if (manifest.fingerprint, manifest.precision) != (embedder.fingerprint, embedder.precision):
                return {}
            with open_vectors(folder, path, manifest) as store:
                return store.by_key()
    return {}


def _embed(
    passages: list[Passage], keys: list[str], known: dict[str, Vector], embedder: Embedder, tell: Progress
) -> tuple[Vectors, int]:
    """Vectors of all passages, and how many had to be computed: each text once, none that is known."""
    texts = {key: passage.embedding_text() for key, passage in zip(keys, passages, strict=True) if key not in known}
    tell("embedding", 0, len(texts))
    new = embedder.encode_passages(list(texts.values()), lambda done: tell("embedding", done, len(texts)))
    vectors = {**known, **dict(zip(texts, new, strict=True))}
    return np.stack([vectors[key] for key in keys]), len(texts)


def _write(
    folder: IndexFolder,
    manifest: Manifest,
    articles: list[Article],
    passages: list[Passage],
    keys: list[str],
    vectors: Vectors,
    tell: Progress,
) -> None:
    from index.check import check_in_child  # noqa: PLC0415 - these load Chroma
    from index.keywords import write_keywords  # noqa: PLC0415
    from index.vectors import write_vectors  # noqa: PLC0415

    tell("writing", 0, 1)
    building = folder.new_building()
    write_articles(building, articles)
    write_passages(building, passages)
    write_keywords(building / "keywords", [passage.embedding_text() for passage in passages])
    write_vectors(building / "chroma", passages, keys, vectors)
    manifest_sha256 = write_manifest(building, manifest)
    tell("checking", 0, 1)
    check_in_child(folder, building)
    tell("checking", 1, 1)  # told before, so that nothing can interrupt a build that is published already
    folder.publish(building, manifest.generation, manifest_sha256)


def _report(
    manifest: Manifest, started: datetime, *, skipped: list[Skipped], published: bool = False,
    added: int = 0, removed: int = 0, embedded: int = 0,
) -> BuildReport:  # fmt: skip
    return BuildReport(
        generation=manifest.generation,
        published=published,
        articles=manifest.articles,
        passages=manifest.passages,
        added=added,
        removed=removed,
        embedded=embedded,
        skipped=tuple(skipped),
        seconds=(datetime.now(UTC) - started).total_seconds(),
    )
