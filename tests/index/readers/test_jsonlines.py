"""JSON lines: articles by the names that people give their fields."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from fakes.documents import jsonl
from fakes.growth import assert_grows_in_proportion
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning import clean
from index.errors import SourceError
from index.readers import jsonlines
from index.readers.jsonlines import read_jsonl
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable


def read(*records: object) -> list[Article | Skipped]:
    return list(read_jsonl(jsonl(*records), "a.jsonl"))


def article(record: object) -> Article:
    (found,) = read(record)
    assert isinstance(found, Article), found
    return found


def reason(record: object) -> str:
    (found,) = read(record)
    assert isinstance(found, Skipped)
    assert found.is_problem
    assert found.reason.isprintable()
    return found.reason


def test_fields() -> None:
    found = article(
        {"title": " A  title ", "text": "One.\n\nTwo.", "url": "https://a.b", "published": "22 Nov 2024",
         "author": "Ada", "publisher": "P", "language": "en-GB", "other": [1]}
    )  # fmt: skip
    assert found == Article(
        title="A title", text="One.\n\nTwo.", url="https://a.b", published="2024-11-22", author="Ada", publisher="P",
        language="en", source="a.jsonl#1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ({"headline": "T"}, "title", "T"),
        ({"title": "", "name": "T"}, "title", "T"),
        ({"title": "<b>T</b>"}, "title", "T"),
        ({"datePublished": "2024-11-22T10:00:00Z"}, "published", "2024-11-22"),
        ({"published_at": 2024}, "published", "2024"),
        ({"date": "soon"}, "published", None),
        ({"authors": ["A", {"name": "B"}, None]}, "author", "A, B"),
        ({"author": {"url": "x"}}, "author", None),
        ({"source": {"id": 1, "name": "S"}}, "publisher", "S"),
        ({"site_name": "S"}, "publisher", "S"),
        ({"link": "x"}, "url", "x"),
        ({"lang": "PT_br"}, "language", "pt"),
        ({"lang": "English"}, "language", "en"),
    ],
)
def test_other_names_and_forms(record: dict[str, object], field: str, value: object) -> None:
    assert getattr(article({"text": "x", **record}), field) == value


@pytest.mark.parametrize("key", ["text", "content", "body", "Article", "articleBody", "content_text", "content_html"])
def test_names_of_the_text(key: str) -> None:
    assert article({key: "x"}).text == "x"


def test_tags_are_stripped_and_a_missing_title_is_made() -> None:
    found = article({"text": "<p>One &amp; <b>two</b></p><script>no</script><ul><li>three</ul>"})
    assert found.text == "One & two\n\nthree"
    assert found.layout == "p l"
    assert found.title == "One & two"
    assert article({"text": "x < y &amp; z"}).text == "x < y &amp; z"


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{bad", "line 1 is no JSON"),
        (b'{"text": "x"', "line 1 is no JSON"),
        ([1], "must be an object with a 'text', but is a list"),
        ("null", "but is null"),
        ("true", "but is true"),
        ("NaN", "but is a number"),
        ('"x"', "but is a text"),
        ({}, "holds no visible text"),
        ({"text": " \u200b"}, "holds no visible text"),
        ({"text": 5}, "'text' must be a text, but is a number"),
        ({"body": ["x"]}, "'body' must be a text, but is a list"),
        ({"text": "x", "title": {"a": 1}}, "'title' must be a text, but is an object"),
        ({"text": "x", "date": 1.5}, "'date' must be a text like"),
        ({"text": "x", "date": True}, "'date' must be a text like"),
        ({"text": "x", "authors": [["x"]]}, "'authors' must be a text or a list of texts"),
        ('{"text": "x", "date": NaN}', "is a number"),
        ('{"text": ' + "9" * 5_000 + "}", "a number in it is too long"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_article_is_left_out_with_its_reason(record: object, words: str) -> None:
    lines = read({"text": "before"}, record, {"text": "after"})
    assert [type(found) for found in lines] == [Article, Skipped, Article]
    assert [found.source for found in lines] == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]
    alone = jsonl(record) + b'{"text": "x"}'
    first = next(iter(read_jsonl(alone, "a.jsonl"))) if not alone.startswith(b"[") else lines[1]
    assert isinstance(first, Skipped)
    assert words.replace("line 1", "line") in first.reason.replace("line 1", "line").replace("line 2", "line")


def test_empty_lines_count_and_line_separators_inside_a_text_do_not() -> None:
    content = '{"text": "a\u2028b"}\r\n\r\n{"text": "c"}\r\n'.encode()
    assert [found.source for found in read_jsonl(content, "a.jsonl")] == ["a.jsonl#1", "a.jsonl#3"]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_list_of_objects(name: str) -> None:
    content = json.dumps([{"text": "a"}, 5, {"text": "b"}], indent=2).encode()
    assert [found.source for found in read_jsonl(content, name)] == [f"{name}#1", f"{name}#2", f"{name}#3"]
    assert [type(found) for found in read_jsonl(content, name)] == [Article, Skipped, Article]


def test_json_files_of_one_object_or_of_lines() -> None:
    assert len(list(read_jsonl(json.dumps({"text": "a"}, indent=2).encode(), "a.json"))) == 1
    assert len(list(read_jsonl(jsonl({"text": "a"}, {"text": "b"}), "a.json"))) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[1, 2", "is no JSON"), (b"[" * 100_000, "nested too deeply"), (b"\x00\x01", "is a binary file")],
)
def test_files_that_are_no_good(content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        list(read_jsonl(content, "a.json"))


def test_too_many_articles_are_refused_before_any_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MAX_ARTICLES_IN_FILE", 2)
    assert len(read({"text": "a"}, {"text": "b"})) == 2
    for content in (jsonl(*[{"text": "a"}] * 3), json.dumps([{"text": "a"}] * 3).encode()):
        with pytest.raises(SourceError, match="more than 2 articles"):
            next(read_jsonl(content, "a.jsonl"))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(["text", "body", "title", "date", "authors", "source", "lang", "url", "x"])


@settings(max_examples=scaled(50, 150), deadline=None)
@given(st.lists(st.dictionaries(_KEYS, _VALUES, max_size=5) | _VALUES, max_size=4))
def test_any_record_gives_an_article_or_a_reason(records: list[object]) -> None:
    content = b"\n".join(json.dumps(record).encode() for record in records)
    for name in ("a.jsonl", "a.json"):
        try:
            found = list(read_jsonl(content, name))
        except SourceError:
            continue
        assert all(isinstance(one, Skipped) or one.text == clean(one.text) != "" for one in found)


def test_many_broken_lines_take_proportional_time() -> None:
    def work(size: int) -> Callable[[], object]:
        return partial(lambda content: list(read_jsonl(content, "a.jsonl")), b'{"text": "x"\n' * size)

    assert_grows_in_proportion(work, 2_000)
