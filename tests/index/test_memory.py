"""What is set in the C library, looked at from inside: in processes of their own, for it cannot be undone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading

import pytest

from index.memory import give_back_freed

COUNT = """
import ctypes, threading, sys
from index.memory import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
gate = threading.Barrier(33)
def work():
    kept = [ctypes.create_string_buffer(3_000) for _ in range(100)]
    gate.wait()
    gate.wait()
threads = [threading.Thread(target=work) for _ in range(32)]
for thread in threads:
    thread.start()
gate.wait()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
file = library.fopen(b"/dev/stdout", b"w")
library.malloc_info(0, ctypes.c_void_p(file))
library.fclose(ctypes.c_void_p(file))
gate.wait()
"""
"""Writes down the heaps of a process with 32 threads that all hold memory."""

HOLES = """
import ctypes, mmap, sys, time
from index.memory import give_back_freed
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * mmap.PAGESIZE
if sys.argv[1] == "given back":
    give_back_freed(0.05)
kept = [ctypes.create_string_buffer(100_000) for _ in range(1_000)]
most = resident()
kept = kept[::20]
until = time.monotonic() + (20 if sys.argv[1] == "given back" else 1)
while resident() > most - 60e6 and time.monotonic() < until:
    time.sleep(0.05)
print(most - resident())
"""
"""Frees 19 of 20 pieces of memory, the others stay between them; writes down by how much the process got smaller."""


def heaps(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True, timeout=60)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="heaps can be counted with glibc only")
def test_threads_share_as_many_heaps_as_there_are_cores() -> None:
    cores = os.cpu_count() or 1
    assert heaps("shared") <= cores + 1
    if cores < 16:
        assert heaps("own") > cores + 1, "or this test shows nothing"


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc only keeps what is freed in this way")
def test_freed_memory_is_given_back_to_the_system() -> None:
    assert shrunk("given back") > 60e6
    assert shrunk("kept") < 20e6, "or this test shows nothing"


def shrunk(how: str) -> float:
    told = subprocess.run([sys.executable, "-c", HOLES, how], capture_output=True, text=True, check=True, timeout=60)
    return float(told.stdout)


def test_giving_back_can_be_ended() -> None:
    before = set(threading.enumerate())  # a server of another test may have begun one of its own
    ended = give_back_freed(0.01)
    begun = set(threading.enumerate()) - before
    ended.set()
    for thread in begun:
        thread.join(10)
        assert not thread.is_alive()
