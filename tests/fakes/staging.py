"""Articles with attacks in them, and both ways to answer from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.attacked import Attack, Case, Obeying, write
from fakes.model_server import KEYS, ModelServer
from fakes.nursery import CheckHere, ReadHere
from fakes.oracle import complaints

from assistant.answering import Assistant
from assistant.page.rendering import to_html
from assistant.settings import Settings
from assistant.types import Answer
from index.build import build
from index.embeddings import SentenceEmbedder
from index.settings import IndexSettings


@dataclass
class Stage:
    """Articles with attacks in them, and both ways to answer from them."""

    written: Assistant
    quoted: Assistant
    server: ModelServer
    play: Obeying

    def hear(self, case: Case) -> list[Answer]:
        """Everything that is shown while a question is answered; the last is the answer."""
        self.play.cases[case.attack.host.question] = case
        return list(self.written.stream(case.attack.host.question))

    def wrong(self, case: Case, shown: Sequence[Answer]) -> list[str]:
        articles = self.written.index.articles
        wrong = [found for answer in shown for found in complaints(answer, articles, case.lies())]
        if KEYS["openai"] in repr(shown) + "".join(map(to_html, shown)):
            wrong.append("key: it is shown")
        return list(dict.fromkeys(wrong))


@contextmanager
def staged(folder: Path, hidden: list[Attack], embedder: SentenceEmbedder, hits: int) -> Iterator[Stage]:
    (folder / "articles").mkdir()
    index = IndexSettings(home=folder / "home")
    with pytest.MonkeyPatch.context() as patch, ModelServer(play := Obeying()) as server:
        patch.setenv("OPENAI_API_KEY", KEYS["openai"])
        patch.setattr("index.check.CheckProcess", CheckHere)
        patch.setattr("index.pipeline.Parser", ReadHere)
        report = build([write(folder / "articles", hidden)], settings=index, embedder=embedder)
        assert not report.skipped
        url = server.address_for("openai")
        with_model = Settings(index=index, hits=hits, model="openai:tiny", model_url=url, model_timeout=60)
        yield Stage(
            Assistant.open(settings=with_model, embedder=embedder),
            Assistant.open(settings=Settings(index=index, hits=hits), embedder=embedder),
            server,
            play,
        )


def judged(stage: Stage, cases: Sequence[Case]) -> dict[str, list[str]]:
    """What is wrong, by case."""
    wrong = {f"{case.attack.key}-{case.kind}": stage.wrong(case, stage.hear(case)) for case in cases}
    return {name: found for name, found in wrong.items() if found}
