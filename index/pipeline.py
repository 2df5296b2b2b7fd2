"""One build, from the lock to the report."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from index.embeddings import Embedder, LazyEmbedder
from index.errors import IndexDamagedError, IndexMissingError, storage_errors
from index.fetching import fetch
from index.gathering import Gathering
from index.generations import IndexFolder
from index.library import Entry, Library, read_library, write_library
from index.manifest import SCHEMA, Manifest, read_manifest, verify_file
from index.parsing import Parser
from index.passages import SPLITTER, split_article
from index.plans import Former, Plan
from index.records import ARTICLES, PASSAGES, read_articles, read_passages
from index.reports import BuildReport, changes_between
from index.settings import IndexSettings
from index.sketches import read_sketches, write_sketches
from index.types import Skipped
from index.writing import Embedding, FormerVectors, write_generation

if TYPE_CHECKING:
    from pathlib import Path

    from index.types import Article, Passage

Progress = Callable[[str, int, int], None]
"""Is told the step ("reading", "embedding", "writing", "checking"), how much of it is done and how much there is.

Reading and embedding go on at the same time. Whatever it raises ends the build, and the index stays as it was.
"""

LOST = "damaged, and does not say any more what it was made of; what was added to the one before must be added again"
"""Why a generation is named among what was left out."""

MakePlan = Callable[[Former, tuple[str, ...]], Plan]
"""Makes a plan from what the index holds and from what it is of, which is nothing if there never was one."""


class Build:
    """One build; arguments as for :func:`index.build.build`."""

    def __init__(
        self, home: Path | None, settings: IndexSettings | None, embedder: Embedder | None, progress: Progress | None
    ) -> None:
        self._started = datetime.now(UTC)
        self._settings = settings or IndexSettings.from_env(home=home)
        self._folder = IndexFolder(home or self._settings.home)
        self._embedder: Embedder = embedder or LazyEmbedder(self._settings)
        self._tell = progress or (lambda _step, _done, _total: None)

    def run(self, make_plan: MakePlan, *, dry_run: bool) -> BuildReport:
        """Carries a plan out."""
        folder = self._folder
        with folder.write_lock(), storage_errors("build the index", folder.root):
            before = _manifest_or_none(folder)
            former = self._former(before)
            last = _last_roots(folder)
            plan = make_plan(former, last)
            gathering = Gathering(plan, former, partial(fetch, allowed=self._settings.network == "on"))
            if last and set(last) <= set(plan.roots) and (lost := _lost_name(folder)):
                gathering.skipped.append(Skipped(f"index generation {lost}", LOST))
            vectors = FormerVectors(folder, self._embedder)
            embedding = Embedding(self._embedder, vectors, partial(self._tell, "embedding"))
            with Parser() as parser:
                parser.start()
                for passages, had_version in gathering.run(parser, self._split, partial(self._tell, "reading")):
                    if not dry_run:
                        embedding.add(passages, may_be_known=had_version)
            report = self._report(before, former, gathering)
            content = self._content(gathering.articles)
            if dry_run:
                return dataclasses.replace(report, is_dry_run=True)
            if before and _is_same(folder, before, former, content, plan):
                folder.remove_old()
                return report
            self._tell("embedding", embedding.embedded, embedding.embedded)
            manifest = self._write(plan, former, gathering, embedding, vectors, report, content)
            with contextlib.suppress(OSError):  # what is left over now goes with the next build
                folder.remove_old()
            return dataclasses.replace(
                report,
                generation=manifest.generation,
                published=True,
                passages=manifest.passages,
                embedded=embedding.embedded,
                seconds=self._seconds(),
            )

    def _former(self, before: Manifest | None) -> Former:
        """What can be taken over; nothing if the generation before is damaged."""
        with contextlib.suppress(IndexDamagedError, IndexMissingError):
            if before is None:
                return Former()
            path = self._folder.generations / before.generation
            for name in (ARTICLES, PASSAGES):
                verify_file(path, name, before.files[name])
            articles = read_articles(path)
            library = read_library(path, before)
            passages: dict[str, list[Passage]] = {name: [] for name in articles}
            for passage in read_passages(path, articles):
                passages[passage.article_id].append(passage)
            now = (self._embedder.fingerprint, self._settings.passage_size, self._settings.overlap, SPLITTER)
            is_split_alike = now == (before.fingerprint, before.passage_size, before.overlap, library.splitter)
            return Former(
                library=library,
                articles=articles,
                passages=passages if is_split_alike else {},
                sketches=read_sketches(path, before, list(articles)),
            )
        return Former()

    def _split(self, article: Article) -> list[Passage]:
        size = min(self._settings.passage_size, self._embedder.max_tokens)
        return split_article(article, self._embedder.count_tokens, size=size, overlap=self._settings.overlap)

    def _content(self, articles: dict[str, Article]) -> str:
        settings = self._settings
        looks = sorted((article.id, article.source, article.layout) for article in articles.values())
        parts = [SCHEMA, SPLITTER, self._embedder.fingerprint, settings.precision, settings.passage_size,
                 settings.overlap, looks]  # fmt: skip
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _report(self, before: Manifest | None, former: Former, gathering: Gathering) -> BuildReport:
        places = {name: entry.location for name, entry in former.library.entries.items()} | gathering.locations
        return BuildReport(
            generation=before.generation if before else "",
            published=False,
            articles=len(gathering.articles),
            passages=before.passages if before else 0,
            changes=changes_between(former.articles, gathering.articles, places),
            skipped=tuple(gathering.skipped),
            seconds=self._seconds(),
        )

    def _seconds(self) -> float:
        return (datetime.now(UTC) - self._started).total_seconds()

    def _write(
        self,
        plan: Plan,
        former: Former,
        gathering: Gathering,
        embedding: Embedding,
        vectors: FormerVectors,
        report: BuildReport,
        content: str,
    ) -> Manifest:
        from index.check import CheckProcess  # noqa: PLC0415 - loads Chroma

        folder, embedder, settings = self._folder, self._embedder, self._settings
        articles = list(gathering.articles.values())
        passages = [passage for article in articles for passage in gathering.passages[article.id]]
        manifest = Manifest(
            generation=folder.next_name(),
            created=self._started.isoformat(timespec="seconds"),
            model=embedder.name,
            fingerprint=embedder.fingerprint,
            precision=embedder.precision,
            # Not asked of the model if it need not be loaded for anything else.
            dimension=vectors.place[1].dimension if vectors.place else embedder.dimension,
            passage_size=settings.passage_size,
            overlap=settings.overlap,
            sources=plan.roots,
            articles=len(articles),
            passages=len(passages),
            content=content,
        )
        self._tell("writing", 0, 1)
        with contextlib.closing(CheckProcess(folder)) as check:
            building = folder.new_building()
            self._write_library(building, plan, former, gathering, report)
            known = itertools.chain.from_iterable(former.passages.values())
            sha256 = write_generation(building, manifest, articles, passages, embedding, vectors, known)
            self._tell("checking", 0, 1)
            check.check(building)
        self._tell("checking", 1, 1)  # told before, so that nothing can interrupt a build that is published already
        folder.publish(building, manifest.generation, sha256)
        return manifest

    def _write_library(
        self, building: Path, plan: Plan, former: Former, gathering: Gathering, report: BuildReport
    ) -> None:
        from index.duplicates import find_near, sketch  # noqa: PLC0415 - loads SciPy

        now = self._started.isoformat(timespec="seconds")
        known = former.library.entries
        sketches = {
            name: former.sketches[name] if name in former.sketches else sketch(article.text)
            for name, article in gathering.articles.items()
        }
        near = find_near(sketches)
        entries = {
            name: Entry(
                location=gathering.locations[name],
                added=known[name].added if name in known else now,
                passages=len(gathering.passages[name]),
                near=near.get(name, ()),
            )
            for name in gathering.articles
        }
        summary = {name: value for name, value in report.to_dict().items() if name not in ("changes", "passages")}
        library = Library(gathering.files, entries, tuple(sorted(plan.removed)), summary, SPLITTER)
        write_library(building, library)
        write_sketches(building, list(sketches.values()))


def _manifest_or_none(folder: IndexFolder) -> Manifest | None:
    """Manifest of the index as it is, if it can be read; a build is how a damaged index is mended."""
    with contextlib.suppress(IndexDamagedError, IndexMissingError):
        return folder.manifest()
    return None


def _lost_name(folder: IndexFolder) -> str | None:
    """The current generation, if it does not say any more what it was made of; then an older one said so."""
    name = folder.current_name()
    if name is None:
        return None
    try:
        read_manifest(folder.generations / name)
    except IndexDamagedError:
        return name
    return None


def _last_roots(folder: IndexFolder) -> tuple[str, ...]:
    """What the last build was of, even if its generation is damaged; nothing if there never was one."""
    try:
        return folder.last_manifest().sources
    except IndexMissingError:
        return ()


def _is_same(folder: IndexFolder, before: Manifest, former: Former, content: str, plan: Plan) -> bool:
    """Whether the current generation is what would be written, and every file of it is as it was written.

    ``before`` may be another one's manifest: if the disk failed once on reading that of the current generation.
    """
    if (before.content, before.sources) != (content, plan.roots) or set(former.library.removed) != plan.removed:
        return False
    with contextlib.suppress(IndexDamagedError, IndexMissingError):
        return folder.verify_current() == before
    return False
