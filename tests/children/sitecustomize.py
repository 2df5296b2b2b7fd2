"""Read at the start of every Python that a test starts: fails whatever connects to another machine, or asks for a name.

Found by way of ``PYTHONPATH``, which ``conftest.py`` sets. What it sees it also writes into the file that
``OUTSIDE_REQUESTS`` names, for a child's failure may be caught by the child. It sees Python's own sockets;
``tests/benchmarks/outside.py`` sees those of libraries, too.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

_HERE = ("127.", "::1", "::ffff:127.", "localhost", "0.0.0.0")  # noqa: S104 - compared, not bound
_CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_ASKING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTING:
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event in _ASKING:
        host = arguments[0]
    else:
        return
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not isinstance(host, str) or host == "" or host.startswith(_HERE):
        return
    if _log is not None:
        with contextlib.suppress(OSError):  # of a child that may not write any more its failure has to be enough
            os.write(_log, f"{event} {host} in {sys.argv}\n".encode())
    raise AssertionError(f"{event} {host}: a test's child tried to reach another machine")


def _read_the_other() -> None:
    """Runs the file of this name that this one stands in front of, if there is one."""
    own = str(Path(__file__).parent)
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", [path for path in sys.path if path != own])
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


_named = os.environ.get("OUTSIDE_REQUESTS")
_log = os.open(_named, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if _named else None
sys.addaudithook(_watch)
_read_the_other()
