"""Librarians over a small index, and what came of what they were told to do."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from fakes.corpora import settings_of

from assistant.library.librarian import Job, Librarian
from index.embeddings import Embedder


def librarian_of(home: Path, embedder: Embedder | None) -> Librarian:
    warm = threading.Event()
    warm.set()
    return Librarian(settings_of(home), lambda: embedder, warm)


def ended(librarian: Librarian) -> Job:
    until = time.monotonic() + 30
    while librarian.job is None or librarian.job.state == "running":
        assert time.monotonic() < until, librarian.job
        time.sleep(0.01)
    return librarian.job


def upload(librarian: Librarian, name: str, content: str) -> Path:
    with librarian.receive(name) as received:
        received.write(content.encode())
        return librarian.keep(received).path


def titles(librarian: Librarian) -> list[str]:
    return sorted(row.title for row in librarian.shelf().rows)
