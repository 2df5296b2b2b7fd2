"""What a build did and what is in the index, in words for the terminal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.library.shelf import Row
    from index.reports import BuildReport

EXAMPLES = "the example articles that come with the program"


SHOWN = 20
"""Articles, files or changes that are named one by one; of the others the number is told."""


def build_notes(report: BuildReport) -> list[str]:
    """What somebody should know beside the result: files that could not be read, and files that were left out."""
    problems = [f"Skipped {item.source}: {item.reason}" for item in report.skipped if item.is_problem]
    left_out = [f"{item.source} ({item.reason})" for item in report.skipped if not item.is_problem]
    return [*problems, f"Left out: {'; '.join(shortened(left_out))}"] if left_out else problems


def build_changes(report: BuildReport) -> list[str]:
    """A line for each article that was added, replaced or removed."""
    signs = {"added": "+", "replaced": "~", "removed": "-"}
    return shortened([f"  {signs[change.kind]} {change.title} ({change.source})" for change in report.changes])


def build_summary(report: BuildReport) -> str:
    """The result in one line."""
    counts = [f"{report.added} added", f"{report.replaced} replaced", f"{report.removed} removed"]
    told = f"{', '.join(counts)}, {report.unchanged} unchanged"
    if report.is_dry_run:
        return f"Dry run, nothing was done. It would hold {report.articles} articles: {told}."
    if not report.published:
        return f"Nothing has changed: generation {report.generation}, {report.articles} articles."
    return (
        f"Index generation {report.generation}: {report.articles} articles, {report.passages} passages "
        f"({told}; {report.embedded} passages embedded) in {report.seconds:.1f} s."
    )


def shortened(lines: list[str]) -> list[str]:
    """The first lines, and how many more there are."""
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"and {len(lines) - SHOWN} more"]


def status_text(status: dict[str, Any]) -> str:
    """What :func:`assistant.library.shelf.index_status` found, for people."""
    model = status["embedding_model"]
    last = status["last_build"]
    skipped = [f"{item['source']}: {item['reason']}" for item in last.get("skipped", ()) if item["is_problem"]]
    shown = {
        "home": status["home"],
        "generation": status["generation"],
        "created": status["created"],
        "embedding model": f"{model['name']} ({model['precision']}, {model['dimension']} dimensions)",
        "passages": status["passages"],
        "sources": [EXAMPLES if item["is_seeds"] else item["path"] for item in status["sources"]],
        "skipped by the last build": skipped,
        "removed by you": status["removed"],
        f"articles ({len(status['articles'])}; all of them: assistant index list)": shortened(
            [
                " · ".join(part for part in (item["title"], item["publisher"], item["published"]) if part)
                for item in status["articles"]
            ]
        ),
    }
    lines = []
    for name, value in shown.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {printable(item)}" for item in value)] if value else []
        else:
            lines.append(f"{name}: {printable(str(value))}")
    return "\n".join(lines)


def list_text(rows: Sequence[Row]) -> str:
    """Articles, one a line: the id by which one can be removed, date, title, publisher, passages, file."""
    lines = []
    for row in rows:
        parts = [row.title, row.publisher, f"{row.passages} passages", row.source]
        near = f" [nearly the same: {'; '.join(row.near)}]" if row.near else ""
        line = f"{row.id[:8]}  {row.published or '':<10}  {' · '.join(part for part in parts if part)}{near}"
        lines.append(printable(line))
    return "\n".join(lines)
