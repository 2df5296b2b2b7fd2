"""The process that reads files: what it gives back, and what it is not let do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.corpora import CORPORA

from index import parsing
from index.errors import SourceError
from index.parsing import Parser, seconds_for
from index.readers import formats
from index.types import Article, Skipped

TEXT = CORPORA["A"]["harbour.txt"].encode()


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as one:
        yield one


def refusal(parser: Parser, content: bytes, name: str) -> str:
    with pytest.raises(SourceError) as caught:
        parser.read(content, name)
    assert caught.value.reason.isprintable()
    return caught.value.reason


def hostile(body: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Parser:
    """A parser of which the reader for .txt does as ``body`` says."""
    code = f"""
        import sys
        from index import parsing
        from index.readers import formats
        def bad(content, name):
            {body}
            yield
        formats.READERS[".txt"] = bad
        parsing.main()
    """
    script = tmp_path / "hostile.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    real = subprocess.Popen

    def start(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return real([sys.executable, str(script)], cwd=tmp_path, env=environment, **options)

    monkeypatch.setattr("index.parsing.subprocess.Popen", start)
    return Parser()


def test_what_comes_back_is_what_the_reader_gave(parser: Parser) -> None:
    for content, name in [
        (TEXT, "sub/a.txt"),
        ("# Überschrift\n\n- eins\n- 宇宙 😀\n".encode(), "b.md"),
        (b"---\nindex: false\n---\nx", "c.md"),
    ]:
        assert parser.read(content, name) == list(formats.read(content, name))


def test_a_refusal_names_its_reason_and_the_next_file_is_read(parser: Parser) -> None:
    assert refusal(parser, b"\x00\x01", "a.txt") == "is a binary file, not text"
    child = parser._child
    assert refusal(parser, b"", "a.txt") == "the file is empty"
    assert "this format is not read" in refusal(parser, b"x", "a.xyz")
    assert len(parser.read(TEXT, "a.txt")) == 1
    assert parser._child is child, "a refusal is no reason to start anew"


def test_the_ending_can_be_given(parser: Parser) -> None:
    (article,) = parser.read(b"# Title\n\nText.", "https://example.org/page", ".md")
    assert isinstance(article, Article)
    assert article.title == "Title"


def test_a_dead_child_is_replaced(parser: Parser) -> None:
    parser.start()
    assert parser._child is not None
    parser._child.kill()
    assert "made the reader crash" in refusal(parser, TEXT, "a.txt")
    assert len(parser.read(TEXT, "a.txt")) == 1


def test_an_article_beyond_all_measure_is_left_out(parser: Parser) -> None:
    (item,) = parser.read(b"Word. " * 1_000_000, "a.txt")
    assert isinstance(item, Skipped)
    assert "more than 5,000,000 characters" in item.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import socket; socket.socket()", "damaged (PermissionError)"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "damaged (PermissionError)"),
        ("import subprocess; subprocess.run(['true'])", "damaged (PermissionError)"),
        ("import os; os.system('true')", "damaged (PermissionError)"),
        ("import os; os.fork()", "damaged (PermissionError)"),
        ("open('written', 'w')", "damaged (PermissionError)"),
        ("import os; os.remove('nothing')", "damaged (PermissionError)"),
        ("import os; os.open('written', os.O_WRONLY | os.O_CREAT)", "damaged (PermissionError)"),
        ("raise ValueError('no')", "damaged (ValueError)"),
        ("bad(content, name); (lambda f: f(f))(lambda f: f(f))", "nested too deeply"),
        ("x = bytearray(2_000_000_000)", "more than 1024 MB of memory"),
        ("import os; os._exit(0)", "made the reader crash"),
        ("import os; os.abort()", "made the reader crash"),
        ("sys.stdout.buffer.write(b'nonsense ' * 9); sys.stdout.flush()", "made the reader crash"),
    ],
)
def test_what_a_hostile_file_could_make_a_reader_do(
    body: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with hostile(body, monkeypatch, tmp_path) as parser:
        assert reason in refusal(parser, b"x", "a.txt")
        assert len(parser.read(b"# A\n\nText.", "good.md")) == 1, "the next file is read"
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize(
    "body",
    ["import time; time.sleep(60)",
     *(pytest.param(body, marks=pytest.mark.slow) for body in ("while True: pass", "len('x' * 10**9 * 5)"))],
)  # fmt: skip
def test_what_takes_too_long_is_given_up(body: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parsing, "SECONDS", 1.5)
    started = time.monotonic()
    with hostile(body, monkeypatch, tmp_path) as parser:
        reason = refusal(parser, b"x", "a.txt")
        assert "longer than 2 s" in reason or "memory" in reason
        assert len(parser.read(b"# A\n\nText.", "good.md")) == 1
    assert time.monotonic() - started < 30, "it did not wait for the end"


def test_the_guards_are_what_stops_it(tmp_path: Path) -> None:
    """Without the limits the same code does what it wants."""
    target = tmp_path / "written"
    script = f"open({str(target)!r}, 'w').close()"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert target.exists()


def test_larger_files_have_more_time() -> None:
    assert seconds_for(0) == parsing.SECONDS
    assert seconds_for(20 * 1024 * 1024) > 5 * seconds_for(0)


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    """Killed in the middle of something, the parent leaves no process behind."""
    code = """
        import os
        from index.parsing import Parser
        parser = Parser()
        parser.read(b"# A\\n\\nText.", "a.md")
        print(parser._child.pid, flush=True)
        os.kill(os.getpid(), 9)
    """
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, env=env, check=False
    )
    pid = json.loads(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    raise AssertionError("the child is still there")
