"""Feeds: an article an entry, and nothing fetched or expanded."""

from __future__ import annotations

import os
import tarfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes.documents import rss
from fakes.growth import assert_grows_in_proportion
from fakes.reading import Reading
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning import clean
from index.errors import SourceError
from index.readers import feeds
from index.readers.feeds import read_feed
from index.types import Article, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

_SAMPLES = os.environ.get("FEED_SAMPLES", "")
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>F</title><entry>
<title type="html">T &amp;amp; U</title><link href="https://a.b/c"/><updated>2024-11-22T01:02:03Z</updated>
<author><name>Ada</name></author><summary>short</summary><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>One <b>two</b></p><p>three</p></div></content></entry></feed>"""

_reading = Reading(read_feed, "f.xml")
read, article, refusal = _reading.all, _reading.article, _reading.refusal


def test_rss() -> None:
    found = article(
        rss({"title": "E &amp; f", "description": "<p>Hello <b>you</b></p><script>no</script><p>there</p>",
             "link": "https://a.b", "pubDate": "Fri, 22 Nov 2024 08:30:00 GMT", "author": "Ada"})
    )  # fmt: skip
    assert found == Article(
        title="E & f", text="Hello you\n\nthere", layout="p p", url="https://a.b", published="2024-11-22", author="Ada",
        publisher="The feed", source="f.xml#1",
    )  # fmt: skip


def test_atom() -> None:
    found = article(_ATOM.encode())
    assert (found.title, found.text, found.published) == ("T & U", "One two\n\nthree", "2024-11-22")
    assert (found.author, found.url, found.publisher) == ("Ada", "https://a.b/c", "F")


def test_the_whole_content_goes_before_the_summary() -> None:
    item = '<description>short</description><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    assert article(rss(item + "&lt;p&gt;long&lt;/p&gt;</content:encoded>")).text == "long"


def test_rdf_and_old_document_types() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
    <title>F</title></channel><item><title>T</title><description>caf&eacute; x</description></item></rdf:RDF>"""
    old = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    assert article((old + rdf).encode()).text == "café x"


def test_entries_without_text_are_left_out_and_are_no_problem() -> None:
    found = read(rss({"title": "only", "link": "https://a.b"}, {"description": "text"}))
    assert found[0] == Skipped("f.xml#1", "the entry holds no text, only a title or a link", is_problem=False)
    assert found[1].source == "f.xml#2"
    assert isinstance(found[1], Article)
    assert found[1].title == "text"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a>x</a>", "is XML, but no RSS or Atom feed"),
        (b"hello", "is no XML"),
        (b"<rss version='2.0'><channel/></rss>", "is a feed without entries"),
        (b"<rss/>", "is a feed without entries"),
        (b"<channel/>", "is no RSS or Atom feed"),
        (b"/etc/passwd", "is no XML"),
        (b"https://example.org/feed.xml", "is no XML"),
        (b"<rss>" + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</rss>", "nested too deeply"),
        (rss({"title": "x"}, head='<!DOCTYPE rss [<!ENTITY a "boo">]>'), "declares entities"),
        (rss({"title": "x"}, head='<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "declares entities"),
        (rss({"title": "x"}, head="<!--<!DOCTYPE rss>--><!DOCTYPE rss [<!ENTITY a 'b'>]>"), "declares entities"),
        (b"\x00\x01\x02", "binary"),
    ],
)
def test_what_is_no_feed_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_a_bomb_of_entities_is_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE rss [<!ENTITY a0 "x">{lines}]>'
    assert "declares" in refusal(rss("<description>&a11;</description>", head=head))


def test_unknown_entities_are_only_words() -> None:
    assert article(rss("<description>a &boo; b</description>")).text == "a &boo; b"


def test_ill_formed_feeds_are_read_as_far_as_they_go_and_say_so() -> None:
    found = read(rss("<description>one & two</description>", "<description>three")[:-40])
    assert next(one.text for one in found if isinstance(one, Article)).startswith("one")
    assert isinstance(found[-1], Skipped)
    assert "no well-formed XML" in found[-1].reason


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "windows-1252", "utf-8", "utf-16-le", "utf-32-be"])
def test_encodings(encoding: str) -> None:
    text = rss("<description>café</description>").decode().replace("utf-8", encoding)
    assert article(text.encode(encoding)).text == "café"


def test_encodings_that_are_none() -> None:
    text = rss("<description>abc</description>").decode()
    for encoding in ("punycode", "zlib", "unicode_escape", "none-such"):
        assert article(text.replace("utf-8", encoding).encode()).text == "abc"


def test_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_ARTICLES_IN_FILE", 2)
    assert "more than 2" in refusal(rss(*[{"description": "x"}] * 3))


@settings(max_examples=scaled(40, 100), deadline=None)
@given(st.integers(0, 10_000), st.binary(max_size=8))
def test_any_damage_gives_articles_or_reasons(at: int, junk: bytes) -> None:
    content = _ATOM.encode()
    at %= len(content)
    try:
        found = read(content[:at] + junk + content[at + len(junk) :])
    except SourceError as error:
        assert error.reason.isprintable()  # noqa: PT017 - any is right
    else:
        assert all(isinstance(one, Skipped) or one.text == clean(one.text) != "" for one in found)


@pytest.mark.parametrize(
    "inside",
    ["<item><description>x &lt;b</description></item>", "<item>", "<title>&lt;!--</title>", "&amp;", "<a b='c'/>", " "],
)
def test_large_feeds_take_proportional_time(inside: str) -> None:
    def work(size: int) -> Callable[[], object]:
        content = f"<rss version='2.0'><channel>{inside * (size // len(inside))}</channel></rss>".encode()
        return partial(_whatever_it_says, content)

    assert_grows_in_proportion(work, 20_000)


def _whatever_it_says(content: bytes) -> None:
    try:
        read(content)
    except SourceError:
        return


@pytest.mark.skipif(not _SAMPLES, reason="FEED_SAMPLES names no archive of odd feeds, such as feedparser's tests")
def test_odd_feeds_of_others() -> None:
    with tarfile.open(Path(_SAMPLES)) as archive:
        files = [file.read() for member in archive if (file := archive.extractfile(member))]
    assert files
    for content in files:
        _whatever_it_says(content)
