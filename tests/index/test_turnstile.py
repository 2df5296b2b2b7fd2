"""A fair lock: mutual exclusion, and nobody overtakes."""

from __future__ import annotations

import threading
import time

from index.turnstile import Turnstile


def test_only_one_is_inside() -> None:
    lock, inside, most = Turnstile(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with lock:
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 1
    assert inside == 0


def test_who_waits_comes_before_who_comes_back_at_once() -> None:
    lock, ended = Turnstile(), threading.Event()
    turns = 0

    def builds() -> None:
        nonlocal turns
        while not ended.is_set():
            with lock:
                turns += 1
                time.sleep(0.01)

    builder = threading.Thread(target=builds)
    builder.start()
    try:
        while not turns:
            time.sleep(0.001)
        for _ in range(10):
            before = turns
            with lock:
                assert turns - before <= 1, "the one inside ends its turn, and has no other before"
    finally:
        ended.set()
        builder.join(20)
