"""A machine without a network, in which the kernel counts who would have liked to have one.

In a network namespace of its own a process has nothing but loopback. Whatever it sends elsewhere, by whichever call or
ring or library, has no route, and the kernel counts it: nothing leaves, and nothing is missed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _UP = 0x8913, 0x8914, 0x1
PROBE = (
    "import socket\n"
    "for family, address in ((socket.AF_INET, '192.0.2.1'), (socket.AF_INET6, '2001:db8::1')):\n"
    "    with socket.socket(family, socket.SOCK_DGRAM) as there:\n"
    "        there.connect_ex((address, 9))\n"
)
"""A program that would like to have one, twice; no packet is sent even where there is a network."""


class Outcome(NamedTuple):
    """What became of a command.

    Attributes:
        returned: Its exit code.
        tried: How often something was sent or connected to beyond the machine.
        said: Its output and errors; empty if they went to the terminal.
    """

    returned: int
    tried: int
    said: str


def missing() -> str:
    """Why there can be no such machine here; empty if there can."""
    if not shutil.which("unshare"):
        return "There is no unshare (Linux only; of the package util-linux)."
    tried = subprocess.run([*_unshare(), "true"], capture_output=True, text=True, check=False)
    return f"unshare may not make a network namespace: {tried.stderr.strip()}" if tried.returncode else ""


def run_alone(command: Sequence[str | Path], *, is_shown: bool = False) -> Outcome:
    """Runs a command on such a machine; an end by a signal is an exit code below zero."""
    with tempfile.TemporaryDirectory() as folder:
        count = Path(folder) / "count"
        done = subprocess.run(
            [*_unshare(), sys.executable, __file__, count, *command],
            stdout=None if is_shown else subprocess.PIPE,
            stderr=None if is_shown else subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Outcome(done.returncode, int(count.read_text(encoding="ascii")), done.stdout or "")


def _unshare() -> list[str]:
    # Who is not root needs a user namespace for it, where the system lets one be made.
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


def _bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | _UP))


def _without_a_route() -> int:
    names, values = (
        line.split() for line in Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()[:2]
    )  # fmt: skip
    six = Path("/proc/net/snmp6")
    counted = dict(line.split() for line in six.read_text(encoding="ascii").splitlines()) if six.exists() else {}
    return int(values[names.index("OutNoRoutes")]) + int(counted.get("Ip6OutNoRoutes", 0))


def main(count: str, *command: str) -> int:
    """Inside: the command's exit code; what the kernel counted goes into a file."""
    _bring_up_loopback()
    returned = subprocess.run(command, check=False).returncode
    Path(count).write_text(str(_without_a_route()), encoding="ascii")
    return returned


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
