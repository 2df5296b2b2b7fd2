from __future__ import annotations

from pathlib import Path

import pytest
from fakes.changing import reasons
from fakes.corpora import CORPORA, answering, corpus_of, hashes, make, opened, settings_of, write
from fakes.embedder import WordEmbedder

from index.build import SEEDS, build
from index.errors import IndexingError, SourceError
from index.manifest import read_manifest

pytestmark = pytest.mark.usefixtures("quick")

A = CORPORA["A"]


def articles(home: Path) -> set[str]:
    with opened(home) as index:
        return {article.source for article in index.articles.values()}


def assert_one_line(error: IndexingError) -> None:
    assert len(str(error).splitlines()) == 1
    assert str(error)


# What a build reports


def test_the_first_build(tmp_path: Path, sources: Path) -> None:
    report = make(tmp_path / "home", sources)
    assert (report.generation, report.published) == ("000001", True)
    assert (report.articles, report.added, report.removed) == (3, 3, 0)
    assert report.embedded == report.passages > 3
    assert report.skipped == ()
    assert report.seconds > 0
    assert answering(tmp_path / "home") == "A"


def test_added_removed_and_changed_articles_are_counted(tmp_path: Path, sources: Path) -> None:
    make(tmp_path / "home", sources)
    write(sources, {**{name: text for name, text in A.items() if name != "harbour.txt"}, "new.txt": "Something new."})
    report = make(tmp_path / "home", sources)
    assert (report.articles, report.added, report.removed) == (3, 1, 1)
    (sources / "new.txt").write_text("Something newer.", encoding="utf-8")
    report = make(tmp_path / "home", sources)
    assert (report.articles, report.added, report.replaced, report.removed, report.unchanged) == (3, 0, 1, 0, 2)
    assert [(change.kind, change.source) for change in report.changes] == [("replaced", "new.txt")]
    assert articles(tmp_path / "home") == {"lighthouse.txt", "windmill.txt", "new.txt"}


def test_only_what_is_new_is_embedded(tmp_path: Path, sources: Path) -> None:
    embedder = WordEmbedder()
    first = make(tmp_path / "home", sources, embedder=embedder)
    assert len(embedder.embedded) == first.embedded == first.passages
    embedder.embedded.clear()
    (sources / "new.txt").write_text("Something quite new.", encoding="utf-8")
    second = make(tmp_path / "home", sources, embedder=embedder)
    assert second.embedded == 1
    assert embedder.embedded == ["new\nSomething quite new."]
    assert second.passages == first.passages + 1


def test_vectors_that_were_taken_over_are_the_same(tmp_path: Path, sources: Path) -> None:
    make(tmp_path / "home", sources)
    (sources / "new.txt").write_text("Something quite new.", encoding="utf-8")
    make(tmp_path / "home", sources)
    make(tmp_path / "other", sources)
    with opened(tmp_path / "home") as index, opened(tmp_path / "other") as fresh:
        for question in ("albatross", "something new", "in winter the road is closed"):
            scores, expected = (
                {hit.passage.id: hit.score for hit in one.search(question, 50)} for one in (index, fresh)
            )
            assert scores == pytest.approx(expected, abs=1e-6)


def test_a_text_that_stands_in_many_places_is_embedded_once(tmp_path: Path) -> None:
    same = "Title\n\nThe very same words."
    sources = write(tmp_path / "sources", {f"{n}.md": f"---\nauthor: Number {n}\n---\n# {same}" for n in range(4)})
    embedder = WordEmbedder()
    report = make(tmp_path / "home", sources, embedder=embedder)
    assert (report.articles, report.passages, report.embedded) == (4, 4, 1)
    assert len(embedder.embedded) == 1


def test_nothing_changed_nothing_published(tmp_path: Path, sources: Path) -> None:
    first = make(tmp_path / "home", sources)
    before = hashes(tmp_path / "home" / "index" / "generations")
    embedder = WordEmbedder()
    second = make(tmp_path / "home", sources, embedder=embedder)
    assert (second.published, second.generation, second.passages) == (False, first.generation, first.passages)
    assert (second.added, second.removed, second.embedded, embedder.calls) == (0, 0, 0, 0)
    assert hashes(tmp_path / "home" / "index" / "generations") == before


def test_no_sources_means_those_of_the_last_build(tmp_path: Path, sources: Path, folder_b: Path) -> None:
    make(tmp_path / "home", sources, folder_b)
    (sources / "new.txt").write_text("Something new.", encoding="utf-8")
    report = make(tmp_path / "home")
    assert (report.added, report.articles) == (1, 8)


def test_no_sources_at_all_means_the_installed_articles(tmp_path: Path) -> None:
    report = make(tmp_path / "home")
    assert report.articles > 0
    assert read_manifest(tmp_path / "home" / "index" / "generations" / "000001").sources == (SEEDS,)
    assert not any(item.is_problem for item in report.skipped)


