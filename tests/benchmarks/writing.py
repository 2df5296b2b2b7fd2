"""What answering with a language model costs beyond the model's own time: ``python tests/benchmarks/writing.py``.

The model is a server on this machine that says, at once, the sentences of the passages that it was given, each with its
mark; so all that is measured is ours: asking, streaming, checking. Over the seeds, with the real models.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fakes.exchange import Exchange
from fakes.model_server import ModelServer

from assistant.answering import Assistant
from assistant.settings import Settings
from assistant.types import Answer
from index.build import SEEDS, build
from index.settings import IndexSettings, go_offline

QUESTIONS = [
    "When will the asteroid Apophis pass Earth?",
    "Who signed the joint statement of ESA and JAXA?",
    "What could JAXA contribute to the Ramses mission?",
    "Who founded cross U?",
    "Which agreements did Harwell Campus sign?",
    "What is the Ramses mission?",
]
ROUNDS = 3
SENTENCES = 4


def recite(exchange: Exchange) -> None:
    """Says the first sentence of each of the first passages."""
    prompt = exchange.request.texts[-1]
    passages = re.split(r"(?im)^.*\bpassage (\d+)\b.*$", prompt)
    said = []
    for number, text in zip(passages[1::2], passages[2::2], strict=False):
        sentences = re.findall(r"[A-Z][^.\n]{30,}\.", text)
        said += [f"{sentences[0]} [{number}] "] if sentences else []
    exchange.begin()
    for sentence in said[:SENTENCES]:
        exchange.piece(sentence)
    exchange.end()


def main() -> None:
    """Prints milliseconds."""
    go_offline()
    os.environ["OPENAI_API_KEY"] = "none"
    with tempfile.TemporaryDirectory() as home, ModelServer(recite) as server:
        index = IndexSettings(home=Path(home))
        build([SEEDS], settings=index)
        settings = Settings(index=index, model="openai:none", model_url=server.address_for("openai"))
        assistant = Assistant.open(settings=settings)
        assistant.ask(QUESTIONS[0])
        answers: list[Answer] = [assistant.ask(question) for _ in range(ROUNDS) for question in QUESTIONS]
    written = [answer for answer in answers if "check" in answer.timings]
    sentences = sum(len(answer.segments) + len(answer.taken_back) for answer in written)
    states = [segment.state for answer in written for segment in answer.segments]
    print(f"{len(written)} answers, {sentences} sentences: {states.count('verified')} verified, "
          f"{states.count('weak')} weak, {sentences - len(states)} taken back")  # fmt: skip
    for name in ("search", "read", "first_word", "write", "check", "total"):
        times = sorted(1000 * answer.timings[name] for answer in written)
        print(f"{name:>10}: median {statistics.median(times):6.0f} ms, most {times[-1]:6.0f} ms")
    check = sum(answer.timings["check"] for answer in written)
    print(f"check of a sentence: {1000 * check / max(1, sentences):.0f} ms")


if __name__ == "__main__":
    main()
