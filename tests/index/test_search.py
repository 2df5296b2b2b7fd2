from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING

import pytest
from fakes.corpora import CODES, corpus_of, make, opened, write

from index.fusion import fuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.search import Index


@pytest.fixture
def index(published: Path) -> Iterator[Index]:
    with opened(published) as opened_index:
        yield opened_index


def test_every_article_is_found_by_its_own_word(index: Index) -> None:
    for subject, code in CODES["B"].items():
        hits = index.search(f"Who knows {code}?")
        assert hits[0].article.source == f"{subject}.txt"
        assert code in hits[0].passage.text
        assert hits[0].keyword_score > 0


def test_a_hit_is_an_exact_stretch_of_its_article(index: Index) -> None:
    for hit in index.search("the secret word of the village", k=100):
        passage = hit.passage
        assert index.articles[passage.article_id] is hit.article
        assert hit.article.text[passage.start : passage.end] == passage.text


def test_best_first_each_once_and_at_most_k(index: Index) -> None:
    for k in (1, 3, 8, 10_000):
        hits = index.search("Where is the quarry, and when is it closed?", k=k)
        assert len(hits) == min(k, len(index))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len({hit.passage.id for hit in hits}) == len(hits)
    longest = index.search("Where is the quarry, and when is it closed?", k=10_000)
    assert [hit.passage.id for hit in longest[:8]] == [
        hit.passage.id for hit in index.search("Where is the quarry, and when is it closed?")
    ]


def test_scores_are_fused_from_both_searches(index: Index) -> None:
    question = "snow on the road to the chapel"
    hits = index.search(question, k=len(index))
    fused = fuse(
        {hit.passage.id: hit.similarity for hit in hits},
        {hit.passage.id: hit.keyword_score for hit in hits},
        index.keywords.highest(question),
    )
    words = index.keywords.scores(question)
    vector = index.embedder.encode_question(question)
    for hit in hits:
        assert hit.score == pytest.approx(fused[hit.passage.id])
        assert hit.keyword_score == pytest.approx(float(words[index._places[hit.passage.id]]))
        cosine = float(index.embedder.encode_question(hit.passage.embedding_text()) @ vector)
        assert hit.similarity == pytest.approx(cosine, abs=1e-3)  # vectors are set apart by as much


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_gives_no_hits(index: Index, question: str) -> None:
    assert index.search(question) == []


@pytest.mark.parametrize(
    "question",
    ["?", "the", "\x00", "quarry " * 2000, "' OR 1=1; --", "{}{0}%s", "🏰" * 50, "\u202equarry", "NEAR(a b) AND *"],
)
def test_no_question_is_too_odd(index: Index, question: str) -> None:
    assert len(index.search(question, k=3)) == 3


def test_the_same_question_gives_the_same_hits(index: Index, published: Path) -> None:
    first = index.search("mountains and the sea", k=10)
    assert index.search("mountains and the sea", k=10) == first
    with opened(published) as again:
        assert again.search("mountains and the sea", k=10) == first


def test_langchain_gets_the_same_passages(index: Index) -> None:
    hits = index.search("the brewery", k=5)
    documents = index.as_retriever(5).invoke("the brewery")
    assert [index.to_hit(document) for document in documents] == hits
    for document, hit in zip(documents, hits, strict=True):
        assert document.page_content == hit.passage.text
        assert document.metadata["article_id"] == hit.article.id
        assert document.metadata["title"] == hit.article.title
        assert (document.metadata["start"], document.metadata["end"]) == (hit.passage.start, hit.passage.end)
        assert "publisher" not in document.metadata
        assert document.id == hit.passage.id


def test_a_document_of_another_index_is_no_hit(index: Index, home: Path) -> None:
    (home / "index" / "CURRENT").unlink()
    shutil.rmtree(home / "index" / "generations" / "000002")
    with opened(home) as other:
        document = other.as_retriever(1).invoke("albatross")[0]
    with pytest.raises(KeyError):
        index.to_hit(document)


