"""Footnotes: their marks do not run into words and numbers, and what only looks like a mark stays."""

from __future__ import annotations

from functools import partial
from html.parser import HTMLParser

import pytest
from fakes.growth import assert_grows_in_proportion
from fakes.reading import article_of
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.readers.fragments import html_blocks, xhtml_blocks
from index.readers.html import read_html
from index.readers.markdown import read_markdown
from index.readers.notes import Target, WithoutNotes
from index.types import Article

LONG = "The harbour of Ostrava Bay was closed on Monday because a crane had fallen into the only deep channel."


def shown(markup: str) -> str:
    return "\n".join(" ".join(text.split()) for _, text in html_blocks(f"<p>{markup}</p>", "a.html"))


def of_page(markup: str) -> str:
    page = f"<html><body><article><p>{LONG}</p><p>{markup} {LONG}</p><p>{LONG[::-1]}.</p></article></body></html>"
    (article,) = read_html(page.encode(), "a.html")
    assert isinstance(article, Article)
    return article.text.split("\n\n")[1].removesuffix(LONG).strip()


MARKS = [
    ('It fell 24 per cent.<sup><a href="#fn1">1</a></sup> Critics', "It fell 24 per cent. Critics"),
    ("It cost $400.<sup>1</sup> The rest", "It cost $400. The rest"),
    ("It rose 5%<sup>12</sup> there", "It rose 5% there"),
    ('It fell 24%<a href="#n"><sup>1</sup></a> again', "It fell 24% again"),
    ('in 1998<sup id="c1" class="reference"><a href="#n1"><span>[</span>1<span>]</span></a></sup> he', "in 1998 he"),
    ('in 1998<a href="#_ftn1" name="_ftnref1"><span class="R"><span>[1]</span></span></a> he', "in 1998 he"),
    ('in 1998<a epub:type="noteref" href="n.xhtml#n1">1</a> he', "in 1998 he"),
    ('in 1998<a role="doc-noteref" href="#n1">1</a> he', "in 1998 he"),
    ('in 1998<a class="footnote-reference brackets" href="#id1">1</a> he', "in 1998 he"),
    ("Critics<sup>2</sup> say, NASA<sup>3</sup> says", "Critics say, NASA says"),
    ("one,<sup>2, 3</sup> two<sup>4\u20137</sup> and", "one, two and"),
    ("Pressure<sup>a</sup> at the end.<sup>*</sup> So<sup>\u2020</sup> it", "Pressure at the end. So it"),
    ('so it is.<sup><a href="#n2">a</a>,<a href="#n3">b</a></sup> Then', "so it is. Then"),
    ('That was all. <a href="#ref1">\u21a9</a>', "That was all."),
    ('<a href="#x">the m<sup>2</sup> of a link that goes on and on, he said<sup>3</sup> so</a>',
     "the m2 of a link that goes on and on, he said so"),
]  # fmt: skip
NO_MARKS = [
    "10<sup>6</sup> m<sup>2</sup> and 5 km<sup>2</sup> or sq. ft.<sup>2</sup>",
    "1<sup>st</sup> and XIX<sup>e</sup> and n<sup>o</sup> 5",
    "sin<sup>2</sup> of R<sup>2</sup> and CO<sup>2</sup> and metres<sup>3</sup>",
    "weight / height<sup>2</sup> and area = \u03c0 \u00d7 reach<sup>2</sup>",
    "<sup>14</sup>C and carbon<sup>14</sup> and 3 <sup>1</sup>/<sub>2</sub>",
    "f<sup>(3)</sup> and (x+1)<sup>2</sup> and p<sup>*</sup> and e<sup>x</sup> and s<sup>\u22121</sup>",
    "only $4.<sup>99</sup> until 10:<sup>30</sup> today",
    'a 2<a href="#x"><sup>nd</sup></a> and <a href="#x">10<sup>6</sup></a> and 5<sup>0<a href="#x">6</a></sup>',
    'as <a href="#s3">3</a> and <a href="#r1">[1]</a> say and <a class="reference internal" href="#u">a</a>',
    "said<sup>[citation needed]</sup> and <sup>unclosed 1",
    "words<sup>1<br>2</sup> and <sup></sup> so",
]


@pytest.mark.parametrize(("markup", "expected"), MARKS)
def test_a_mark_is_left_out(markup: str, expected: str) -> None:
    assert shown(markup) == expected
    assert of_page(markup) == expected


