"""The guard in conftest.py is awake: without it, the promise that nothing leaves the machine would be untested."""

from __future__ import annotations

import socket

import pytest


def test_a_connection_to_another_machine_fails() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="connect"):
        outside.connect(("192.0.2.1", 80))


def test_asking_a_name_server_fails() -> None:
    with pytest.raises(AssertionError, match="look up"):
        socket.getaddrinfo("example.org", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as inside:
        inside.connect(server.getsockname())
