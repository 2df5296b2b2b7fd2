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
    assert Settings.from_env() == Settings(index=expected_index, hits=9, threshold=0.25, host="localhost", port=9000)
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
    ],
)  # fmt: skip
def test_a_value_out_of_range_names_the_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name}", value)
    with pytest.raises(SettingsError, match=f"ASSISTANT_{name} is .* must be"):
        Settings.from_env()


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "")
    assert Settings.from_env().port == 7860


def test_tracing_left_over_from_another_project_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    go_offline()
    assert os.environ["LANGSMITH_TRACING"] == "false"
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_OFFLINE"] == "1"
