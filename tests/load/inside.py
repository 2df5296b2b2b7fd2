"""``assistant serve`` with a clock in its event loop, and without models if that is asked for.

    python tests/load/inside.py --home HOME --port PORT [--clock FILE] [--stub] [--tabs N]

The clock wakes up every 10 ms and writes once a second how late it was at most: what else ran in the loop meanwhile
kept everybody waiting for so long.
"""

from __future__ import annotations

import argparse
import asyncio
import queue
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[0] = str(Path(__file__).parents[1])

from assistant.web import app as web  # noqa: E402
from assistant.web import serving  # noqa: E402

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

TICK = 0.01


class Clocked:
    """An application beside which a clock runs.

    Args:
        app: Which.
        file: Lines ``moment late``: when, by ``time.monotonic``, and by how many seconds the clock was late at most
            since the line before.
    """

    def __init__(self, app: ASGIApp, file: Path) -> None:
        self._app = app
        self._file = file
        self._clock: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves; the first call starts the clock."""
        if self._clock is None:
            self._clock = asyncio.create_task(self._tick())
        await self._app(scope, receive, send)

    async def _tick(self) -> None:
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        # In a thread: a disk that is busy with somebody's files lets whoever writes wait, and that would be the loop.
        threading.Thread(target=self._write, args=(lines,), daemon=True).start()
        latest, written = 0.0, time.monotonic()
        while True:
            before = time.monotonic()
            await asyncio.sleep(TICK)
            now = time.monotonic()
            latest = max(latest, now - before - TICK)
            if now - written >= 1:
                lines.put(f"{now:.3f} {latest:.4f}\n")
                latest, written = 0.0, now

    def _write(self, lines: queue.SimpleQueue[str]) -> None:
        with self._file.open("a", encoding="ascii", buffering=1) as out:
            while True:
                out.write(lines.get())


def lateness(file: Path, begin: float, end: float) -> list[float]:
    """What the clock wrote between two moments."""
    pairs = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return [float(late) for moment, late in pairs if begin <= float(moment) <= end]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--stub", action="store_true")
    parser.add_argument("--tabs", type=int, help="conversations that are kept, in place of MAX_TABS")
    asked = parser.parse_args()
    from assistant.settings import Settings
    from index.settings import go_offline

    run = web.run

    def clocked(app: ASGIApp, *arguments: Any, **options: Any) -> None:
        run(Clocked(app, asked.clock) if asked.clock else app, *arguments, **options)

    setattr(serving, "run", clocked)  # noqa: B010 - it is not meant to be changed, except here
    with ExitStack() as stack:
        if asked.stub:
            from load.stub import without_models

            stack.enter_context(without_models())
        if asked.tabs:
            go_offline()
            from assistant.page import ui

            setattr(ui, "MAX_TABS", asked.tabs)  # noqa: B010 - as above
        settings = Settings.from_env(home=asked.home, port=asked.port)
        serving.serve(settings, open_browser=False, announce=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
