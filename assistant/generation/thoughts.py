"""Models that think aloud before they answer: their thoughts are not the answer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BEGIN, _END = "<think>", "</think>"


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text without the ``<think>…</think>`` that it begins with, if it does.

    Many open models write so. Servers that know it take it out themselves, others leave it in the text.
    """
    held = ""
    state: Literal["beginning", "thoughts", "behind", "answer"] = "beginning"
    for piece in pieces:
        if state == "answer":
            yield piece
            continue
        held += piece
        if state == "beginning":
            begun = held.lstrip()
            if begun.startswith(_BEGIN):
                state = "thoughts"
            elif not _BEGIN.startswith(begun):
                state = "answer"
                yield held
        if state == "thoughts":
            _, end, rest = held.partition(_END)
            state, held = ("behind", rest) if end else ("thoughts", held[-len(_END) :])
        if state == "behind" and held.strip():
            state = "answer"
            yield held.lstrip()
    if state == "beginning" and held.strip():
        yield held
