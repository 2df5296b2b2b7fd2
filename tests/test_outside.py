"""Nothing leaves this machine, as the kernel sees it; and what would leave is noticed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from fakes import alone, tracing
from fakes.scale import FULL
from fakes.sitting import BROWSERS, QUESTIONS, sit

SESSION = Path(__file__).with_name("benchmarks") / "outside.py"


def line(call: str, address: str, process: int = 7) -> str:
    arguments = {
        "connect": f"3, {address}, 16",
        "bind": f"3, {address}, 16",
        "sendto": f'3, ""..., 30, 0, {address}, 16',
        "sendmsg": f"3, {{msg_name={address}, msg_namelen=16, msg_iov=[{{iov_len=3}}], msg_flags=0}}, 0",
        "sendmmsg": f"3, [{{msg_hdr={{msg_name={address}, msg_namelen=16}}, msg_len=3}}], 1, 0",
    }[call]
    return f"{process} {call}({arguments}) = -1 EINPROGRESS (Operation now in progress)"


def v4(address: str, port: int = 443) -> str:
    return f'{{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr("{address}")}}'


def v6(address: str, port: int = 443) -> str:
    return (
        f"{{sa_family=AF_INET6, sin6_port=htons({port}), sin6_flowinfo=htonl(0), "
        f'inet_pton(AF_INET6, "{address}", &sin6_addr), sin6_scope_id=0}}'
    )


BEYOND = [
    v4("192.0.2.1"), v4("10.0.0.1"), v4("169.254.169.254", 80), v4("128.0.0.1"), v4("255.255.255.255"),
    v4("224.0.0.251", 5353), v6("2001:db8::1"), v6("fe80::1"), v6("::ffff:192.0.2.1"), v6("::2"), v6("::127.0.0.1"),
    # A name server on this machine asks others.
    v4("127.0.0.53", 53), v6("::1", 53),
    "{sa_family=AF_VSOCK, svm_cid=0x2, svm_port=0x1}", "{sa_family=AF_INET, sa_data=...}",
    '{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_ALL), sll_ifindex=if_nametoindex("eth0")}',
]  # fmt: skip
ANY = "0.0.0.0"  # noqa: S104 - a line of a log
HERE = [
    (v4("127.0.0.1"), "loopback"), (v4("127.8.9.10"), "loopback"), (v6("::1"), "loopback"),
    (v6("::ffff:127.0.0.1"), "loopback"), (v4(ANY), "loopback"), (v6("::"), "loopback"),
    ('{sa_family=AF_UNIX, sun_path="/run/some.socket"}', "unix"), ('{sa_family=AF_UNIX, sun_path=@"abstract"}', "unix"),
    ('{sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}', "names"),
    ('{sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}', "names"),
    ("{sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}", "kernel"), ("{sa_family=AF_UNSPEC, sa_data=0}", "kernel"),
]  # fmt: skip


@pytest.mark.parametrize("address", BEYOND)
@pytest.mark.parametrize("call", ["connect", "bind", "sendto", "sendmsg", "sendmmsg"])
def test_what_goes_beyond_is_told(address: str, call: str) -> None:
    (where,) = tracing.read([line(call, address)]).beyond()
    assert where.call == call


def test_what_cannot_be_read_is_taken_for_the_worst() -> None:
    assert tracing.read([line("connect", "0x7ffc1234"), line("bind", "0x7ffc1234")]).beyond()
    # These name no address where the socket is connected, which was told before.
    assert not tracing.read([line("sendto", "NULL"), line("sendmsg", "NULL")]).seen


@pytest.mark.parametrize(("address", "kind"), HERE)
def test_what_stays_is_told_apart(address: str, kind: str) -> None:
    for call in ("connect", "sendto", "sendmsg"):
        trace = tracing.read([line(call, address)])
        assert [where.kind for where in trace.seen] == [kind]
        assert not trace.beyond()


def test_to_listen_at_every_address_is_to_listen_beyond() -> None:
    assert len(tracing.read([line("bind", v4(ANY, 7860)), line("bind", v6("::"))]).beyond()) == 2
    assert not tracing.read([line("bind", v4("127.0.0.1")), line("bind", v6("::1"))]).beyond()


def test_of_several_messages_each_is_looked_at() -> None:
    both = f"[{{msg_hdr={{msg_name={v4('127.0.0.1')}}}}}, {{msg_hdr={{msg_name={v4('192.0.2.1')}}}}}]"
    trace = tracing.read([f"7 sendmmsg(3, {both}, 2, 0) = 2"])
    assert sorted(where.kind for where in trace.seen) == ["beyond", "loopback"]


def test_a_call_is_its_programs_whoever_reports_first() -> None:
    trace = tracing.read(
        [
            '10 execve("/usr/bin/python3.11", ["python3"], 0x7ff /* 9 vars */) = 0',
            "10 clone3({flags=CLONE_VM, exit_signal=0}, 88 <unfinished ...>",
            f"11 connect(3, {v4('192.0.2.1')}, 16 <unfinished ...>",
            "10 <... clone3 resumed>) = 11",
            "11 <... connect resumed>) = -1 ENETUNREACH (Network is unreachable)",
            "10 vfork() = 12",
            '12 execve("/nowhere/curl", ["curl"], 0x7ff /* 9 vars */) = -1 ENOENT (No such file or directory)',
            '12 execve("/usr/bin/curl", ["curl"], 0x7ff /* 9 vars */) = 0',
            '12 execve("/proc/self/exe", ["curl"], 0x7ff /* 9 vars */) = 0',
            line("sendto", v4("192.0.2.2"), 12),
            "13 io_uring_setup(256, {flags=0}) = 4",
        ]
    )
    assert {(where.program, where.kind) for where in trace.seen} == {
        ("python3.11", "beyond"), ("curl", "beyond"), ("?", "unseen"),
    }  # fmt: skip
    assert [where.program for where in trace.beyond(["curl"])] == ["python3.11"]
    assert trace.table().splitlines()[1].split() == ["1", "beyond", "sendto", "curl", "192.0.2.2:443"]


def need(missing: str) -> None:
    if missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"This must be seen in CI. {missing}")
        pytest.skip(missing)


@pytest.mark.slow
def test_a_program_that_does_is_noticed_by_both() -> None:
    need(tracing.missing() or alone.missing())
    with tracing.Tracer([sys.executable, "-S", "-c", alone.PROBE]) as tracer:
        pass
    assert [where.address for where in sorted(tracer.trace.beyond())] == ["192.0.2.1:9", "[2001:db8::1]:9"]
    outcome = alone.run_alone([sys.executable, "-S", "-c", alone.PROBE])
    assert (outcome.returned, outcome.tried) == (0, 2)
    assert alone.run_alone([sys.executable, "-c", "raise SystemExit(3)"]) == alone.Outcome(3, 0, "")


@pytest.mark.slow
def test_a_whole_sitting_with_a_browser_stays_on_this_machine(tmp_path: Path) -> None:
    need(tracing.missing() or ("" if any(map(shutil.which, BROWSERS)) else "There is no Chromium."))
    # The terminal's commands are in the sitting without a network.
    sitting = sit(tmp_path / "user", QUESTIONS[:2], with_commands=FULL)
    assert sitting.beyond() == []
    said = "\n".join(sitting.answers)
    for word in ("2029", "Mitsui Fudosan", "1731", *(["1822"] if FULL else [])):
        assert word in said, "something was asked and answered"
    assert len(sitting.requests) > 50
    assert {name: trace.returned for name, trace in sitting.traces.items()} == dict.fromkeys(sitting.traces, 0)
    assert sitting.traces["assistant serve"].seen.total() > 0, "the trace saw the server listen"


@pytest.mark.slow
def test_a_whole_sitting_needs_no_network_and_misses_none() -> None:
    need(tracing.missing() or alone.missing())
    outcome = alone.run_alone([sys.executable, SESSION, "session", "--no-browser"])
    assert (outcome.returned, outcome.tried) == (0, 0), outcome.said
    assert "Nothing went beyond this machine." in outcome.said
