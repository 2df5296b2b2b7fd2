"""An article split into passages: sentence-aligned, overlapping, with exact offsets. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.sentences import sentence_spans
from index.types import Article, Passage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.sentences import Span

SPLITTER = 2
"""Version of this module and of what a passage is embedded with; articles are split again when it is another."""

SPECIAL_TOKENS = 2
"""Word pieces that a BERT model adds around a text: [CLS] and [SEP]."""


def split_article(
    article: Article,
    count_tokens: Callable[[Sequence[str]], list[int]],
    *,
    size: int = 160,
    overlap: int = 1,
) -> list[Passage]:
    """Splits an article into passages.

    Every passage is a run of whole sentences whose word pieces, with the heading line that is embedded before them, are
    at most ``size``. The next passage repeats the last ``overlap`` sentences of the one before, as far as they leave
    room for something new. A sentence that is too long by itself is cut between words (a word that is too long, between
    characters), and its pieces count as sentences.

    Args:
        article: What to split; an article without visible text gives no passages.
        count_tokens: Word pieces of each text, special tokens not counted.
        size: Largest number of word pieces of ``Passage.embedding_text()`` with special tokens.
        overlap: Sentences to repeat, 0 or more.

    Returns:
        Passages in order of ``start``; every character that is no white space is in at least one of them.
    """
    heading = Passage.of(article, 0, 0).heading()
    # A title can be as long as it likes; the text keeps at least half of the room.
    room = max(size - SPECIAL_TOKENS - count_tokens([heading])[0], size // 2)
    spans = sentence_spans(article.text, article.language)
    lengths = count_tokens([article.text[start:end] for start, end in spans])
    pieces: list[tuple[Span, int]] = []
    for span, length in zip(spans, lengths, strict=True):
        pieces += [(span, length)] if length <= room else _cut(article.text, span, room, count_tokens)
    return [Passage.of(article, start, end) for start, end in _pack(pieces, room, overlap)]


def _pack(pieces: list[tuple[Span, int]], room: int, overlap: int) -> list[Span]:
    """Runs of pieces that fit ``room``, as the spans they cover."""
    runs: list[Span] = []
    first = 0
    while first < len(pieces):
        last, used = first, pieces[first][1]
        while last + 1 < len(pieces) and used + pieces[last + 1][1] <= room:
            last += 1
            used += pieces[last][1]
        runs.append((pieces[first][0][0], pieces[last][0][1]))
        if last + 1 == len(pieces):
            break
        # Go back by the overlap, but never so far that the next new piece would not fit or nothing new is gained.
        following = last + 1
        again = following
        repeated = pieces[following][1]
        while again > max(first + 1, following - overlap) and repeated + pieces[again - 1][1] <= room:
            again -= 1
            repeated += pieces[again][1]
        first = again
    return runs


def _cut(
    text: str, span: Span, room: int, count_tokens: Callable[[Sequence[str]], list[int]]
) -> list[tuple[Span, int]]:
    """Cuts one overlong sentence into pieces of at most ``room`` word pieces."""
    words = _words(text, span, count_tokens, room)
    pieces: list[tuple[Span, int]] = []
    (start, end), used = words[0]
    for (word_start, word_end), length in words[1:]:
        if used + length > room:
            pieces.append(((start, end), used))
            start, used = word_start, 0
        end, used = word_end, used + length
    pieces.append(((start, end), used))
    return pieces


def _words(
    text: str, span: Span, count_tokens: Callable[[Sequence[str]], list[int]], room: int
) -> list[tuple[Span, int]]:
    """Words of a stretch with their word pieces; a word that does not fit by itself is halved until it does."""
    spans: list[Span] = []
    at, end = span
    while at < end:
        stop = at
        while stop < end and not text[stop].isspace():
            stop += 1
        if stop > at:
            spans.append((at, stop))
        at = stop + 1
    counted: list[tuple[Span, int]] = []
    pending = list(zip(spans, count_tokens([text[a:b] for a, b in spans]), strict=True))[::-1]
    while pending:
        (start, stop), length = pending.pop()
        if length <= room or stop - start == 1:
            counted.append(((start, stop), length))
            continue
        middle = (start + stop) // 2
        halves = [(start, middle), (middle, stop)]
        pending += list(zip(halves, count_tokens([text[a:b] for a, b in halves]), strict=True))[::-1]
    return counted
