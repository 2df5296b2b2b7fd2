"""Markdown: what a reader sees of it, and what its front matter says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from fakes.growth import assert_grows_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import raw_texts

from index.cleaning import clean
from index.errors import SourceError
from index.readers.markdown import read_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.types import Article


def read(text: str) -> Article:
    article = read_markdown(text, "my_file.md")
    assert article is not None
    return article


def with_front_matter(lines: str) -> Article:
    return read(f"---\n{lines}\n---\nThe text.")


def refusal(text: str) -> str:
    with pytest.raises(SourceError) as caught:
        read_markdown(text, "my_file.md")
    message = str(caught.value)
    assert message.startswith("my_file.md: ")
    assert message.isprintable()
    return message


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


@settings(max_examples=200, deadline=None)
@given(st.one_of(MARKUP, raw_texts))
def test_anything_gives_a_canonical_article_or_a_refusal(raw: str) -> None:
    try:
        article = read_markdown(raw, "my_file.md")
    except SourceError:
        refusal(raw)
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
    assert read(markdown).text == text


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
    article = read(markdown)
    shown = f"{article.title}\n{article.text}".lower()
    assert "text" in shown
    assert "more" in shown
    assert not any(tag in shown for tag in ("<script>", "<script ", "</script", "<img", "<iframe", "<svg"))


def test_titles_come_from_front_matter_then_from_the_first_heading_then_from_the_name() -> None:
    assert (read("---\ntitle: One\n---\n# Two\n\ntext").title, read("# *Two* `x`\n\ntext").title) == ("One", "Two x")
    assert (read("text\n\n# Two").title, read("## Two\n\ntext").title) == ("my file", "my file")
    assert read("# \u200b\n\ntext").title == "my file"
    assert read("---\ntitle:\n---\n# Two\n\ntext").title == "Two"
    assert read("# Two\n\ntext").text == "text"
    assert read("---\ntitle: One\n---\n# Two\n\ntext").text == "Two\n\ntext"


@pytest.mark.parametrize("text", ["", " \n", "# A heading", "<!-- x -->", "![a](b)", "---\ntitle: x\n---", "[r]: /u"])
def test_nothing_visible_is_refused(text: str) -> None:
    assert "holds no visible text" in refusal(text)


def test_every_key_of_the_front_matter() -> None:
    article = with_front_matter(
        "title: ' A  title '\npublisher: P\nauthor: Ä\npublished: 2024-11-22\nlanguage: DE\nurl: https://a.b/c\n"
        "restates: \"the 'original'\"\nquestions:\n  - Why?\n  - ' '\n  - 'When: now?'\nother: [1, {a: b}]"
    )
    assert article.text == "The text."
    assert (article.title, article.publisher, article.author, article.language) == ("A title", "P", "Ä", "de")
    assert (article.published, article.url, article.restates) == ("2024-11-22", "https://a.b/c", "the 'original'")
    assert article.questions == ("Why?", "When: now?")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_front_matter_with_any_line_ends(ends: str, mark: str) -> None:
    article = read(mark + "---\ntitle: One\n---  \n\nThe\ntext.\n".replace("\n", ends))
    assert (article.title, article.text) == ("One", "The text.")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("title: 007", "007"),
        ("title: 12:30", "12:30"),
        ("title: Yes", "Yes"),
        ("title: 2024-11-22", "2024-11-22"),
        ("title: 0x" + "f" * 5000, "0x" + "f" * 5000),
        ("title: !!int ''", "my file"),
        ("title: !!timestamp abc", "abc"),
        ("title: !!python/name:os.system x", "x"),
        ("title: ~", "my file"),
        ("title: null", "my file"),
        ('title: "a\\u202e\\x07\\nb"', "a b"),
        ("# only a comment", "my file"),
    ],
)
def test_values_are_read_as_they_are_written(line: str, expected: str) -> None:
    assert with_front_matter(line).title == expected


def test_norwegian_is_a_language() -> None:
    assert with_front_matter("language: no").language == "no"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024", "2024"),
        ("2024-11", "2024-11"),
        ("'2024-02-29'", "2024-02-29"),
        ("2024-11-22T10:00:00Z", "2024-11-22"),
        ("2024-11-22 10:00:00.5 +01:00", "2024-11-22"),
        ("", None),
        ("~", None),
    ],
)
def test_dates(value: str, date: str | None) -> None:
    assert with_front_matter(f"published: {value}").published == date


@pytest.mark.parametrize(
    "value",
    ["22 November 2024", "2024-13", "2024-02-30", "2023-02-29", "0000", "24-11-22", "2024-1-5", "2024 spring",
     "2024-11-22x", "２０２４", "yesterday"],
)  # fmt: skip
def test_wrong_dates_are_refused(value: str) -> None:
    assert "must be like 2024-11-22" in refusal(f"---\npublished: {value}\n---\nx")


@pytest.mark.parametrize("value", ["false", "False", "no", "'false'", "off"])
def test_files_that_are_no_articles_say_so(value: str) -> None:
    assert read_markdown(f"---\nindex: {value}\n---\ntext", "a.md") is None


@pytest.mark.parametrize("value", ["true", "yes", "", "0"])
def test_other_values_of_index_are_articles(value: str) -> None:
    assert with_front_matter(f"index: {value}").text == "The text."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("---\ntitle: x\n\ntext", "is not closed; end it with a line of ---"),
        ("---\ntitle: 'x\n---\ntext", "is broken at line"),
        ("---\na: b: c\n---\ntext", "is broken at line 2"),
        ("---\n\ttitle: x\n---\ntext", "is broken at line 2"),
        ("---\ntitle: \x01\n---\ntext", "is broken"),
        ('---\ntitle: "\\UFFFFFFFF"\n---\ntext', "is broken"),
        ("---\n? [a]\n: b\n---\ntext", "is broken at line 2"),
        ("---\n- a\n- b\n---\ntext", "must be lines of 'key: value'"),
        ("---\nonly words\n---\ntext", "must be lines of 'key: value'"),
        ("---\na: &a [x]\nb: *a\n---\ntext", "aliases (*name) are not allowed"),
        (f"---\na: {'x' * 20_000}\n---\ntext", "longer than 20000 characters"),
        (f"---\na: {'[' * 9_000}\n---\ntext", "is broken (nested too deeply)"),
        ("---\ntitle: [a]\n---\ntext", "'title' in its front matter must be one line of text"),
        ("---\nauthor: {a: b}\n---\ntext", "'author' in its front matter must be one line of text"),
        ("---\nquestions: Why?\n---\ntext", "'questions' in its front matter must be a list of texts"),
        ("---\nquestions: [[a]]\n---\ntext", "'questions' in its front matter must be a list of texts"),
    ],
    ids=lambda value: value[:24],
)
def test_broken_front_matter_is_refused(text: str, problem: str) -> None:
    assert problem in refusal(text)


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = "\n".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 30))
    assert "aliases" in refusal(f"---\na0: &a0 lol\n{lines}\n---\ntext")


def test_rulers_in_the_text_are_no_front_matter() -> None:
    assert read("text\n\n---\n\nmore").text == "text\n\nmore"


def test_lists_can_be_nested_deep() -> None:
    assert read("\n".join("  " * level + f"- item {level}" for level in range(20))).text.count("item") == 20


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
    assert read(NESTS[kind](10_000)).text.startswith("text")


def test_brackets_lose_no_text() -> None:
    assert read(NESTS["brackets"](10_000)).text.count("a") == 1


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize("kind", NESTS)
def test_work_grows_with_the_text_and_not_faster(kind: str) -> None:
    assert_grows_in_proportion(lambda number: partial(read, NESTS[kind](number)), 10_000)
