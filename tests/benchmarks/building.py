"""What building costs, as ratios within one run: ``python tests/benchmarks/building.py ARTICLES.jsonl.gz``.

Lines of ARTICLES are ``{"title", "text"}``. Compared are a full build, adding, replacing and removing one article, the
bare model encoding the same passages, and the usual chain of LangChain's tutorials (its splitter,
HuggingFaceEmbeddings, Chroma), if langchain-text-splitters and langchain-huggingface are installed. With ``--many``:
10,000 short articles, and the memory that a build of them takes.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from index.build import add, build, remove
from index.embeddings import SentenceEmbedder
from index.reports import BuildReport
from index.search import Index
from index.settings import IndexSettings, go_offline

MANY = 10_000


def read_texts(path: Path, limit: int | None) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [(row["title"], row["text"]) for row in rows[:limit]]


def write_texts(folder: Path, texts: list[tuple[str, str]]) -> None:
    folder.mkdir(parents=True)
    for number, (title, text) in enumerate(texts):
        (folder / f"{number:05}.txt").write_text(f"{title}\n\n{text}", encoding="utf-8")


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def peak_memory() -> Iterator[Callable[[], float]]:
    """Highest memory of this process and its children while the block runs, in MB."""
    process, highest, is_over = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            total = process.memory_info().rss
            for child in process.children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.Error:
                    continue
            highest[0] = max(highest[0], total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield lambda: highest[0] / 1e6
    is_over.set()
    thread.join()


def bare_model(texts: list[str], precision: str, size: int) -> float:
    """Seconds in which sentence-transformers, used as its manual says, encodes texts."""
    import torch
    from sentence_transformers import SentenceTransformer

    from index.models import model_folder

    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    folder = str(model_folder("bundled"))
    model = SentenceTransformer(folder, device="cpu", local_files_only=True, model_kwargs={"dtype": dtype})
    model.encode(texts[:64])
    return timed(lambda: model.encode(texts, batch_size=size))


def tutorial_chain(texts: list[tuple[str, str]], folder: Path) -> tuple[float, int]:
    """Seconds and pieces of the chain that tutorials build."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from index.models import model_folder

    embeddings = HuggingFaceEmbeddings(model_name=str(model_folder("bundled")), model_kwargs={"device": "cpu"})
    embeddings.embed_query("warm")
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces: list[Document] = []

    def work() -> None:
        pieces.extend(splitter.split_documents([Document(text, metadata={"title": title}) for title, text in texts]))
        for first in range(0, len(pieces), 5000):
            part = pieces[first : first + 5000]
            Chroma.from_documents(part, embeddings, persist_directory=str(folder), collection_name="tutorial")

    return timed(work), len(pieces)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=250)
    parser.add_argument("--many", action="store_true")
    arguments = parser.parse_args()
    go_offline()
    texts = read_texts(arguments.articles, arguments.limit)
    with tempfile.TemporaryDirectory() as root:
        if arguments.many:
            build_many(Path(root), texts)
        else:
            compare(Path(root), texts)


def compare(root: Path, texts: list[tuple[str, str]]) -> None:
    settings = IndexSettings(home=root / "home")
    embedder = SentenceEmbedder.load(settings)
    embedder.encode_passages(["warm"] * 64)
    write_texts(root / "articles", texts[:-1])
    # The first build also imports Chroma and the like, which is no cost of the articles.
    write_texts(root / "few", texts[:1])
    build([root / "few"], settings=IndexSettings(home=root / "other"), embedder=embedder)
    reports: list[BuildReport] = []

    def run(work: Callable[[], BuildReport]) -> float:
        return timed(lambda: reports.append(work()))

    full = run(lambda: build([root / "articles"], settings=settings, embedder=embedder))
    print(f"full build: {reports[-1].articles} articles, {reports[-1].passages} passages in {full:.1f} s")
    print(f"  {reports[-1].articles / full:.1f} articles/s, {reports[-1].passages / full:.0f} passages/s")
    with Index.open(settings=settings, embedder=embedder) as index:
        passages = [passage.embedding_text() for passage in index.passages]
    bare = bare_model(passages, embedder.precision, 32)
    print(f"bare model, the same passages in {embedder.precision}: {bare:.1f} s; full build {full / bare:.2f} x")
    ours = timed(lambda: embedder.encode_passages(passages))
    print(f"our encoding alone: {ours:.1f} s, {ours / bare:.2f} x")
    write_texts(root / "one", texts[-1:])
    new = root / "one" / "00000.txt"
    one = run(lambda: add([new], settings=settings, embedder=embedder))
    print(f"one more article: {one:.2f} s, {one / full:.1%} of a full build, {reports[-1].embedded} passages embedded")
    new.write_text(new.read_text(encoding="utf-8").replace(" the ", " that ", 5), encoding="utf-8")
    again = run(lambda: add([new], settings=settings, embedder=embedder))
    print(f"a new version of it: {again:.2f} s, {again / full:.1%}, {reports[-1].embedded} passages embedded")
    gone = run(lambda: remove([new], settings=settings, embedder=embedder))
    print(f"removed: {gone:.2f} s, {gone / full:.1%}")
    same = run(lambda: build(settings=settings, embedder=embedder))
    print(f"nothing changed: {same:.2f} s, {same / full:.1%}; published: {reports[-1].published}")
    if all(importlib.util.find_spec(name) for name in ("langchain_huggingface", "langchain_text_splitters")):
        seconds, pieces = tutorial_chain(texts[:-1], root / "chroma")
        print(f"the tutorials' chain: {pieces} pieces in {seconds:.1f} s; full build {full / seconds:.2f} x")
    else:
        print("the tutorials' chain: not measured, its packages are not installed")


def build_many(root: Path, texts: list[tuple[str, str]]) -> None:
    """Ten thousand short articles, made of paragraphs of the long ones."""
    pieces = [line for _, text in texts for line in text.split("\n") if 200 < len(line) < 900]
    short = [(f"Report {number}", f"{pieces[number % len(pieces)]} ({number})") for number in range(MANY)]
    write_texts(root / "many", short)
    settings = IndexSettings(home=root / "home")
    embedder = SentenceEmbedder.load(settings)
    embedder.encode_passages(["warm"] * 64)
    before = psutil.Process().memory_info().rss / 1e6
    with peak_memory() as peak:
        report = build([root / "many"], settings=settings, embedder=embedder)
    print(f"{report.articles} articles, {report.passages} passages in {report.seconds:.0f} s")
    print(f"memory: {before:.0f} MB with the model alone, at most {peak():.0f} MB with all processes of the build")
    size = sum(path.stat().st_size for path in (root / "home").rglob("*") if path.is_file())
    print(f"index on disk: {size / 1e6:.0f} MB")
    shutil.rmtree(root / "home")


if __name__ == "__main__":
    main()
