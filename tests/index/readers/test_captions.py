"""Captions of a web page that say something, and who is quoted; credits of photographers are left out."""

from __future__ import annotations

from functools import partial

import pytest
from fakes.growth import assert_grows_in_proportion

from index.readers.fragments import html_blocks
from index.readers.html import read_html
from index.types import Article

FIRST = "The harbour of Ostrava Bay was closed on Monday because a crane had fallen into the only deep channel. " * 3
FIRST = FIRST.strip()
LAST = "Divers of the port found no damage to the ship, and the pilots want to open one lane before the weekend."


def between(markup: str, around: str = "article", beside: str = "") -> list[str]:
    """The blocks that a page has between two paragraphs, each with its letter."""
    body = f"<{around}><p>{FIRST}</p>{markup}<p>{LAST}</p></{around}>{beside}"
    (article,) = read_html(f"<html><body>{body}</body></html>".encode(), "a.html")
    assert isinstance(article, Article)
    blocks = article.text.split("\n\n")
    assert (blocks[0], blocks[-1]) == (FIRST, LAST)
    return [f"{letter} {text}" for letter, text in zip(article.layout.split(), blocks, strict=True)][1:-1]


def figure(caption: str) -> str:
    return f'<figure class="image"><img src="x.png"><figcaption class="caption">{caption}</figcaption></figure>'


@pytest.mark.parametrize("around", ["article", "main", "div"])
@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("The crane <b>fell</b> at six.", "The crane fell at six."),
        ("Six divers on the new quay", "Six divers on the new quay"),
        ('Six divers on the quay <span class="credit">Bo Li</span>', "Six divers on the quay"),
        ("Six divers on the quay. Photo: Bo Li", "Six divers on the quay."),
        ("Six divers on the quay (Image credit: Bo Li)", "Six divers on the quay"),
        ("Image caption The crane fell at six", "The crane fell at six"),
    ],
)
def test_a_caption_is_a_paragraph(around: str, caption: str, expected: str) -> None:
    assert between(figure(caption), around) == [f"p {expected}"]


@pytest.mark.parametrize(
    "caption",
    [
        "", "The crane.", "At the quay", "Photo: Ada Moreno of the Bay Courier", "© 2024 Ada Moreno, all rights kept",
        "Six divers stood on the quay. Bo Li/Getty Images", "Sign up for our newsletter to get more like this",
        "word " * 600,
    ],
)  # fmt: skip
def test_a_caption_that_says_little_is_left_out(caption: str) -> None:
    assert between(figure(caption)) == []


def test_captions_beside_the_article_are_left_out() -> None:
    assert between("", beside=figure("The crane fell at six.")) == []


def test_who_is_quoted_stays() -> None:
    said = "We have seen nothing of the crane."
    assert between(f"<blockquote><p>{said}</p><footer>— Bo Li, <cite>pilot</cite></footer></blockquote>") == [
        f"q {said}",
        "q — Bo Li, pilot",
    ]
    assert between(f"<blockquote>{said}<cite>Bo Li</cite></blockquote>") == [f"q {said}", "q Bo Li"]
    assert between(f"<figure><blockquote><p>{said}</p></blockquote><figcaption>Bo Li</figcaption></figure>") == [
        f"q {said}",
        "p Bo Li",
    ]
    title = "In <cite>Hamlet</cite> he says that it is so."
    assert between(f"<blockquote>{title}</blockquote>") == ["q In Hamlet he says that it is so."]
    feed = html_blocks(f"<blockquote>{said} <cite>Bo</cite></blockquote>", "a")
    assert [text.strip() for _, text in feed] == [said, "Bo"]
    assert len(html_blocks(f"<blockquote>{title}</blockquote>", "a")) == 1


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "unit",
    [
        "<figcaption>The crane fell at six.</figcaption>",
        "<figure><figcaption>Photo photo photo</figcaption></figure>",
        "<blockquote>So.<cite>Bo</cite></blockquote>",
    ],
)
def test_time_grows_with_the_page(unit: str) -> None:
    def read(page: bytes) -> None:
        list(read_html(page, "a.html"))

    def work(size: int) -> partial[None]:
        figures = f"<figure>{unit * (size // len(unit))}</figure>"
        return partial(read, f"<html><body><article><p>{FIRST}</p>{figures}</article></body></html>".encode())

    assert_grows_in_proportion(work, 20_000)
