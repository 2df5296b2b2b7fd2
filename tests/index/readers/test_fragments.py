"""Pieces of HTML: what a reader sees of them, whatever they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from fakes.growth import assert_grows_in_proportion
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import raw_texts

from index.cleaning import clean
from index.errors import SourceError
from index.readers.fragments import canonical, html_blocks, is_markup, plain, title_from_text, xhtml_blocks

if TYPE_CHECKING:
    from collections.abc import Callable


def seen(markup: str) -> str:
    return canonical(markup, "n", markup=True)[0]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("a <b>bold</b><i>er</i> word", "a bolder word"),
        ("a\n  soft\tbreak", "a soft break"),
        ("a<br>hard<br/>break", "a\nhard\nbreak"),
        ("before<p>one<p>two</p>after", "before\n\none\n\ntwo\n\nafter"),
        ("<h1>Title &amp; more</h1>text", "Title & more\n\ntext"),
        ("<ul><li>a<ul><li>aa</ul><li><p>b<p>more</ul>", "a\n\naa\n\nb\n\nmore"),
        ("<pre> x\n   y</pre>", "x\ny"),
        ("<table><tr><th>A<th>B<tr><td>1<br>2<td></table>", "A | B\n\n1 2 |"),
        ("<table><tr><td><p>x<p>y<td>z</table>", "x\n\ny\n\nz"),
        ("<table><tr><td><table><tr><td>a<td>b</table></table>", "a | b"),
        ("<img alt='no' src='x'><video>no</video>text<svg><text>no</text></svg>", "text"),
        ("<ruby>宇宙<rp>(</rp><rt>うちゅう</rt><rp>)</rp></ruby>", "宇宙"),
        ("a<!-- no -->b<?no?>", "ab"),
        ("&nbsp;&lt;tag&gt;&#x202e;&copy", "<tag>©"),
        ("<td>a<td>b", "a\n\nb"),
        ("x < 3 and y > 4", "x < 3 and y > 4"),
        ("", ""),
        ("<!--", ""),
        ("</p>", ""),
    ],
)
def test_markup_is_removed(markup: str, text: str) -> None:
    assert seen(markup) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>no</script>",
        "<style>no</style>",
        "<template><p>no</p></template>",
        "<p hidden>no</p>",
        "<p hidden='until-found'>no <b>no</b></p>",
        "<div style='color: red; DISPLAY : none !important'><p>no</p></div>",
        "<span style='visibility:hidden'>no</span>",
        "<div aria-hidden=TRUE>no<p>no</p></div>",
        "<select><option>no</select>",
        "<textarea>no</textarea>",
        "<noscript>no</noscript>",
    ],
)
def test_what_is_hidden_is_left_out(hidden: str) -> None:
    assert seen(f"<p>one</p>{hidden}<p>two</p>") == "one\n\ntwo"
    assert "no" not in seen(f"<p>one {hidden}")


def test_kinds_of_blocks() -> None:
    markup = (
        "<h2>h</h2>p<blockquote>q</blockquote><pre>c</pre><ul><li>l<p>i<ol><li>m</ol></ul>"
        "<table><tr><th>T<th>T<tr><td>t<td>t</table>"
    )
    assert [kind for kind, _ in html_blocks(markup, "n")] == ["h2", "p", "q", "c", "l", "i", "m", "T", "t"]
    assert canonical(markup, "n", markup=True)[1].split() == list("hpqclimTt")


def test_xhtml_is_read_as_xml() -> None:
    """To HTML, a title that is closed by itself is open until the end."""
    document = (
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
        "</head><body><p>a&nbsp;b &unknown; <a id='x'/>c</p><script/><p>d</p></body></html>"
    )
    assert [text for _, text in xhtml_blocks(document, "n")] == ["a\xa0b &unknown; c", "d"]


@pytest.mark.parametrize(
    "document",
    ["<p>one<p>two", "<p>one</p><br>two", '<!DOCTYPE html [<!ENTITY a "boo">]><p>one</p>two'],
)
def test_what_is_no_xml_is_read_as_html(document: str) -> None:
    text = " ".join(text for _, text in xhtml_blocks(document, "n"))
    assert "one" in text
    assert "two" in text


@pytest.mark.parametrize("read", [html_blocks, xhtml_blocks])
@pytest.mark.parametrize("depth", [600, 50_000])
def test_deep_nesting_is_refused(read: Callable[[str, str], object], depth: int) -> None:
    with pytest.raises(SourceError, match="nested more than"):
        read("<div>" * depth + "x" + "</div>" * depth, "n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>x</p>", True),
        ("one<br>two", True),
        ("one<BR />two", True),
        ("a <b>c</b>", True),
        ("if x < y and y > z", False),
        ("the <b> tag", False),
        ("<person>", False),
    ],
)
def test_whether_a_text_is_markup(text: str, *, expected: bool) -> None:
    assert is_markup(text) == expected


def test_titles() -> None:
    assert plain("<b>One</b>\n&amp; two", "n") == "One & two"
    assert title_from_text("First line\nsecond") == "First line"
    assert title_from_text("word, " * 100) == ("word, " * 15)[:-2] + "…"


_TAGS = (
    "<p> </p> <div> </div> <b> </b> <td> <tr> <table> </table> <li> <ul> </ul> <br> <br/> <!-- --> <script> </script> "
    "<pre> </pre> <h1> </h1> <![CDATA[ ]]> &amp; &# &nbsp; <p/hidden> < > "
    "word <title> <select> <svg> <?x é宇😀 ' \" ="
)
_PIECES = st.sampled_from(_TAGS.split())


@settings(max_examples=scaled(50, 150), deadline=None)
@given(st.one_of(st.lists(_PIECES, max_size=30).map(" ".join), raw_texts))
def test_anything_gives_canonical_text(raw: str) -> None:
    for read in (html_blocks, xhtml_blocks):
        assert all(text.strip() for _, text in read(raw, "n"))
    text, layout = canonical(raw, "n", markup=True)
    assert text == clean(text)
    assert not layout or len(layout) == len(text.split("\n"))


def test_no_character_is_lost_where_the_text_is_fed_in_pieces() -> None:
    words = [f"wörd{number}宇宙😀&amp;" for number in range(10_000)]
    assert seen(" ".join(words)) == " ".join(words).replace("&amp;", "&")


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<![CDATA[", "<a ", "<", "<a b='", "&", "&lt", "<p>", "<br>", "</p>", "<b><p>", "<table><tr><td>", "<li>",
     "<script>", "<title>", "<?", "<!DOCTYPE ", "<p></b></div>", "<div></p>", "<div><b></i>", "<td>", "<tr>",
     "<p hidden>", "\u0301", " "],
)  # fmt: skip
@pytest.mark.parametrize("read", [html_blocks, xhtml_blocks])
def test_hostile_markup_takes_proportional_time(read: Callable[[str, str], object], piece: str) -> None:
    def work(size: int) -> Callable[[], object]:
        return partial(_whatever_it_says, read, piece * (size // len(piece)))

    assert_grows_in_proportion(work, 60_000)


def test_a_tag_with_very_many_attributes_takes_proportional_time() -> None:
    def work(size: int) -> Callable[[], object]:
        return partial(_whatever_it_says, html_blocks, "<a " + " ".join(f"a{n}=1" for n in range(size)) + ">x")

    assert_grows_in_proportion(work, 10_000)


def _whatever_it_says(read: Callable[[str, str], object], markup: str) -> None:
    try:
        read(markup, "n")
    except SourceError:
        return
