"""Builds that are started at once: one wins, the others say so, and no lock is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.corpora import hashes
from fakes.nursing import Nursery
from reliability.kills import answering, has_failed, published
from reliability.table import Series

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.table import Tally


def winner(outcomes: list[dict[str, Any]]) -> str:
    """The generation of the one build that won, if all others said why they did not."""
    won = [event for event in outcomes if event["event"] == "built"]
    assert len(won) == 1, outcomes
    for event in outcomes:
        if event not in won:
            assert event["kind"] == "IndexBusyError", event
            assert len(event["message"].splitlines()) == 1, event
    return str(won[0]["generation"])


def race(home: Path, source: Path, corpus: str, nursery: Nursery, crowd: int, gate: Path) -> int:
    """One race of so many builds of a corpus that does not answer yet; gives how many of them said that they lost."""
    generations = home / "index" / "generations"
    before = hashes(generations)
    outcomes = nursery.race(home, source, crowd, gate)
    generation = winner(outcomes)
    assert answering(home) == corpus
    after = hashes(generations)
    kept = {name: sha256 for name, sha256 in before.items() if name in after}
    assert all(after[name] == sha256 for name, sha256 in kept.items()), "what was published has changed"
    assert {name.split("/")[0] for name in after.keys() - before.keys()} == {generation}
    assert not (home / "index" / "building").exists()
    return len(outcomes) - 1


def races(tally: Tally, folder: Path, *, seed: int, crowd: int, rounds: int) -> None:
    """Lets builds race, and builds once more after each race.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Nothing here is left to chance but the time.
        crowd: Builds at once.
        rounds: Races.
    """
    home, sources = published(folder)
    with Nursery() as nursery:
        for number in range(1, rounds + 1):
            if tally.is_hopeless:
                break
            with tally.trial(f"race {number}"):
                tally.counts["builds that said so"] += race(
                    home, sources[0], "A", nursery, crowd, folder / f"gate-{number}"
                )
                # The lock is free again at once.
                assert not has_failed(nursery.run(home, sources[1], quick=True))
                assert answering(home) == "B"
            tally.counts["races"] += 1
            tally.counts["builds at once"] = crowd
            tally.progress(number, rounds)


SERIES = Series(
    name="races",
    figure="builds started at once: one wins, the others say so, no stale lock",
    good={"races": 10, "builds at once": 4},
    excellent={"races": 25, "builds at once": 8},
    small={"crowd": 8, "rounds": 2},
    full={"crowd": 8, "rounds": 25},
    run=races,
)