def test_what_only_words_find_gets_its_similarity_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    monkeypatch.setattr("index.search.DEPTH", 1)
    texts = {f"{number}.txt": f"Title {number}\n\nSomething about {number}." for number in range(12)}
    make(tmp_path / "home", write(tmp_path / "sources", {**texts, "rare.txt": "Rare\n\nSomething xylophone."}))
    with opened(tmp_path / "home") as index:
        question = "title something about 3 or a xylophone"
        vector = index.embedder.encode_question(question)
        hits = index.search(question, k=1)
        for hit in hits:
            cosine = float(index.embedder.encode_question(hit.passage.embedding_text()) @ vector)
            assert hit.similarity == pytest.approx(cosine, abs=1e-3)  # vectors are set apart by as much


def test_many_threads_may_ask_at_once(index: Index) -> None:
    questions = [f"What about {code}?" for code in CODES["B"].values()]
    expected = {question: index.search(question) for question in questions}
    with ThreadPoolExecutor(8) as pool:
        asked = list(islice(cycle(questions), 80))
        for question, hits in zip(asked, pool.map(index.search, asked), strict=True):
            assert hits == expected[question]


def test_readers_see_one_generation_each_while_five_are_published(
    home: Path, folder_a: Path, folder_b: Path, quick: None
) -> None:
    stop = threading.Event()
    answers: list[tuple[str, str]] = []

    def read() -> None:
        while not stop.is_set():
            with opened(home) as index:
                assert index.notice is None
                answers.append((index.generation, corpus_of(index)))

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(read) for _ in range(2)]
        try:
            for source in islice(cycle([folder_a, folder_b]), 5):
                assert make(home, source).published
        finally:
            stop.set()
        for reader in running:
            reader.result()
    assert len({generation for generation, _ in answers}) > 2
    # Corpora take turns: an odd generation is of A, an even one of B.
    assert all(corpus == ("A" if int(generation) % 2 else "B") for generation, corpus in answers)
    with opened(home) as index:
        assert index.generation == "000007"
    assert not list((home / "index").glob("set-aside/*"))


def test_the_length_is_the_number_of_passages(index: Index) -> None:
    assert len(index) == index.manifest.passages > len(index.articles)


@pytest.mark.slow
def test_what_is_repeated_hides_nothing_and_is_found_once(tmp_path: Path) -> None:
    """Equal vectors by the dozen tear Chroma's graph apart; so each is in it once."""
    chorus = "And so the chorus comes again, as it came before and will come again."
    texts = {
        f"song-{number}.txt": f"A song\n\n{(chorus + chr(10) * 2) * 150}The {word} is only in this song, once.\n"
        for number, word in enumerate(["albatross", "basilisk", "chimera", "dragon", "eagle"])
    }
    make(tmp_path / "home", write(tmp_path / "songs", texts))
    with opened(tmp_path / "home") as index:
        assert len(index) > 5 * 50
        assert len(index._vectors.keys()) < 30
        for word in ("albatross", "basilisk", "chimera", "dragon", "eagle"):
            assert word in index.search(f"Which song has the {word}?", 3)[0].passage.text
        hits = index.search("the chorus comes again", 8)
        assert len({(hit.article.id, hit.passage.text) for hit in hits}) == len(hits)


def test_what_only_looks_different_hides_nothing(tmp_path: Path, quick: None) -> None:
    """The model does not see capital letters: the same vector for each, under as many names."""
    random = Random(0)
    words = ["albatross", "basilisk", "chimera"]
    texts = {}
    for number, word in enumerate(words):
        line = f"And so song {number} comes again, as it came before and will come again, and all of us sing along."
        lines = ["".join(random.choice([letter, letter.upper()]) for letter in line) for _ in range(300)]
        texts[f"song-{number}.txt"] = "A song\n\n" + "\n\n".join([*lines, f"The {word} is only in this song, once."])
    make(tmp_path / "home", write(tmp_path / "songs", texts))
    with opened(tmp_path / "home") as index:
        assert len(index._vectors.keys()) == len(index) > 90
        assert len({hit.passage.text for hit in index.search("song comes again", 50)}) == 50
        for passage in index.passages[::5]:
            ((_, cosine),) = index._vectors.search(index.embedder.encode_question(passage.embedding_text()), 1)
            assert cosine > 0.999
