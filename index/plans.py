"""What a build is to hold, and what it can take over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.library import Library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.sketches import Sketch
    from index.types import Article, Passage

SEEDS = "seeds:"
"""As a source: the articles that are installed with the project."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build is to hold.

    Attributes:
        roots: What the index is of from now on: absolute paths, addresses, :data:`SEEDS`.
        to_read: Those of them that are looked at now; articles of the others stay as they are.
        is_explicit: Whether the user named ``to_read`` for this build: a missing one is then a slip of the finger.
        removed: See :class:`index.library.Library`.
    """

    roots: tuple[str, ...]
    to_read: tuple[str, ...]
    is_explicit: bool
    removed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Former:
    """The generation before, as far as it can be taken over.

    Attributes:
        library: Where its articles come from.
        articles: By id.
        passages: By article, if they would be split the same way today.
        sketches: By article, see :mod:`index.duplicates`.
    """

    library: Library = field(default_factory=Library)
    articles: Mapping[str, Article] = field(default_factory=dict)
    passages: Mapping[str, list[Passage]] = field(default_factory=dict)
    sketches: Mapping[str, Sketch] = field(default_factory=dict)
