"""Text that was copied with the page around it: the article stays whole, the page goes, clean text loses nothing."""

from __future__ import annotations

import pytest
from fakes.copied import ARTICLE, BODY, ONE, PAGES, PARTS, THREE, TITLE, TWO
from fakes.growth import assert_grows_in_proportion
from fakes.reading import article_of
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import clean
from index.readers.furniture import signed, without_furniture
from index.readers.html import read_html
from index.readers.plaintext import read_text
from index.types import Article


@pytest.mark.parametrize("name", PAGES)
def test_of_a_copied_page_the_article_is_left(name: str) -> None:
    raw, (author, published) = PAGES[name]
    article = read_text(raw.format(**PARTS), "a.txt")
    kept = [line for line in article.text.split("\n") if line]
    assert [line for line in kept if not line.startswith("Olga's notes")] == ARTICLE
    assert (article.title, article.author, article.published) == (TITLE, author, published)


CLEAN = {
    "prose": BODY,
    "a title": f"{TITLE}\n\n{BODY}",
    "sections as pages have too": f"{BODY}\n\nComments\n\n{ONE}\n\nSee also\n\nPorts\n\nReferences\n\nA. Holm",
    "a marked list": f"{BODY}\n\n(a) the lamp\n(b) the wall\n(c) the well of 1901",
    "buttons that a manual explains": f"{BODY}\n\n- Search\n- Print\n- Share\n- Close",
    "copyright as a subject": f"{BODY}\n\nCopyright law\n\n{THREE}\n\nCopyright and others\n\n{ONE}",
    "an address": f"{BODY}\n\nContact us\nHollen Light\n4 Shore Road",
    "a table": f"{BODY}\n\nComment\n68 m\n40 m\n12 m",
    "an article that goes on": f"{BODY}\n\nRelated work\n\n{ONE}\n\n{TWO}",
    "a poem": "By the river\n\nThe lamp is lit\nThe boat is late\n\nShare\nThe bread",
    "a play": "MARA\nIs the boat here?\nPER\nNo.\nMARA\nIs the boat here?",
    "a wrapped text": "The keepers of the lighthouse had not been on the\nisle for long when the storm took"
    " forty stones\nof the northern wall, and the boat that brings\nthe bread was late by two days.\n\nAdvertisement",
    "one mark alone": f"{ONE}\n\nAdvertisement\n\n{TWO}\n\n{THREE}",
    "marks before there is an article": "Related articles\nOne\nTwo\nPrivacy policy",
    "dates in a list": f"{BODY}\n\n5 March 2024\nThe lamp was lit\n6 March 2024\nThe wall fell",
    "see also": f"See also: Ports\n{BODY}\nMain article: Isles",
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_clean_text_loses_nothing(name: str) -> None:
    canonical = clean(CLEAN[name])
    found = without_furniture(canonical.split("\n"))
    assert "\n".join(found.lines) == canonical
    assert found.title is None


WORDS = ["Lamp", "boat", "wall", "bread", "storm", "isle", "keepers", "stones", "winter", "gulls", "were", "found"]
sentences = st.lists(st.sampled_from(WORDS), min_size=3, max_size=30).map(lambda words: " ".join(words) + ".")
headings = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


@given(st.lists(sentences | headings | st.just(""), max_size=40))
def test_text_of_other_words_loses_nothing(lines: list[str]) -> None:
    canonical = clean("\n".join(lines)).split("\n")
    assert without_furniture(canonical).lines == canonical


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("5 March 2024", "2024-03-05"),
        ("Published on 5 March 2024 at 10:30 am", "2024-03-05"),
        ("2024-03-05", "2024-03-05"),
        ("Tuesday, March 5th, 2024 | 4 min read", "2024-03-05"),
        ("Hollen, Norway (ABC) Mar 05, 2024", "2024-03-05"),
        ("03/05/2024", "2024"),
        ("Launch date 5 March 2024", None),
        ("Storm of 5 March 2024", None),
    ],
)
def test_lines_that_are_dates(line: str, date: str | None) -> None:
    found = without_furniture([TITLE, line, "", *ARTICLE])
    assert found.published == date
    assert (line in found.lines) == (date is None)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Olga Brandt", "Olga Brandt"),
        ("BY OLGA BRANDT", "OLGA BRANDT"),
        ("Written by Olga van den Brandt", "Olga van den Brandt"),
        ("by O. J. Brandt, Per Holm and Ida Berg", "O. J. Brandt, Per Holm and Ida Berg"),
        ("By Olga Brandt, Science Correspondent", "Olga Brandt"),
        ("Par Hélène Brûlé", "Hélène Brûlé"),
        ("By The River", None),
        ("By the river", None),
        ("By then", None),
        ("by Olga Brandt, who has seen the lamp go out.", None),
    ],
)
def test_lines_that_name_the_author(line: str, author: str | None) -> None:
    assert without_furniture([TITLE, line, "", *ARTICLE]).author == author


