"""The front matter of Markdown: what it says of an article, and what of it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes.reading import article_of, refusal_of

from index.readers.markdown import read_markdown

if TYPE_CHECKING:
    from index.types import Article


def with_front_matter(lines: str) -> Article:
    return article_of(f"---\n{lines}\n---\nThe text.")


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
    article = article_of(mark + "---\ntitle: One\n---  \n\nThe\ntext.\n".replace("\n", ends))
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
    assert "must be like 2024-11-22" in refusal_of(f"---\npublished: {value}\n---\nx")


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
    assert problem in refusal_of(text)


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = "\n".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 30))
    assert "aliases" in refusal_of(f"---\na0: &a0 lol\n{lines}\n---\ntext")
