"""Numbers and how they are shown. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from load.replies import Reply

Row = dict[str, Any]
"""A line of a table, and an object of the JSON."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many are not above; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(1000 * share) // 1000) - 1))]


def answered(replies: Iterable[Reply]) -> list[Reply]:
    """Those that got an answer, or were told that there is none."""
    return [reply for reply in replies if reply.kind in ("answered", "abstained")]


def summary(replies: Sequence[Reply], seconds: float) -> Row:
    """How many of each kind, and the seconds of those that were answered."""
    kinds = Counter(reply.kind for reply in replies)
    good = answered(replies)
    times = [reply.seconds for reply in good]
    return {
        "questions": len(replies),
        "answered": kinds["answered"],
        "abstained": kinds["abstained"],
        "busy": kinds["busy"],
        "errors": kinds["failed"],
        "a second": round(len(good) / seconds, 2) if seconds else 0.0,
        "p50": round(percentile(times, 0.5), 3),
        "p95": round(percentile(times, 0.95), 3),
        "p99": round(percentile(times, 0.99), 3),
        "max": round(max(times, default=0.0), 3),
        "first p95": round(percentile([reply.first for reply in good], 0.95), 3),
    }


def troubles(replies: Iterable[Reply], limit: int = 5) -> list[str]:
    """What went wrong most often."""
    told = Counter(reply.trouble[:160] for reply in replies if reply.kind == "failed")
    return [f"{count} x {trouble}" for trouble, count in told.most_common(limit)]


def table(rows: Sequence[Row]) -> str:
    """Rows under the names of their columns; all rows have the same ones, or leave some out."""
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([_shown(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def facts(row: Mapping[str, Any]) -> str:
    """One row as a line of names and values."""
    return ", ".join(f"{name} {_shown(value)}" for name, value in row.items())


def _shown(value: object) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
