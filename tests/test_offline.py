"""The guard in conftest.py is awake: without it, the promise that nothing leaves the machine would be untested."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.alone import PROBE


def test_a_connection_to_another_machine_fails() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="connect"):
        outside.connect(("192.0.2.1", 80))


def test_asking_a_name_server_fails() -> None:
    with pytest.raises(AssertionError, match="look up"):
        socket.getaddrinfo("example.org", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as inside:
        inside.connect(server.getsockname())


@pytest.mark.parametrize("program", [PROBE, "import socket; socket.getaddrinfo('example.org', 80)"])
def test_a_child_that_tries_fails_and_is_told_of(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    monkeypatch.setenv("OUTSIDE_REQUESTS", str(told))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "tried to reach another machine" in done.stderr
    assert told.read_text(encoding="utf-8").startswith("socket.")


def test_a_child_may_reach_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTSIDE_REQUESTS", str(tmp_path / "told"))
    program = (
        "import socket\n"
        "with socket.create_server(('localhost', 0)) as server, socket.create_connection(server.getsockname()):\n"
        "    print('reached', socket.getaddrinfo(None, 80)[0][4])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "reached" in done.stdout, done.stderr
    assert (tmp_path / "told").read_text(encoding="utf-8") == ""
