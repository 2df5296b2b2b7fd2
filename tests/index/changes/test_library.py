"""What is named is added, replaced or removed; what nobody touched stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.changing import changes, drop, library_of, names, put, reasons
from fakes.corpora import CORPORA, answering, hashes, make, opened, settings_of, write
from fakes.embedder import WordEmbedder

from index.build import SEEDS, build
from index.errors import IndexMissingError, SourceError
from index.generations import IndexFolder

pytestmark = pytest.mark.usefixtures("quick")
A = CORPORA["A"]
B = CORPORA["B"]


def test_adding_embeds_what_is_new_and_reads_nothing_else(home: Path, sources: Path, tmp_path: Path) -> None:
    for path in sources.iterdir():
        path.write_bytes(b"\x00 nobody looks at this")
    new = write(tmp_path / "more", {"new.txt": "Something quite new."}) / "new.txt"
    embedder = WordEmbedder()
    report = put(home, new, embedder=embedder)
    assert (report.articles, report.added, report.removed, report.unchanged, report.embedded) == (4, 1, 0, 3, 1)
    assert embedder.embedded == ["new\nSomething quite new."]
    with opened(home) as index:
        assert index.search("something quite new")[0].article.source == "new.txt"
        assert index.search("albatross")[0].article.source == "lighthouse.txt"


def test_an_index_that_was_added_to_answers_like_one_made_at_once(home: Path, sources: Path, tmp_path: Path) -> None:
    more = write(tmp_path / "more", {"chapel.txt": B["chapel.txt"]})
    put(home, more)
    make(tmp_path / "other", sources, more)
    with opened(home) as grown, opened(tmp_path / "other") as fresh:
        assert [passage.id for passage in grown.passages] == [passage.id for passage in fresh.passages]
        for question in ("bassoon", "what is the secret word", "in winter the road is closed"):
            left, right = ({hit.passage.id: hit.score for hit in one.search(question, 50)} for one in (grown, fresh))
            assert left == pytest.approx(right, abs=1e-6)


def test_a_changed_file_takes_the_place_of_its_former_version(home: Path, sources: Path) -> None:
    (sources / "harbour.txt").write_text("The harbour has burnt down.", encoding="utf-8")
    report = put(home, sources / "harbour.txt")
    assert changes(report) == [("replaced", "harbour.txt")]
    with opened(home) as index:
        assert not [hit for hit in index.search("anchovy", 50) if "anchovy" in hit.passage.text]
    assert make(home).changes == (), "the folder is still a source, and has nothing new"


def test_what_was_added_stays_with_the_next_rebuild(home: Path, tmp_path: Path) -> None:
    put(home, write(tmp_path / "more", B))
    assert IndexFolder(home).manifest().sources == (str(tmp_path / "sources"), str(tmp_path / "more"))
    assert not make(home).published
    assert len(names(home)) == 7


def test_adding_to_nothing_makes_an_index_of_just_that(tmp_path: Path, sources: Path) -> None:
    report = put(tmp_path / "new", sources)
    assert (report.added, report.articles) == (3, 3)
    assert answering(tmp_path / "new") == "A"


def test_adding_to_the_seeds_keeps_them(tmp_path: Path, sources: Path) -> None:
    seeds = make(tmp_path / "new", SEEDS)  # type: ignore[arg-type]
    report = put(tmp_path / "new", sources)
    assert report.articles == seeds.articles + 3


def test_a_file_in_a_folder_that_is_a_source_is_no_source_of_its_own(home: Path, sources: Path, tmp_path: Path) -> None:
    (sources / "quarry.txt").write_text(B["quarry.txt"])
    (sources / ".hidden.txt").write_text(B["chapel.txt"])
    (sources / "linked.txt").symlink_to(write(tmp_path / "other", B) / "tunnel.txt")
    named = [sources / name for name in ("quarry.txt", ".hidden.txt", "linked.txt")]
    assert put(home, *named).added == 3
    # What a look into the folder would pass over stays a source, or the next rebuild would lose it.
    assert IndexFolder(home).manifest().sources == (str(sources), *(str(path) for path in named[1:]))
    assert build(settings=settings_of(home), embedder=WordEmbedder()).removed == 0
    (sources / "quarry.txt").unlink()
    assert changes(build(settings=settings_of(home), embedder=WordEmbedder())) == [("removed", "quarry.txt")]


def test_the_same_content_under_another_name_is_one_article(home: Path, tmp_path: Path) -> None:
    copy = write(tmp_path / "more", {"copy.txt": A["harbour.txt"]}) / "copy.txt"
    report = put(home, copy)
    assert (report.articles, report.changes) == (3, ())
    assert reasons(report) == {"copy.txt": "has the same content as harbour.txt"}
    (tmp_path / "sources" / "harbour.txt").unlink()
    report = make(home)
    assert (report.articles, report.removed) == (3, 0), "the copy holds it now"


@pytest.mark.parametrize("name", ["id", "title", "source", "path"])
def test_removing_by_any_name(home: Path, sources: Path, name: str) -> None:
    with opened(home) as index:
        article = next(article for article in index.articles.values() if article.source == "harbour.txt")
    meant = {"id": article.id[:8], "title": "about THE harbour", "source": "harbour.txt",
             "path": str(sources / "harbour.txt")}[name]  # fmt: skip
    report = drop(home, meant)
    assert changes(report) == [("removed", "harbour.txt")]
    assert names(home) == ["lighthouse.txt", "windmill.txt"]
    with opened(home) as index:
        assert index._vectors.keys() == {passage.vector_key() for passage in index.passages}
    assert b"anchovy" not in b"".join(
        path.read_bytes() for path in IndexFolder(home).generations.glob("000002/**/*") if path.is_file()
    ), "nothing of it is left in the files of the new generation"


def test_what_was_removed_stays_away_until_it_is_named_again(home: Path, sources: Path) -> None:
    drop(home, "harbour.txt")
    report = make(home)
    assert not report.published
    assert reasons(report) == {"harbour.txt": "was removed from the index; name it to add it again"}
    assert changes(put(home, sources / "harbour.txt")) == [("added", "harbour.txt")]
    assert library_of(home).removed == ()
    assert answering(home) == "A"


def test_a_rebuild_of_named_sources_begins_anew(home: Path, sources: Path) -> None:
    drop(home, "harbour.txt")
    assert make(home, sources).articles == 3


def test_removing_a_folder_removes_what_is_in_it(home: Path, tmp_path: Path) -> None:
    put(home, write(tmp_path / "more", B))
    report = drop(home, tmp_path / "more")
    assert (report.articles, report.removed) == (3, 4)
    assert IndexFolder(home).manifest().sources == (str(tmp_path / "sources"),)
    assert answering(home) == "A"


def test_nothing_is_removed_by_a_name_that_does_not_fit(home: Path, sources: Path, tmp_path: Path) -> None:
    more = write(tmp_path / "more", {"harbour.txt": "About the harbour\n\nAnother one of the same name."})
    put(home, more)
    before = hashes(home / "index" / "generations")
    for name, reason in [
        ("nothing of the kind", "is no article of the index"),
        ("harbour.txt", "is the name of 2 articles"),
        ("about the harbour", "is the name of 2 articles"),
        (str(tmp_path), "no article would be left"),
    ]:
        with pytest.raises(SourceError, match=reason) as caught:
            drop(home, name)
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(IndexMissingError):
        drop(tmp_path / "nowhere", "x")
    assert hashes(home / "index" / "generations") == before


def test_a_dry_run_says_it_all_and_does_nothing(home: Path, sources: Path, tmp_path: Path) -> None:
    (sources / "harbour.txt").unlink()
    (sources / "windmill.txt").write_text("The windmill has been torn down.", encoding="utf-8")
    (sources / "new.txt").write_text("Something new.", encoding="utf-8")
    before = hashes(home)
    embedder = WordEmbedder()
    report = build([sources], settings=settings_of(home), embedder=embedder, dry_run=True)
    assert sorted(changes(report)) == [("added", "new.txt"), ("removed", "harbour.txt"), ("replaced", "windmill.txt")]
    assert (report.is_dry_run, report.published, report.generation, report.articles) == (True, False, "000001", 3)
    assert embedder.embedded == []
    assert changes(drop(home, "harbour.txt", dry_run=True)) == [("removed", "harbour.txt")]
    assert changes(put(home, write(tmp_path / "more", {"x.txt": "X is new."}), dry_run=True)) == [("added", "x.txt")]
    assert hashes(home) == before
    done = build([sources], settings=settings_of(home), embedder=embedder)
    assert sorted(changes(done)) == sorted(changes(report))


def test_nearly_equal_articles_know_each_other(tmp_path: Path) -> None:
    agency = " ".join(f"The agency said on day {n} that the probe had reached its orbit of {n} km." for n in range(20))
    texts = {
        "one.txt": agency,
        "two.txt": f"{agency} This report was shortened.",
        "other.txt": A["harbour.txt"],
    }
    make(tmp_path / "home", write(tmp_path / "sources", texts))
    library = library_of(tmp_path / "home")
    with opened(tmp_path / "home") as index:
        ids = {article.source: article.id for article in index.articles.values()}
    assert library.entries[ids["one.txt"]].near == (ids["two.txt"],)
    assert library.entries[ids["two.txt"]].near == (ids["one.txt"],)
    assert library.entries[ids["other.txt"]].near == ()


def test_the_library_knows_when_and_whence(home: Path, sources: Path, tmp_path: Path) -> None:
    first = library_of(home)
    put(home, write(tmp_path / "more", {"new.txt": "Something new."}))
    second = library_of(home)
    for name, entry in first.entries.items():
        assert second.entries[name] == entry
        assert Path(entry.location).parent == sources
        assert entry.passages > 0
    assert second.report["added"] == 1
    assert [item["kind"] for item in second.report.get("changes", [])] == []
