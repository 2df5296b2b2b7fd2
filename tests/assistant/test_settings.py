from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from assistant.errors import UnknownSettingError
from assistant.settings import Settings
from index.errors import SettingsError
from index.settings import IndexSettings, default_home, go_offline


def test_defaults_need_no_environment() -> None:
    settings = Settings.from_env()
    assert settings == Settings()
    assert settings.index.home == default_home()


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "HOME": str(tmp_path), "EMBEDDING_MODEL": "bundled", "PRECISION": "fp32", "THREADS": "1", "PASSAGE_SIZE": "100",
        "OVERLAP": "2", "NETWORK": "on", "HITS": "9", "THRESHOLD": "0.25", "HOST": "localhost", "PORT": "9000",
        "MODEL": "ollama:llama3.2:3b", "MODEL_URL": "http://127.0.0.1:11434", "MODEL_TIMEOUT": "30", "KEEP_DAYS": "30",
        "SIGN_IN": "proxy", "HOSTS": "notes.example.org", "PREFIX": "/notes", "PROXY_HEADER": "Remote-User",
        "PROXIES": "10.0.0.7", "EDITORS": "anna,bob", "DEADLINE": "45", "LOG": "json", "LOG_QUESTIONS": "on",
    }  # fmt: skip
    assert set(values) == {item.name.upper() for kind in (Settings, IndexSettings) for item in fields(kind)} - {"INDEX"}
    for name, value in values.items():
        monkeypatch.setenv(f"ASSISTANT_{name}", value)
    expected_index = IndexSettings(
        home=tmp_path,
        embedding_model="bundled",
        precision="fp32",
        threads=1,
        passage_size=100,
        overlap=2,
        network="on",
    )
    assert Settings.from_env() == Settings(
        index=expected_index, hits=9, threshold=0.25, host="localhost", port=9000,
        model="ollama:llama3.2:3b", model_url="http://127.0.0.1:11434", model_timeout=30, keep_days=30,
        sign_in="proxy", hosts="notes.example.org", prefix="/notes", proxy_header="Remote-User", proxies="10.0.0.7",
        editors="anna,bob", deadline=45, log="json", log_questions="on",
    )  # fmt: skip
    assert IndexSettings.from_env() == expected_index


def test_arguments_go_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "9000")
    monkeypatch.setenv("ASSISTANT_HOME", "/elsewhere")
    settings = Settings.from_env(port=9001, home=tmp_path, host=None)
    assert (settings.port, settings.index.home, settings.host) == (9001, tmp_path, "127.0.0.1")


def test_a_misspelt_setting_is_an_error_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TRESHOLD", "0.4")
    with pytest.raises(UnknownSettingError, match="Did you mean ASSISTANT_THRESHOLD"):
        Settings.from_env()


def test_an_unknown_setting_lists_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_XYZZY", "1")
    with pytest.raises(UnknownSettingError, match="ASSISTANT_PASSAGE_SIZE"):
        Settings.from_env()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"), ("PORT", "0"), ("PORT", "70000"), ("THRESHOLD", "1.5"), ("THRESHOLD", "nan"), ("HITS", "0"),
        ("PRECISION", "fp8"), ("THREADS", "-1"), ("PASSAGE_SIZE", "5"), ("OVERLAP", "six"), ("NETWORK", "1"),
        ("MODEL_TIMEOUT", "0"), ("MODEL_TIMEOUT", "nan"), ("MODEL_TIMEOUT", "99999"),
        ("KEEP_DAYS", "-1"), ("KEEP_DAYS", "nan"), ("LOG", "xml"), ("LOG_QUESTIONS", "yes"),
    ],
)  # fmt: skip
def test_a_value_out_of_range_names_the_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name}", value)
    with pytest.raises(SettingsError, match=f"ASSISTANT_{name} is .* must be"):
        Settings.from_env()


@pytest.mark.parametrize("value", ["llama3.2", ":x", "ollama:", "Ollama:x", "ollama:a b", "ollama:x\n", "sk-secret-1"])
def test_a_model_is_a_provider_and_a_name(value: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_MODEL must be provider:name") as caught:
        Settings(model=value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1:8000", "ftp://127.0.0.1/v1", "file:///etc/passwd", "http://", "http://:8000", "http://h:port/",
        "http://h:0/", "http://[::1/", "http://h/v1?key=secret", "http://h/v1#secret", "http://h\\secret@g/",
        "http://h/ v1", "http://user:secret@", "http://h/\r\nX: secret",
    ],
)  # fmt: skip
def test_an_address_of_a_model_is_checked_and_not_repeated(value: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_MODEL_URL must be the address") as caught:
        Settings(model="openai:x", model_url=value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ["http://127.0.0.1:8000/v1", "https://models.example/a/v1", "http://[::1]:11434"])
def test_an_address_of_a_model_can_be_any_server(value: str) -> None:
    assert Settings(model="openai:x", model_url=value).model_url == value


def test_a_password_in_an_address_is_not_in_the_text_of_the_settings() -> None:
    assert "secret" not in repr(Settings(model="openai:x", model_url="http://user:secret@127.0.0.1:8000/v1"))


def test_an_address_without_a_model_is_told() -> None:
    with pytest.raises(SettingsError, match="does not say which"):
        Settings(model_url="http://127.0.0.1:8000/v1")


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "")
    assert Settings.from_env().port == 7860


def test_tracing_left_over_from_another_project_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "https://gateway.example")
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    go_offline()
    assert os.environ["LANGSMITH_TRACING"] == "false"
    assert os.environ["LANGSMITH_GATEWAY"] == "false"
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_OFFLINE"] == "1"
