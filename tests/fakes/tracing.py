"""Where a program and its children connect, send and listen, as they ask the kernel to: read from ``strace``.

A guard inside Python sees only what Python's own sockets do. This sees libraries in C and Rust and other programs, too.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["loopback", "unix", "names", "kernel", "unseen", "beyond"]
"""This machine by an address of its own; a socket of this machine's file system; one of these that may have a name
looked up elsewhere; the kernel itself; a ring through which calls may go that are not seen here (:mod:`fakes.alone`
sees them); whatever else, and what could not be read."""

CALLS = "connect,sendto,sendmsg,sendmmsg,bind,io_uring_setup"
_PROCESSES = "execve,execveat,clone,clone3,fork,vfork"
# Buffers are not printed (-s 0): what is sent could look like an address.
_STRACE = ("strace", "-f", "--seccomp-bpf", "-qq", "-s", "0", "-e", "signal=none", "-e", f"trace={CALLS},{_PROCESSES}")
_NAMES = ("/nscd/", "io.systemd.Resolve", "/avahi-daemon/")
_NAME_SERVER = 53

_CALL = re.compile(rf"(\d+) +({CALLS.replace(',', '|')})\((.*)")
_CHILD = re.compile(r"(\d+) +(?:<\.\.\. )?(?:clone3?|v?fork)\b.* = (\d+)")
_PROGRAM = re.compile(r'(\d+) +execve(?:at)?\((?:AT_FDCWD, )?"([^"]+)"')
_FAMILY = re.compile(r"(?:sa_family|nl_family|sll_family)=(\w+)|\b(AF_UNSPEC)\b")
_IPV4 = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)')
_IPV6 = re.compile(r'sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"')
_UNIX = re.compile(r'sun_path=(@?)"([^"]*)"')


class Where(NamedTuple):
    """What a program did with one address, and what that is."""

    program: str
    call: str
    kind: Kind
    address: str


@dataclass
class Trace:
    """What was seen of a command and its children.

    Attributes:
        seen: How often each.
        returned: The command's exit code; None where only its trace was read.
    """

    seen: Counter[Where] = field(default_factory=Counter)
    returned: int | None = None

    def beyond(self, apart_from: Sequence[str] = ()) -> list[Where]:
        """Everything beyond this machine, that of some programs left out."""
        return [where for where in self.seen if where.kind == "beyond" and where.program not in apart_from]

    def table(self) -> str:
        """All of it, the worst first."""
        worst = ("beyond", "unseen", "names", "unix", "loopback", "kernel")
        rows = sorted(self.seen.items(), key=lambda item: (worst.index(item[0].kind), item[0]))
        lines = [f"{'times':>6}  {'what':9} {'call':15} {'program':18} address"]
        lines += [f"{times:6}  {what.kind:9} {what.call:15} {what.program:18} {what.address}" for what, times in rows]
        return "\n".join(lines)


def missing() -> str:
    """Why nothing can be traced here; empty if it can."""
    if not shutil.which("strace"):
        return "There is no strace (Linux only; install the package of that name)."
    tried = subprocess.run([*_STRACE, "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else ""


class Tracer:
    """A context manager that runs a command under ``strace``; :attr:`trace` is there at its end.

    Args:
        command: What to run.
        environment: Its variables; None for those of this process.
        output: Where its standard output and errors go; None for where those of this process go.
    """

    def __init__(
        self, command: Sequence[str | Path], environment: dict[str, str] | None = None, output: int | None = None
    ) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._log = Path(self._folder.name) / "trace"
        self.process = subprocess.Popen(
            [*_STRACE, "-o", self._log, *command],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            text=True,
        )
        self.trace = Trace()

    def __enter__(self) -> Tracer:
        return self

    def __exit__(self, *failure: object) -> None:
        # strace ends with the last child; it cannot be interrupted before, and need not be.
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        with self._log.open(encoding="utf-8", errors="replace") as lines:
            self.trace = read(lines)
        self.trace.returned = self.process.returncode
        self._folder.cleanup()


def read(lines: Iterable[str]) -> Trace:
    """What lines of ``strace -f`` say."""
    programs: dict[str, str] = {}
    parents: dict[str, str] = {}
    calls: list[tuple[str, str | None, str, str]] = []
    for line in lines:
        if found := _CALL.match(line):
            process, call, rest = found.groups()
            calls.append((process, programs.get(process), call, rest))
        elif found := _CHILD.match(line):
            parents[found[2]] = found[1]
        elif (found := _PROGRAM.match(line)) and "= -1 " not in line:
            # A program that starts itself anew keeps its name.
            name = PurePosixPath(found[2]).name
            programs[found[1]] = name if name != "exe" else _program(found[1], programs, parents)
    trace = Trace()
    for process, program, call, rest in calls:
        # A thread may act before its start is reported, so whose it is can be told only now.
        for kind, address in _places(call, rest):
            trace.seen[Where(program or _program(process, programs, parents), call, kind, address)] += 1
    return trace


def _program(process: str, programs: dict[str, str], parents: dict[str, str]) -> str:
    known: str | None = process
    while known is not None:
        if known in programs:
            return programs[known]
        known = parents.get(known)
    return "?"


def _places(call: str, rest: str) -> Iterable[tuple[Kind, str]]:
    """The addresses of a call; none if it says none, for what is connected was connected before."""
    if call == "io_uring_setup":
        yield "unseen", "io_uring"
        return
    # Of several messages each has an address of its own.
    for part in rest.split("msg_hdr=")[1:] or [rest]:
        family = _FAMILY.search(part)
        if family:
            yield classified(family[1] or family[2], part, is_bound=call == "bind")
        elif call in ("connect", "bind"):
            yield "beyond", part.strip()


def classified(family: str, text: str, *, is_bound: bool = False) -> tuple[Kind, str]:
    """What an address is, as ``strace`` shows it.

    Args:
        family: Such as ``AF_INET``.
        text: All of it.
        is_bound: Whether it is an address of this machine's own, at which it listens.
    """
    if family == "AF_UNIX":
        named = _UNIX.search(text)
        path = named[1] + named[2] if named else "without a name"
        return ("names" if any(name in path for name in _NAMES) else "unix"), path
    if family in ("AF_NETLINK", "AF_UNSPEC"):  # asks the kernel about itself; ends a connection
        return "kernel", family
    found = _IPV4.search(text) if family == "AF_INET" else _IPV6.search(text) if family == "AF_INET6" else None
    if not found:
        return "beyond", text.strip()
    address, port = ipaddress.ip_address(found[2]), int(found[1])
    inner = getattr(address, "ipv4_mapped", None) or address
    shown = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    if port == _NAME_SERVER:
        return "beyond", f"{shown} (name server)"
    if inner.is_unspecified and is_bound:
        return "beyond", f"{address} (at every address)"
    # Where something connects, Linux takes "any address" for this machine.
    is_here = inner.is_loopback or inner.is_unspecified
    # Ports differ in each run, and say nothing.
    return ("loopback", shown[: shown.rindex(":")]) if is_here else ("beyond", shown)
