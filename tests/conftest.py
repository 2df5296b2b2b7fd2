"""Fixtures that many tests share, and the guard that keeps every test on this machine."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fakes.scale import scaled
from hypothesis import settings

from index.settings import IndexSettings, go_offline

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from assistant.answering import Assistant
    from index.embeddings import SentenceEmbedder

# Examples of Hypothesis where a test does not say how many: another choice at each run, all at full scale.
settings.register_profile("scaled", settings(max_examples=scaled(40, 100)))
settings.load_profile("scaled")

go_offline()
if "PYTEST_XDIST_WORKER" in os.environ:
    # The tests' processes share the processor; models that each take all of it would wait for one another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

_MEMORY, _ROOM = Path("/dev/shm"), 6 * 2**30  # noqa: S108 - a folder of pytest's own is made in it
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    # Thousands of small indexes are made, and each would wait for the disk; children inherit it.
    os.environ["TMPDIR"] = str(_MEMORY)

_MOST_PROCESSES = 4
_LOOPBACK = ("127.", "::1", "localhost")


class OutsideRequestError(AssertionError):
    """Something tried to reach another machine."""


@pytest.fixture(scope="session", autouse=True)
def only_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fails whatever opens a socket beyond loopback or asks a name server, in the whole run and in its children."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_LOOPBACK):
            raise OutsideRequestError(f"connect to {address}")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not str(host).startswith((*_LOOPBACK, "0.0.0.0")):  # noqa: S104 - compared, not bound
            raise OutsideRequestError(f"look up {host!r}")
        return look_up(host, *args, **kwargs)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    told = tmp_path_factory.mktemp("outside") / "requests"
    patch.setenv("PYTHONPATH", str(Path(__file__).with_name("children")), prepend=os.pathsep)
    patch.setenv("OUTSIDE_REQUESTS", str(told))
    yield
    patch.undo()
    assert not told.exists() or not told.read_text(encoding="utf-8"), told.read_text(encoding="utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported for all tests stays for all tests: the collector of garbage need not look at it each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_xdist_auto_num_workers() -> int | None:
    """For ``-n auto``: one more than cores, for tests wait much; each loads the models, about a gigabyte, so few."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores + 1, _MOST_PROCESSES)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """What passed leaves nothing in memory; what a failed run left is removed by the next one."""
    factory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    if exitstatus == 0 and factory._given_basetemp is None and factory.getbasetemp().is_relative_to(_MEMORY):
        shutil.rmtree(factory.getbasetemp(), ignore_errors=True)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes give no test its name: some hold the second they were made in, and the two processes would then differ."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests must not decide about them."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def models_loaded_once() -> Iterator[None]:
    """See :func:`fakes.models.loaded_once`."""
    from fakes.models import loaded_once

    with loaded_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_made_once() -> Iterator[None]:
    """See :func:`fakes.pages.made_once`."""
    from fakes.pages import made_once

    with made_once():
        yield


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds read and check in this process: for tests that make many and are not about the other processes."""
    from fakes.nursery import CheckHere, ReadHere

    monkeypatch.setattr("index.check.CheckProcess", CheckHere)
    monkeypatch.setattr("index.pipeline.Parser", ReadHere)


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """The real, bundled model."""
    from index.embeddings import SentenceEmbedder

    return SentenceEmbedder.load(IndexSettings())


@pytest.fixture(scope="session")
def seeds_home(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Path:
    """A home with an index of the seeds, by the real model. Only read by tests."""
    from fakes.nursery import working_here

    from index.build import SEEDS, build

    home = tmp_path_factory.mktemp("seeds-home")
    with working_here():
        build([SEEDS], home=home, settings=IndexSettings(home=home), embedder=embedder)
    return home


@pytest.fixture(scope="session")
def assistant(seeds_home: Path, embedder: SentenceEmbedder) -> Assistant:
    """An assistant over the seeds, all parts real."""
    from assistant.answering import Assistant

    return Assistant.open(seeds_home, embedder=embedder)
