"""The built package holds everything it needs: installed elsewhere, run from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), **variables}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_data_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "seeds/esa-jaxa-joint-statement.md", "seeds/harwell-cross-u-agreements.md", "prompts/answer.md",
        "assistant/page/a_base.css", "assistant/page/talk.js", "assistant/weights/reader.safetensors",
        "assistant/weights/MODEL_CARD.md", "assistant/py.typed", "index/py.typed",
    ):  # fmt: skip
        assert name in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("citewell-")} == {"assistant", "index", "prompts", "seeds"}


def test_installed_elsewhere_it_answers_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    venv, elsewhere = tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    # A stray folder or file of the same name where the command is run must not get in the way.
    (elsewhere / "prompts").mkdir()
    (elsewhere / "seeds.py").write_text("raise SystemExit('the wrong seeds')")
    run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    # The libraries come from the environment that runs the tests; the package itself only from the wheel.
    libraries = Path(sysconfig.get_path("purelib", vars={"base": venv, "platbase": venv})) / "libraries.pth"
    libraries.write_text(sysconfig.get_path("purelib"))
    run(venv / "bin" / "pip", "install", "--ignore-installed", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    where = run(venv / "bin" / "python", "-P", "-c", "import assistant; print(assistant.__file__)", cwd=elsewhere)
    assert Path(where.strip()).is_relative_to(venv)
    home = str(tmp_path / "home")
    assistant = venv / "bin" / "assistant"
    run(assistant, "index", "rebuild", "--seeds", cwd=elsewhere, ASSISTANT_HOME=home)
    out = run(assistant, "ask", "When will Apophis pass Earth?", "--json", cwd=elsewhere, ASSISTANT_HOME=home)
    answer = json.loads(out)
    assert answer["status"] == "answered"
    assert "2029" in answer["text"]
