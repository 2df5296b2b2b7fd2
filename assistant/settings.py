"""Settings of the whole product, from ``ASSISTANT_*`` environment variables."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from assistant.access.terms import PROXY_HEADER, Terms
from assistant.errors import UnknownSettingError
from index.errors import SettingsError
from index.settings import PREFIX, IndexSettings, environment, from_variables

if TYPE_CHECKING:
    from pathlib import Path

MAX_QUESTION = 2000
"""Characters; a longer question is refused, not cut."""
MAX_HISTORY = 10
"""Turns that a question may refer to."""

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
        sign_in: How callers become known: ``off``, then only this machine is served; ``users`` of this program; or
            ``proxy``, by what a reverse proxy in front says.
        hosts: Names under which others call the page, with commas between them.
        prefix: What stands before every path behind a reverse proxy, such as ``/citewell``.
        proxy_header: In which the reverse proxy names the user.
        proxies: Addresses and networks of trusted reverse proxies, with commas; empty for those on this machine.
        editors: Users named by the reverse proxy that may change the library, with commas; empty for nobody.
        model: Language model that writes the answers, as ``provider:name``; empty for none: answers are then quotes,
            and nothing is sent anywhere.
        model_url: Address of the model's server, if it is not the provider's own: any server that speaks OpenAI's
            protocol (provider ``openai``), Ollama's or Anthropic's.
        model_timeout: Seconds within which the model has to finish an answer.
        deadline: Seconds within which a question must be answered once it has its turn, what a language model takes
            not counted; what takes longer is given up, so that it keeps nobody else waiting.
        keep_days: Days that a conversation is kept after its last question, so that a tab that is loaded again, or an
            assistant that is started again, goes on with it; 0 keeps none.
        log: How a server writes to standard error: ``text``, warnings for people; ``json``, an object a line for each
            request and answer, too.
        log_questions: ``on`` lets the log hold what is asked, and errors with all that they say.
    """

    index: IndexSettings = field(default_factory=IndexSettings)
    hits: int = 8
    threshold: float = 0.5
    host: str = "127.0.0.1"
    port: int = 7860
    sign_in: str = "off"
    hosts: str = ""
    prefix: str = ""
    proxy_header: str = PROXY_HEADER
    proxies: str = ""
    editors: str = ""
    model: str = ""
    # Left out of the record's text: an address may hold a password.
    model_url: str = field(default="", repr=False)
    model_timeout: float = 60
    deadline: float = 60
    keep_days: float = 7
    log: str = "text"
    log_questions: str = "off"

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
            ("deadline", self.deadline, 1, 3600),
            ("keep_days", self.keep_days, 0, 3650),
        ):
            if not low <= value <= high:
                raise SettingsError(f"{PREFIX}{name.upper()} is {value}, but must be from {low} to {high}.")
        for name, text, known in (
            ("log", self.log, ("text", "json")),
            ("log_questions", self.log_questions, ("off", "on")),
        ):
            if text not in known:
                raise SettingsError(f"{PREFIX}{name.upper()} is {text!r}, but must be {' or '.join(known)}.")
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

        _ = self.terms

    @property
    def terms(self) -> Terms:
        """On what terms the page is served to others.

        Raises:
            SettingsError: If they contradict each other.
        """
        return Terms.of(
            sign_in=self.sign_in,
            hosts=self.hosts,
            prefix=self.prefix,
            proxy_header=self.proxy_header,
            proxies=self.proxies,
            editors=self.editors,
        )

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

    @classmethod
    def of(cls, home: Path | None, settings: Self | None) -> Self:
        """Settings for one home.

        Args:
            home: Goes before that of the settings; None for theirs.
            settings: None for those of the environment.
        """
        if settings is None:
            return cls.from_env(home=home)
        return settings if home is None else replace(settings, index=replace(settings.index, home=home))


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
