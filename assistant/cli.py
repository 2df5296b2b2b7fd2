"""The command ``assistant``: serve, ask, mcp, evaluate, feedback, index, users, doctor, train-reader.

Imports only what the help needs; each command imports its own parts when it runs.
"""

from __future__ import annotations

import atexit
import gc
import json
import logging
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from assistant.cli_index import index_app
from assistant.cli_options import Home, progress_bar, settings_of, settings_of_known_home, settings_with_index
from assistant.cli_users import users_app

app = typer.Typer(
    help="Ask your articles in plain language; every sentence of the answer points to the words it came from.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(index_app, name="index")
app.add_typer(users_app, name="users")

EXIT_INTERRUPTED = 130


def _show_version(is_asked: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if is_asked:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"citewell {version('citewell')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
]


@app.callback()
def options(*, version: Version = False) -> None:
    """Options that stand before the name of a command."""


@app.command()
def serve(
    home: Home = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on (default: ASSISTANT_HOST or 127.0.0.1).")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: ASSISTANT_PORT or 7860).")] = None,
    sign_in: Annotated[
        str | None, typer.Option(help="off, users or proxy: how callers sign in (default: ASSISTANT_SIGN_IN or off).")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the web browser.")] = True,  # noqa: FBT002
) -> None:
    """Run the assistant as a page in the browser.

    The first start makes an index of two example articles, unless --home or ASSISTANT_HOME names another place.
    """
    from assistant.monitoring.logs import logging_of  # noqa: PLC0415
    from assistant.web.serving import serve as serve_page  # noqa: PLC0415

    settings = settings_with_index(home=home, host=host, port=port, sign_in=sign_in)
    announce = partial(typer.echo, file=sys.stdout)
    with logging_of(settings):
        serve_page(settings, open_browser=browser, announce=announce)


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
    from assistant.page.rendering import to_plain  # noqa: PLC0415
    from assistant.questions import clean_question, problem_with  # noqa: PLC0415

    settings = settings_with_index(home=home)
    text = sys.stdin.read() if words == ["-"] else " ".join(words)  # also without quotes around the question
    problem = problem_with(clean_question(text), len(text.strip()), frozenset())
    if problem:
        raise typer.BadParameter(problem, param_hint="QUESTION")
    assistant = Assistant.open(settings=settings)
    answer = assistant.ask(text.strip())
    if notice := assistant.index.notice:
        typer.echo(f"Note: {notice}", err=True)
    typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2) if as_json else to_plain(answer))


@app.command("mcp")
def serve_mcp(home: Home = None) -> None:
    """Offer the tools ask and search to programs that speak MCP.

    They start this command themselves and talk to it over its standard input and output.
    """
    from assistant.errors import AssistantError  # noqa: PLC0415
    from assistant.monitoring.logs import logging_of  # noqa: PLC0415

    settings = settings_of_known_home(home=home)
    try:
        from assistant.mcp_server import serve as serve_tools  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise AssistantError("This needs a package that is not installed: pip install 'mcp>=2.3,<3'") from error
    with logging_of(settings, is_stdout_free=False):
        serve_tools(settings)


@app.command(
    epilog="""\b
Example lines of QUESTIONS.jsonl:
  {"question": "When did ESA and JAXA sign?", "answers": ["20 November 2024"],
   "article": "esa-jaxa", "kind": "date"}
  {"question": "Who pays for it?", "answerable": false}
(each on one line). Other fields: "quote", exact words of the article; "items"
of a list; "must", strings that all have to be quoted; "history"; "id"; "split".
"""
)
def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="Questions, one JSON object a line.")],
    home: Home = None,
    json_to: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all of it there.")] = None,
    html_to: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots there.")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=5, max=100, help="Passages that retrieval is measured on.")] = 10,
    split: Annotated[str | None, typer.Option(help='Only the questions with this "split".')] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many questions, the first ones.")] = None,
) -> None:
    """Measure the assistant on your own questions.

    Measured are retrieval, answers, refusals, citations and times. Nothing leaves this machine, and no model judges.
    Ctrl+C ends early and reports what was measured by then.
    """
    from assistant.evaluation.command import evaluate_file  # noqa: PLC0415
    from assistant.evaluation.report import to_table  # noqa: PLC0415

    settings = settings_with_index(home=home)
    with progress_bar() as progress:
        evaluation = evaluate_file(
            questions, settings, k=k, split=split, limit=limit, json_to=json_to, html_to=html_to, progress=progress
        )
    typer.echo(to_table(evaluation))
    raise typer.Exit(evaluation.exit_code)