def test_another_passage_size_splits_everything_anew(tmp_path: Path, sources: Path) -> None:
    first = make(tmp_path / "home", sources)
    second = make(tmp_path / "home", sources, passage_size=100)
    assert second.published
    assert second.passages < first.passages
    assert (second.articles, second.added, second.removed) == (3, 0, 0)
    with opened(tmp_path / "home") as index:
        assert index.manifest.passage_size == 100
        assert corpus_of(index) == "A"


def test_another_model_embeds_everything_anew(tmp_path: Path, sources: Path) -> None:
    first = make(tmp_path / "home", sources)
    other = WordEmbedder("words-2")
    assert make(tmp_path / "home", sources, embedder=other).embedded == first.passages
    with opened(tmp_path / "home", other) as index:
        assert corpus_of(index) == "A"


def test_a_model_that_reads_less_gets_smaller_passages(tmp_path: Path, sources: Path) -> None:
    make(tmp_path / "home", sources, embedder=WordEmbedder(max_tokens=30))
    with opened(tmp_path / "home") as index:
        texts = [passage.embedding_text() for passage in index.passages]
        assert max(WordEmbedder().count_tokens(texts)) <= 30


def test_sources_are_only_read(tmp_path: Path, sources: Path) -> None:
    for path in [*sources.iterdir(), sources]:
        path.chmod(0o500)
    before, times = hashes(sources), {path: path.stat().st_mtime_ns for path in [*sources.iterdir(), sources]}
    make(tmp_path / "home", sources)
    answering(tmp_path / "home")
    assert hashes(sources) == before
    assert {path: path.stat().st_mtime_ns for path in [*sources.iterdir(), sources]} == times
    sources.chmod(0o700)


def test_progress_is_told_in_order(tmp_path: Path, sources: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(
        [sources],
        settings=settings_of(tmp_path / "home"),
        embedder=WordEmbedder(),
        progress=lambda *step: told.append(step),
    )
    assert list(dict.fromkeys(step for step, _, _ in told)) == ["reading", "embedding", "writing", "checking"]
    assert all(0 <= done <= total for _, done, total in told)
    assert [step for step in told if step[0] == "reading"] == [("reading", n, 3) for n in (1, 2, 3)]
    assert told[-1] == ("checking", 1, 1)


# What is left out, and what is wrong with it


def test_the_same_content_twice_is_one_article_and_named(tmp_path: Path) -> None:
    sources = write(tmp_path / "sources", {"a.txt": A["harbour.txt"], "b.txt": A["harbour.txt"]})
    report = make(tmp_path / "home", sources)
    assert report.articles == 1
    assert reasons(report) == {"b.txt": "has the same content as a.txt"}
    assert not report.skipped[0].is_problem


def test_one_bad_file_in_a_folder_is_named_and_its_neighbours_are_indexed(tmp_path: Path) -> None:
    bad: dict[str, str | bytes] = {
        "binary.txt": bytes(range(256)) * 10,
        "empty.md": b"",
        "broken.md": "---\ntitle: [\n---\ntext",
        "picture.png": b"\x89PNG",
        "off.md": "---\nindex: false\n---\ntext",
    }
    report = make(tmp_path / "home", write(tmp_path / "sources", {**A, **bad}))
    assert answering(tmp_path / "home") == "A"
    assert set(reasons(report)) == set(bad)
    assert all(reasons(report).values())
    problems = {item.source for item in report.skipped if item.is_problem}
    assert problems == {"binary.txt", "empty.md", "broken.md"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("bad.txt", b"\x00\x01\x02"), ("bad.md", b""), ("bad.pdf", b"%PDF"), ("bad.md", b"---\nx: [\n---\n")],
)
def test_a_bad_file_that_was_named_is_an_error(home: Path, tmp_path: Path, name: str, content: bytes) -> None:
    bad = write(tmp_path / "sources", {name: content}) / name
    before = hashes(home / "index" / "generations")
    with pytest.raises(SourceError) as caught:
        make(home, bad)
    assert name in str(caught.value)
    assert_one_line(caught.value)
    assert hashes(home / "index" / "generations") == before
    assert answering(home) == "B"


def test_a_missing_source_is_an_error(home: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder") as caught:
        make(home, tmp_path / "nowhere")
    assert_one_line(caught.value)
    assert answering(home) == "B"


@pytest.mark.parametrize(
    "files", [{}, {"bad.txt": b"\x00"}, {"picture.png": b""}, {"off.md": b"---\nindex: false\n---\nx"}]
)
def test_an_index_is_never_replaced_by_an_empty_one(home: Path, tmp_path: Path, files: dict[str, bytes]) -> None:
    before = hashes(home / "index" / "generations")
    with pytest.raises(SourceError, match="no article was found") as caught:
        make(home, write(tmp_path / "sources", files))
    assert_one_line(caught.value)
    assert hashes(home / "index" / "generations") == before
    assert answering(home) == "B"
