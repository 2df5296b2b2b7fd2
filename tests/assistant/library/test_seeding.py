"""The index of the seeds: made unasked at a first start, and nowhere else."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli
from assistant.library.seeding import is_missing, refuse_named_home_without_index
from assistant.settings import Settings
from index.errors import IndexMissingError
from index.settings import IndexSettings, default_home

Run = Callable[..., tuple[int, str, str]]
QUESTION = "When will Apophis pass Earth?"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command for somebody who never used it before."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call


COMMANDS = [("ask", QUESTION), ("serve", "--no-browser"), ("index", "rebuild"), ("index", "status")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("named_by", ["option", "variable"])
def test_a_mistyped_home_gets_no_index_of_the_seeds(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], named_by: str
) -> None:
    home = tmp_path / "my artcles"
    if named_by == "variable":
        monkeypatch.setenv("ASSISTANT_HOME", str(home))
    code, out, err = run(*command, *(["--home", str(home)] if named_by == "option" else []))
    assert (code, out) == (66, "")
    assert err == (
        f"assistant: No index in {home}: there is no such folder. If the name is right, make one there of your "
        f"articles: assistant index rebuild ARTICLES --home '{home}' (with --seeds in place of ARTICLES: of the two "
        "example articles).\n"
    )
    assert not home.exists()


def test_the_doctor_finds_a_named_home_without_an_index(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("doctor", "--home", str(tmp_path / "typo"))
    assert code == 1
    assert f"FAIL index: No index in {tmp_path / 'typo'}" in out
    assert "none yet; the first start makes one" in run("doctor")[1]


def test_a_folder_that_is_there_is_described(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.md").touch()
    for name, found in (("empty", "the folder is empty"), ("full", "there is none in this folder")):
        with pytest.raises(IndexMissingError, match=found):
            refuse_named_home_without_index(Settings(index=IndexSettings(home=tmp_path / name)))


def test_the_first_start_makes_one_of_the_seeds_where_nobody_named_a_home(run: Run, quick: None) -> None:
    code, out, err = run("ask", QUESTION)
    assert code == 0
    assert "2029" in out
    first, second = err.splitlines()
    assert first == "First start: making an index of the two example articles that come with the program."
    assert second.startswith("Index generation 000001: 2 articles")
    settings = Settings(index=IndexSettings())
    assert not is_missing(settings)
    assert settings.index.home == default_home()
    refuse_named_home_without_index(settings)
    assert run("ask", QUESTION, "--home", str(default_home()))[2] == "", "named, but there"


def test_one_can_be_made_of_the_seeds_anywhere_by_asking_for_it(run: Run, tmp_path: Path, quick: None) -> None:
    code, out, err = run("index", "rebuild", "--seeds", "--home", str(tmp_path / "new"))
    assert (code, err) == (0, ""), "nothing is said of files beside the seeds that are no articles"
    assert "2 articles" in out
    code, out, _ = run("index", "status", "--home", str(tmp_path / "new"))
    assert "sources:\n  - the example articles that come with the program\n" in out
    assert "seeds:" not in out


def test_a_folder_named_in_python_still_gets_one_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, quick: None
) -> None:
    from assistant.answering import Assistant

    with caplog.at_level(logging.WARNING):
        assert len(Assistant.open(tmp_path / "new").index.articles) == 2
    assert f"No index in {tmp_path / 'new'} yet" in caplog.text