@app.command(
    epilog="""\b
What was called good becomes a question with its quote, or with "answerable":
false. What was called bad goes into QUESTIONS.look.jsonl beside it, since
what would be right is not known: add it there, row by row.
"""
)
def feedback(
    home: Home = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="QUESTIONS.jsonl", help="Write them as questions for 'evaluate'.")
    ] = None,
) -> None:
    """Count the verdicts given on the page, and export them.

    They are kept on this machine only, beside the index.
    """
    from assistant.evaluation.judged import export_questions, summary  # noqa: PLC0415
    from assistant.keeping.feedback import FeedbackFile  # noqa: PLC0415

    given = FeedbackFile(settings_of(home=home).index.home).read()
    typer.echo(summary(given))
    for line in export_questions(given, export) if export else ():
        typer.echo(line)


@app.command()
def doctor(home: Home = None) -> None:
    """Check versions, models, index; try the language model."""
    from assistant.monitoring.health import examine  # noqa: PLC0415

    findings = examine(settings_of(home=home))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.is_fine else 'FAIL'} {finding.subject}: {finding.text}")
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(1)


@app.command("train-reader")
def train_reader(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Question and statement files (JSON lines); FILE:0.5 takes half of one."
        ),
    ],
    to: Annotated[Path, typer.Option("--to", help="File for the weights.")] = Path("reader.safetensors"),
    rounds: Annotated[int, typer.Option(help="How often the files are gone through.")] = 2,
    from_current: Annotated[  # noqa: FBT002
        bool, typer.Option("--from-current", help="Begin with the weights that are in use now.")
    ] = False,
    start: Annotated[Path | None, typer.Option("--from", help="Begin with these weights.")] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(help='Weights that teach where answers begin and end, or "current"; may be named again.'),
    ] = None,
    share: Annotated[
        float, typer.Option(min=0, max=1, help="Of the trained weights in the result; the rest stay as at the start.")
    ] = 1.0,
    learning_rate: Annotated[float, typer.Option(help="The highest learning rate.")] = 2e-4,
    minutes: Annotated[float | None, typer.Option(help="End by then.")] = None,
    seed: Annotated[int, typer.Option(help="Of every random choice.")] = 1,
    negatives: Annotated[
        float, typer.Option(min=0, max=1, help="Of the answered questions, how many come again with another text.")
    ] = 0.2,
) -> None:
    """Train the reading model again (for developers).

    Takes an hour or more. Ctrl+C ends early and writes what there is.
    """
    from assistant.training.command import train_reader as train  # noqa: PLC0415

    with progress_bar() as progress:
        trained = train(
            files, to, rounds=rounds, start_from_current=from_current, start=start, teachers=teacher or [],
            share=share, learning_rate=learning_rate, minutes=minutes, seed=seed, negatives=negatives,
            progress=progress,
        )  # fmt: skip
    typer.echo(
        f"{trained.path}: {trained.steps} steps in {trained.minutes:.0f} minutes, loss {trained.loss:.2f}, "
        f"sha256 {trained.sha256}"
    )


def main() -> NoReturn:
    """Runs the command; every error becomes one line on standard error and an exit code."""
    from assistant.errors import AssistantError  # noqa: PLC0415
    from index.errors import IndexingError  # noqa: PLC0415

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    # The interpreter would look through all that the libraries made for what can be freed, which takes seconds.
    atexit.register(gc.freeze)
    try:
        app(prog_name="assistant")
    except (AssistantError, IndexingError) as error:
        typer.echo(f"assistant: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == EXIT_INTERRUPTED:  # how Typer tells of Ctrl+C
            typer.echo("assistant: interrupted.", err=True)
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
