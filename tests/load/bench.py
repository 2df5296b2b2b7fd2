"""What the scenarios have in common: the home, the way to start a server, and how answers are judged."""

from __future__ import annotations

import gc
import resource
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from load.corpus import Home, copy_of
from load.figures import Row, facts, table, troubles
from load.oracle import VERDICTS, Oracle, check
from load.replies import TroubleError
from load.server import Launch
from load.wire import Connections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from load.oracle import Check
    from load.users import Plan, Run


@dataclass
class Bench:
    """A home and what is to be done with it.

    Attributes:
        home: As it was prepared; it is never changed.
        work: Folder for copies and logs.
        plan: What all loads have in common.
        variables: Settings of the server.
        person: Name and password of who signs in; None without.
        checked: How many right answers are computed, at most, for each scenario.
    """

    home: Home
    work: Path
    plan: Plan
    variables: dict[str, str] = field(default_factory=dict)
    person: tuple[str, str] | None = None
    checked: int = 5000
    _oracle: Oracle | None = None

    def launch(self, home: Home | None = None, *, inside: Sequence[str | Path] | None = None) -> Launch:
        """A way to start a server over the home, or a copy of it."""
        self.work.mkdir(parents=True, exist_ok=True)
        return Launch((home or self.home).path, self.work / "server.log", self.variables, inside)

    @contextmanager
    def copied(self) -> Iterator[Home]:
        """A copy that may be changed; it goes when the block ends."""
        copy = copy_of(self.home, self.work / "home")
        try:
            yield copy
        finally:
            shutil.rmtree(copy.path, ignore_errors=True)

    def check(self, runs: Sequence[Run], *homes: Home, by_api: bool = False) -> Check | None:
        """Judges the answers of some runs; the homes have other generations that may have answered."""
        if not self.checked:
            return None
        replies = [reply for run in runs for reply in run.replies]
        self._oracle = self._oracle or Oracle.open(self.home.path, self.checked)
        oracles = [self._oracle, *(Oracle.open(home.path, self.checked) for home in homes)]
        # What was loaded stays; looking through it again and again would hold up the next load.
        gc.freeze()
        return check(replies, oracles, by_api=by_api)


def verdicts(found: Check | None) -> Row:
    """How answers were judged, as a part of a row."""
    return {verdict: found.counts[verdict] for verdict in VERDICTS} if found else {}


def show(name: str, rows: Sequence[Row], *lines: str) -> None:
    """Prints a table with its name, then lines."""
    print(f"\n{name}\n{table(rows)}", flush=True)
    for line in lines:
        print("  ", line, flush=True)


def words(runs: Sequence[Run], found: Check | None) -> list[str]:
    """What went wrong, in words."""
    return [
        *(found.examples if found else ()),
        *(line for run in runs for line in troubles(run.replies)),
        *(f"not opened: {reason}" for run in runs for reason in sorted(set(run.unopened))[:3]),
    ]


def may_open_many_files() -> None:
    """For this process only: a server that was started before has what its user has."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def signed_in(port: int, name: str, password: str) -> str:
    """Signs in as the form does.

    Returns:
        What the browser sends from then on.

    Raises:
        TroubleError: If this is not possible.
    """
    net = Connections(port, {"Origin": f"http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"})
    try:
        form = urlencode({"name": name, "password": password}).encode()
        response = await net.request("POST", "/login", form, "application/x-www-form-urlencoded")
    finally:
        net.close()
    if response.status != 303 or "set-cookie" not in response.headers:
        raise TroubleError(f"POST /login {response.status}")
    return response.headers["set-cookie"].partition(";")[0]


def note(row: Row) -> None:
    """Prints a row as a line."""
    print("  ", facts(row), flush=True)
