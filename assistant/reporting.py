"""What a build did and what is in the index, in words for the terminal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import printable

if TYPE_CHECKING:
    from index.build import BuildReport

EXAMPLES = "the example articles that come with the program"


def build_notes(report: BuildReport) -> list[str]:
    """What somebody should know beside the result: files that could not be read, and files that were left out."""
    notes = [f"Skipped {item.source}: {item.reason}" for item in report.skipped if item.is_problem]
    left_out = [f"{item.source} ({item.reason})" for item in report.skipped if not item.is_problem]
    return [*notes, f"Left out: {'; '.join(left_out)}"] if left_out else notes


def build_summary(report: BuildReport) -> str:
    """The result in one line."""
    if not report.published:
        return f"Nothing has changed: generation {report.generation}, {report.articles} articles."
    return (
        f"Index generation {report.generation}: {report.articles} articles, {report.passages} passages "
        f"({report.added} articles added, {report.removed} removed, {report.embedded} passages embedded) "
        f"in {report.seconds:.1f} s."
    )


def status_text(status: dict[str, Any]) -> str:
    """What :func:`assistant.health.index_status` found, for people."""
    model = status["embedding_model"]
    shown = {
        "home": status["home"],
        "generation": status["generation"],
        "created": status["created"],
        "embedding model": f"{model['name']} ({model['precision']}, {model['dimension']} dimensions)",
        "passages": status["passages"],
        "sources": [EXAMPLES if item["is_seeds"] else item["path"] for item in status["sources"]],
        "articles": [
            " · ".join(part for part in (item["title"], item["publisher"], item["published"]) if part)
            for item in status["articles"]
        ],
    }
    lines = []
    for name, value in shown.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {printable(item)}" for item in value)]
        else:
            lines.append(f"{name}: {printable(str(value))}")
    return "\n".join(lines)