@pytest.mark.parametrize("markup", NO_MARKS)
def test_what_only_looks_like_a_mark_stays(markup: str) -> None:
    plain = markup.replace("sup>", "b>")
    assert shown(markup) == shown(plain)
    assert of_page(markup).split() == of_page(plain).split()


def test_a_mark_of_a_book_says_so_in_its_namespace() -> None:
    book = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><p>In 1998'
        '<a epub:type="noteref" href="#n1">1</a> he<sup>2</sup> came.</p><p><sup>2</sup> Alone.</p></body></html>'
    )
    assert [text for _, text in xhtml_blocks(book, "a.xhtml")] == ["In 1998 he2 came.", "2 Alone."]


def test_a_mark_at_the_beginning_of_a_block_does_not_look_at_the_one_before() -> None:
    assert html_blocks("<p>It is so.</p><sup>2</sup> Of old.", "a")[1][1].split() == ["2", "Of", "old."]


class Told:
    """Notes all that a parser says."""

    def __init__(self) -> None:
        self.events: list[tuple[str, ...]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.events.append(("start", tag, *attributes.values()))

    def end(self, tag: str) -> None:
        self.events.append(("end", tag))

    def data(self, text: str) -> None:
        self.events.append(("data", text))


class Parser(HTMLParser):
    """Tells a target all tags and texts, as they stand in the markup."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._target.start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self._target.end(tag)

    def handle_data(self, data: str) -> None:
        self._target.data(data)


tags = st.sampled_from(["<sup>", "</sup>", "<a href='#n'>", "</a>", "<p>", "</p>", "<b>", "</b>", "<br>", "<div>"])
words = st.sampled_from(["word", " ", "longer than any mark could be", "q7q", ".", "Zu"])


@settings(max_examples=scaled(60, 200), deadline=None)
@given(st.lists(st.one_of(tags, words), max_size=60).map("".join))
def test_nothing_else_is_lost_or_moved(markup: str) -> None:
    expected, told = Told(), Told()
    notes = WithoutNotes(told)
    for target in (expected, notes):
        Parser(target).feed(f"<html>{markup}<p>")
    notes.close()
    assert told.events == expected.events


@pytest.mark.no_cover
@pytest.mark.parametrize("unit", ["<sup>", "<a href='#1'>", "so.<sup>1</sup>", "<sup><a href='#1'>x", "x<sup></sup>"])
def test_time_grows_with_the_page(unit: str) -> None:
    assert_grows_in_proportion(
        lambda size: partial(html_blocks, "<p>" + (unit + "</p><p>") * (size // len(unit)), "a"), 20_000
    )


def test_footnotes_of_markdown_stand_behind_the_text() -> None:
    article = article_of(
        "# T\n\nIt fell by 24 per cent.[^1] Critics[^long] agree.\n\n[^1]: https://example.org/a\n"
        "[^long]: See *Smith*,\npage 4.[^1]\n\n    And more.\n\nThe end[^9].\n- item\n\n  [^in]: In a list.\n",
    )
    assert article.text.split("\n\n") == [
        "It fell by 24 per cent. Critics agree.", "The end.", "item",
        "https://example.org/a", "See Smith, page 4.", "And more.", "In a list.",
    ]  # fmt: skip
    assert article.layout == "p p l p p p p"


@pytest.mark.parametrize("text", ["Match [^a-z] or `[^1]`.", "    [^1]: code", "```\n[^1]: x\n```", "[^ 1]: so it"])
def test_what_is_no_footnote_of_markdown_stays(text: str) -> None:
    assert article_of(text).text == text.strip(" `\n").replace("`", "")


def test_a_note_in_a_note_keeps_its_text() -> None:
    assert article_of("So[^1].\n\n[^1]: [^2]: Two words.").text == "So.\n\nTwo words."


@pytest.mark.no_cover
@pytest.mark.parametrize("unit", ["[^1]: a\n", "[^1]: ", "[^1]", "x\n[^1]: y\n\n    z\n", "[^1]: - "])
def test_time_grows_with_the_notes(unit: str) -> None:
    assert_grows_in_proportion(
        lambda size: partial(read_markdown, "w\n\n" + unit * (size // len(unit)), "a.md"), 20_000
    )