def test_a_dateline_inside_the_first_paragraph_is_read_and_stays() -> None:
    line = f"HOLLEN, March 5, 2024 (ABC) — {ONE}"
    found = without_furniture([line, "", *ARTICLE])
    assert found.published == "2024-03-05"
    assert found.lines[0] == line


@pytest.mark.parametrize(
    "piece",
    [
        "Share\n",
        "Related articles\n",
        "Subscribe to our newsletter\n",
        "by Olga Brandt\n",
        f"{TITLE}\n",
        "5 March 2024\n",
        f"{ONE}\nAdvertisement\n",
        "Share on x x x x x x x x x x ",
        "| x | x ",
    ],
)
def test_time_grows_with_the_text(piece: str) -> None:
    def work(size: int) -> object:
        lines = clean(f"{TITLE}\n\n{BODY}\n\n" + piece * size).split("\n")
        return lambda: without_furniture(lines)

    assert_grows_in_proportion(work, 3_000)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unit", ["share ", "x, ", "home > ", "get newsletters ", "about us | ", "Olga ", "by A ", "by Olga Brandt, "]
)
def test_long_lines_of_a_mark_take_no_time(unit: str) -> None:
    def work(size: int) -> object:
        lines = [unit * repeats for repeats in (3, 10, 25, 100)] * size
        return lambda: without_furniture(lines)

    assert_grows_in_proportion(work, 100)  # type: ignore[arg-type]


SIGNED = [
    (["By Jonas Kvist · Energy correspondent · Published 27 February 2025"], "Jonas Kvist", "2025-02-27"),
    (["By Ola Berg, 3 May 2025", "Prose."], "Ola Berg", "2025-05-03"),
    (["By Ola Berg, May 3, 2025"], "Ola Berg", "2025-05-03"),
    (["Author: Ada Moreno", "Date: 4 April 2025", "Prose."], "Ada Moreno", "2025-04-04"),
    (["Author: Ada Moreno\nDate: 4 April 2025"], "Ada Moreno", "2025-04-04"),
    (["By Ada Moreno", "3 May 2025", "Prose."], "Ada Moreno", "2025-05-03"),
    (["3 May 2025", "By Ada Moreno and Bo Li"], "Ada Moreno and Bo Li", "2025-05-03"),
    (["By Ada Moreno | Staff", "Prose."], "Ada Moreno", None),
    (["By Ada Moreno, science writer", "Prose."], "Ada Moreno", None),
    (["Folha do Porto, 21 October 2025 — The mayor has said so."], None, "2025-10-21"),
    (["Published 1 May 2025 · Updated 3 May 2025"], None, "2025-05-01"),
    (["By Popular Demand", "Prose."], None, None),
    (["By Great Western Railway, from London to Bath"], None, None),
    (["By Christmas Eve, everything was done."], None, None),
    (["Von Neumann Architecture", "3 May 2025"], None, "2025-05-03"),
    (["Date: 4 April 2025\nLocation: Room 3\nChair: Bo Li"], None, None),
    (["Date: 4 April 2025", "Location: Room 3"], None, None),
    (["Meeting in Lisbon · 4 April 2025 · Room 3"], None, None),
    (["By Ada Moreno · covers the election of 4 April 2024"], "Ada Moreno", None),
    (["Updated 3 May 2025"], None, None),
    (["Dallas, 22 November 1963 — The president was there."], None, None),
    (["The company, which on 3 May 2025 — a day like others — was sold."], None, None),
    (["Prose has begun here.", "By Ada Moreno, 3 May 2025"], None, None),
    (["In 2024 and in May 2025"], None, None),
    (["x " * 500 + "· 3 May 2025"], None, None),
]


@pytest.mark.parametrize(("paragraphs", "author", "published"), SIGNED)
def test_who_wrote_and_when_below_a_headline(paragraphs: list[str], author: str | None, published: str | None) -> None:
    assert signed([("p", text) for text in paragraphs]) == (author, published)
    assert signed([("l", text) for text in paragraphs]) == (None, None)


def test_markdown_and_web_pages_tell_who_wrote_and_when() -> None:
    line = "*By Ola Berg, 3 May 2025*"
    article = article_of(f"# Title\n\n{line}\n\nProse is here.")
    assert (article.author, article.published, article.text[:11]) == ("Ola Berg", "2025-05-03", "By Ola Berg")
    article = article_of(f"---\nauthor: Bo Li\npublished: 2024\n---\n# Title\n\n{line}\n\nProse is here.")
    assert (article.author, article.published) == ("Bo Li", "2024")
    prose = "The harbour of Ostrava Bay was closed on Monday because a crane had fallen into the only deep channel."
    page = f"<html><body><article><h1>Title</h1><p>By Ola Berg, 3 May 2025</p><p>{prose}</p></article></body></html>"
    (found,) = read_html(page.encode(), "a.html")
    assert isinstance(found, Article)
    assert (found.author, found.published) == ("Ola Berg", "2025-05-03")
