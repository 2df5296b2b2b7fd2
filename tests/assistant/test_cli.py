"""The terminal, run in this process through its real entry point; a few times as a real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from fakes.nursery import CheckHere

from assistant import cli
from assistant.cli_index import EXIT_SKIPPED
from index.generations import IndexFolder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call


@pytest.fixture
def home(seeds_home: Path, tmp_path: Path) -> Path:
    """A copy of the seeds' index, to change at will."""
    shutil.copytree(seeds_home, tmp_path / "home", ignore=shutil.ignore_patterns("readers"))
    return tmp_path / "home"


def articles_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "owls.txt").write_text("About owls\n\nThe grey owl hunts at night in the northern forest.")
    return folder


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


def test_help_names_every_command(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for command in ("serve", "ask", "index", "doctor"):
        assert command in out
    for command in ("serve", "ask", "doctor", "index"):
        code, out, _ = run(command, "--help")
        assert code == 0
        assert "Usage: assistant" in out


@pytest.mark.parametrize("command", [(), ("index",)])
def test_no_line_of_the_help_is_cut(run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(*command, "--help")
    assert "Commands:" in out
    assert not [line for line in out.splitlines()[1:] if line.endswith("...")]


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"citewell {version('citewell')}\n", "")


def test_ask_prints_the_answer_and_numbered_quotes(run: Run, home: Path) -> None:
    code, out, _ = run("ask", "When will Apophis pass Earth?", "--home", str(home))
    assert code == 0
    assert "2029" in out
    assert "[1]" in out
    assert "SpaceDaily" in out


def test_ask_works_without_quotes_and_says_nothing_else(run: Run, home: Path) -> None:
    code, out, err = run("ask", "When", "will", "Apophis", "pass", "Earth?", "--home", str(home))
    assert code == 0
    assert "2029" in out
    assert err == ""


def test_ask_as_json_is_the_whole_answer(run: Run, home: Path) -> None:
    code, out, _ = run("ask", "When will Apophis pass Earth?", "--json", "--home", str(home))
    answer = json.loads(out)
    assert code == 0
    assert answer["status"] == "answered"
    assert "2029" in answer["citations"][0]["quote"]


def test_a_refusal_is_an_honest_answer_not_a_failure(run: Run, home: Path) -> None:
    code, out, _ = run("ask", "What is the capital of France?", "--home", str(home))
    assert code == 0
    assert "The sources do not say." in out
    assert "[1]" not in out


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 2001])
def test_a_bad_question_is_a_usage_error(run: Run, home: Path, question: str) -> None:
    code, _, err = run("ask", question, "--home", str(home))
    assert code == 2
    assert "question" in err.lower()
    assert "Traceback" not in err


def test_rebuild_from_new_articles_then_ask_then_status(run: Run, home: Path, tmp_path: Path, quick: None) -> None:
    folder = articles_folder(tmp_path)
    code, out, _ = run("index", "rebuild", str(folder), "--home", str(home))
    assert code == 0
    assert "generation 000002: 1 articles" in out
    assert "1 added, 0 replaced, 2 removed, 0 unchanged" in out
    _, out, _ = run("ask", "When does the owl hunt?", "--home", str(home))
    assert "hunts at night" in out
    code, out, _ = run("index", "status", "--home", str(home))
    assert "About owls" in out
    assert "000002" in out
    code, out, _ = run("index", "status", "--json", "--home", str(home))
    found = json.loads(out)
    assert found["sources"] == [{"path": str(folder), "is_seeds": False}]
    (article,) = found["articles"]
    assert article.pop("id")
    assert article.pop("added")
    assert article == {
        "title": "About owls", "publisher": None, "author": None, "published": None, "passages": 1,
        "source": "owls.txt", "location": str(folder / "owls.txt"), "near": [],
    }  # fmt: skip
    assert all(key.isidentifier() for key in [*found, *found["embedding_model"]]), "names that need no quotes in jq"
    code, out, _ = run("index", "rebuild", "--home", str(home))
    assert "Nothing has changed" in out
    code, out, _ = run("index", "rebuild", "--seeds", str(folder), "--home", str(home))
    assert "3 articles" in out


def test_add_list_and_remove(run: Run, home: Path, tmp_path: Path, quick: None) -> None:
    folder = articles_folder(tmp_path)
    code, out, _ = run("index", "add", str(folder), "--dry-run", "--home", str(home))
    assert (code, out.splitlines()[1]) == (0, "  + About owls (owls.txt)")
    assert "Dry run, nothing was done. It would hold 3 articles: 1 added, 0 replaced, 0 removed, 2 unchanged." in out
    assert IndexFolder(home).current_name() == "000001"
    code, out, _ = run("index", "add", str(folder), "--home", str(home))
    assert (code, "3 articles" in out, "1 added" in out) == (0, True, True)
    code, out, _ = run("index", "list", "--home", str(home))
    assert len(out.splitlines()) == 3
    (owls,) = (line for line in out.splitlines() if "About owls" in line)
    assert "1 passages · owls.txt" in owls
    _, out, _ = run("index", "list", "--json", "--home", str(home))
    assert [row["title"] for row in json.loads(out)][-1] == "About owls"
    _, out, _ = run("ask", "When does the owl hunt?", "--home", str(home))
    assert "hunts at night" in out
    code, out, _ = run("index", "remove", owls.split()[0], "--home", str(home), "--json")
    assert (code, [change["title"] for change in json.loads(out)["changes"]]) == (0, ["About owls"])
    _, out, _ = run("ask", "When does the owl hunt?", "--home", str(home))
    assert "hunts at night" not in out
    code, _, err = run("index", "remove", "About owls", "--home", str(home))
    assert (code, "is no article of the index" in one_line(err)) == (65, True)


