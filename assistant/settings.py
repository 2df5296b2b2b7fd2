"""Settings of the whole product, from ``ASSISTANT_*`` environment variables."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, fields
from typing import Any, Self
from urllib.parse import urlsplit

from assistant.errors import UnknownSettingError
from index.errors import SettingsError
from index.settings import PREFIX, IndexSettings, environment, from_variables

MAX_QUESTION = 2000
"""Characters; a longer question is refused, not cut."""

_MODEL = re.compile(r"[a-z][a-z0-9_]{1,40}:[!-~]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How questions are answered and served.

    Attributes:
        index: Settings of the index.
        hits: Passages that are read for an answer.
        threshold: Estimated probability, in [0, 1], from which on a question is answered; lower answers more and
            refuses less.
        host: Address that the page listens on.
        port: TCP port of the page.
        model: Language model that writes the answers, as ``provider:name``; empty for none: answers are then quotes,
            and nothing is sent anywhere.
        model_url: Address of the model's server, if it is not the provider's own: any server that speaks OpenAI's
            protocol (provider ``openai``), Ollama's or Anthropic's.
        model_timeout: Seconds within which the model has to finish an answer.
    """

    index: IndexSettings = field(default_factory=IndexSettings)
    hits: int = 8
    threshold: float = 0.5
    host: str = "127.0.0.1"
    port: int = 7860
    model: str = ""
    # Left out of the record's text: an address may hold a password.
    model_url: str = field(default="", repr=False)
    model_timeout: float = 60

    def __post_init__(self) -> None:
        """Checks ranges.

        Raises:
            SettingsError: With the name of the setting and its range.
        """
        for name, value, low, high in (
            ("hits", self.hits, 1, 50),
            ("threshold", self.threshold, 0, 1),
            ("port", self.port, 1, 65535),
            ("model_timeout", self.model_timeout, 0.1, 3600),
        ):
            if not low <= value <= high:
                raise SettingsError(f"{PREFIX}{name.upper()} is {value}, but must be from {low} to {high}.")
        if self.model and not _MODEL.fullmatch(self.model):
            # Not repeated: who sets a key in the wrong variable does not want to read it on the screen.
            raise SettingsError(
                f"{PREFIX}MODEL must be provider:name, for example ollama:llama3.2 or openai:gpt-5-mini."
            )
        if self.model_url and not _is_address(self.model_url):
            raise SettingsError(
                f"{PREFIX}MODEL_URL must be the address of a server, such as http://127.0.0.1:8000/v1, without ? and #."
            )
        if self.model_url and not self.model:
            raise SettingsError(f"{PREFIX}MODEL_URL says where a model is, but {PREFIX}MODEL does not say which.")

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:  # noqa: ANN401 - the fields' own types
        """Settings from the environment; what is given here, a field of this or of the index settings, goes first.

        Raises:
            UnknownSettingError: For a variable that begins with ``ASSISTANT_`` and is no setting.
            SettingsError: For a value that cannot be used.
        """
        variables = environment()
        index_names = {item.name for item in fields(IndexSettings)}
        own_names = {item.name for item in fields(cls)} - {"index"}
        _refuse_unknown(variables, {PREFIX + name.upper() for name in index_names | own_names})
        index = from_variables(IndexSettings, variables, _only(overrides, index_names))
        return from_variables(cls, variables, {"index": index, **_only(overrides, own_names)})


def _only(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _is_address(text: str) -> bool:
    try:
        address = urlsplit(text)
        is_whole = bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False
    return (
        is_whole
        and address.scheme in ("http", "https")
        and re.fullmatch(r"[!-~]+", text) is not None
        and not (set(text) & set("?#\\"))
    )


def _refuse_unknown(variables: dict[str, str], known: set[str]) -> None:
    for name in sorted(variables.keys() - known):
        # Compared without the prefix, which would make any two names look alike.
        near = difflib.get_close_matches(name[len(PREFIX) :], [other[len(PREFIX) :] for other in known], n=1)
        hint = f" Did you mean {PREFIX}{near[0]}?" if near else f" Known are: {', '.join(sorted(known))}."
        raise UnknownSettingError(f"{name} is no setting.{hint}")
