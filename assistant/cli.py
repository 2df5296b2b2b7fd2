"""The command ``assistant``: serve, ask, index, doctor.

Imports only what the help needs; each command imports its own parts when it runs.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.progress import ProgressBar
    from assistant.settings import Settings
    from index.build import BuildReport

app = typer.Typer(
    help="Ask your articles in plain language; every sentence of the answer points to the words it came from.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
index_app = typer.Typer(
    help="Build the index from articles, and look at it.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(index_app, name="index")

EXIT_SKIPPED = 3
"""The index was built, but files that should be in it are not."""
EXIT_INTERRUPTED = 130

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the index (default: ASSISTANT_HOME, or your user data folder)."),
]


@app.command()
def serve(
    home: Home = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on (default: ASSISTANT_HOST or 127.0.0.1).")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: ASSISTANT_PORT or 7860).")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the web browser.")] = True,  # noqa: FBT002
) -> None:
    """Run the assistant as a page in the browser. The first start builds the index of the seed articles."""
    from assistant.seeding import build_if_missing, is_missing  # noqa: PLC0415
    from assistant.serving import serve as serve_page  # noqa: PLC0415

    settings = _settings(home=home, host=host, port=port)
    if is_missing(settings):
        typer.echo("First start: building the index of the seed articles.", err=True)
        with _progress() as progress:
            report = build_if_missing(settings, progress=progress)
        if report:
            _show(report)
    serve_page(settings, open_browser=browser, announce=typer.echo)


@app.command()
def ask(
    words: Annotated[
        list[str], typer.Argument(metavar="QUESTION", help="What to ask; '-' reads it from standard input.")
    ],
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Answer one question, with numbered quotes. Exit code 0 also when the articles do not answer it."""
    from assistant.answering import Assistant  # noqa: PLC0415
    from assistant.questions import clean_question, problem_with  # noqa: PLC0415
    from assistant.rendering import to_plain  # noqa: PLC0415

    settings = _settings(home=home)
    text = sys.stdin.read() if words == ["-"] else " ".join(words)  # also without quotes around the question
    problem = problem_with(clean_question(text), len(text.strip()), frozenset())
    if problem:
        raise typer.BadParameter(problem, param_hint="QUESTION")
    with _progress() as progress:
        assistant = Assistant.open(settings=settings, progress=progress)
    answer = assistant.ask(text.strip())
    if notice := assistant.index.notice:
        typer.echo(f"Note: {notice}", err=True)
    typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2) if as_json else to_plain(answer))


@index_app.command("rebuild")
def rebuild(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SOURCE]...", help="Files and folders (default: those of the last build, or the seeds)."
        ),
    ] = None,
    home: Home = None,
    seeds: Annotated[bool, typer.Option("--seeds", help="Also index the articles that come with the program.")] = False,  # noqa: FBT002
) -> None:
    """Build the index anew from articles; it then holds exactly those.

    Text that has not changed is not embedded again. Until the new index is complete and checked, the old one answers.
    Exit code 3 means that it was built, but some files could not be read.
    """
    from index.build import SEEDS, build  # noqa: PLC0415

    settings = _settings(home=home)
    named: list[Path | str] = [*([SEEDS] if seeds else []), *(sources or [])]
    with _progress() as progress:
        report = build(named or None, settings=settings.index, progress=progress)
    _show(report)
    if any(item.is_problem for item in report.skipped):
        raise typer.Exit(EXIT_SKIPPED)


@index_app.command("status")
def status(
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Say what is in the index."""
    from assistant.health import index_status  # noqa: PLC0415
    from index.errors import printable  # noqa: PLC0415

    found = index_status(_settings(home=home))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        shown = "".join(f"\n  - {printable(item)}" for item in value) if isinstance(value, list) else f" {value}"
        typer.echo(f"{name}:{shown}")


@app.command()
def doctor(home: Home = None) -> None:
    """Check versions, the model's files, the index and that nothing would use the network."""
    from assistant.health import examine  # noqa: PLC0415

    findings = examine(_settings(home=home))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.is_fine else 'FAIL'} {finding.subject}: {finding.text}")
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(1)


@app.command("train-reader")
def train_reader(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Question files (JSON lines); FILE:0.5 takes half of one.")
    ],
    to: Annotated[Path, typer.Option("--to", help="File for the weights.")] = Path("reader.safetensors"),
    rounds: Annotated[int, typer.Option(help="How often the files are gone through.")] = 2,
    from_current: Annotated[
        bool, typer.Option("--from-current", help="Begin with the weights that are in use now.")
    ] = False,  # noqa: FBT002
    learning_rate: Annotated[float, typer.Option(help="The highest learning rate.")] = 2e-4,
    minutes: Annotated[float | None, typer.Option(help="End by then.")] = None,
    seed: Annotated[int, typer.Option(help="Of every random choice.")] = 1,
) -> None:
    """Train the reading model again (for developers; an hour or more). Ctrl+C ends early and writes what there is."""
    from assistant.training.command import train_reader as train  # noqa: PLC0415

    with _progress() as progress:
        trained = train(
            files, to, rounds=rounds, start_from_current=from_current, learning_rate=learning_rate, minutes=minutes,
            seed=seed, progress=progress,
        )  # fmt: skip
    typer.echo(
        f"{trained.path}: {trained.steps} steps in {trained.minutes:.0f} minutes, loss {trained.loss:.2f}, "
        f"sha256 {trained.sha256}"
    )


def _settings(**overrides: object) -> Settings:
    from assistant.settings import Settings  # noqa: PLC0415

    return Settings.from_env(**overrides)


def _progress() -> ProgressBar:
    from assistant.progress import ProgressBar  # noqa: PLC0415

    return ProgressBar()


def _show(report: BuildReport) -> None:
    for item in report.skipped:
        if item.is_problem:
            typer.echo(f"Skipped {item.source}: {item.reason}", err=True)
    left_out = [f"{item.source} ({item.reason})" for item in report.skipped if not item.is_problem]
    if left_out:
        typer.echo(f"Left out: {'; '.join(left_out)}", err=True)
    if report.published:
        typer.echo(
            f"Index generation {report.generation}: {report.articles} articles, {report.passages} passages "
            f"({report.added} articles added, {report.removed} removed, {report.embedded} passages embedded) "
            f"in {report.seconds:.1f} s."
        )
    else:
        typer.echo(f"Nothing has changed: generation {report.generation}, {report.articles} articles.")


def main() -> NoReturn:
    """Runs the command; every error becomes one line on standard error and an exit code."""
    from assistant.errors import AssistantError  # noqa: PLC0415
    from index.errors import IndexingError  # noqa: PLC0415

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        app(prog_name="assistant")
    except (AssistantError, IndexingError) as error:
        typer.echo(f"assistant: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == EXIT_INTERRUPTED:  # how Typer tells of Ctrl+C
            typer.echo("assistant: interrupted; the index is as it was before.", err=True)
        raise
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        typer.echo(
            f"assistant: unexpected error ({type(error).__name__}: {error}). Please report it; "
            "'assistant doctor' may tell what is wrong.",
            err=True,
        )
        logging.getLogger(__name__).debug("Unexpected error", exc_info=error)
        sys.exit(70)
    sys.exit(0)
