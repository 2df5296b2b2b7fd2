from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes.embedder import WordEmbedder

from index.check import check, main
from index.errors import IndexDamagedError
from index.generations import IndexFolder
from index.keywords import write_keywords
from index.manifest import Manifest, write_manifest
from index.records import write_articles, write_passages
from index.types import Article, Passage
from index.vectors import write_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EMBEDDER = WordEmbedder()
ARTICLES = [
    Article(text=f"The {animal} {verb} in the {place}.", title=animal.title())
    for animal, verb, place in [("fox", "hunts", "forest"), ("whale", "sings", "ocean"), ("camel", "walks", "desert")]
]
PASSAGES = [Passage.of(article, 0, len(article.text)) for article in ARTICLES]
TEXTS = [passage.embedding_text() for passage in PASSAGES]


def made(
    home: Path,
    *,
    passages: Sequence[Passage] = PASSAGES,
    words: Sequence[str] = TEXTS,
    stored: Sequence[Passage] = PASSAGES,
    counted: int = 3,
) -> Path:
    """A build of which parts may be those of something else."""
    folder = IndexFolder(home).new_building()
    write_articles(folder, ARTICLES)
    write_passages(folder, passages)
    write_keywords(folder / "keywords", words)
    vectors = EMBEDDER.encode_passages([passage.embedding_text() for passage in stored])
    write_vectors(folder / "chroma", [passage.vector_key() for passage in stored], vectors)
    manifest = Manifest(
        generation="000001", created="2030-01-01", model="words", fingerprint="words-1", precision="fp32",
        dimension=64, passage_size=160, overlap=1, sources=(), articles=3, passages=counted, content="",
    )  # fmt: skip
    write_manifest(folder, manifest)
    return folder


def test_a_good_build_passes_and_is_left_as_it_was(tmp_path: Path) -> None:
    build = made(tmp_path)
    check(IndexFolder(tmp_path), build)
    check(IndexFolder(tmp_path), build)
    assert not list((tmp_path / "index" / "readers").iterdir())


def test_missing_passages_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="missing"):
        check(IndexFolder(tmp_path), made(tmp_path, counted=4))
    with pytest.raises(IndexDamagedError, match="missing"):
        check(IndexFolder(tmp_path), made(tmp_path, passages=PASSAGES[:2]))


def test_vectors_of_other_passages_are_noticed(tmp_path: Path) -> None:
    other = [replace(PASSAGES[0], end=10, text=PASSAGES[0].text[:10]), *PASSAGES[1:]]
    with pytest.raises(IndexDamagedError, match="not those"):
        check(IndexFolder(tmp_path), made(tmp_path, stored=other))
    with pytest.raises(IndexDamagedError, match="not those"):
        check(IndexFolder(tmp_path), made(tmp_path, stored=PASSAGES[:2]))


def test_words_of_other_passages_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="by its own words"):
        check(IndexFolder(tmp_path), made(tmp_path, words=TEXTS[::-1]))
    with pytest.raises(IndexDamagedError, match="not those"):
        check(IndexFolder(tmp_path), made(tmp_path, words=TEXTS[:2]))


def test_passages_that_are_not_in_their_article_are_noticed(tmp_path: Path) -> None:
    build = made(tmp_path, passages=[replace(PASSAGES[0], end=10_000), *PASSAGES[1:]])
    with pytest.raises(IndexDamagedError, match="outside its article"):
        check(IndexFolder(tmp_path), build)


def test_a_file_that_changed_since_it_was_written_is_noticed(tmp_path: Path) -> None:
    build = made(tmp_path)
    (build / "articles.jsonl").write_bytes((build / "articles.jsonl").read_bytes() + b"\n")
    with pytest.raises(IndexDamagedError, match="not as it was written"):
        check(IndexFolder(tmp_path), build)


def test_the_process_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(tmp_path), str(made(tmp_path))) == 0
    assert main(str(tmp_path), str(made(tmp_path, counted=4))) == 1
    assert capsys.readouterr().err == "articles or passages are missing\n"
