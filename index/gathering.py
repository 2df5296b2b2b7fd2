"""From what the user named to articles: files are found, compared with what is known of them, and read if need be."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.addresses import is_address, shown
from index.ahead import ahead
from index.errors import SourceError, printable
from index.library import READERS, FileRecord
from index.plans import SEEDS, Former, Plan
from index.readers.formats import is_supported
from index.reading import Source, bytes_of, find_sources
from index.types import Article, Passage, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.fetching import Fetched


_AHEAD = 16
"""Files that are read and split while earlier ones are embedded."""

Split = Callable[["Article"], "list[Passage]"]
"""Splits an article into passages."""


class Reads(Protocol):
    """What turns bytes into articles: :class:`index.parsing.Parser`."""

    def read(self, content: bytes, name: str, ending: str = "") -> list[Article | Skipped]:
        """See :meth:`index.parsing.Parser.read`."""
        ...


@dataclass(slots=True)
class _Outcome:
    """What became of a file: either a record of it (with its new articles), or why there is none."""

    location: str
    source: Source
    sha256: str = ""
    items: list[Article | Skipped] = field(default_factory=list)
    passages: dict[str, list[Passage]] = field(default_factory=dict)
    problem: str | None = None
    is_known: bool = False


class Gathering:
    """Collects the articles of a plan.

    Args:
        plan: What to collect.
        former: What is known already.
        fetch: Gives what an address holds.

    Attributes:
        articles: By id, in order.
        passages: By article id.
        files: What is known of each file, by location.
        locations: Location of each article.
        skipped: What is left out.
    """

    def __init__(self, plan: Plan, former: Former, fetch: Callable[[str], Fetched]) -> None:
        self.articles: dict[str, Article] = {}
        self.passages: dict[str, list[Passage]] = {}
        self.files: dict[str, FileRecord] = {}
        self.locations: dict[str, str] = {}
        self.skipped: list[Skipped] = []
        self._plan = plan
        self._former = former
        self._fetch = fetch
        self._split: Split = lambda _: []
        self._read_any = False
        self._named_problem: Skipped | None = None

    def run(
        self, parser: Reads, split: Split, tell: Callable[[int, int], None]
    ) -> Iterator[tuple[list[Passage], bool]]:
        """Goes through everything; gives the passages of new articles as they come.

        With them it tells whether there was a former version, most of whose words are likely to be the same.

        Files are read and split in another thread while the caller embeds.

        Args:
            parser: Reads files.
            split: Splits an article; called from the other thread.
            tell: Is told how many files are done, and of how many.

        Raises:
            SourceError: If a named source does not exist, or nothing at all is left to index.
        """
        with _paths(self._plan.to_read) as paths:
            found = list(self._find(paths))
            self._split = split
            yield self._carry_over(found), True
            with contextlib.closing(ahead(self._outcomes(found, parser, split), _AHEAD)) as outcomes:
                for done, outcome in enumerate(outcomes, 1):
                    yield self._take(outcome), outcome.location in self._former.library.files
                    tell(done, len(found))
        self._refuse_nothing()

    def _find(self, paths: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, Source]]:
        seen: set[str] = set()
        for root, path in paths:
            if is_address(root):
                yield root, Source(path, shown(root), is_named=True, address=root)
                continue
            try:
                for source in find_sources([path]):
                    location = f"{SEEDS}{source.name}" if root == SEEDS else str(source.path)
                    if location not in seen:
                        seen.add(location)
                        yield location, source
            except SourceError:
                # A file that was indexed and is gone is an article that was removed; a folder that is gone may be a
                # disk that is not plugged in.
                if self._plan.is_explicit or root not in self._former.library.files or path.exists():
                    raise

    def _carry_over(self, found: Sequence[tuple[str, Source]]) -> list[Passage]:
        """Takes over what is known of files that are not looked at now, or cannot be."""
        to_read = {location for location, _ in found}
        shut = [location for location, source in found if source.problem]
        others = [root for root in self._plan.roots if root not in self._plan.to_read]
        new: list[Passage] = []
        for location, record in self._former.library.files.items():
            if location not in to_read and any(is_within(location, root) for root in (*others, *shut)):
                new += self._keep(location, record)
        return new

    def _outcomes(self, found: Sequence[tuple[str, Source]], parser: Reads, split: Split) -> Iterator[_Outcome]:
        for location, source in found:
            yield self._outcome(location, source, parser, split)

    def _outcome(self, location: str, source: Source, parser: Reads, split: Split) -> _Outcome:
        outcome = _Outcome(location, source)
        if source.problem:
            outcome.problem = source.problem
            return outcome
        if not source.is_named and not is_supported(source.name):
            outcome.items = [Skipped(source.name, "format is not supported", is_problem=False)]
            return outcome
        try:
            content, ending = self._content(source)
            outcome.sha256 = hashlib.sha256(content).hexdigest()
            if self._is_known(location, outcome.sha256):
                outcome.is_known = True
                return outcome
            outcome.items = parser.read(content, source.name, ending)
            if source.address:
                outcome.items = [_at(item, source.address) for item in outcome.items]
        except SourceError as error:
            outcome.problem = error.reason
        for item in outcome.items:
            if isinstance(item, Article):
                outcome.passages[item.id] = self._former.passages.get(item.id) or split(item)
        return outcome

    def _content(self, source: Source) -> tuple[bytes, str]:
        """The bytes behind a source, and the ending of their format if the source's name does not tell."""
        if not source.address:
            return bytes_of(source), ""
        found = self._fetch(source.address)
        return found.content, found.ending

    def _is_known(self, location: str, sha256: str) -> bool:
        record = self._former.library.files.get(location)
        if record is None or (record.sha256, record.readers) != (sha256, READERS):
            return False
        if any(_file_of(key) == location for key in self._former.library.removed):
            return False
        return all(name in self._former.passages for name in record.articles)

    def _take(self, outcome: _Outcome) -> list[Passage]:
        location, source = outcome.location, outcome.source
        record = self._former.library.files.get(location)
        if outcome.is_known and record is not None:
            self._read_any = True
            return self._keep(location, record, source.name)
        if outcome.problem is not None:
            if record is None or not record.articles:
                self.skipped.append(Skipped(source.name, outcome.problem))
                self._named_problem = self.skipped[-1] if source.is_named else None
                return []
            self.skipped.append(Skipped(source.name, f"{outcome.problem}; its former version stays in the index"))
            return self._keep(location, record)
        new: list[Passage] = []
        for article in self._wanted(outcome):
            self._read_any = True
            if article.id in self.articles:
                self._note_twin(article)
                continue
            self._admit(article, location, outcome.passages[article.id])
            if article.id not in self._former.passages:
                new += outcome.passages[article.id]
        skipped = tuple(item for item in outcome.items if isinstance(item, Skipped))
        is_ours = location.startswith(SEEDS)  # what else lies among the seeds need not be told
        self.skipped += [item for item in skipped if item.is_problem or not is_ours]
        if outcome.sha256:
            articles = tuple(item.id for item in outcome.items if isinstance(item, Article))
            self.files[location] = FileRecord(sha256=outcome.sha256, articles=articles, skipped=skipped)
        return new

    def _wanted(self, outcome: _Outcome) -> list[Article]:
        """The articles of a file but those that the user took out."""
        articles = [item for item in outcome.items if isinstance(item, Article)]
        wanted = []
        for number, article in enumerate(articles, 1):
            if {outcome.location, removal_key(outcome.location, number)} & self._plan.removed:
                reason = "was removed from the index; name it to add it again"
                self.skipped.append(Skipped(article.source, reason, is_problem=False))
            else:
                wanted.append(article)
        return wanted

    def _keep(self, location: str, record: FileRecord, name: str = "") -> list[Passage]:
        """Takes over a file's articles as they are, but for the name that its folder has now.

        Returns:
            Their passages, if they have to be made anew.
        """
        new: list[Passage] = []
        for number, article_id in enumerate(record.articles, 1):
            article = self._former.articles.get(article_id)
            if article is None or {location, removal_key(location, number)} & self._plan.removed:
                continue
            if name and len(record.articles) == 1 and article.source != name:
                article = replace(article, source=name)
            if article_id in self.articles:
                self._note_twin(article, is_told=bool(name))
                continue
            passages = self._former.passages.get(article_id)
            if passages is None:
                passages = self._split(article)
                new += passages
            self._admit(article, location, passages)
        if name and not location.startswith(SEEDS):
            self.skipped += record.skipped
        self.files[location] = record
        return new

    def _note_twin(self, article: Article, *, is_told: bool = True) -> None:
        if is_told:
            twin = self.articles[article.id].source
            self.skipped.append(Skipped(article.source, f"has the same content as {twin}", is_problem=False))

    def _admit(self, article: Article, location: str, passages: list[Passage]) -> None:
        self.articles[article.id] = article
        self.locations[article.id] = location
        self.passages[article.id] = passages

    def _refuse_nothing(self) -> None:
        if self.articles and (self._read_any or not self._plan.is_explicit):
            return
        problems = [f"{item.source}: {item.reason}" for item in self.skipped if item.is_problem]
        if self._named_problem and len(self._plan.to_read) == 1:
            raise SourceError(
                self._named_problem.source, f"{self._named_problem.reason}. The index is as it was before."
            )
        raise SourceError(
            ", ".join(map(printable, self._plan.to_read or self._plan.roots)),
            f"no article was found ({'; '.join(problems) or 'no file of a supported format'}). "
            "The index is as it was before.",
        )


def _at(item: Article | Skipped, address: str) -> Article | Skipped:
    return replace(item, url=address) if isinstance(item, Article) and item.url is None else item


def removal_key(location: str, number: int) -> str:
    """Names the n-th article of a file, from 1, among those that the user removed."""
    return f"{location}#{number}"


def _file_of(key: str) -> str:
    location, mark, number = key.rpartition("#")
    return location if mark and number.isdigit() else key


def is_within(location: str, root: str) -> bool:
    """Whether a file is a root itself or lies in it."""
    return location == root or location.startswith(root if root == SEEDS else root.rstrip("/") + "/")


@contextlib.contextmanager
def _paths(named: Sequence[str]) -> Iterator[list[tuple[str, Path]]]:
    with contextlib.ExitStack() as stack:
        yield [(name, stack.enter_context(as_file(files("seeds"))) if name == SEEDS else Path(name)) for name in named]
