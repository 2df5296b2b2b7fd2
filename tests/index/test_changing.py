"""A folder that changes all the time while it is read: builds end, and what nobody touches is indexed."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.corpora import CORPORA, opened, settings_of, write
from fakes.embedder import WordEmbedder

from index.build import build
from index.errors import SourceError

pytestmark = pytest.mark.usefixtures("quick")
MANY = pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.slow)])


def harm(path: Path, elsewhere: Path, rng: random.Random) -> None:
    """Lets a file vanish, shrink, grow, or become something that is no file."""
    with contextlib.suppress(OSError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    text = f"About number {rng.randrange(50)}\n\n" + "A sentence that is there to be read. " * rng.randrange(200)
    with contextlib.suppress(OSError):
        match rng.randrange(7):
            case 0:
                path.write_text(text)
            case 1:
                path.write_bytes(text.encode("utf-16"))
            case 2:
                path.symlink_to(elsewhere)
            case 3:
                path.mkdir()
            case 4:
                os.mkfifo(path)
            case 5:
                path.write_text("")
            case _:
                pass


@contextlib.contextmanager
def harmed(folder: Path, elsewhere: Path) -> Iterator[threading.Event]:
    """A thread at work on some of a folder's files, until the block is left."""
    rng = random.Random(7)
    paths = [folder / f"restless-{number}.txt" for number in range(12)]
    is_over, is_seen = threading.Event(), threading.Event()

    def work() -> None:
        while not is_over.is_set():
            for path in paths:
                harm(path, elsewhere, rng)
            is_seen.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield is_seen
    finally:
        is_over.set()
        thread.join()


@MANY
def test_what_nobody_touches_is_always_indexed(tmp_path: Path, rounds: int) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Nobody named this file. The word in it is chrysanthemum.")
    folder = write(tmp_path / "folder", CORPORA["A"])
    with harmed(folder, secret) as is_seen:
        assert is_seen.wait(10)
        for _ in range(rounds):
            report = build([folder], settings=settings_of(tmp_path / "home"), embedder=WordEmbedder())
            with opened(tmp_path / "home") as index:
                sources = {article.source for article in index.articles.values()}
                assert set(CORPORA["A"]) <= sources
                assert not any("chrysanthemum" in article.text for article in index.articles.values())
            assert all(item.reason for item in report.skipped)


@MANY
def test_a_folder_of_nothing_else_is_a_sentence(tmp_path: Path, rounds: int) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with harmed(folder, tmp_path / "nothing") as is_seen:
        assert is_seen.wait(10)
        for _ in range(rounds):
            with contextlib.suppress(SourceError):
                build([folder], settings=settings_of(tmp_path / "home"), embedder=WordEmbedder())
