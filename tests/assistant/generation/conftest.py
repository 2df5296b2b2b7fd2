"""What the tests of language models share: keys that must not be seen, and a way to open a model at a server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fakes.model_server import KEYS, ModelServer, OpenModel

from assistant.generation.access import ChatModel
from assistant.settings import Settings


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Keys of ours in place of those of whoever runs the tests."""
    for provider, key in KEYS.items():
        monkeypatch.setenv(f"{provider.upper()}_API_KEY", key)
    return KEYS


@pytest.fixture(params=list(KEYS))
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_model() -> OpenModel:
    """Opens a model at a server; seconds is its deadline."""

    def call(server: ModelServer, provider: str = "openai", seconds: float = 20, **settings: Any) -> ChatModel:
        url = server.address_for(provider)
        model = ChatModel.open(Settings(model=f"{provider}:x", model_url=url, model_timeout=seconds, **settings))
        model._retry_seconds = 0.02
        return model

    return call


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """Whatever the server does, the thread that talks to it ends."""
    yield
    for thread in threading.enumerate():
        if thread.name == "language-model":
            thread.join(5)
            assert not thread.is_alive()
