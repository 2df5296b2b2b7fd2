"""What the Containerfile says, read without a builder: who runs it, what goes in, and that it fits the project."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from browser.harness import served
from fakes.service import FakeService

from assistant.settings import Settings
from assistant.web.app import create_app

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """Each with what stands behind it, in order; comments left out and lines joined."""
    lines = [line for line in TEXT.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(name.upper(), rest) for name, rest in found]


def of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def variables() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(last_stage("ENV"))))


def last_stage(name: str) -> list[str]:
    steps = instructions()
    start = max(place for place, (found, _) in enumerate(steps) if found == "FROM")
    return [rest for found, rest in steps[start:] if found == name]


def test_it_does_not_run_as_root_and_nothing_makes_it() -> None:
    (user,) = last_stage("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number, which needs no entry in a file to be checked"
    assert of("USER") == [user], "and nobody else in between"
    assert not re.search(r"\bsudo\b|setuid|chmod [0-7]*7\b|--privileged|\bcap-add\b", TEXT)
    made = next(rest for rest in last_stage("RUN") if "/data" in rest)
    assert made == f"install -d -o {user.split(':')[0]} -g {user.split(':')[1]} -m 0700 /data"


def test_nothing_is_fetched_but_packages() -> None:
    assert of("ADD") == [], "it takes addresses, and unpacks archives"
    addresses = re.findall(r"\w+://[^\s\"]+", "\n".join(rest for _, rest in instructions()))
    assert addresses == ["https://download.pytorch.org/whl/cpu", "http://127.0.0.1:7860/api/health',"]
    for word in ("curl", "wget", "git ", "apt", "--trusted-host", "--pre", "| sh", "--extra-index-url"):
        assert word not in "\n".join(of("RUN")), word


def test_no_secret_is_in_it() -> None:
    said = "\n".join(rest for name, rest in instructions() if name in ("ARG", "ENV", "LABEL", "RUN"))
    assert not re.search(r"passw|secret|token|api_?key|credential", said, re.IGNORECASE)
    assert "--mount=type=secret" not in TEXT


def test_versions_are_those_of_the_project() -> None:
    pinned = next(item for item in PROJECT["project"]["dependencies"] if item.startswith("torch=="))
    assert f" {pinned}\n" in TEXT
    (base, *_) = of("ARG")
    version = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert re.fullmatch(rf"BASE=docker\.io/library/python:{re.escape(version)}-slim-\w+", base)
    assert [rest.split()[0] for rest in of("FROM")] == ["${BASE}", "${BASE}"], "both stages have the same Python"


def test_what_goes_in_is_the_package_and_nothing_else() -> None:
    copied = [word for rest in of("COPY") if "--from" not in rest for word in rest.split()[:-1]]
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert copied == ["pyproject.toml", "README.md", "LICENSE", *packages]
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules == ["*", *(f"!{name}" for name in copied), "**/__pycache__", "**/*.py[cod]"]


def test_it_lets_nobody_in_who_has_not_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables().items():
        if name.startswith("ASSISTANT_"):
            monkeypatch.setenv(name, value)
    settings = Settings.from_env()
    assert settings.host == "0.0.0.0"  # noqa: S104 - in a container, which decides what is published
    assert settings.sign_in == "users"
    assert "no users yet" in settings.terms.refusal(settings.host, has_users=False)
    assert settings.terms.refusal(settings.host, has_users=True) == ""
    assert last_stage("EXPOSE") == [str(settings.port)]


def test_only_the_volume_and_tmp_are_written_to() -> None:
    given = variables()
    assert last_stage("VOLUME") == [given["XDG_DATA_HOME"]] == ["/data"]
    assert given["HOME"] == "/tmp"  # noqa: S108 - the container's own
    assert given["PYTHONDONTWRITEBYTECODE"] == "1"
    assert "--no-compile" not in TEXT, "pip writes bytecode, which nothing could do later"
    assert "ASSISTANT_HOME" not in given, "in a home that was named the first start would make no index"


def test_it_is_started_without_a_shell_and_ends_when_asked() -> None:
    assert json.loads(last_stage("ENTRYPOINT")[0]) == ["assistant"]
    assert json.loads(last_stage("CMD")[0]) == ["serve", "--no-browser"]
    assert last_stage("STOPSIGNAL") == ["SIGINT"]


def test_its_health_check_tells_a_failure_and_a_server_that_is_gone() -> None:
    (check,) = last_stage("HEALTHCHECK")
    program = json.loads(check[check.index("[") :])
    assert program[:2] == ["python", "-c"]
    service = FakeService()
    with served(create_app(service)) as address:
        code = program[2].replace("http://127.0.0.1:7860", address)

        def ended() -> int:
            return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode

        assert ended() == 0
        service.state = "warming"
        assert ended() == 0, "somebody answers, and what is asked waits"
        service.state, service.failure = "failed", "There is no index."
        assert ended() == 1
    assert ended() == 1
