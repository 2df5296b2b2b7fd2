"""Blocks of text with their looks become the canonical text and its layout."""

from __future__ import annotations

from index.cleaning import clean


def text_and_layout(blocks: list[tuple[str, str]]) -> tuple[str, str]:
    """The canonical text, and a letter for each of its lines; see :class:`index.types.Article`."""
    canonical = clean("\n\n".join(text for _, text in blocks))
    cleaned = [(kind[0], text) for kind, raw in blocks if (text := clean(raw))]
    layout = " ".join(_letters(letter, text) for letter, text in cleaned)
    # The text is what counts: should it not be the sum of its blocks, it is shown without their looks.
    return canonical, layout if canonical == "\n\n".join(text for _, text in cleaned) else ""


def _letters(letter: str, text: str) -> str:
    first, *others = text.split("\n")
    more = "i" if letter in "lm" else letter
    return "".join([letter if first else " ", *(more if line else " " for line in others)])
