"""What a build did, or would do."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.types import Article, Skipped

ChangeKind = Literal["added", "replaced", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """An article that came, went, or took the place of its former version.

    Attributes:
        kind: Which of these.
        article_id: Of the article; of the new one if it was replaced.
        title: Its title.
        source: The file's name.
    """

    kind: ChangeKind
    article_id: str
    title: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: The generation that answers now.
        published: Whether it is new; False when nothing had changed, and for a dry run.
        articles: Articles in it; for a dry run, in what would be built.
        passages: Passages in it; of a dry run, those of the generation that answers.
        changes: Articles that were added, replaced or removed.
        embedded: Passages that were embedded; all others were taken over.
        skipped: What was not indexed, with the reason.
        seconds: How long it took.
        is_dry_run: Whether nothing was done but finding out.
    """

    generation: str
    published: bool
    articles: int
    passages: int
    changes: tuple[Change, ...] = ()
    embedded: int = 0
    skipped: tuple[Skipped, ...] = ()
    seconds: float = 0.0
    is_dry_run: bool = False

    @property
    def added(self) -> int:
        """Articles that the generation before did not have in any version."""
        return self._count("added")

    @property
    def replaced(self) -> int:
        """Articles that took the place of another version from the same file or address."""
        return self._count("replaced")

    @property
    def removed(self) -> int:
        """Articles that only the generation before had."""
        return self._count("removed")

    @property
    def unchanged(self) -> int:
        """Articles that are as they were."""
        return self.articles - self.added - self.replaced

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            **dataclasses.asdict(self),
            **{name: getattr(self, name) for name in ("added", "replaced", "removed", "unchanged")},
        }

    def _count(self, kind: ChangeKind) -> int:
        return sum(change.kind == kind for change in self.changes)


def changes_between(
    before: Mapping[str, Article], after: Mapping[str, Article], places: Mapping[str, str]
) -> tuple[Change, ...]:
    """What became of the articles.

    Args:
        before: By id, those of the generation before.
        after: By id, those of the new one.
        places: Location of each of both; a new article takes the place of one that went from the same location.
    """
    gone = [name for name in before if name not in after]
    vacant = Counter(places.get(name, before[name].source) for name in gone)
    changes: list[Change] = []
    taken: Counter[str] = Counter()
    for name, article in after.items():
        if name in before:
            continue
        place = places.get(name, article.source)
        is_new_version = taken[place] < vacant[place]
        taken[place] += is_new_version
        changes.append(Change("replaced" if is_new_version else "added", name, article.title, article.source))
    for name in gone:
        place = places.get(name, before[name].source)
        if taken[place]:
            taken[place] -= 1  # its new version was counted
            continue
        changes.append(Change("removed", name, before[name].title, before[name].source))
    return tuple(changes)
