"""The test's side of :mod:`fakes.nursery`."""

from __future__ import annotations

import json
import os
import queue
import signal
import threading
import time
from pathlib import Path
from typing import Any, Self

from fakes import corpora
from fakes.warm import Born, environment

TESTS = Path(corpora.__file__).parents[1]
_PATIENCE = 60.0


class Nursery:
    """A warm process that forks a child for each order."""

    def __init__(self) -> None:
        # That it is forked itself saves its imports.
        self._process = Born("from fakes.nursery import main; main()", environment(), errors="ours")
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_for("ready")

    def _read(self) -> None:
        for line in self._process.stdout:
            self._events.put(json.loads(line))

    def wait_for(self, event: str, patience: float = _PATIENCE) -> dict[str, Any]:
        """The next event of a kind; fails if the child says that something went wrong."""
        while True:
            found = self._events.get(timeout=patience)
            if found["event"] == event:
                return found
            assert found["event"] not in ("crashed", "gone"), found

    def start(self, home: Path, *sources: Path, **order: object) -> int:
        """Starts a child and gives its process id."""
        line = json.dumps({"home": str(home), "sources": [str(source) for source in sources], **order})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        pid: int = self.wait_for("started")["pid"]
        return pid

    def run(self, home: Path, *sources: Path, **order: object) -> list[dict[str, Any]]:
        """Starts a child, waits for its end and gives its events; the last one is ``gone`` with the exit status."""
        self.start(home, *sources, **order)
        return self.rest()

    def race(self, home: Path, source: Path, crowd: int, gate: Path) -> list[dict[str, Any]]:
        """Lets so many children build at once, of which none may publish before all others have ended.

        Gives what each of them had to say, in no order.
        """
        line = {"home": str(home), "sources": [str(source)], "quick": True, "crowd": crowd, "gate": str(gate)}
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        outcomes, gone = [], 0
        while gone < crowd:
            event = self._events.get(timeout=_PATIENCE)
            assert event["event"] != "crashed", event["message"]
            gone += event["event"] == "gone"
            if event["event"] in ("built", "failed"):
                outcomes.append(event)
                if len(outcomes) == crowd - 1:
                    gate.touch()
        return outcomes

    def rest(self) -> list[dict[str, Any]]:
        """Events up to the child's end."""
        events = [self._events.get(timeout=_PATIENCE)]
        while events[-1]["event"] != "gone":
            assert events[-1]["event"] != "crashed", events[-1]["message"]
            events.append(self._events.get(timeout=_PATIENCE))
        return events

    def kill(self, pid: int, after: float) -> list[dict[str, Any]]:
        """Kills the child after some seconds, and gives what it had said."""
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        return self.rest()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=_PATIENCE)
        self._reader.join(timeout=_PATIENCE)
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
