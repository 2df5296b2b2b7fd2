"""Settings of the index, and the one place of the project that reads ``os.environ``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import platformdirs

from index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "ASSISTANT_"
"""Every environment variable of the project begins with it."""

BUNDLED_MODEL = "bundled"
"""Name of the embedding model that is installed with the project: all-MiniLM-L6-v2."""

Precision = Literal["auto", "fp32", "bf16"]
Switch = Literal["off", "on"]
S = TypeVar("S")


def default_home() -> Path:
    """The user's data folder for this project, by the operating system's custom."""
    return Path(platformdirs.user_data_dir("citewell", appauthor=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """How articles become an index.

    Attributes:
        home: Folder that holds the index; made when the first index is built.
        embedding_model: ``"bundled"``, a folder with a SentenceTransformer, or the name of one that is already in
            the local Hugging Face cache.
        precision: ``auto`` is bf16 where the processor computes it in hardware, else fp32.
        threads: Threads of torch, 0 for torch's own choice.
        passage_size: Largest size of a passage in word pieces of the model, heading and special tokens included.
        overlap: Sentences that a passage repeats from the one before.
        network: ``on`` allows a build to fetch the web addresses that it is given; nothing else uses the network.
    """

    home: Path = field(default_factory=default_home)
    embedding_model: str = BUNDLED_MODEL
    precision: Precision = "auto"
    threads: int = 0
    passage_size: int = 160
    overlap: int = 1
    network: Switch = "off"

    def __post_init__(self) -> None:
        """Checks ranges.

        Raises:
            SettingsError: With the name of the setting and its range.
        """
        object.__setattr__(self, "home", Path(self.home).expanduser())
        _require(self.precision in ("auto", "fp32", "bf16"), "precision", self.precision, "auto, fp32 or bf16")
        _require(0 <= self.threads <= 1024, "threads", self.threads, "a whole number from 0 to 1024")
        _require(
            48 <= self.passage_size <= 8192,
            "passage_size",
            self.passage_size,
            "a whole number from 48 to 8192",
        )
        _require(0 <= self.overlap <= 5, "overlap", self.overlap, "a whole number from 0 to 5")
        _require(self.network in ("off", "on"), "network", self.network, "off or on")
        _require(bool(self.embedding_model.strip()), "embedding_model", self.embedding_model, "a name or a folder")

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:  # noqa: ANN401 - the fields' own types
        """Settings from ``ASSISTANT_*`` variables; what is given here as an argument goes first."""
        return from_variables(cls, environment(), overrides)


def _require(holds: bool, name: str, value: object, expected: str) -> None:  # noqa: FBT001
    if not holds:
        raise SettingsError(f"{PREFIX}{name.upper()} is {value!r}, but must be {expected}.")


def environment() -> dict[str, str]:
    """The project's own variables of the process environment; empty ones count as not set."""
    return {name: value for name, value in os.environ.items() if name.startswith(PREFIX) and value}


def foreign_variable(name: str) -> str:
    """Value of a variable that is not the project's own, such as the one that holds a provider's key; or empty."""
    return os.environ.get(name, "").strip()


def go_offline() -> None:
    """Switches off, before they are imported, what libraries would otherwise fetch, report or waste."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    # Tracing sends questions and answers to a third party; a variable left over from another project must not.
    # The gateway is worse: it would take the place of the language model's own server.
    for name in (
        "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY",
    ):  # fmt: skip
        os.environ[name] = "false"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Else torch's threads wait for one another in a loop, and where others need the processor as well an answer takes
    # several times as long, and as much of it.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def from_variables(kind: type[S], variables: Mapping[str, str], overrides: Mapping[str, Any]) -> S:
    """Makes a settings dataclass from variables named ``PREFIX`` + field name in capitals.

    Args:
        kind: A dataclass whose fields are ``str``, ``int``, ``float``, ``Path`` or literals, with defaults.
        variables: As :func:`environment` gives them; names that are no field are left to the caller.
        overrides: Field values that go before the variables; None counts as not given.

    Raises:
        SettingsError: Where a variable cannot be read as its field's type.
    """
    values: dict[str, Any] = {}
    for item in fields(kind):  # type: ignore[arg-type]
        name = PREFIX + item.name.upper()
        if name in variables:
            values[item.name] = _parse(name, variables[name], str(item.type))
    values.update({name: value for name, value in overrides.items() if value is not None})
    return kind(**values)


def _parse(name: str, text: str, kind: str) -> object:
    readers: dict[str, tuple[Callable[[str], object], str]] = {
        "int": (int, "a whole number"),
        "float": (float, "a number"),
        "Path": (Path, "a folder"),
    }
    read, expected = readers.get(kind, (str, "text"))
    try:
        return read(text.strip())
    except ValueError as error:
        raise SettingsError(f"{name} is {text!r}, but must be {expected}.") from error
