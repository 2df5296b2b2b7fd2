"""The clients of language models, made through LangChain.

The only home of LangChain's chat models and of the providers' libraries, none of which is imported before a model is
opened. Clients of other providers than those three are made as LangChain makes them: they end for us at the deadline,
but their connections are theirs.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from assistant.generation.failures import Target, excerpt, failure, no_key
from assistant.generation.wire import carry
from index.settings import foreign_variable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

MAX_TOKENS = 4096
"""Asked of the server: the answer, and for models that reason before it, their reasoning."""
CONTEXT_TOKENS = 8192
"""Asked of Ollama, which otherwise cuts the beginning of a prompt that is longer than its default without a word."""


@dataclass(frozen=True, slots=True)
class _Provider:
    """What differs between the providers whose clients we know well.

    Attributes:
        home: Address if none is set. Given to the client always: it would take one from variables of its own.
        key: Variable with the key; empty if there is none to be had.
        needs_key: Whether its own server refuses requests without one.
    """

    home: str
    key: str
    needs_key: bool = True


_PROVIDERS = {
    "openai": _Provider("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "anthropic": _Provider("https://api.anthropic.com", "ANTHROPIC_API_KEY"),
    "ollama": _Provider("http://127.0.0.1:11434", "OLLAMA_API_KEY", needs_key=False),
}
_NO_KEY = "none"
"""Sent to a server that needs no key, by clients that insist on one."""


def connect(settings: Settings) -> tuple[BaseChatModel, Target]:
    """Makes the client of the model that the settings name; connects to nothing yet.

    Raises:
        ModelModeError: If its package or key is missing, or its name means nothing.
    """
    provider = settings.model.partition(":")[0]
    known = _PROVIDERS.get(provider)
    url = settings.model_url or (known.home if known else "")
    key = foreign_variable(known.key) if known and known.key else ""
    target = Target(
        model=settings.model,
        address=_host_and_port(url) if settings.model_url or provider == "ollama" else "",
        key=known.key if known else f"the variable with the key of {provider}",
        seconds=settings.model_timeout,
        secrets=tuple(filter(None, (key, *_userinfo(url)))),
    )
    if known and known.needs_key and not key and not settings.model_url:
        raise no_key(target)
    model = _made(settings.model, url, key, target)
    # Other providers' clients read their keys themselves; LangChain keeps such fields in a type of their own.
    held = [value.get_secret_value() for value in vars(model).values() if hasattr(value, "get_secret_value")]
    return model, replace(target, secrets=(*target.secrets, *(text for text in held if text not in ("", _NO_KEY))))


def tells_its_end(settings: Settings) -> bool:
    """Whether the provider says at the end of an answer that it ended; one that ends otherwise has broken off."""
    return settings.model.partition(":")[0] in _PROVIDERS


def is_unencrypted(settings: Settings) -> bool:
    """Whether questions and passages go to another machine where others can read them on the way."""
    return settings.model_url.startswith("http:") and not _is_here(settings.model_url)


def _made(name: str, url: str, key: str, target: Target) -> BaseChatModel:
    # Costs half a second, and the provider's library another.
    from langchain.chat_models import init_chat_model  # noqa: PLC0415

    provider = name.partition(":")[0]
    try:
        model = init_chat_model(name, **_OPTIONS.get(provider, _foreign_options)(url, key, target.seconds))
        if provider == "anthropic":
            _give_client(model, url)
    except ImportError as error:
        package = re.search(r"pip install ([\w-]+)", str(error))
        raise failure("package", target, package[1] if package else f"langchain-{provider}") from None
    except Exception as error:  # noqa: BLE001 - each client refuses what it is given in its own way
        raise failure("setting", target, excerpt(str(error), target) or type(error).__name__) from None
    return cast("BaseChatModel", model)


def _openai_options(url: str, key: str, seconds: float) -> dict[str, Any]:
    from openai import DefaultHttpxClient  # noqa: PLC0415

    options = {
        **_common_options(url, seconds),
        "api_key": key or _NO_KEY,
        "default_headers": _authorization(url),
        "http_client": DefaultHttpxClient(**_client_options(url)),
        "openai_proxy": None,
        "stream_usage": False,
        "temperature": 0,
    }
    # OpenAI's newer protocol is not spoken elsewhere.
    return options if url == _PROVIDERS["openai"].home else {**options, "use_responses_api": False}


def _anthropic_options(url: str, key: str, seconds: float) -> dict[str, Any]:
    return {**_common_options(url, seconds), "api_key": key or _NO_KEY, "default_headers": _authorization(url)}


def _ollama_options(url: str, key: str, seconds: float) -> dict[str, Any]:
    headers = _authorization(url) or ({"Authorization": f"Bearer {key}"} if key else {})
    return {
        "base_url": _without_userinfo(url),
        "client_kwargs": {**_client_options(url), "timeout": seconds, "headers": headers},
        "num_ctx": CONTEXT_TOKENS,
        "num_predict": MAX_TOKENS,
        "reasoning": False,
        "temperature": 0,
    }


def _foreign_options(url: str, key: str, seconds: float) -> dict[str, Any]:  # noqa: ARG001 - as the others
    return {**_common_options(url, seconds), "temperature": 0}


def _common_options(url: str, seconds: float) -> dict[str, Any]:
    """What LangChain says that all providers take. Retries are ours: theirs do not know of the deadline."""
    options: dict[str, Any] = {"timeout": seconds, "max_retries": 0, "max_tokens": MAX_TOKENS}
    return {**options, "base_url": _without_userinfo(url)} if url else options


_OPTIONS = {"openai": _openai_options, "anthropic": _anthropic_options, "ollama": _ollama_options}


def _client_options(url: str) -> dict[str, Any]:
    """For httpx: no other host gets the question or the key, and a server on this machine is not sought by a proxy."""
    options: dict[str, Any] = {"follow_redirects": False, "event_hooks": {"request": [carry]}}
    if _is_here(url):
        # Not by trust_env=False: Anthropic's client looks for proxies whether or not the environment is to be trusted.
        options["mounts"] = dict.fromkeys(("all://", "http://", "https://"))
    if not url.startswith("https:"):
        # No certificates are read, which takes longer than all the rest, and none would be believed.
        options["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return options


def _give_client(model: Any, url: str) -> None:  # noqa: ANN401 - ChatAnthropic has no argument for it
    """Gives Anthropic's model our HTTP client, where it keeps the one that it makes for itself."""
    from anthropic import DefaultHttpxClient  # noqa: PLC0415

    client = DefaultHttpxClient(**_client_options(url))
    model.__dict__["_client"] = model._client.with_options(http_client=client)  # noqa: SLF001


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host_and_port(url: str) -> str:
    """What of an address can be shown."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _userinfo(url: str) -> tuple[str, ...]:
    """User name and password of an address, as they stand in it and as they are sent."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return ()
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return (base64.b64encode(pair.encode()).decode(), unquote(parts.password or ""), parts.password or "")


def _authorization(url: str) -> dict[str, str]:
    """The header for user name and password of an address."""
    userinfo = _userinfo(url)
    return {"Authorization": f"Basic {userinfo[0]}"} if userinfo else {}


def _without_userinfo(url: str) -> str:
    """The address as the client is given it: clients write addresses into their logs."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