def test_a_skipped_file_is_named_and_the_exit_code_tells(run: Run, home: Path, tmp_path: Path, quick: None) -> None:
    folder = articles_folder(tmp_path)
    (folder / "broken.md").write_text("---\ntitle: [\n---\ntext")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n")
    code, out, err = run("index", "rebuild", str(folder), "--home", str(home))
    assert code == EXIT_SKIPPED
    assert "1 articles" in out
    assert "Skipped broken.md: its front matter is broken" in err
    assert "picture.png" in err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("nothing-there", None, "no such file"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 20, "binary"),
        ("broken.md", b"---\ntitle: a: b: c\n---\nText.", "front matter"),
        ("letter.doc", b"\xd0\xcf\x11\xe0", "this format is not read"),
    ],
)
def test_a_source_that_cannot_be_read_leaves_the_index_alone(
    run: Run, home: Path, tmp_path: Path, quick: None, name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, _, err = run("index", "rebuild", str(path), "--home", str(home))
    assert code == 65
    assert says in one_line(err)
    assert name in err
    assert IndexFolder(home).current_name() == "000001"


def test_a_home_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, err = run("index", "rebuild", str(articles_folder(tmp_path)), "--home", str(tmp_path / "file"))
    assert code == 74
    assert "ASSISTANT_HOME" in one_line(err)


def test_without_an_index_status_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    code, _, err = run("index", "status", "--home", str(tmp_path))
    assert code == 66
    assert "assistant index rebuild" in one_line(err)


def test_a_misspelt_setting_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TRESHOLD", "1")
    code, _, err = run("doctor")
    assert code == 78
    assert "Did you mean ASSISTANT_THRESHOLD" in one_line(err)


def test_an_unknown_model_is_one_line(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_MODEL", "nobody/no-such-model")
    code, _, err = run("ask", "When will Apophis pass Earth?", "--home", str(home))
    assert code == 69
    assert "ASSISTANT_EMBEDDING_MODEL" in one_line(err)


def test_the_doctor_finds_everything_in_order(run: Run, home: Path) -> None:
    code, out, _ = run("doctor", "--home", str(home))
    assert code == 0
    assert "FAIL" not in out
    for subject in ("torch", "chromadb", "embedding model", "precision", "index", "network"):
        assert subject in out


def test_the_doctor_finds_damage(run: Run, home: Path) -> None:
    database = next(home.rglob("chroma.sqlite3"))
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 0xFF
    database.write_bytes(content)
    code, out, _ = run("doctor", "--home", str(home))
    assert code == 1
    assert "FAIL index: The file chroma/chroma.sqlite3 of index generation 000001 is not as it was written" in out


def test_the_command_itself_runs_and_returns_exit_codes(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("assistant")
    done = subprocess.run([command, "index", "status", "--home", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 66
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_interrupt_is_one_line_and_the_index_stays(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import index.build

    def interrupted(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(index.pipeline, "split_article", interrupted)
    folder = str(articles_folder(tmp_path))
    code, _, err = run("index", "rebuild", folder, "--home", str(home))
    assert code == cli.EXIT_INTERRUPTED
    assert one_line(err) == "assistant: interrupted; the index is as it was before."
    assert IndexFolder(home).current_name() == "000001"
    code, _, err = run("index", "rebuild", folder, "--home", str(tmp_path / "new"))
    assert code == cli.EXIT_INTERRUPTED
    assert one_line(err) == "assistant: interrupted; there is no index yet."
    monkeypatch.undo()
    monkeypatch.setattr(IndexFolder, "remove_old", interrupted)
    _, _, err = run("index", "rebuild", folder, "--home", str(home))
    assert one_line(err) == "assistant: interrupted; the new index was complete already."
    assert IndexFolder(home).current_name() == "000002"


def test_names_that_are_not_utf8_or_steer_a_terminal_are_indexed_and_shown_escaped(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.check.CheckProcess", CheckHere)  # names do not come to it, only to the one that reads
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    (folder / "good.txt").write_text("The grey owl hunts at night in the northern forest.")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("The red fox sleeps by day in its den.")
    (folder / "bad\x1b[2J\nassistant: all fine.txt").write_text("")
    code, out, err = run("index", "rebuild", str(folder), "--home", str(home))
    assert code == EXIT_SKIPPED
    assert "2 articles" in out
    assert "\x1b" not in err + out
    assert len(err.strip().splitlines()) == 1
    code, out, _ = run("index", "status", "--home", str(home))
    assert code == 0
    assert "caf\\udce9" in out
    for command in ("status", "list"):
        code, out, _ = run("index", command, "--json", "--home", str(home))
        assert (code, bool(json.loads(out))) == (0, True)
    code, out, _ = run("index", "rebuild", "--home", str(home))
    assert "Nothing has changed" in out
