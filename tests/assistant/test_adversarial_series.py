"""The hundreds of attacks: every instruction in every way, and those that others have written."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.attacked import asked, attacks, borrowed, one_each, was_found
from fakes.attacks import HIDING, PAYLOADS
from fakes.oracle import complaints
from fakes.scale import FULL, scaled
from fakes.staging import Stage, judged, staged

from assistant.generation.passages import format_passages
from index.embeddings import SentenceEmbedder

BORROWED = os.environ.get("ATTACK_TEXTS", "")
"""Path of a collection of attacks by others, lines of JSON with ``text``, packed with gzip."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("whole"), attacks(), embedder, hits=8) as stage:
        yield stage


@pytest.mark.slow
def test_nearly_every_instruction_comes_as_far_as_the_prompt(whole: Stage) -> None:
    """Readers take out a few that look like HTML; without this, the hundreds of cases could be about nothing."""
    found: dict[str, list[bool]] = {way: [] for way in HIDING}
    for attack in attacks():
        prompt = format_passages(whole.written.index.search(attack.host.question, k=8))
        found[attack.way].append(was_found(attack.instruction.text, prompt))
    for way, came in found.items():
        assert sum(came) == 0 if way == "comment" else sum(came) > 0.85 * len(came), (way, came)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PAYLOADS)
def test_hundreds_of_cases(whole: Stage, kind: str) -> None:
    """In every way once; at full scale every instruction."""
    cases = [case for case in asked(attacks(), 2) if case.kind == kind]
    assert len(cases) >= 25
    if not FULL:
        cases = list({case.attack.way: case for case in cases}.values())
        assert len(cases) == len(HIDING)
    assert judged(whole, cases) == {}


@pytest.mark.slow
def test_quotes_of_hundreds_of_articles(whole: Stage) -> None:
    some = attacks()[:: scaled(3, 1)]
    assert len(some) >= 100
    answers = [whole.quoted.ask(attack.host.question) for attack in some]
    assert sum(answer.status == "answered" for answer in answers) > 0.9 * len(answers)
    assert [found for answer in answers for found in complaints(answer, whole.quoted.index.articles)] == []


@pytest.mark.slow
def test_attacks_that_others_have_written(tmp_path: Path, embedder: SentenceEmbedder) -> None:
    if not BORROWED:
        pytest.skip("ATTACK_TEXTS names no collection of attacks; none is part of the project.")
    with gzip.open(BORROWED, "rt", encoding="utf-8") as lines:
        hidden = one_each(borrowed(lines))
    assert len(hidden) > 250
    with staged(tmp_path, hidden, embedder, hits=8) as stage:
        assert judged(stage, asked(hidden, 1)[:: scaled(3, 1)]) == {}
