"""What went wrong with a language model, told in one line: what happened, to which setting, what to do next. Pure.

Providers' libraries raise some hundred classes of errors. They are told apart by HTTP status, by the names of their
classes, which are alike in all of them, and for what servers put into words by these words. The errors themselves are
not kept as ``__cause__``: they hold the request with its key, and what the server sent, which may repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ModelModeError
from index.cleaning import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.errors import Failure

MAX_EXCERPT = 160
_LONG_WORD = re.compile(r"[\w+/=~.-]{24,}")
_CONTEXT = re.compile(
    r"context.{0,12}(?:length|window|size|overflow)|prompt is too long|too many (?:input )?tokens"
    r"|input tokens exceed|maximum.{0,20}tokens|exceeds the available context",
    re.IGNORECASE,
)
_UNKNOWN_MODEL = re.compile(
    r"model.{0,80}(?:not found|does not exist|not exist|not a valid|not loaded|unknown)"
    r"|(?:invalid|unknown|no such) model|not a valid model|model_not_found|no models? loaded",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing", re.IGNORECASE)
_BY_STATUS: dict[int, Failure] = {
    401: "key", 403: "key", 404: "model", 408: "server", 413: "context", 429: "rate",
}  # fmt: skip
# Names of classes, or of one they derive from. What is broken first: clients report it as a lost connection.
_BY_NAME: tuple[tuple[Failure, str], ...] = (
    ("context", r"ContextOverflow|ContextWindow"),
    ("key", r"^(?:Model)?AuthenticationError|PermissionDenied|Unauthenticated"),
    ("rate", r"RateLimit|ResourceExhausted|TooManyRequests"),
    (
        "broken",
        r"RemoteProtocolError|LocalProtocolError|JSONDecodeError|Unicode|ValidationError|DecodingError|ReadError",
    ),
    ("slow", r"Timeout"),
    ("away", r"ConnectError|ConnectionRefused|gaierror|APIConnectionError|ModelConnectionError|^ConnectionError"),
    ("server", r"^APIError$|^ResponseError$"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A model as it is told of.

    Attributes:
        model: ``provider:name``.
        address: Host and port of its server, without user name and password; empty for the provider's own.
        key: Variable that holds the key.
        seconds: In which it has to finish.
        secrets: What must not appear in a message.
    """

    model: str
    address: str
    key: str
    seconds: float
    secrets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For people: ``openai:qwen3 at 127.0.0.1:8000``."""
        return f"{self.model} at {self.address}" if self.address else self.model


def failure(kind: Failure, target: Target, said: str = "") -> ModelModeError:
    """The error for people.

    Args:
        kind: What went wrong.
        target: With which model.
        said: What the server or library said about it, cleaned; or another detail.
    """
    name = target.name
    note = f" ({said})" if said else ""
    where = "ASSISTANT_MODEL_URL" if target.address else "the connection to the internet"
    texts: dict[Failure, str] = {
        "setting": f"ASSISTANT_MODEL={target.model} cannot be used{note}; name a provider that LangChain knows, such "
        "as openai, anthropic or ollama, and a model of it.",
        "package": f"{target.model} needs a package that is not installed: pip install {said}",
        "key": f"{name} refused the key{note}; check {target.key}.",
        "away": f"{name} cannot be reached{note}; is it running? Check {where}.",
        "model": f"{name} does not have this model, or not at this address{note}; check {_model_hint(target)}.",
        "context": f"The question with its passages is too long for {name}{note}; lower ASSISTANT_HITS, or choose a "
        "model that reads more.",
        "rate": f"{name} accepts no more requests for now{note}; try again later.",
        "server": f"{name} has trouble of its own{note}; try again later, or look into its log.",
        "slow": f"{name} {said or 'did not answer in time'}; raise ASSISTANT_MODEL_TIMEOUT or choose a faster model.",
        "broken": f"The answer of {name} broke off or cannot be read{note}; try again. If it stays so, check {where} "
        "and the server's log.",
        "refused": f"{name} did not accept the request{note}; check ASSISTANT_MODEL and {where}.",
        "long": f"{name} did not come to an end{note}; ask for less, or choose another model.",
        "empty": f"{name} gave no text; try again or choose another model.",
    }
    return ModelModeError(kind, texts[kind])


def no_key(target: Target) -> ModelModeError:
    """The error for a provider that wants a key, when there is none."""
    return ModelModeError(
        "key",
        f"There is no key for {target.model}; set {target.key}, or ASSISTANT_MODEL_URL for a server that needs none.",
    )


def explained(error: BaseException, target: Target) -> ModelModeError:
    """The error for people behind a library's error."""
    status = status_of(error)
    text = _text_of(error)
    said = excerpt(text, target)
    if status is None:
        kind = _kind_by_name(error)
        # What a server reports in the middle of its answer has no status.
        first = list(_chain(error))[-1]
        reason = excerpt(str(first), target) if kind == "away" else ""
        shown = {"server": said, "context": said, "slow": ""}.get(kind, reason or type(first).__name__)
    else:
        kind = _kind_by_status(status, text)
        shown = f"status {status}{': ' + said if said else ''}"
        if 300 <= status < 400:
            shown = f"status {status}: it sends requests on to another address, which is not followed"
        elif (kind == "rate" and status != 429) or _NO_CREDIT.search(text):
            shown += "; its account may have no credit left"
        elif wait := wait_asked_for(error):
            shown += f"; it asks to wait {wait:g} seconds"
    return failure(kind, target, shown)


