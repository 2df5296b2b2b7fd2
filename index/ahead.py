"""Work that is done ahead in a thread of its own, so that whoever needs its results seldom waits."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

T = TypeVar("T")
_TURN = 0.1
"""Seconds after which a waiting producer looks whether it is still wanted."""


class _End(Generic[T]):
    """Behind the last item: how the producer ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterable[T], size: int) -> Generator[T, None, None]:
    """The items, of which up to ``size`` are made before they are asked for.

    An error of the producer is raised where its item would have come. When the consumer stops early, so does the
    producer, after the item that it is at.

    Args:
        items: Is gone through in another thread.
        size: How many may wait, 1 or more.
    """
    waiting: queue.Queue[T | _End[T]] = queue.Queue(size)
    is_over = threading.Event()

    def put(item: T | _End[T]) -> None:
        while not is_over.is_set():
            try:
                waiting.put(item, timeout=_TURN)
            except queue.Full:
                continue
            return

    def produce() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                put(item)
                if is_over.is_set():
                    break
        except BaseException as caught:  # noqa: BLE001 - raised again where the item was expected
            error = caught
        put(_End(error))

    thread = threading.Thread(target=produce, name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := waiting.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        is_over.set()
        thread.join()
