"""Plain text: which line is the title, and which lines belong together."""

from __future__ import annotations

import pytest
from fakes.scale import scaled
from hypothesis import given, settings
from strategies import raw_texts

from index.cleaning import clean
from index.errors import SourceError
from index.readers.plaintext import read_text, title_from_name

WRAPPED = (
    "The agencies signed a joint statement in Tsukuba\n"
    "on 20 November 2024, and they want to work more\n"
    "closely in the exploration of the Moon."
)
ONE_LINE = WRAPPED.replace("\n", " ")


@settings(max_examples=scaled(60, 200), deadline=None)
@given(raw_texts)
def test_texts_come_out_canonical_and_complete(raw: str) -> None:
    if not clean(raw):
        with pytest.raises(SourceError, match="holds no visible text"):
            read_text(raw, "a.txt")
        return
    article = read_text(raw, "from_the_name.txt")
    assert article.text == clean(article.text) != ""
    assert article.title
    read = article.text if article.title == "from the name" else f"{article.title} {article.text}"
    assert read.split() == clean(raw).split()


@pytest.mark.parametrize(
    ("raw", "title", "text"),
    [
        ("A title\n\nThe text.", "A title", "The text."),
        ("\n\n  A title  \r\n\r\n\r\nThe text.\n\nMore.", "A title", "The text.\n\nMore."),
        ("A title\n" + "word " * 40 + "end.", "A title", "word " * 40 + "end."),
        # No title: a sentence, a line of a poem, the only line, a line that is too long.
        ("A sentence.\n\nThe text.", "my file", "A sentence.\n\nThe text."),
        ("Is it?\n\nThe text.", "my file", "Is it?\n\nThe text."),
        ("“Stop.”\n\nThe text.", "my file", "“Stop.”\n\nThe text."),
        ("List:\n\none", "my file", "List:\n\none"),
        ("A line\nand another line", "my file", "A line\nand another line"),
        ("Only this", "my file", "Only this"),
        ("w" * 151 + "\n\nThe text.", "my file", "w" * 151 + "\n\nThe text."),
        ("w" * 150 + "\n\nThe text.", "w" * 150, "The text."),
    ],
)
def test_titles(raw: str, title: str, text: str) -> None:
    article = read_text(raw, "folder/my_file.txt")
    assert (article.title, article.text, article.source) == (title, text, "folder/my_file.txt")


@pytest.mark.parametrize(
    ("fields", "title", "published"),
    [
        ("From: Ida Moss\nDate: Tue, 6 Feb 2024 09:42\nSubject: RE: Fwd: The boiler", "The boiler", "2024-02-06"),
        ("from: ida@moss.example\nTO: all\nSent: 6 February 2024\nSUBJECT: AW: Keys", "Keys", "2024-02-06"),
        ("Subject: Keys\nFrom: Ida Moss", "Keys", None),
        ("From: Ida Moss\nCc:\nSubject: Keys", "Keys", None),
        # No message: no subject, none left, no sender, a line that is no field.
        ("From: Ida Moss\nTo: all", "mail", None),
        ("From: Ida Moss\nSubject: Re:", "mail", None),
        ("Subject: Keys\nTo: all", "mail", None),
        ("From: Ida Moss\nSubject: Keys\nWhat I meant", "mail", None),
    ],
)
def test_a_message_is_called_by_its_subject(fields: str, title: str, published: str | None) -> None:
    raw = f"{fields}\n\nThe keys are with Ada."
    article = read_text(raw, "mail.txt")
    assert (article.title, article.published) == (title, published)
    assert article.text == raw, "its fields answer who wrote, to whom and when"


def test_fields_of_a_message_are_not_joined() -> None:
    fields = [
        "From: Ida Moss, secretary of the allotments of Nether Combe",
        "To: all who rent a plot at the railway bridge",
    ]
    raw = "\n".join([*fields, "Subject: Keys"]) + "\n\nThe keys are with Ada."
    assert read_text(raw, "mail.txt").text == raw


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2024_esa-jaxa.txt", "2024 esa jaxa"),
        ("a/b/The Moon.text", "The Moon"),
        ("___.txt", "Untitled"),
        ("\u202etxt.exe\x07.txt", "txt.exe"),
        ("\udcff.txt", "Untitled"),
        ("archive.tar.txt", "archive.tar"),
    ],
)
def test_titles_from_names(name: str, title: str) -> None:
    assert title_from_name(name) == title


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (WRAPPED, ONE_LINE),
        (ONE_LINE, ONE_LINE),
        (WRAPPED.replace("\n", "\r\n  "), ONE_LINE),
        # Verse and addresses: lines that no editor wrapped.
        ("Roses are red\nviolets are blue", "Roses are red\nviolets are blue"),
        # Every line a paragraph of its own.
        (f"{ONE_LINE[:100]}.\n{ONE_LINE}", f"{ONE_LINE[:100]}.\n{ONE_LINE}"),
        # Lines beyond what an editor wraps at.
        (f"{ONE_LINE}\n{ONE_LINE}", f"{ONE_LINE}\n{ONE_LINE}"),
    ],
)
def test_only_wrapped_lines_are_joined(block: str, expected: str) -> None:
    assert read_text(f"Start here.\n\n{block}\n\nEnd here.", "a.txt").text == f"Start here.\n\n{expected}\n\nEnd here."


@pytest.mark.parametrize("marks", ["---", "***", "•••", "123", ("1.", "2)", "(3)"), ("a)", "b)", "c)")])
def test_lists_are_left_as_they_are(marks: str | tuple[str, ...]) -> None:
    ends = "" if marks != "123" else "."
    block = "\n".join(f"{mark}{ends} an item that is long enough to look like a wrapped line" for mark in marks)
    assert read_text(f"Start here.\n\n{block}", "a.txt").text == f"Start here.\n\n{block}"


def test_one_line_that_begins_with_a_dash_makes_no_list() -> None:
    block = "The agencies signed a joint statement in Tsukuba\n– a city near Tokyo – on 20 November 2024."
    assert "\n–" not in read_text(f"Start here.\n\n{block}", "a.txt").text