def _kind_by_status(status: int, text: str) -> Failure:
    if status in (400, 413, 422, 500) and _CONTEXT.search(text):
        return "context"
    if status == 402 or (status in (400, 403) and _NO_CREDIT.search(text)):
        return "rate"
    if status in (400, 422) and _UNKNOWN_MODEL.search(text):
        return "model"
    return _BY_STATUS.get(status, "server" if status >= 500 else "refused")


def _kind_by_name(error: BaseException) -> Failure:
    if _CONTEXT.search(_text_of(error)):
        return "context"
    names = [cls.__name__ for one in _chain(error) for cls in type(one).__mro__]
    return next((kind for kind, pattern in _BY_NAME if any(re.search(pattern, name) for name in names)), "broken")


def is_passing(error: BaseException) -> bool:
    """Whether the same request may well succeed in a moment."""
    status = status_of(error)
    return status in (408, 409, 429, 500, 502, 503, 504, 529) and not _NO_CREDIT.search(_text_of(error))


def status_of(error: BaseException) -> int | None:
    """The HTTP status that an error is about, if it is about one."""
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "code"):
            status = getattr(holder, name, None)
            if isinstance(status, int) and 300 <= status < 600:
                return status
    return None


def wait_asked_for(error: BaseException) -> float | None:
    """Seconds that the server asks to wait before the next request."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    text = headers.get("retry-after", "") if isinstance(headers, Mapping) else ""
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) else None


def excerpt(text: str, target: Target) -> str:
    """The beginning of what a server said, as it can be shown.

    Secrets are taken out, and so is every word that is long enough for a key: a server may repeat one in part.
    """
    if text.lstrip()[:1] == "<":
        return ""  # a page for browsers says nothing in its first words
    for secret in target.secrets:
        text = text.replace(secret, "…")
    text = _LONG_WORD.sub("…", one_line(text[: 20 * MAX_EXCERPT])).strip(" .")
    return text if len(text) <= MAX_EXCERPT else text[: MAX_EXCERPT - 1].rstrip() + "…"


def _model_hint(target: Target) -> str:
    provider, name = target.model.split(":", 1)
    if provider == "ollama":
        return f"ASSISTANT_MODEL, or fetch it: ollama pull {name}"
    if target.address and provider == "openai":
        return "ASSISTANT_MODEL and ASSISTANT_MODEL_URL, which mostly ends with /v1"
    return "ASSISTANT_MODEL"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it."""
    seen: list[BaseException] = []
    while error not in seen:
        seen.append(error)
        yield error
        behind = error.__cause__ or error.__context__
        if behind is None:
            return
        error = behind


def _text_of(error: BaseException) -> str:
    """What the server said, out of the forms in which the protocols say it; else the error's own text."""
    said: object = getattr(error, "body", None) or getattr(error, "error", None) or str(error)
    for _ in range(4):
        if isinstance(said, Mapping):
            said = next((said[name] for name in ("error", "message", "detail") if said.get(name)), "")
    return said if isinstance(said, str) else str(error)
