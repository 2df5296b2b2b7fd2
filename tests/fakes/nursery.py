"""A process that has everything imported and forks a child for each order, so that a child costs next to nothing.

Orders are lines of JSON on standard input, see :func:`_obey`; events are lines of JSON on standard output.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import traceback
from contextlib import nullcontext
from itertools import cycle
from pathlib import Path
from typing import Any

from fakes.corpora import answering, make
from fakes.interference import Interference

import index.keywords
import index.search
import index.vectors  # noqa: F401 - imported before the fork, so that no child waits for it
from index.check import main as check
from index.errors import IndexingError


def check_here(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
    """Stands in for ``subprocess.run`` where a test is not about the child process that checks a build."""
    return subprocess.CompletedProcess(command, check(command[-2:]), "", "the check failed")


def _tell(**event: object) -> None:
    os.write(1, (json.dumps(event) + "\n").encode())


def _obey(order: dict[str, Any]) -> None:
    """Does what an order says.

    ``home``: of the index. ``sources``: folders to build from, one after the other; empty: open the index instead.
    ``forever``: begin again after the last. ``quick``: check in this process. ``names``, ``at``, ``error``: see
    :class:`fakes.interference.Interference`. ``file_size``, ``files``: limits of this process.
    """
    home = Path(order["home"])
    if order.get("quick"):
        subprocess.run = check_here  # type: ignore[assignment]
    if "file_size" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_size"], order["file_size"]))
    if "files" in order:
        resource.setrlimit(resource.RLIMIT_NOFILE, (order["files"], order["files"]))
    names = tuple(order.get("names", ()))
    sources = order["sources"]
    with Interference(home, names, order.get("at", 0), order.get("error")) if names else nullcontext() as interference:
        try:
            for source in cycle(sources) if order.get("forever") else sources:
                _tell(event="built", generation=make(home, Path(source)).generation)
            if not sources:
                _tell(event="answered", corpus=answering(home))
        except IndexingError as error:
            _tell(event="failed", kind=type(error).__name__, message=str(error))
        except BaseException:  # noqa: BLE001 - the test is told, whatever it is
            _tell(event="crashed", message=traceback.format_exc()[-3000:])
    _tell(event="done", count=interference.count if interference else 0)


def main() -> None:
    _tell(event="ready")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _tell(event="started", pid=os.getpid())
            _obey(json.loads(line))
            os._exit(0)
        _tell(event="gone", status=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
