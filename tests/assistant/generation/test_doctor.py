"""What ``assistant doctor`` says about the language model."""

from __future__ import annotations

import socket

import pytest
from fakes.model_server import ModelServer, fails, says

from assistant.monitoring.health import Finding, _language_model, _network
from assistant.settings import Settings


def test_no_model_is_fine_and_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert _language_model(Settings()).is_fine
    assert "not used" in _network(Settings()).text


def test_a_model_that_answers_is_named_with_its_time(provider: str) -> None:
    with ModelServer(says("Yes")) as server:
        settings = Settings(model=f"{provider}:x", model_url=server.address_for(provider))
        finding = _language_model(settings)
    assert finding.is_fine
    assert f"{provider}:x at 127.0.0.1:" in finding.text
    assert "answered after 0." in finding.text
    assert "go to the language model; " in _network(settings).text


def test_one_that_does_not_is_a_finding(provider: str) -> None:
    with ModelServer(fails(401, "bad key")) as server:
        finding = _language_model(Settings(model=f"{provider}:x", model_url=server.address_for(provider)))
    assert finding == Finding("language model", finding.text, is_fine=False)
    assert f"{provider.upper()}_API_KEY" in finding.text


def test_an_unencrypted_way_to_another_machine_is_told() -> None:
    assert (
        "anyone on the way can read them" in _network(Settings(model="openai:x", model_url="http://h.example/v1")).text
    )
