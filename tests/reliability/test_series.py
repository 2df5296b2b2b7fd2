"""The other series, a little; and whatever they are there to notice is noticed."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from fakes.mutants import mutants, originals
from fakes.nursing import Nursery
from fakes.payloads import payloads
from reliability import damage, inputs, interventions, kills, page, races, spans
from reliability.asked import Asked, asked, wrong_articles, wrong_click, wrong_spans
from reliability.facts import make_articles, moved
from reliability.table import Tally

from index.errors import SourceError
from index.manifest import verify_file
from index.parsing import Parser
from index.readers import formats


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as warm:
        yield warm


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, tuple[Path, Path]]:
    return kills.published(tmp_path)


# Builds


@pytest.mark.slow
@pytest.mark.parametrize(
    "series", [kills.KILLS, kills.OPERATIONS, races.SERIES, damage.SERIES], ids=lambda one: one.name
)
def test_a_series_of_builds(series: Any) -> None:
    result = series.go("small")
    assert not result.violations
    assert result.is_whole


def test_builds_at_once(published: tuple[Path, tuple[Path, Path]], nursery: Nursery, tmp_path: Path) -> None:
    home, sources = published
    assert races.race(home, sources[0], "A", nursery, 3, tmp_path / "gate") == 2


def test_two_winners_or_another_excuse_are_noticed() -> None:
    won = {"event": "built", "generation": "000003"}
    lost = {"event": "failed", "kind": "IndexBusyError", "message": "Another process is building the index."}
    assert races.winner([lost, won, lost]) == "000003"
    for wrong in ([won, {**won, "generation": "000004"}], [lost, lost], [won, {**lost, "kind": "StorageError"}]):
        with pytest.raises(AssertionError):
            races.winner(wrong)


def test_a_build_that_publishes_too_early_is_noticed(
    published: tuple[Path, tuple[Path, Path]], nursery: Nursery
) -> None:
    home, sources = published
    with pytest.raises(AssertionError):
        kills.killed_at(home, sources[0], nursery, 1, names=("rename",), publish="early")


def test_a_build_that_never_publishes_is_noticed(
    published: tuple[Path, tuple[Path, Path]], nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, sources = published
    run = nursery.run
    monkeypatch.setattr(nursery, "run", lambda *args, **order: run(*args, **order, publish="never"))
    with pytest.raises(AssertionError):
        kills.fails_at(home, sources[0], nursery, 100_000, errno.EIO, "B")


def test_damage_that_nobody_compares_is_noticed(
    published: tuple[Path, tuple[Path, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(folder: Path, name: str, expected_sha256: str, copy_to: Path | None = None) -> None:
        verify_file(folder, name, hashlib.sha256((folder / name).read_bytes()).hexdigest(), copy_to)

    for module in ("search", "generations"):
        monkeypatch.setattr(f"index.{module}.verify_file", trusting)
    tally = Tally()
    (tmp_path / "scratch").mkdir()
    for number in range(0, 40, 4):
        with tally.trial(str(number)):
            damage.suffer(published[0], tmp_path / "scratch", number)
    assert tally.violations


# Malformed files


def test_mutants_are_as_many_as_asked_for_each_different_and_the_same_each_time() -> None:
    found = mutants(70, seed=1)
    assert len(found) == len(set(found.values())) == 70
    assert found == mutants(70, seed=1)
    assert found.keys() != mutants(70, seed=2).keys()
    assert {name.rpartition(".")[2] for name in found} == {name.rpartition(".")[2] for name in originals()}


@pytest.mark.parametrize("name", originals())
def test_what_mutants_are_made_of_is_well_formed(name: str) -> None:
    assert list(formats.read(originals()[name], name, ""))


@pytest.mark.slow
def test_malformed_files_do_no_harm() -> None:
    assert not inputs.SERIES.go("small").violations


def _losing(times: dict[str, float]) -> type[Parser]:
    """A parser that finds nothing in some files and does not say so, and is slow with others."""

    class Losing(Parser):
        def read(self, content: bytes, name: str, ending: str = "") -> Any:
            times[name] = 99.0 if name.endswith("-txt.txt") else 0.0
            if name.endswith(".md"):
                return []
            if name.endswith("-html.html"):
                raise SourceError(name, "is not to my taste")
            return list(formats.read(content, name, ending))

    return Losing


def test_files_that_are_lost_refused_or_slow_are_noticed(tmp_path: Path) -> None:
    tally = Tally()
    inputs.inputs(tally, tmp_path, seed=1, mutants=14, every=0, make_parser=_losing)
    said = "\n".join(tally.violations)
    assert ".md is neither indexed nor named" in said
    assert "neighbour-1-md.md is not indexed" in said
    assert "neighbour-1-html.html is not indexed: is not to my taste" in said
    assert "neighbour-1-txt.txt took 99.0 s" in said


def test_a_build_that_ends_is_noticed(tmp_path: Path) -> None:
    tally = Tally()
    with mock.patch("reliability.inputs.make", side_effect=MemoryError("all of it")):
        inputs.inputs(tally, tmp_path, seed=1, mutants=1, every=0, make_parser=_timed_nothing)
    assert tally.violations[0] == "the build of lot 1: MemoryError: all of it"


def _timed_nothing(times: dict[str, float]) -> type[Parser]:
    times["nothing"] = 0.0
    return Parser


# Citations


@pytest.mark.parametrize("number", range(7))
def test_articles_are_read_as_they_were_written(number: int) -> None:
    for article in (make_articles(7, seed=2)[number], moved(make_articles(7, seed=2)[number])):
        (read,) = formats.read(article.file(), article.name, "")
        assert getattr(read, "text", None) == article.text


def test_citations_are_exact_without_models(tmp_path: Path) -> None:
    tally = Tally()
    spans.spans(tally, tmp_path, seed=1, articles=9, models=0)
    assert not tally.violations
    assert tally.counts["citations"] > 100


@pytest.mark.slow
def test_citations_are_exact() -> None:
    assert not spans.SERIES.go("small").violations


def test_citations_that_are_not_exact_are_noticed(tmp_path: Path) -> None:
    articles = make_articles(7, seed=3)
    with asked(tmp_path, articles, models=False) as one:
        answer = one.assistant.ask(next(iter(articles[0].questions)))
        assert not wrong_spans(answer, one.known)
        citation = answer.citations[0]
        shifted = dataclasses.replace(citation, start=citation.start + 1, end=citation.end + 1)
        assert wrong_spans(dataclasses.replace(answer, citations=(shifted,)), one.known)
        assert wrong_click(shifted, one.index)
        assert not wrong_click(citation, one.index)
        changed = {title: moved(article) for title, article in one.known.items()}
        assert wrong_spans(answer, changed)
        assert len(wrong_articles(one.index, changed)) == len(articles)
        assert not wrong_articles(one.index, one.known)


# Interventions


def test_interventions_without_models(tmp_path: Path) -> None:
    tally = Tally()
    interventions.interventions(tally, tmp_path, seed=1, each=2, models=0)
    assert not tally.violations
    assert tally.counts["facts changed"] == tally.counts["cited articles deleted"] == 2


@pytest.mark.slow
def test_interventions() -> None:
    assert not interventions.SERIES.go("small").violations


@pytest.mark.parametrize("step", ["rebuild", "remove"])
def test_an_intervention_without_effect_is_noticed(tmp_path: Path, step: str) -> None:
    tally = Tally()
    with mock.patch.object(Asked, step):
        interventions.interventions(tally, tmp_path, seed=1, each=2, models=0)
    assert tally.violations


# The page


def test_payloads_are_as_many_as_asked_for_each_different_and_the_same_each_time() -> None:
    found = payloads(300, seed=1)
    assert len(set(found)) == 300
    assert found == payloads(300, seed=1)
    assert {"<", "]", ")"} <= set("".join(found))
    assert max(map(len, found)) < 500


@pytest.mark.slow
@pytest.mark.browser
def test_payloads_do_nothing_in_a_browser() -> None:
    result = page.SERIES.go("small")
    assert not result.violations
    assert result.counts["payloads in places"] == 6 * 10


@pytest.mark.slow
@pytest.mark.browser
def test_payloads_that_are_not_escaped_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "escape", lambda text, quote=True: text)
    tally = Tally()
    # Of this seed, one asks for a picture and one runs.
    page.page(tally, tmp_path, seed=53, payloads=2, bypass_csp=1, patience=5)
    for what in ("element: ", "request: http://127.0.0.1:9009/canary.png", "the canary is dead"):
        assert any(f": {what}" in line for line in tally.violations), (what, tally.violations)
