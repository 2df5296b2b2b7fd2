"""What is set in the C library, looked at from inside: in processes of their own, for it cannot be undone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

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


def heaps(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True, timeout=60)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="heaps can be counted with glibc only")
def test_threads_share_as_many_heaps_as_there_are_cores() -> None:
    cores = os.cpu_count() or 1
    assert heaps("shared") <= cores + 1
    if cores < 16:
        assert heaps("own") > cores + 1, "or this test shows nothing"
