"""Markdown: what a reader sees of it, and how long that takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from fakes.growth import assert_grows_in_proportion
from fakes.reading import article_of, refusal_of
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import raw_texts

from index.cleaning import clean
from index.errors import SourceError
from index.readers.markdown import read_markdown

if TYPE_CHECKING:
    from collections.abc import Callable


_LINES = (
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "```\n",
    "~~~\n",
    "    ",
    "---\n",
    "===\n",
    "\n",
    "\n\n",
    "|a|b|\n",
    "|-|-|\n",
)
_TAGS = (
    "<b>",
    "</b>",
    "<br>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<a@b.c>",
    "<div>\n",
    "&lt;",
    "&#0;",
    "&#x202e;",
)
_SIGNS = (
    "*",
    "**",
    "_",
    "`",
    "[",
    "](b)",
    "![",
    "[r]: /u 'x'\n",
    "\\",
    "|",
    ": ",
    " ",
    "word",
    "Ünï😀",
    "\x00",
    "\u202e",
)
MARKUP = st.lists(st.sampled_from([*_LINES, *_TAGS, *_SIGNS]), max_size=40).map("".join)


@settings(max_examples=scaled(60, 200), deadline=None)
@given(st.one_of(MARKUP, raw_texts))
def test_anything_gives_a_canonical_article_or_a_refusal(raw: str) -> None:
    try:
        article = read_markdown(raw, "my_file.md")
    except SourceError:
        refusal_of(raw)
    else:
        assert article is not None
        assert article.text == clean(article.text) != ""
        assert article.title.strip()


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("*one* **two** `three` ~~four~~", "one two three ~~four~~"),
        ("a [link](https://a.b 'tip') and <https://c.d> and [ref][r]\n\n[r]: /u", "a link and https://c.d and ref"),
        ("before ![alt text](a.png) after", "before after"),
        ("<div onclick='x'>\nhidden\n</div>\n\nshown <b>bold</b><!-- no -->", "shown bold"),
        ("a soft\nbreak", "a soft break"),
        ("a hard  \nbreak\\\nand<br>more<BR />yet", "a hard\nbreak\nand\nmore\nyet"),
        ("## One\ntext\n\nTwo\n---\n* * *\nend", "One\n\ntext\n\nTwo\n\nend"),
        ("- a\n  - b\n    1. c\n\n       d\n- e", "a\n\nb\n\nc\n\nd\n\ne"),
        ("> quoted\n> on\n>\n> > deeper", "quoted on\n\ndeeper"),
        ("| a | b |\n|---|:-:|\n| 1 | **2**<br>3 |\n|   | x |", "a | b\n\n1 | 2 3\n\n| x"),
        ("```py\nx = 1\n\n\n# no heading\n```\n\n    indented\n      more", "x = 1\n\n# no heading\n\nindented\nmore"),
        ("&amp; &copy; \\* &#x202e;\u200b&nbsp;end", "& © * end"),
        ("1985\\. A year", "1985. A year"),
        ("e\u0301te\u0301 👩\u200d🚀", "été 👩\u200d🚀"),
    ],
)
def test_markup_is_removed(markdown: str, text: str) -> None:
    assert article_of(markdown).text == text


@pytest.mark.parametrize(
    "markdown",
    [
        "text\n\n<script>alert(1)</script>\n\nmore",
        "text <script>alert(1)</script> more",
        "text <SCRIPT src='x'>alert(1)</SCRIPT > more",
        "text\n<script\ntype='x'>alert(1)</script>\nmore",
        "# h <script>\n\ntext <img src=x onerror=alert(1)> more",
        "| a <script>x</script> |\n|---|\n| <iframe src='x'> more |\n\ntext",
        "text more <script",
        "> - text <svg onload=alert(1)> more",
    ],
)
def test_tags_never_survive(markdown: str) -> None:
    article = article_of(markdown)
    shown = f"{article.title}\n{article.text}".lower()
    assert "text" in shown
    assert "more" in shown
    assert not any(tag in shown for tag in ("<script>", "<script ", "</script", "<img", "<iframe", "<svg"))


def test_titles_come_from_front_matter_then_from_the_first_heading_then_from_the_name() -> None:
    assert (article_of("---\ntitle: One\n---\n# Two\n\ntext").title, article_of("# *Two* `x`\n\ntext").title) == (
        "One",
        "Two x",
    )
    assert (article_of("text\n\n# Two").title, article_of("## Two\n\ntext").title) == ("my file", "my file")
    assert article_of("# \u200b\n\ntext").title == "my file"
    assert article_of("---\ntitle:\n---\n# Two\n\ntext").title == "Two"
    assert article_of("# Two\n\ntext").text == "text"
    assert article_of("---\ntitle: One\n---\n# Two\n\ntext").text == "Two\n\ntext"


@pytest.mark.parametrize("text", ["", " \n", "# A heading", "<!-- x -->", "![a](b)", "---\ntitle: x\n---", "[r]: /u"])
def test_nothing_visible_is_refused(text: str) -> None:
    assert "holds no visible text" in refusal_of(text)


def test_rulers_in_the_text_are_no_front_matter() -> None:
    assert article_of("text\n\n---\n\nmore").text == "text\n\nmore"


def test_lists_can_be_nested_deep() -> None:
    assert article_of("\n".join("  " * level + f"- item {level}" for level in range(20))).text.count("item") == 20


NESTS: dict[str, Callable[[int], str]] = {
    "quotes": lambda n: "text\n\n" + ">" * n + " a",
    "brackets": lambda n: "text " + "[" * n + "a" + "]" * n,
    "open brackets": lambda n: "text " + "[" * n,
    "links": lambda n: "text " + "[a](b" * n,
    "images": lambda n: "text " + "![a" * n + "](b)" * n,
    "lists": lambda n: "text\n\n" + "- " * n + "a",
    "emphasis": lambda n: "text " + "*a **b " * n,
    "underscores": lambda n: "text " + "_a" * n,
    "backticks": lambda n: "text " + "".join("`" * (at % 100) + " " for at in range(n // 50)),
    "comments": lambda n: "text " + "<!--" * n,
    "tags": lambda n: "text " + "<b " * n,
    "entities": lambda n: "text " + "&#" * n,
    "declarations": lambda n: "text " + "<![CDATA[" * n,
    "definitions": lambda n: "text\n\n" + "".join(f"[r{at}]: /u\n" for at in range(n // 5)),
    "rulers": lambda n: "text\n\n" + "--- \n" * n,
    "line ends": lambda n: "text" + "\r\n" * n,
    "breaks": lambda n: "text " + "<br>" * n,
}


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize("kind", NESTS)
def test_ten_thousand_of_anything_finish(kind: str) -> None:
    assert article_of(NESTS[kind](10_000)).text.startswith("text")


def test_brackets_lose_no_text() -> None:
    assert article_of(NESTS["brackets"](10_000)).text.count("a") == 1


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize("kind", NESTS)
def test_work_grows_with_the_text_and_not_faster(kind: str) -> None:
    assert_grows_in_proportion(lambda number: partial(article_of, NESTS[kind](number)), 10_000)


@pytest.mark.parametrize("heading", ["# Minutes of May", "# MINUTES *of* May", "Minutes of May\n==="])
def test_a_heading_that_repeats_the_front_matters_title_is_no_text(heading: str) -> None:
    article = article_of(f"---\ntitle: Minutes of May\n---\n{heading}\n\nAll came.\n")
    assert (article.title, article.text) == ("Minutes of May", "All came.")


@pytest.mark.parametrize(
    "body", ["# Minutes of June\n\nAll came.", "# Minutes of May", "## Minutes of May\n\nAll came."]
)
def test_other_headings_stay(body: str) -> None:
    article = article_of(f"---\ntitle: Minutes of May\n---\n{body}\n")
    assert article.text == body.strip("# ")


def test_lines_with_labels_stay_apart() -> None:
    article = article_of(
        "Location: Room 3.12\n**Chair:** Maureen Okafor\nTaken by: Jo Lind,\nwho was late\nPresent: all\n"
    )
    assert article.text == "Location: Room 3.12\nChair: Maureen Okafor\nTaken by: Jo Lind, who was late Present: all"
    assert article.layout == "ppp"


@pytest.mark.parametrize(
    "text",
    [
        "He said this\nNote: it is so.",
        "Note: it is\nso and not: other.",
        "A sentence of many words with a colon: so\nNote: it.",
        "at 5: 30\nat 6: 30",
    ],
)
def test_other_wrapped_lines_go_on(text: str) -> None:
    assert article_of(text).text == text.replace("\n", " ")
