"""What stands behind the page, and the command that serves it."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import weakref
from pathlib import Path

import pytest

from assistant.errors import AddressError
from assistant.settings import Settings
from assistant.web.serving import serve
from assistant.wiring import LOADING, Backend
from index import add
from index.settings import IndexSettings


@pytest.fixture
def home(seeds_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeds_home, tmp_path / "home", ignore=shutil.ignore_patterns("readers"))
    return tmp_path / "home"


def backend(home: Path, **index: str) -> Backend:
    return Backend(Settings(index=IndexSettings(home=home, **index)))  # type: ignore[arg-type]


def wait_until(condition: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.05)
    assert condition()  # type: ignore[operator]


def test_the_catalogue_is_there_before_any_model(home: Path) -> None:
    service = backend(home)
    catalogue = service.catalogue()
    assert service.state == "warming"
    assert len(catalogue.articles) == 2
    assert catalogue.generation == "000001"
    assert service.article(catalogue.articles[0].id) == catalogue.articles[0]
    assert service.article("0" * 16) is None


def test_a_question_asked_while_warming_waits_visibly_and_is_answered(home: Path) -> None:
    service = backend(home)
    answers = service.stream("When will Apophis pass Earth?", ())
    waiting_for = next(answers)
    assert (waiting_for.status, waiting_for.reason) == ("working", LOADING)
    service.warm_up()
    *waiting, last = answers
    assert all(answer.status == "working" for answer in waiting)
    assert "2029" in last.text
    assert service.state == "ready"
    assert service.catalogue().passages == len(service._assistant.index)  # type: ignore[union-attr]
    assert service.article(last.citations[0].article_id) is not None


def test_what_is_loaded_is_not_looked_through_for_garbage_again(home: Path) -> None:
    gc.unfreeze()
    service = backend(home)
    service.warm_up()
    wait_until(lambda: service.state == "ready")
    assert gc.get_freeze_count() > 0.9 * (gc.get_freeze_count() + len(gc.get_objects()))


def test_the_index_that_was_loaded_first_is_let_go_all_the_same(home: Path, quick: None) -> None:
    service = backend(home)
    service.warm_up()
    wait_until(lambda: service.state == "ready")
    first = weakref.ref(service._assistant.index)  # type: ignore[union-attr]
    (home / "more").mkdir()
    (home / "more" / "mill.md").write_text("# A mill\n\nThe mill of Corvik was built in 1907.\n", encoding="utf-8")
    add([home / "more"], home=home)
    service._refresh()
    wait_until(lambda: first() is None)


def test_when_a_change_of_the_library_is_told_questions_are_answered_from_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    """However long the new index takes to open: it is open before the page says that an article was added."""
    monkeypatch.setattr("assistant.live.CHECK_EVERY", 1e9)
    service = backend(home)
    service.warm_up()
    service.librarian.folder.mkdir(exist_ok=True)
    (service.librarian.folder / "mill.md").write_text("# The mill\n\nThe tide mill of Penhallow was built in 1731.\n")
    service.librarian.add()
    wait_until(lambda: service.librarian.job and service.librarian.job.state != "running")
    assert service.librarian.job
    assert service.librarian.job.state == "done", service.librarian.job.message
    assert service.catalogue().generation == "000002"
    *_, last = service.stream("When was the tide mill of Penhallow built?", ())
    assert "1731" in last.text


def test_what_fails_is_said_and_tried_again_when_it_is_mended(home: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    (home / "index" / "generations").rename(moved)
    (home / "index" / "set-aside").mkdir()
    (home / "index" / "set-aside" / "000001").mkdir()
    service = backend(home)
    service.warm_up()
    wait_until(lambda: service.state == "failed")
    *_, last = service.stream("When will Apophis pass Earth?", ())
    assert last.status == "abstained"
    assert last.text == service.failure
    assert "assistant index rebuild" in last.text
    assert service.catalogue().articles == ()
    assert service.catalogue().notice
    shutil.rmtree(home / "index" / "generations", ignore_errors=True)
    moved.rename(home / "index" / "generations")
    *_, last = service.stream("When will Apophis pass Earth?", ())
    assert "2029" in last.text


def test_an_unknown_model_fails_with_its_message(home: Path) -> None:
    service = backend(home, embedding_model="nobody/no-such-model")
    service.warm_up()
    wait_until(lambda: service.state == "failed")
    assert "ASSISTANT_EMBEDDING_MODEL" in service.failure


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])  # noqa: S104 - refused
def test_others_than_this_machine_are_not_served(home: Path, host: str) -> None:
    settings = Settings(index=IndexSettings(home=home), host=host)
    with pytest.raises(AddressError, match="assistant users add NAME"):
        serve(settings, open_browser=False, announce=print)


def command(user: Path, port: int, *options: str) -> subprocess.Popen[str]:
    """The real command, run by somebody whose own folder is ``user``."""
    return subprocess.Popen(
        [Path(sys.executable).with_name("assistant"), "serve", "--no-browser", "--port", str(port), *options],
        env={**os.environ, "HOME": str(user), "XDG_DATA_HOME": str(user / "data")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def health(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
            return str(json.load(answer)["status"])
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


@pytest.mark.slow
def test_the_first_start_builds_the_seeds_serves_the_page_and_stops_on_interrupt(tmp_path: Path) -> None:
    port = free_port()
    with command(tmp_path, port) as process:
        try:
            wait_until(lambda: health(port) == "ready" or process.poll() is not None, 120)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                assert page.status == 200
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
    assert out == f"Citewell answers at http://127.0.0.1:{port}/ (stop with Ctrl+C)\nStopping…\n"
    assert "First start" in err
    assert "2 articles" in err
    assert "SOURCES.md" not in err
    assert "Traceback" not in err
    (readers,) = tmp_path.rglob("readers")
    assert list(readers.iterdir()) == []


@pytest.mark.slow
def test_a_port_in_use_is_one_plain_line(home: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with command(tmp_path, port, "--home", str(home)) as process:
            _, err = process.communicate(timeout=60)
    assert process.returncode == 69
    assert err.splitlines() == [
        f"assistant: Port {port} is in use, perhaps by another 'assistant serve'. Choose another one with --port."
    ]
