"""Passages: exact, complete, small enough for the model, and overlapping as told."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import articles

import seeds
from index.passages import SPECIAL_TOKENS, split_article
from index.readers.formats import is_supported, read
from index.reading import bytes_of, find_sources
from index.sentences import sentence_spans
from index.settings import IndexSettings
from index.types import Article, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.embeddings import SentenceEmbedder

SIZES = st.integers(8, 64)
OVERLAPS = st.integers(0, 5)


def pieces(text: str) -> int:
    """Word pieces of a made-up model: one for every four letters of a word, and one for each other sign."""
    return sum((len(word) + 3) // 4 for word in re.findall(r"\w+|[^\w\s]", text))


def count(texts: Sequence[str]) -> list[int]:
    return [pieces(text) for text in texts]


def spans_of(passages: list[Passage]) -> list[tuple[int, int]]:
    return [(passage.start, passage.end) for passage in passages]


@settings(max_examples=scaled(60, 200), deadline=None)
@given(articles, SIZES, OVERLAPS)
def test_passages_are_exact_in_order_and_hold_every_visible_character(
    article: Article, size: int, overlap: int
) -> None:
    passages = split_article(article, count, size=size, overlap=overlap)
    behind = 0
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.text
        assert passage.text == passage.text.strip()
        assert article.text[behind : passage.start].strip() == ""
        behind = max(behind, passage.end)
    assert article.text[behind:].strip() == ""
    for one, other in pairwise(passages):
        assert one.start < other.start
        assert one.end < other.end
    assert len({passage.id for passage in passages}) == len(passages)


@settings(max_examples=scaled(60, 200), deadline=None)
@given(articles, SIZES, OVERLAPS)
def test_passages_with_their_heading_fit(article: Article, size: int, overlap: int) -> None:
    for passage in split_article(article, count, size=size, overlap=overlap):
        heading = pieces(passage.heading())
        # A heading longer than half of the room is let go beyond it; the text keeps its half.
        assert pieces(passage.text) <= max(size - SPECIAL_TOKENS - heading, size // 2)
        if heading + SPECIAL_TOKENS <= size // 2:
            assert pieces(passage.embedding_text()) + SPECIAL_TOKENS <= size


@settings(max_examples=scaled(60, 200), deadline=None)
@given(articles, SIZES, OVERLAPS)
def test_neighbours_share_no_more_sentences_than_told(article: Article, size: int, overlap: int) -> None:
    passages = split_article(article, count, size=size, overlap=overlap)
    sentences = sentence_spans(article.text, article.language)
    for one, other in pairwise(passages):
        shared = [span for span in sentences if other.start <= span[0] and span[1] <= one.end]
        assert len(shared) <= overlap
        if overlap == 0:
            assert one.end <= other.start


@settings(max_examples=scaled(60, 200), deadline=None)
@given(articles, SIZES, OVERLAPS)
def test_sentences_that_fit_are_never_cut(article: Article, size: int, overlap: int) -> None:
    passages = split_article(article, count, size=size, overlap=overlap)
    for start, end in sentence_spans(article.text, article.language):
        if pieces(article.text[start:end]) <= size // 2:
            assert any(passage.start <= start and end <= passage.end for passage in passages)
            assert not any(start < passage.start < end or start < passage.end < end for passage in passages)


@settings(max_examples=scaled(60, 200), deadline=None)
@given(articles, SIZES, OVERLAPS)
def test_the_same_article_gives_the_same_passages(article: Article, size: int, overlap: int) -> None:
    first = split_article(article, count, size=size, overlap=overlap)
    assert split_article(article, count, size=size, overlap=overlap) == first


def sentence(number: int) -> str:
    return f"W{number} two too six ten now."  # seven pieces


ROW = Article(text=" ".join(sentence(number) for number in range(7)), title="Row")


@pytest.mark.parametrize(
    ("overlap", "runs"),
    [
        (0, ["012", "345", "6"]),
        (1, ["012", "234", "456"]),
        (2, ["012", "123", "234", "345", "456"]),
        (5, ["012", "123", "234", "345", "456"]),  # what is new must fit
    ],
)
def test_runs_and_their_overlap(overlap: int, runs: list[str]) -> None:
    size = 3 * 7 + 1 + SPECIAL_TOKENS  # three sentences, the heading, the special tokens
    texts = [passage.text for passage in split_article(ROW, count, size=size, overlap=overlap)]
    assert texts == [" ".join(sentence(int(digit)) for digit in run) for run in runs]


def test_nothing_is_repeated_where_it_leaves_no_room() -> None:
    text = "One two six ten. " + "abcd " * 11 + "end. Two."
    passages = split_article(Article(text=text, title="T"), count, size=17, overlap=1)
    assert [passage.text[:3] for passage in passages] == ["One", "abc", "Two"]


def test_an_overlong_sentence_is_cut_between_words() -> None:
    text = "Short one. " + " ".join(f"word{number}" for number in range(40)) + " Last one."
    passages = split_article(Article(text=text, title="T"), count, size=16, overlap=0)
    assert " ".join(passage.text for passage in passages) == text


def test_an_overlong_word_is_cut_between_characters() -> None:
    text = "Before. " + "😀é" * 300 + " After."
    article = Article(text=text, title="T")
    passages = split_article(article, count, size=16, overlap=0)
    assert "".join(passage.text for passage in passages).replace(" ", "") == text.replace(" ", "")
    assert all(pieces(passage.text) <= 13 for passage in passages)


def test_a_very_long_title_leaves_half_of_the_room_to_the_text() -> None:
    article = Article(text=" ".join(["one two six."] * 50), title="title " * 400)
    passages = split_article(article, count, size=32, overlap=0)
    assert all(8 <= pieces(passage.text) <= 16 for passage in passages)


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_an_article_without_visible_text_gives_no_passages(text: str) -> None:
    assert split_article(Article(text=text, title="T"), count) == []


def test_a_short_article_is_one_passage() -> None:
    article = Article(text="One.\n\nTwo. Three.", title="T")
    assert spans_of(split_article(article, count)) == [(0, len(article.text))]


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["A few words. ", "word ", "x", "a,", "A line\n", "你好。"])
def test_a_megabyte_finishes(unit: str) -> None:
    article = Article(text=(unit * (1_000_000 // len(unit))).strip(), title="T")
    passages = split_article(article, count)
    assert passages[0].start == 0
    assert passages[-1].end == len(article.text)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["A few words. ", "word ", "x", "a,", "A line\n", "你好。"])
def test_work_grows_with_the_text_and_not_faster(unit: str) -> None:
    def work(size: int) -> tuple[int, float]:
        counted = 0

        def counting(texts: Sequence[str]) -> list[int]:
            nonlocal counted
            counted += sum(map(len, texts))
            return count(texts)

        article = Article(text=(unit * (size // len(unit))).strip(), title="T")
        started = time.process_time()
        split_article(article, counting)
        return counted, time.process_time() - started

    small, middle, large = work(250_000), work(500_000), work(1_000_000)
    assert middle[0] < 2.5 * small[0]
    assert large[0] < 2.5 * middle[0]
    assert middle[1] < 4 * small[1] + 0.05
    assert large[1] < 4 * middle[1] + 0.05


def test_passages_of_the_seeds_fit_the_real_model(embedder: SentenceEmbedder) -> None:
    size = IndexSettings().passage_size
    assert size <= embedder.max_tokens == 256
    sources = find_sources([Path(seeds.__file__).parent])
    found = [item for source in sources if is_supported(source.name) for item in read(bytes_of(source), source.name)]
    seeds_read = [item for item in found if isinstance(item, Article)]
    assert len(seeds_read) >= 2
    for article in seeds_read:
        passages = split_article(article, embedder.count_tokens, size=size)
        assert passages
        lengths = embedder.count_tokens([passage.embedding_text() for passage in passages])
        assert max(lengths) + SPECIAL_TOKENS <= size


@pytest.mark.parametrize(
    "text",
    [
        "unbelievable" * 400,
        "antidisestablishmentarianism, " * 200,
        "宇宙航空研究開発機構は新しい任務を発表しました" * 40,
        "x-ray/" * 900,
        "https://example.org/" + "%C3%A4" * 500,
        "😀 👩\u200d🚀! " * 300,
        "مرحبا بالعالم " * 200,
        "한국어입니다 " * 200,
    ],
    ids=lambda text: text[:12],
)
def test_passages_of_awkward_texts_fit_the_real_model(embedder: SentenceEmbedder, text: str) -> None:
    article = Article(text=text.strip(), title="Awkward texts", published="2024-11-22")
    passages = split_article(article, embedder.count_tokens, size=IndexSettings().passage_size)
    lengths = embedder.count_tokens([passage.embedding_text() for passage in passages])
    assert max(lengths) + SPECIAL_TOKENS <= embedder.max_tokens
