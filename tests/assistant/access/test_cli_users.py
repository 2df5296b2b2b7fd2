"""The commands ``assistant users``, through the terminal's real entry point; with a real terminal where it matters."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.users import OTHER, PASSWORD, home_with, users_in

from assistant import cli
from assistant.access.users import UserFile

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", "users", *arguments, "--home", str(home)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return int(stop.value.code or 0), captured.out, captured.err

    return call


def secrets_in(home: Path) -> list[str]:
    rows = json.loads((home / "access" / "users.json").read_text())["users"]
    hashes = [str(row["password_hash"]) for row in rows if row["password_hash"]]
    return [PASSWORD, OTHER, *hashes, *(row["stamp"] for row in rows), *re.findall(r"\w{64}", json.dumps(rows))]


def test_the_first_user_is_an_editor_the_next_a_reader_and_it_is_said(run: Run, home: Path) -> None:
    code, out, _ = run("add", "Anna", "--password-stdin", stdin=f"{PASSWORD}\n".encode())
    assert code == 0
    assert out.startswith(f"Added the editor anna in {home / 'access' / 'users.json'}.\nThe first user is an editor")
    assert "Nobody is asked to sign in yet" in out
    code, out, _ = run("add", "bob", "--password-stdin", stdin=f"{OTHER}\r\nmore\n".encode())
    assert out.startswith("Added the reader bob in")
    assert "first user" not in out
    users = users_in(home)
    assert users.check("anna", PASSWORD)
    assert users.check("bob", OTHER)


def test_roles_as_named(run: Run, home: Path) -> None:
    _, out, _ = run("add", "anna", "--role", "reader", "--no-password")
    assert out.startswith("Added the reader anna")
    assert "first user" not in out
    assert run("role", "anna", "editor")[:2] == (0, "anna is an editor now and has to sign in again.\n")
    assert [user.role for user in users_in(home).list()] == ["editor"]
    assert run("role", "anna", "admin")[0] == 2
    assert run("add", "bob", "--role", "admin", "--no-password")[0] == 2


def test_the_note_about_sign_in_is_for_pages_without_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SIGN_IN", "users")
    _, out, _ = run("add", "anna", "--no-password")
    assert "Nobody is asked" not in out


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (("add", "anna", "--password-stdin"), PASSWORD.encode(), "There is a user anna already"),
        (("add", "carl", "--password-stdin"), b"too short\n", "at least 10 characters"),
        (("add", "carl", "--password-stdin"), b"", "at least 10 characters"),
        (("add", "carl", "--password-stdin"), b"x" * 9000, "at most 256 characters"),
        (("add", "carl", "--password-stdin"), b"\xff\xfe not utf-8\n", "not UTF-8"),
        (("add", "no name", "--password-stdin"), PASSWORD.encode(), "cannot be a name"),
        (("add", "carl"), PASSWORD.encode(), "no terminal"),
        (("password", "anna"), PASSWORD.encode(), "no terminal"),
        (("password", "carl", "--password-stdin"), PASSWORD.encode(), "no such user"),
        (("role", "carl", "reader"), b"", "no user carl"),
        (("remove", "carl"), b"", "no user carl"),
        (("token", "carl"), b"", "no user carl"),
        (("tokens", "carl"), b"", "no such user"),
        (("revoke", "anna", "12345678"), b"", "no token with this id"),
    ],
)
def test_what_does_not_work_is_one_line_and_changes_nothing(
    run: Run, home: Path, arguments: tuple[str, ...], stdin: bytes, told: str
) -> None:
    users = home_with(home, anna="editor")
    before = users.path.read_bytes()
    code, out, err = run(*arguments, stdin=stdin)
    assert code == 67
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1
    assert users.path.read_bytes() == before
    assert not stdin or stdin.decode("latin-1").strip() not in err


def test_usage_errors(run: Run) -> None:
    assert run("add", "anna", "--no-password", "--password-stdin", stdin=PASSWORD.encode())[0] == 2
    assert run("token", "anna", "--days", "0")[0] == 2
    assert run("add", "anna", "--password", PASSWORD)[0] == 2, "there is no such option, so that nobody types one"
    assert run("add", "anna", PASSWORD)[0] == 2


def test_a_new_password(run: Run, home: Path) -> None:
    home_with(home, anna="editor").add_token("anna")
    code, out, _ = run("password", "ANNA", "--password-stdin", stdin=OTHER.encode())
    assert code == 0
    assert "has to sign in again" in out
    assert "1 API token of anna" in out
    assert users_in(home).check("anna", OTHER)
    assert users_in(home).check("anna", PASSWORD) is None


def test_tokens_are_shown_once_and_revoked_by_id(run: Run, home: Path) -> None:
    home_with(home, anna="editor")
    code, out, err = run("token", "anna", "--label", "the job", "--days", "30")
    token = out.strip()
    assert code == 0
    assert re.fullmatch(r"cw_[\w-]{43}\n", out), "nothing else on standard output: it can be piped"
    assert "not shown again" in err
    assert token not in err
    found = UserFile(home).by_token(token)  # by the clock of this machine, as the command
    assert found
    assert found.name == "anna"
    _, out, _ = run("tokens", "anna")
    token_id = out.split()[0]
    assert "the job" in out
    assert token not in out
    (row,) = json.loads(run("tokens", "anna", "--json")[1])
    assert (row["id"], row["label"]) == (token_id, "the job")
    assert row["until"] > row["added"]
    assert run("revoke", "anna", token_id)[0] == 0
    assert UserFile(home).by_token(token) is None
    assert run("tokens", "anna")[1:] == ("", "anna has no API tokens.\n")
    _, _, err = run("token", "anna")
    assert "good until revoked" in err


def test_the_list(run: Run, home: Path) -> None:
    code, out, err = run("list")
    assert (code, out) == (0, "")
    assert "assistant users add" in err
    assert not home.exists()
    home_with(home, bob="reader", anna="editor").add("robot", None, "reader")
    users_in(home).add_token("bob", "secret label")
    _, out, _ = run("list")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == ["anna", "bob", "robot"]
    assert "1 API token" in lines[1]
    assert "no password" in lines[2]
    assert [row["role"] for row in json.loads(run("list", "--json")[1])] == ["editor", "reader", "reader"]


def test_removing_the_last_one_says_that_nobody_gets_in(run: Run, home: Path) -> None:
    home_with(home, anna="editor", bob="reader")
    assert "No user is left" not in run("remove", "anna")[1]
    assert "No user is left" in run("remove", "bob")[1]
    assert users_in(home).list() == ()


def test_nothing_that_is_printed_is_secret(run: Run, home: Path) -> None:
    printed = ""
    for arguments, stdin in (
        (("add", "anna", "--password-stdin"), PASSWORD),
        (("add", "bob", "--password-stdin"), OTHER),
        (("token", "anna"), ""),
        (("password", "bob", "--password-stdin"), PASSWORD),
        (("list",), ""),
        (("list", "--json"), ""),
        (("tokens", "anna"), ""),
        (("tokens", "anna", "--json"), ""),
        (("remove", "bob"), ""),
    ):
        found = secrets_in(home) if home.exists() else []
        _, out, err = run(*arguments, stdin=stdin.encode())
        printed += out + err
        for secret in found + secrets_in(home):
            assert secret not in out + err
    assert "anna" in printed


def test_a_damaged_file_is_told_and_left_alone(run: Run, home: Path) -> None:
    path = home_with(home, anna="editor").path
    path.write_text(path.read_text()[:-20])
    damaged = path.read_bytes()
    for arguments in (("list",), ("add", "bob", "--no-password"), ("remove", "anna"), ("token", "anna")):
        code, out, err = run(*arguments)
        assert (code, out) == (74, "")
        assert f"The file {path} is damaged" in err
        assert len(err.splitlines()) == 1
    assert path.read_bytes() == damaged


def typed(home: Path, *passwords: str) -> tuple[int, str]:
    """What a terminal shows when passwords are typed into it."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from assistant.cli import main; main()", "users", "add", "anna", "--home", str(home)],
        stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    shown = b""
    waiting = list(passwords)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            read = os.read(leader, 4096)
        except OSError:  # how Linux says that the other side is closed
            break
        shown += read
        if shown.rstrip().endswith(b":") and waiting:
            time.sleep(0.1)  # by now it does not echo any more
            os.write(leader, waiting.pop(0).encode() + b"\n")
        if not read:
            break
    os.close(leader)
    return process.wait(10), shown.decode()


def test_a_typed_password_is_asked_for_twice_and_not_shown(home: Path) -> None:
    code, shown = typed(home, PASSWORD, PASSWORD)
    assert code == 0, shown
    assert shown.count(":") >= 2
    assert PASSWORD not in shown
    assert users_in(home).check("anna", PASSWORD)


def test_two_different_ones_change_nothing(home: Path) -> None:
    code, shown = typed(home, PASSWORD, OTHER)
    assert code == 67
    assert "not the same" in shown
    assert not [password for password in (PASSWORD, OTHER) if password in shown]
    assert users_in(home).list() == ()


def test_no_line_of_the_help_is_cut(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["assistant", "users", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines[lines.index("Commands:") + 1 :] if line.strip()} == {
        "add", "list", "remove", "password", "role", "token", "tokens", "revoke",
    }  # fmt: skip
    assert not [line for line in lines[1:] if line.endswith("...")]


def test_the_commands_load_nothing_heavy() -> None:
    code = (
        "import sys\nfrom assistant.access import users, sessions, attempts\nimport assistant.cli_users\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "gradio", "chromadb", "fastapi", "pydantic", "argon2", "cffi"} & set(done.stdout.split())
