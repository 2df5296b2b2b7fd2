"""A process that has everything imported and forks a child for each order, so that a child costs next to nothing.

Orders are lines of JSON on standard input, see :func:`_obey`; events are lines of JSON on standard output.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from contextlib import contextmanager, nullcontext
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from unittest import mock

from fakes.corpora import answering, make
from fakes.interference import Interference
from fakes.warm import Born

import index.check
import index.keywords
import index.pipeline
import index.search
import index.vectors
from index.check import CheckProcess, check
from index.errors import IndexingError
from index.generations import IndexFolder
from index.readers import formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Article, Skipped


class CheckHere:
    """Stands in for :class:`index.check.CheckProcess` where a test is not about the child process."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder

    def check(self, build: Path) -> None:
        check(self._folder, build)

    def close(self) -> None:
        pass


class CheckWarm(CheckProcess):
    """Checks in another process, as the real one does, but in one that need not import anything."""

    def __init__(self, folder: IndexFolder) -> None:
        code = "import runpy; runpy.run_module('index.check', run_name='__main__', alter_sys=True)"
        self._child = Born(code, {}, str(folder.root.parent), errors="output")  # type: ignore[assignment]


class ReadHere:
    """Stands in for :class:`index.parsing.Parser`, likewise."""

    def start(self) -> None:
        pass

    def read(self, content: bytes, name: str, ending: str = "") -> list[Article | Skipped]:
        return list(formats.read(content, name, ending))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def work_here() -> None:
    """From now on this process starts no other for reading and checking, which takes more time than all the rest."""
    vars(index.check)["CheckProcess"] = CheckHere
    vars(index.pipeline)["Parser"] = ReadHere


@contextmanager
def working_here() -> Iterator[None]:
    """:func:`work_here` for a while."""
    with mock.patch("index.check.CheckProcess", CheckHere), mock.patch("index.pipeline.Parser", ReadHere):
        yield


def _tell(**event: object) -> None:
    os.write(1, (json.dumps(event) + "\n").encode())


@contextmanager
def _publishing(gate: str | None, publish: str | None) -> Iterator[None]:
    """Publishes as an order says."""
    real = IndexFolder.publish

    def other(folder: IndexFolder, build: Path, name: str, manifest_sha256: str) -> None:
        while gate and not Path(gate).exists():
            time.sleep(0.005)
        if publish == "early":
            folder.current.write_text(f"{name} {manifest_sha256}\n", encoding="ascii")
        if publish != "never":
            real(folder, build, name, manifest_sha256)

    with mock.patch.object(IndexFolder, "publish", other) if gate or publish else nullcontext():
        yield


def _obey(order: dict[str, Any]) -> None:
    """Does what an order says.

    ``home``: of the index. ``sources``: folders to build from, one after the other; empty: open the index instead.
    ``forever``: begin again after the last. ``quick``: read and check in this process; ``warm``: check in one
    that has everything imported. ``names``, ``at``, ``error``: see
    :class:`fakes.interference.Interference`. ``file_size``, ``files``: limits of this process. ``crowd``: so many
    children obey at once; ``gate``: who has the right to build waits until there is such a file. ``publish``: wrongly,
    that is ``never``, or so ``early`` that there is no such generation yet.
    """
    home = Path(order["home"])
    if order.get("quick"):
        work_here()
    elif order.get("warm"):
        vars(index.check)["CheckProcess"] = CheckWarm
    if "file_size" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_size"], order["file_size"]))
    if "files" in order:
        resource.setrlimit(resource.RLIMIT_NOFILE, (order["files"], order["files"]))
    names = tuple(order.get("names", ()))
    sources = order["sources"]
    with Interference(home, names, order.get("at", 0), order.get("error")) if names else nullcontext() as interference:
        try:
            for source in cycle(sources) if order.get("forever") else sources:
                with _publishing(order.get("gate"), order.get("publish")):
                    _tell(event="built", generation=make(home, Path(source)).generation)
            if not sources:
                _tell(event="answered", corpus=answering(home))
        except IndexingError as error:
            _tell(event="failed", kind=type(error).__name__, message=str(error))
        except BaseException:  # noqa: BLE001 - the test is told, whatever it is
            _tell(event="crashed", message=traceback.format_exc()[-3000:])
    _tell(event="done", count=interference.count if interference else 0)


def _child(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _tell(event="started", pid=os.getpid())
        _obey(order)
        os._exit(0)
    return pid


def main() -> None:
    _tell(event="ready")
    for line in sys.stdin:
        order = json.loads(line)
        pids = [_child(order) for _ in range(order.get("crowd", 1))]
        for pid in pids:
            _tell(event="gone", status=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
