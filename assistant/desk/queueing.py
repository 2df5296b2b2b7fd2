"""A line in which questions wait: bounded, fair between callers, and honest about how long it takes. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

SHARE = 0.2
"""Weight of the latest answer in the mean time of one."""
WINDOW = 1.0
"""Seconds back that are looked at to tell a rush from too much."""


class Line(Generic[T]):
    """Who waits, in the order of their turns: callers take turns, and the questions of one keep their order.

    A caller may have as many waiting as there is room left. So one alone can fill half of the line, two a third each,
    and there is always room for one more caller.

    Args:
        room: How many may wait, at most.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._callers: OrderedDict[str, deque[T]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        """How many wait."""
        return self._count

    def place_for(self, caller: str, coming: Iterable[str] = ()) -> int:
        """Which turn the next one of a caller would have, from 1; 0 if there is no room.

        Args:
            caller: Whose.
            coming: Callers of others that are to come before it, in their order.
        """
        waiting = {name: len(own) for name, own in self._callers.items()}
        for name in coming:
            waiting[name] = waiting.get(name, 0) + 1
        own = waiting.get(caller, 0)
        if own >= self._room - sum(waiting.values()):
            return 0
        turn = list(waiting).index(caller) if own else len(waiting)
        return 1 + sum(min(count, own + (place < turn)) for place, count in enumerate(waiting.values()))

    def join(self, caller: str, item: T) -> bool:
        """Lets one in at the end of its caller's own; False if there is no room."""
        if not self.place_for(caller):
            return False
        self._callers.setdefault(caller, deque()).append(item)
        self._count += 1
        return True

    def next(self) -> T | None:
        """Takes out whose turn it is; None if nobody waits."""
        if not self._callers:
            return None
        caller, own = self._callers.popitem(last=False)
        item = own.popleft()
        self._count -= 1
        if own:
            self._callers[caller] = own
        return item

    def leave(self, item: T) -> bool:
        """Takes one out before its turn; False if it does not wait (any more)."""
        for caller, own in self._callers.items():
            if item in own:
                own.remove(item)
                self._count -= 1
                if not own:
                    del self._callers[caller]
                return True
        return False

    def place_of(self, item: T) -> int:
        """Which turn will be its own, from 1, if nobody else comes; 0 if it does not wait."""
        for turn, own in enumerate(self._callers.values()):
            if item in own:
                before = own.index(item)
                others = enumerate(self._callers.values())
                return 1 + sum(min(len(other), before + (place < turn)) for place, other in others)
        return 0


class Pace:
    """How fast turns come, and how long it is worth waiting for one.

    Of a rush that will pass, many wait a while. Where far more questions are turned away than answered, that would
    only make everybody wait: then the wait is short, and who has no turn soon is told so soon.

    Args:
        at_once: Questions that are answered at the same time.
        patience: Seconds that a question waits, at most.
        hurry: The same while more are turned away than answered.
        many: How many must be turned away in a second for that.
    """

    def __init__(self, at_once: int, patience: float, hurry: float, many: int = 0) -> None:
        self._at_once = max(1, at_once)
        self._patience = patience
        self._hurry = min(hurry, patience)
        self._many = many
        self._seconds = 0.0
        self._answered: deque[float] = deque(maxlen=10_000)
        self._refused: deque[float] = deque(maxlen=10_000)

    def answered(self, seconds: float, now: float) -> None:
        """A question had a turn for so long."""
        self._seconds = seconds if not self._seconds else (1 - SHARE) * self._seconds + SHARE * seconds
        self._answered.append(now)

    def refused(self, now: float) -> None:
        """One found no room, or would have waited too long."""
        self._refused.append(now)

    def wait(self, place: int) -> float:
        """Estimated seconds until the turn of a place in line; 0 as long as nothing was answered."""
        return place * self._seconds / self._at_once

    def patience(self, now: float) -> float:
        """Seconds that a question waits, at most, as things are."""
        for times in (self._answered, self._refused):
            while times and times[0] < now - WINDOW:
                times.popleft()
        is_too_much = len(self._refused) > max(self._many, len(self._answered))
        return self._hurry if is_too_much else self._patience


def ordinal(number: int) -> str:
    """A place in English: 1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
