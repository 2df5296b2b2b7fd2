"""The commands ``assistant index``: rebuild, add, remove, list, status.

Imports only what the help needs, as :mod:`assistant.cli` does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_options import Home, progress_bar, settings_of, settings_of_known_home

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.progress import ProgressBar
    from assistant.settings import Settings
    from index.reports import BuildReport

index_app = typer.Typer(
    help="Build the index from articles, and look at it.", no_args_is_help=True, rich_markup_mode=None
)

EXIT_SKIPPED = 3
"""The index was built, but files that should be in it are not."""

Sources = Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, web addresses.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Watch = Annotated[bool, typer.Option("--watch", help="Go on, and build again whenever a file changes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@index_app.command("rebuild")
def rebuild(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Files, folders, web addresses (default: those of the last build, or the seeds).",
        ),
    ] = None,
    home: Home = None,
    seeds: Annotated[bool, typer.Option("--seeds", help="Also index the articles that come with the program.")] = False,  # noqa: FBT002
    dry_run: DryRun = False,  # noqa: FBT002
    watch: Watch = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Build the index anew from articles; it then holds exactly those.

    What has not changed is neither read nor embedded again. Until the new index is complete and checked, the old one
    answers. Exit code 3 means that it was built, but some files could not be read.
    """
    from index.build import SEEDS, build  # noqa: PLC0415

    named = [*([SEEDS] if seeds else []), *(sources or [])]
    settings = settings_of(home=home) if named else settings_of_known_home(home=home)

    def work(progress: ProgressBar) -> BuildReport:
        return build(named or None, settings=settings.index, progress=progress, dry_run=dry_run)

    _carry_out(settings, work, watch=watch and not dry_run, as_json=as_json)


@index_app.command("add")
def add(
    sources: Sources,
    home: Home = None,
    dry_run: DryRun = False,  # noqa: FBT002
    watch: Watch = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Add articles to the index, or new versions of them.

    A file that it knows takes the place of its former version; all other articles stay as they are.
    """
    from index.build import add as add_to_index  # noqa: PLC0415

    settings = settings_of(home=home)

    def work(progress: ProgressBar) -> BuildReport:
        return add_to_index(sources, settings=settings.index, progress=progress, dry_run=dry_run)

    _carry_out(settings, work, watch=watch and not dry_run, as_json=as_json)


@index_app.command("remove")
def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="An article's id, title or file name; a file or a folder.")
    ],
    home: Home = None,
    dry_run: DryRun = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take articles out of the index; their files are left alone."""
    from index.build import remove as remove_from_index  # noqa: PLC0415

    settings = settings_of_known_home(home=home)

    def work(progress: ProgressBar) -> BuildReport:
        return remove_from_index(names, settings=settings.index, progress=progress, dry_run=dry_run)

    _carry_out(settings, work, as_json=as_json)


@index_app.command("list")
def list_articles(home: Home = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """List the articles, one a line."""
    from assistant.library.reporting import list_text  # noqa: PLC0415
    from assistant.library.shelf import read_shelf  # noqa: PLC0415

    rows = read_shelf(settings_of_known_home(home=home).index).rows
    typer.echo(_as_json([row.to_dict() for row in rows]) if as_json else list_text(rows))


@index_app.command("status")
def status(home: Home = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Say what is in the index and what was skipped."""
    from assistant.library.reporting import status_text  # noqa: PLC0415
    from assistant.library.shelf import index_status  # noqa: PLC0415

    found = index_status(settings_of_known_home(home=home).index)
    typer.echo(_as_json(found) if as_json else status_text(found))


def _carry_out(
    settings: Settings, work: Callable[[ProgressBar], BuildReport], *, watch: bool = False, as_json: bool = False
) -> None:
    from assistant.library.seeding import interruptible  # noqa: PLC0415

    with progress_bar() as progress, interruptible(settings):
        report = work(progress)
    _tell(report, as_json=as_json)
    if watch:
        _watch(settings, as_json=as_json)
    if any(item.is_problem for item in report.skipped):
        raise typer.Exit(EXIT_SKIPPED)


def _tell(report: BuildReport, *, as_json: bool) -> None:
    from assistant.library.reporting import build_changes, build_notes, build_summary  # noqa: PLC0415

    if as_json:
        typer.echo(_as_json(report.to_dict()))
        return
    for note in build_notes(report):
        typer.echo(note, err=True)
    typer.echo(build_summary(report))
    for line in build_changes(report) if report.is_dry_run else ():
        typer.echo(line)


def _watch(settings: Settings, *, as_json: bool) -> None:
    from assistant.library.watching import watch_and_build  # noqa: PLC0415
    from index.errors import IndexingError  # noqa: PLC0415

    typer.echo("Watching for changes; Ctrl+C ends it.", err=True)
    try:
        for outcome in watch_and_build(settings.index):
            if isinstance(outcome, IndexingError):
                typer.echo(f"assistant: {outcome}", err=True)
            elif outcome.published:
                _tell(outcome, as_json=as_json)
    except KeyboardInterrupt:
        typer.echo("No longer watching; the index is complete.", err=True)


def _as_json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    is_unicode = text.encode("utf-8", "replace").decode() == text  # names of files need not be
    return text if is_unicode else json.dumps(value, indent=2)
