"""Several answers at once share the processor's cores."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
import torch

from assistant.cores import Cores

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def four_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


def in_a_thread(cores: Cores, hold: threading.Event) -> tuple[threading.Thread, list[tuple[int, int]]]:
    """A thread that has its part until ``hold`` is set; tells the part and what torch will use there."""
    seen: list[tuple[int, int]] = []
    has_it = threading.Event()

    def work() -> None:
        with cores.part() as part:
            seen.append((part, torch.get_num_threads()))
            has_it.set()
            hold.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert has_it.wait(10)
    return thread, seen


def test_an_answer_alone_has_all_threads_and_several_share_them() -> None:
    cores, hold = Cores(), threading.Event()
    begun = [in_a_thread(cores, hold) for _ in range(6)]
    hold.set()
    for thread, _ in begun:
        thread.join(10)
    assert [seen for _, seen in begun] == [[(part, part)] for part in (4, 2, 1, 1, 1, 1)]


def test_when_they_have_ended_everything_has_all_threads_again() -> None:
    cores, hold = Cores(), threading.Event()
    begun = [in_a_thread(cores, hold) for _ in range(3)]
    hold.set()
    for thread, _ in begun:
        thread.join(10)
    assert in_a_thread(cores, hold)[1] == [(4, 4)]
    outside: list[int] = []
    other = threading.Thread(target=lambda: outside.append(torch.get_num_threads()))
    other.start()
    other.join(10)
    assert outside == [4]


def test_an_answer_that_fails_gives_its_part_back() -> None:
    cores = Cores()
    with pytest.raises(ZeroDivisionError), cores.part():
        raise ZeroDivisionError
    with cores.part() as part:
        assert part == 4


def test_torch_is_not_loaded_only_to_be_shared() -> None:
    code = "import sys; from assistant.cores import Cores\nwith Cores().part(): print('torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
