"""Two small corpora that share no article, and what it means to answer wholly from one of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fakes.embedder import WordEmbedder

from index.build import BuildReport, build
from index.search import Index
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Corpus = dict[str, str]
"""Texts by file name."""


def _article(subject: str, code: str) -> str:
    sentences = [
        f"The {subject} was opened in the spring by people of the village.",
        f"Its secret word is {code}, and nobody outside ever learned it.",
        f"Visitors of the {subject} walk around it twice before they go in.",
        "On clear evenings one sees the mountains from there, and sometimes the sea.",
        f"In winter the {subject} is closed, because the road is covered with snow.",
        f"Those who know {code} may enter by the back door at any time of the year.",
    ]
    return f"About the {subject}\n\n" + " ".join(sentences) + "\n"


CODES = {
    "A": {"lighthouse": "albatross", "windmill": "abacus", "harbour": "anchovy"},
    "B": {"quarry": "basilisk", "brewery": "bergamot", "chapel": "bassoon", "tunnel": "badger"},
}
"""By corpus and subject: a word that stands in this article and in no other."""

CORPORA: dict[str, Corpus] = {
    name: {f"{subject}.txt": _article(subject, code) for subject, code in codes.items()}
    for name, codes in CODES.items()
}


def write(folder: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Makes ``folder`` hold exactly these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def settings_of(home: Path, passage_size: int = 48) -> IndexSettings:
    return IndexSettings(home=home, passage_size=passage_size)


def make(home: Path, *sources: Path, embedder: WordEmbedder | None = None, passage_size: int = 48) -> BuildReport:
    """Builds without a model; no sources: those of the last build."""
    settings = settings_of(home, passage_size)
    return build(list(sources) or None, settings=settings, embedder=embedder or WordEmbedder())


def opened(home: Path, embedder: WordEmbedder | None = None) -> Index:
    return Index.open(settings=settings_of(home), embedder=embedder or WordEmbedder())


def corpus_of(index: Index) -> str:
    """Name of the corpus that an index answers from; it must be that one in every respect."""
    subjects = {article.source.removesuffix(".txt"): article.id for article in index.articles.values()}
    name = next(name for name, codes in CODES.items() if set(codes) == set(subjects))
    assert index.manifest.articles == len(index.articles)
    assert index.manifest.passages == len(index)
    assert index._vectors.keys() == {passage.vector_key() for passage in index.passages}
    for subject, code in CODES[name].items():
        hits = index.search(f"What is the secret word {code}?", k=3)
        assert hits[0].article.id == subjects[subject]
        assert code in hits[0].passage.text
        for hit in hits:
            passage = hit.passage
            assert index.articles[hit.article.id] is hit.article
            assert hit.article.text[passage.start : passage.end] == passage.text
    for other in set(CODES) - {name}:
        for code in CODES[other].values():
            assert not any(code in hit.passage.text for hit in index.search(code, k=20))
    return name


def answering(home: Path) -> str:
    """Opens the index and says which corpus it answers from, wholly."""
    with opened(home) as index:
        return corpus_of(index)


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
