"""Turns are fair, places are told as they come, and the wait is estimated by what happens."""

from __future__ import annotations

import random

import pytest

from assistant.desk.queueing import Line, Pace, ordinal


def everybody(line: Line[str]) -> list[str]:
    found = []
    while (item := line.next()) is not None:
        found.append(item)
    return found


def test_callers_take_turns_and_their_own_questions_keep_their_order() -> None:
    line: Line[str] = Line(20)
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        assert line.join(item[0], item)
    assert everybody(line) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert len(line) == 0


@pytest.mark.parametrize(("room", "alone", "each_of_two"), [(0, 0, 0), (1, 1, 0), (8, 4, 3), (64, 32, 21)])
def test_a_caller_may_have_as_many_waiting_as_there_is_room_left(room: int, alone: int, each_of_two: int) -> None:
    line: Line[str] = Line(room)
    assert sum(line.join("a", f"a{number}") for number in range(room + 1)) == alone
    both: Line[str] = Line(room)
    joined = [both.join(caller, f"{caller}{number}") for number in range(room + 1) for caller in "ab"]
    assert abs(sum(joined) / 2 - each_of_two) <= 0.5
    if room > 3:
        assert both.join("c", "c0"), "there is room for one more caller"


def test_a_place_is_the_turn_that_comes_if_nobody_else_does() -> None:
    chance = random.Random(4)
    for _ in range(100):
        line: Line[str] = Line(50)
        items = [f"{chance.choice('abcd')}{number}" for number in range(chance.randint(1, 20))]
        joined = [item for item in items if line.join(item[0], item)]
        for item in chance.sample(joined, len(joined) // 3):
            assert line.leave(item)
            assert not line.leave(item)
            joined.remove(item)
        places = {item: line.place_of(item) for item in joined}
        assert line.place_of("nobody") == 0
        assert [places[item] for item in everybody(line)] == list(range(1, len(joined) + 1))


def test_the_place_that_is_foretold_is_the_one_that_is_given_also_behind_others_that_are_coming() -> None:
    chance = random.Random(5)
    places = set()
    for _ in range(300):
        line: Line[str] = Line(12)
        for number in range(chance.randrange(12)):
            name = chance.choice("abcd")
            foretold, has_joined = line.place_for(name), line.join(name, f"{number}")
            assert foretold == line.place_of(f"{number}")
            assert bool(foretold) == has_joined
        coming = [name for name in chance.choices("abcde", k=chance.randrange(6)) if line.place_for(name)]
        foretold = line.place_for("a", coming)
        if all(line.join(name, f"coming {number}") for number, name in enumerate(coming)):
            assert foretold == line.place_for("a")
            places.add(foretold)
    assert {0, 1, 2, 8} <= places


def test_the_wait_is_estimated_by_how_long_answers_take() -> None:
    pace = Pace(2, patience=5, hurry=1)
    assert pace.wait(10) == 0, "nothing is known yet"
    pace.answered(0.4, now=0)
    assert pace.wait(10) == pytest.approx(2)
    for now in range(1, 30):
        pace.answered(0.2, now=now)
    assert pace.wait(10) == pytest.approx(1, rel=0.01), "it follows what happens"


def test_a_rush_is_waited_for_but_not_too_much() -> None:
    pace = Pace(2, patience=5, hurry=1)
    pace.answered(0.1, now=10)
    pace.refused(now=10)
    assert pace.patience(now=10) == 5
    pace.refused(now=10.1)
    assert pace.patience(now=10.2) == 1, "more are turned away than answered"
    assert pace.patience(now=12) == 5, "a second later that is over"


def test_a_few_that_are_turned_away_make_nobody_hurry_who_waits() -> None:
    pace = Pace(2, patience=5, hurry=1, many=10)
    for _ in range(10):
        pace.refused(now=10)
    assert pace.patience(now=10) == 5
    pace.refused(now=10)
    assert pace.patience(now=10) == 1


def test_places_are_said_in_english() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "112th",
    ]  # fmt: skip
