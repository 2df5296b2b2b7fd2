"""What ``assistant doctor`` says. Reads only."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from assistant.errors import ModelModeError, ReaderError
from assistant.generation.access import ChatModel
from assistant.generation.providers import is_unencrypted
from assistant.library.seeding import is_missing, refuse_named_home_without_index
from assistant.reader import WEIGHTS_SHA256, check_weights
from index.errors import IndexingError, IndexMissingError
from index.generations import IndexFolder
from index.models import model_identity

if TYPE_CHECKING:
    from assistant.settings import Settings

PACKAGES = ("citewell", "torch", "sentence-transformers", "chromadb", "langchain", "langchain-core", "langchain-chroma",
            "gradio")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report.

    Attributes:
        subject: What was looked at.
        text: What was found, for people.
        is_fine: False if something has to be done.
    """

    subject: str
    text: str
    is_fine: bool = True


def examine(settings: Settings) -> list[Finding]:
    """Everything that must be in order for the assistant to work, one finding each."""
    return [
        Finding("Python", f"{platform.python_version()} on {platform.platform()}"),
        *(_package(name) for name in PACKAGES),
        _model(settings),
        _reader(),
        _precision(settings),
        _home(settings),
        _index(settings),
        _language_model(settings),
        _network(settings),
    ]


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, f"is not installed; install it: pip install {name}", is_fine=False)


def _model(settings: Settings) -> Finding:
    try:
        name, fingerprint = model_identity(settings.index.embedding_model)
    except IndexingError as error:
        return Finding("embedding model", str(error), is_fine=False)
    return Finding("embedding model", f"{name}, files as expected (sha256 {fingerprint[:16]}…)")


def _reader() -> Finding:
    try:
        check_weights()
    except ReaderError as error:
        return Finding("reading model", str(error), is_fine=False)
    return Finding("reading model", f"weights as expected (sha256 {WEIGHTS_SHA256[:16]}…)")


def _language_model(settings: Settings) -> Finding:
    """Asks it for a word: whether it answers cannot be told in any other way."""
    if not settings.model:
        return Finding("language model", "none; answers are quotes (ASSISTANT_MODEL=provider:name sets one)")
    try:
        model = ChatModel.open(settings)
        seconds = model.probe()
    except ModelModeError as error:
        return Finding("language model", str(error), is_fine=False)
    return Finding("language model", f"{model.name} answered after {seconds:.1f} s")


def _network(settings: Settings) -> Finding:
    off = "model hubs, telemetry and tracing are off"
    if not settings.model:
        return Finding("network", f"not used: no language model is configured, and {off}")
    way = ", unencrypted: anyone on the way can read them" if is_unencrypted(settings) else ""
    return Finding("network", f"questions and passages go to the language model{way}; {off}")


def _precision(settings: Settings) -> Finding:
    from index.models import pick_precision  # noqa: PLC0415 - asks torch

    return Finding("precision", f"{pick_precision(settings.index.precision)} (asked for: {settings.index.precision})")


def _home(settings: Settings) -> Finding:
    home = settings.index.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if existing.is_dir() and os.access(existing, os.W_OK):
        return Finding("home", f"{home} can be written")
    return Finding("home", f"{home} cannot be written; choose another with ASSISTANT_HOME", is_fine=False)


def _index(settings: Settings) -> Finding:
    folder = IndexFolder(settings.index.home)
    try:
        refuse_named_home_without_index(settings)
        if is_missing(settings):
            return Finding("index", "none yet; the first start makes one of the two example articles")
        manifest = folder.verify_current()
    except IndexMissingError as error:
        return Finding("index", str(error), is_fine=False)
    except IndexingError as error:
        return Finding("index", f"{error} Build it again: assistant index rebuild", is_fine=False)
    return Finding(
        "index",
        f"generation {manifest.generation}, {manifest.articles} articles, {manifest.passages} passages, undamaged",
    )
