"""Which client is made of which settings, to whom it speaks, and what it must not do."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from fakes.model_server import KEYS, ModelServer, OpenModel, repeats_what_it_got, says, sends_elsewhere

from assistant.errors import ModelModeError
from assistant.generation.access import ChatModel
from assistant.generation.providers import is_unencrypted
from assistant.settings import Settings

PROMPT = [("human", "When?")]
KNOWN = list(KEYS)


def failing(model: ChatModel) -> ModelModeError:
    with pytest.raises(ModelModeError) as caught:
        list(model.stream(PROMPT))
    return caught.value


def test_without_a_model_there_is_none_to_open() -> None:
    with pytest.raises(ModelModeError, match="ASSISTANT_MODEL=provider:name") as caught:
        ChatModel.open(Settings())
    assert (caught.value.kind, caught.value.exit_code) == ("setting", 78)


def test_a_missing_package_comes_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    monkeypatch.setitem(sys.modules, provider, None)
    with pytest.raises(ModelModeError) as caught:
        ChatModel.open(Settings(model=f"{provider}:x"))
    base._get_chat_model_creator.cache_clear()
    assert str(caught.value).endswith(f"needs a package that is not installed: pip install langchain-{provider}")
    assert caught.value.kind == "package"


def test_the_package_of_any_other_provider_is_named_too() -> None:
    with pytest.raises(ModelModeError, match=r"pip install langchain-mistralai$"):
        ChatModel.open(Settings(model="mistralai:x"))


def test_an_unknown_provider_is_told() -> None:
    with pytest.raises(ModelModeError, match="openai, anthropic or ollama") as caught:
        ChatModel.open(Settings(model="nobody:x"))
    assert caught.value.kind == "setting"


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_missing_key_is_told_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, provider: str, open_model: OpenModel
) -> None:
    variable = f"{provider.upper()}_API_KEY"
    monkeypatch.delenv(variable)
    with pytest.raises(ModelModeError, match=f"set {variable}, or ASSISTANT_MODEL_URL") as caught:
        ChatModel.open(Settings(model=f"{provider}:x"))
    assert caught.value.kind == "key"
    with ModelServer() as server:  # a server of one's own mostly needs none
        assert list(open_model(server, provider).stream(PROMPT)) == ["Ready."]


def test_names_are_for_people_and_hold_no_password() -> None:
    def name(model: str, url: str = "") -> str:
        return ChatModel.open(Settings(model=model, model_url=url)).name

    assert name("openai:gpt-5-mini") == "openai:gpt-5-mini"
    assert name("ollama:llama3.2:3b") == "ollama:llama3.2:3b at 127.0.0.1:11434"
    assert name("openai:qwen3", "https://me:secret@models.example:8443/v1") == "openai:qwen3 at models.example:8443"


def test_variables_of_other_programs_do_not_say_where_questions_go(
    monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    """A variable left over from other work must not send articles to another place."""
    with ModelServer() as elsewhere:
        for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL", "OLLAMA_HOST",
                     "LANGSMITH_GATEWAY", "OPENAI_PROXY", "ANTHROPIC_PROXY"):  # fmt: skip
            monkeypatch.setenv(name, elsewhere.url)
        monkeypatch.setenv("LANGSMITH_GATEWAY_API_KEY", "gateway-k3y")
        model = ChatModel.open(Settings(model=f"{provider}:x", model_timeout=5))
        homes = {"openai": "https://api.openai.com/v1/", "anthropic": "https://api.anthropic.com",
                 "ollama": "http://127.0.0.1:11434"}  # fmt: skip
        client = getattr(model._model, "root_client", None) or model._model._client  # type: ignore[attr-defined]
        client = client if provider != "ollama" else client._client
        assert str(client.base_url).rstrip("/") == homes[provider].rstrip("/")
        assert not elsewhere.requests


def test_a_server_on_this_machine_is_not_sought_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, provider: str, open_model: OpenModel
) -> None:
    with ModelServer() as proxy, ModelServer(says("Direct.")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert list(open_model(server, provider).stream(PROMPT)) == ["Direct."]
        assert not proxy.requests


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_neither_key_nor_question_follows_a_redirect(provider: str, open_model: OpenModel, status: int) -> None:
    with ModelServer() as other, ModelServer(sends_elsewhere(other.url, status)) as server:
        error = failing(open_model(server, provider))
        assert not other.requests
    assert error.kind == "refused"
    assert "not followed" in str(error)
    assert "ASSISTANT_MODEL_URL" in str(error)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_key_that_the_server_repeats_is_not_shown(
    provider: str, open_model: OpenModel, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer(repeats_what_it_got(status)) as server:
        error = failing(open_model(server, provider))
    for text in (str(error), repr(error), caplog.text):
        assert "k3y" not in text
    assert "\x1b" not in str(error)
    assert len(str(error).splitlines()) == 1


def test_a_name_and_password_in_the_address_are_sent_but_not_shown(
    provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer(repeats_what_it_got(400)) as server:
        address = server.address_for(provider).replace("//", "//me:s3cret%21@")
        model = ChatModel.open(Settings(model=f"{provider}:x", model_url=address))
        error = failing(model)
    assert server.requests[0].headers["authorization"] == "Basic bWU6czNjcmV0IQ=="
    for text in (str(error), model.name, caplog.text):
        assert not [part for part in ("s3cret", "bWU6czNjcmV0IQ") if part in text]


@pytest.mark.slow
def test_a_model_that_is_left_alone_costs_nothing() -> None:
    """What runs without ASSISTANT_MODEL loads no provider and no chat model of LangChain."""
    program = """
import sys, json
import assistant.answering, assistant.monitoring.health, assistant.generation.access, assistant.generation.passages
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(json.loads(done.stdout))
    assert "assistant" in loaded
    assert not loaded & {"langchain", "openai", "anthropic", "ollama", "langchain_openai", "langchain_anthropic",
                         "langchain_ollama", "tiktoken", "langgraph"}  # fmt: skip


def test_tracing_stays_off_whatever_the_environment_says() -> None:
    """Both ways to switch it on: variables, and LangSmith's own configuration."""
    program = """
import sys
import langsmith
from assistant.generation.access import ChatModel
from assistant.settings import Settings
url = sys.argv[1]
model = ChatModel.open(Settings(model="openai:x", model_url=url + "/v1"))
client = langsmith.Client(api_url=url, api_key="k", auto_batch_tracing=False)
langsmith.configure(enabled=True, client=client)
print("".join(model.stream([("human", "secret question")])))
client.flush()
"""
    with ModelServer() as server:
        tracing = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_ENDPOINT": server.url,
                   "LANGSMITH_API_KEY": "k", "OPENAI_API_KEY": "x"}  # fmt: skip
        done = subprocess.run([sys.executable, "-c", program, server.url], capture_output=True, text=True, check=False,
                              timeout=60, env=tracing)  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "Ready.\n", "")
        assert [request.path for request in server.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("url", "is_open"),
    [("", False), ("http://127.0.0.1:1/v1", False), ("http://[::1]:1", False), ("http://localhost:1", False),
     ("https://models.example/v1", False), ("http://models.example/v1", True), ("http://192.168.0.2:11434", True)],
)  # fmt: skip
def test_where_others_can_read_along(url: str, is_open: bool) -> None:  # noqa: FBT001
    assert is_unencrypted(Settings(model="openai:x", model_url=url)) == is_open
