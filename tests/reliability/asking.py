"""Readers that ask all the time, and judge each answer by the corpus that it must be from, wholly.

In a process of its own, :func:`main`, it asks until its standard input ends, and says in JSON what it has seen.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter, defaultdict
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from fakes.corpora import CODES, CORPORA, settings_of
from fakes.embedder import WordEmbedder
from fakes.warm import Born

from assistant.answering import Assistant
from assistant.live import LiveIndex
from assistant.settings import Settings
from index.settings import go_offline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.types import Answer
    from index.types import Article

ASKED = [(code, f"What is the secret word {code}?") for codes in CODES.values() for code in codes.values()]
"""A word that stands in one article of one corpus, and the question for it."""
_BETWEEN_REPORTS = 0.2
_MOST_COMPLAINTS = 50


def corpus_of(answer: Answer, code: str) -> tuple[str, list[str]]:
    """The corpus that an answer is from, by its files' names and raw texts alone, and what is wrong with it.

    Args:
        answer: To the question for ``code``.
        code: See :data:`ASKED`.
    """
    wrong: list[str] = []
    articles: dict[str, Article] = {hit.article.id: hit.article for hit in answer.hits}
    sources = {article.source for article in articles.values()}
    found = [name for name, texts in CORPORA.items() if sources & texts.keys()]
    if len(found) != 1 or not sources <= CORPORA[found[0]].keys():
        return "?", [f"the passages are of {sorted(sources)}"]
    texts = CORPORA[found[0]]
    for hit in answer.hits:
        passage = hit.passage
        if hit.article.text[passage.start : passage.end] != passage.text or passage.article_id != hit.article.id:
            wrong.append(f"passage {passage.id} is not what its article says")
        if any(line not in texts[hit.article.source] for line in passage.text.splitlines()):
            wrong.append(f"passage {passage.id} is not in {hit.article.source}")
    cited = ""
    for citation in answer.citations:
        article = articles.get(citation.article_id)
        if article is None or article.text[citation.start : citation.end] != citation.quote:
            wrong.append(f"citation {citation.article_id}:{citation.start} is not exact")
        elif citation.quote not in texts[article.source]:
            wrong.append(f"{citation.quote!r} is not in {article.source}")
        cited += f"{citation.quote} "
    if code in CODES[found[0]].values():
        if code not in cited:
            wrong.append(f"the answer for {code} is {answer.text!r}")
    elif code in cited or code in answer.text:
        wrong.append(f"the answer has {code} of another corpus")
    return found[0], wrong


def make_reader(home: Path) -> Assistant:
    """An assistant without models that looks for a newer generation at every question."""
    settings = settings_of(home)
    return Assistant(LiveIndex(settings, WordEmbedder()), Settings(index=settings, threshold=0.0))


class Readers:
    """Threads that ask one assistant; a context manager.

    Args:
        home: Of the index.
        threads: How many.
        make: Makes the assistant.

    Attributes:
        seen: How many answers each generation gave, by its name and the corpus that they were from.
        complaints: What was wrong.
    """

    def __init__(self, home: Path, threads: int, make: Callable[[Path], Assistant] = make_reader) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()
        self.complaints: list[str] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._patch = mock.patch("assistant.live.CHECK_EVERY", 0.0)
        self._patch.start()
        try:
            self._assistant = make(home)
        except BaseException:
            self._patch.stop()
            raise
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(threads)]

    @property
    def answers(self) -> int:
        """How many there were so far."""
        return self.seen.total()

    @property
    def is_hopeless(self) -> bool:
        """Whether there is nothing but complaints."""
        return len(self.complaints) >= _MOST_COMPLAINTS

    def _ask(self, number: int) -> None:
        for code, question in islice(cycle(ASKED), number, None):
            if self._over.is_set():
                return
            try:
                answer = self._assistant.ask(question)
                corpus, wrong = corpus_of(answer, code)
                notice = self._assistant.index.notice
            except Exception as error:  # noqa: BLE001 - the series is told
                self._complain(f"{question}: {type(error).__name__}: {error}")
                continue
            for complaint in [*wrong, *([f"notice: {notice}"] if notice else [])]:
                self._complain(f"generation {answer.generation}, {question}: {complaint}")
            with self._lock:
                self.seen[answer.generation, corpus] += 1

    def _complain(self, what: str) -> None:
        with self._lock:
            if len(self.complaints) < _MOST_COMPLAINTS:
                self.complaints.append(what)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._assistant.index.close()
        self._patch.stop()


class ReaderProcess:
    """:class:`Readers` in another process, with the same attributes; a context manager."""

    def __init__(self, home: Path, threads: int = 1) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()
        self.complaints: list[str] = []
        code = "import sys; from reliability.asking import main; main(sys.argv[1], int(sys.argv[2]))"
        self._process = Born(code, {}, str(home), str(threads), errors="ours")
        self._listener = threading.Thread(target=self._listen, daemon=True)

    @property
    def answers(self) -> int:
        """How many there were so far."""
        return self.seen.total()

    @property
    def is_hopeless(self) -> bool:
        """Whether there is nothing but complaints, or nobody who could ask."""
        return len(self.complaints) >= _MOST_COMPLAINTS or self._process.poll() is not None

    def _listen(self) -> None:
        for line in self._process.stdout:
            event: dict[str, Any] = json.loads(line)
            self.seen.update({(generation, corpus): count for generation, corpus, count in event["seen"]})
            self.complaints += event["complaints"]

    def __enter__(self) -> ReaderProcess:
        self._listener.start()
        patience = time.monotonic() + 60
        while not self.answers and time.monotonic() < patience and self._process.poll() is None:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        status = self._process.wait(timeout=60)
        self._listener.join(timeout=60)
        self._process.stdout.close()
        if status:
            self.complaints.append(f"the reading process ended with {status}")


def corpora_by_generation(seen: Counter[tuple[str, str]]) -> dict[str, set[str]]:
    """Which corpora each generation answered from; more than one is a mix."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for generation, corpus in seen:
        found[generation].add(corpus)
    return found


def _reports(readers: Readers) -> Iterator[dict[str, Any]]:
    before: Counter[tuple[str, str]] = Counter()
    told = 0
    while True:
        now, complaints = Counter(dict(readers.seen)), readers.complaints[told:]
        told += len(complaints)
        yield {"seen": [[*key, count - before[key]] for key, count in now.items() if count > before[key]],
               "complaints": complaints}  # fmt: skip
        before = now


def main(home: str, threads: int) -> None:
    """Asks until standard input ends."""
    go_offline()
    over = threading.Event()
    readers = Readers(Path(home), threads)
    reports = _reports(readers)

    def tell() -> None:
        sys.stdout.write(json.dumps(next(reports)) + "\n")
        sys.stdout.flush()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    with readers:
        while not over.wait(_BETWEEN_REPORTS):
            tell()
    tell()
