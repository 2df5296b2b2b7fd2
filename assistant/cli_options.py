"""What the commands share: the option that names a home, the settings that follow from it, the progress bar.

Imports only what the help needs, as :mod:`assistant.cli` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.progress import ProgressBar
    from assistant.settings import Settings

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the index (default: ASSISTANT_HOME, or your user data folder)."),
]


def settings_of(**overrides: object) -> Settings:
    """Settings from the environment; an option that was given goes first."""
    from assistant.settings import Settings  # noqa: PLC0415

    return Settings.from_env(**overrides)


def settings_of_known_home(**overrides: object) -> Settings:
    """Settings of which the home, if it was named, holds an index."""
    from assistant.library.seeding import refuse_named_home_without_index  # noqa: PLC0415

    settings = settings_of(**overrides)
    refuse_named_home_without_index(settings)
    return settings


def settings_with_index(**overrides: object) -> Settings:
    """The same, and if no home was named, the first start makes an index."""
    from assistant.library.reporting import build_summary  # noqa: PLC0415
    from assistant.library.seeding import build_if_missing, interruptible, is_missing  # noqa: PLC0415
    from assistant.monitoring.logs import line_of  # noqa: PLC0415

    settings = settings_of_known_home(**overrides)

    def say(sentence: str) -> None:
        typer.echo(line_of(sentence, settings), err=True)

    if is_missing(settings):
        say("First start: making an index of the two example articles that come with the program.")
        with progress_bar() as progress, interruptible(settings):
            report = build_if_missing(settings, progress=progress)
        if report:
            say(build_summary(report))
    return settings


def progress_bar() -> ProgressBar:
    """Shows how far a build or a measurement is."""
    from assistant.progress import ProgressBar  # noqa: PLC0415

    return ProgressBar()
