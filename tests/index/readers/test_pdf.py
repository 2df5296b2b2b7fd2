"""PDF: paragraphs out of lines on pages."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest
from fakes.documents import pdf, placed
from fakes.growth import assert_grows_in_proportion
from fakes.reading import Reading
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from index.cleaning import clean
from index.errors import SourceError
from index.readers import pdf as reader
from index.readers.paragraphs import Line, paragraphs, title_of, without_furniture
from index.readers.pdf import read_pdf
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakes.documents import Placed

_PROSE = [
    "The harbour lies in the north of the bay, where the water is deep enough",
    "for ships of every size. Its first crane was built in the year after the",
    "great storm, and it stands there still.",
]

_reading = Reading(read_pdf, "my_file.pdf")
read, article, refusal = _reading.all, _reading.article, _reading.refusal


def test_a_document() -> None:
    pages: list[list[Placed]] = []
    for number in range(3):
        head: Placed = (72, 825, 9, "The Harbour Journal")
        foot: Placed = (290, 40, 9, f"Page {number + 1} of 3")
        text = [*_PROSE, "", f"Paragraph {number} (a second one) ends here."]
        pages.append([head, *placed(text), foot])
    pages[0].insert(1, (72, 805, 20, "A harbour without"))
    pages[0].insert(2, (72, 783, 20, "its ships"))
    found = article(
        pdf(pages, {"Title": "Microsoft Word - x.doc", "Author": "Ada", "CreationDate": "D:20241122080000Z"})
    )
    prose = " ".join(_PROSE)
    both = "\n\n".join(f"{prose}\n\nParagraph {number} (a second one) ends here." for number in range(3))
    assert found == Article(
        title="A harbour without its ships", text=both, layout="p p p p p p", author="Ada", published="2024-11-22",
        source="my_file.pdf",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ({"Title": "A real title"}, "A real title"),
        ({"Title": "Microsoft Word - draft"}, "my file"),
        ({"Title": "draft3.docx"}, "my file"),
        ({"Title": "C:\\Users\\ada\\x"}, "my file"),
        ({"Title": "/home/ada/x"}, "my file"),
        ({"Title": "untitled"}, "my file"),
        ({"Title": "..."}, "my file"),
        ({}, "my file"),
    ],
)
def test_titles_that_a_program_left_are_not_believed(info: dict[str, str], title: str) -> None:
    assert article(pdf([_PROSE], info)).title == title


@pytest.mark.parametrize("author", ["user", "Administrator", "unknown", ""])
def test_authors_that_are_none(author: str) -> None:
    assert article(pdf([_PROSE], {"Author": author})).author is None


def test_dates_that_are_none() -> None:
    for date in ("soon", "D:00010101", ""):
        assert article(pdf([_PROSE], {"CreationDate": date})).published is None


def test_letters_that_are_drawn_as_one() -> None:
    assert reader._LIGATURES[ord("ﬁ")] == "fi"
    assert article(pdf([["It is naïve – “quoted” and (in) \\ brackets."]])).text.startswith(
        "It is naïve – “quoted” and (in) \\"
    )


def test_what_is_no_pdf_or_holds_no_text_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    whole = pdf([_PROSE])
    assert refusal(b"") == refusal(b"%PDF-1.7 nothing") == "is damaged or no PDF"
    assert refusal(pdf([[]])) == "holds no text, only images; run OCR first"
    assert refusal(pdf([])) in ("is damaged or no PDF", "holds no text, only images; run OCR first")
    assert (
        article(whole.replace(b"startxref\n", b"startxref\n9")).text == article(whole).text
    )  # mended, without a word on the screen
    assert not caplog.records
    assert logging.getLogger("pypdf").level == logging.NOTSET


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([_PROSE]))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")  # noqa: S106 - no secret
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_passwords() -> None:
    assert article(encrypted("")).text == " ".join(_PROSE)
    assert "protected by a password" in refusal(encrypted("secret"))


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    assert "has 3 pages" in refusal(pdf([_PROSE] * 3))


def test_a_damaged_page_is_named() -> None:
    content = pdf([_PROSE, ["Second page."]])
    broken = content.replace(b"/Resources << /Font << /F1 4 0 R >> >>", b"/Resources << /Font << /F1 1 0 R >> >>", 1)
    for one in read(broken):
        assert isinstance(one, Article) or one.source == "my_file.pdf#page=1"


@settings(max_examples=scaled(40, 100), deadline=None)
@given(st.integers(0, 10_000), st.binary(max_size=8))
def test_any_damage_gives_an_article_or_a_reason(at: int, junk: bytes) -> None:
    content = pdf([_PROSE, ["Second page."]], {"Title": "x"})
    at %= len(content)
    try:
        found = read(content[:at] + junk + content[at + len(junk) :])
    except SourceError as error:
        assert error.reason.isprintable()  # noqa: PT017 - any is right
    else:
        assert all(isinstance(one, Skipped) or one.text == clean(one.text) != "" for one in found)


def page(*texts: str, size: float = 10, x: float = 72) -> list[Line]:
    return [Line(text, x, 700 - 12 * number, size) for number, text in enumerate(texts) if text]


def texts(*pages: list[Line]) -> list[str]:
    return [text for _, text in paragraphs(list(pages))]


def test_paragraphs_end_at_gaps_short_lines_and_indents() -> None:
    full, short = "words " * 11 + "and", "the end."
    assert texts(page(full, full, short, full)) == [f"{full} {full} {short}", full]
    assert texts(page(full, full, full, "", full)) == [f"{full} {full} {full}", full]
    assert texts(page(f"{full}.", full)) == [f"{full}. {full}"]
    indented = [Line(f"{full}.", 72, 700, 10), Line(full, 90, 688, 10)]
    assert texts(indented) == [f"{full}.", full]
    assert texts(page("Name", "Street", "Town", f"The {full}")) == ["Name", "Street", "Town", f"The {full}"]
    assert texts(page(full, "• one thing", "• another")) == [full, "• one thing", "• another"]


def test_paragraphs_go_on_over_pages_and_columns() -> None:
    full = "words " * 11 + "and"
    assert texts(page(full), page("more of it.")) == [f"{full} more of it."]
    assert texts(page(f"{full}."), page("More.")) == [f"{full}.", "More."]
    assert texts([], []) == []


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["an exam\u00ad", "ple of it"], "an example of it"),
        (["an exam-", "ple of an example"], "an example of an example"),
        (["an exam-", "ple of it"], "an exam-ple of it"),
        (["a well-", "known man, well-known"], "a well-known man, well-known"),
        (["it is twenty-", "one and well"], "it is twenty-one and well"),
        (["the Franco-", "British treaty"], "the Franco- British treaty"),
        (["from 1990-", "1995 it was"], "from 1990- 1995 it was"),
    ],
)
def test_divided_words(lines: list[str], joined: str) -> None:
    filler = "x" * 10
    assert texts([Line(text, 72, 700 - 12 * number, 10) for number, text in enumerate([filler, *lines])])[-1].endswith(
        joined.replace("Franco- British", "Franco-British")
    )


def test_what_runs_through_the_pages_is_dropped() -> None:
    def at(y: float, text: str) -> Line:
        return Line(text, 72, y, 10)

    pages = [
        [at(800, "Head"), at(400, f"Text {n * n}"), at(390, "Head"), at(300, f"7 of {n * n}"), at(40, f"– {n + 5} –")]
        for n in range(3)
    ]
    kept = [line.text for page in without_furniture(pages) for line in page]
    assert "– 5 –" not in kept
    assert "Text 1" in kept
    assert kept.count("Head") == 3  # the ones in the middle
    chapters = [[at(800, f"Chapter {n}: {'abc'[n]} {n + 1}"), *page("a", "b", f"c {n}", "d", "e")] for n in range(3)]
    assert not any("Chapter" in line.text for page in without_furniture(chapters) for line in page)
    assert without_furniture(pages[:1]) == pages[:1]


def test_titles_of_first_pages() -> None:
    large = [Line("A large", 72, 750, 20), Line("title", 72, 728, 20)]
    assert title_of([*large, *page("Some text that is not.", "More.")]) == "A large title"
    assert title_of(page("A first line", "", "Text. " * 10)) == "A first line"
    assert title_of(page("A first sentence.", "", "Text. " * 10)) is None
    assert title_of(page("12 34", "", "Text. " * 10)) is None
    assert title_of([]) is None


@pytest.mark.parametrize("text", ["word exam-", "word " * 12, "1 2 3 4 5", "A.", "("])
def test_many_lines_take_proportional_time(text: str) -> None:
    def work(size: int) -> Callable[[], object]:
        pages = [[Line(text.strip(), 72, 700.0 - line, 10) for line in range(50)] for _ in range(size // 50)]
        return lambda: paragraphs(without_furniture(pages))

    assert_grows_in_proportion(work, 5_000)
