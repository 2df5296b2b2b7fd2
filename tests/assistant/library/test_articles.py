"""An article in the reading pane: whole, marked exactly, and looking like what it was."""

from __future__ import annotations

import re

import pytest
from fakes.markup import Seen
from fakes.service import APOPHIS, stretch
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.articles import article_html
from index.readers.markdown import read_markdown
from index.types import Article


def test_the_marked_stretch_is_exactly_the_stretch() -> None:
    for words in ("The asteroid will pass Earth in 2029.", "It ends\nin the year 2031.", "2029", APOPHIS.text):
        start, end = stretch(APOPHIS, words)
        seen = Seen(article_html(APOPHIS, start, end))
        assert "\n".join(seen.marked) == words
        assert article_html(APOPHIS, start, end).count('id="cw-cited"') == 1


@given(st.text(st.sampled_from('ab<&" \né🚀'), min_size=1), st.data())
def test_any_stretch_of_any_text_is_marked_exactly(text: str, data: st.DataObject) -> None:
    article = Article(title="T", text=text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        with pytest.raises(ValueError, match="nothing to see"):
            article_html(article, start, end)
        return
    seen = Seen(article_html(article, start, end))
    visible = [part for part in text[start:end].split("\n") if part.strip()]
    assert [part for part in seen.marked if part.strip()] == visible


def test_an_article_is_shown_whole_with_what_is_known_of_it() -> None:
    text = Seen(article_html(APOPHIS)).text
    for part in (APOPHIS.title, "Orbit Weekly · Ada Example · 22 Nov 2024 · restated", "written for a test",
                 "https://example.org/asteroid", *APOPHIS.text.split("\n")):  # fmt: skip
        assert part in text
    assert "<mark" not in article_html(APOPHIS)
    assert "<a " not in article_html(APOPHIS)
    bare = article_html(Article(title="T", text="Text."))
    assert "cw-details" not in bare
    assert "None" not in bare


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (6, 5), (0, 10**9), (None, 5), (5, None)])
def test_a_stretch_that_is_not_there_is_refused(start: int | None, end: int | None) -> None:
    with pytest.raises(ValueError, match=r"stretch"):
        article_html(APOPHIS, start, end)


MARKDOWN = """# Harbour

## What is there

The harbour has:

- A pier
  - with a crane
- A hall

  It was built in 1921.

> Never late.

| Year | Ships | Ferries |
|---|---|---|
| 2021 | 12 in all | |
|  | 140 | 7 |

```
x = 1
```
"""


def body(article: Article, words: str = "") -> str:
    shown = article_html(article, *(stretch(article, words) if words else ()))
    return shown[shown.index("</header>") + len("</header>") : -len("</article>")]


def test_lines_look_like_what_they_were_in_markdown() -> None:
    article = read_markdown(MARKDOWN, "harbour.md")
    assert article is not None
    assert body(article, "2021 | 12 in all |\n\n| 140") == (
        '<p class="cw-heading">What is there</p><p>The harbour has:</p>'
        '<ul><li>A pier</li><li class="cw-deeper">with a crane</li><li>A hall</li>'
        '<li class="cw-more">It was built in 1921.</li></ul><p class="cw-quoted">Never late.</p>'
        '<div class="cw-wide"><table><tr><th>Year</th><th>Ships</th><th>Ferries</th></tr>'
        '<tr><td><mark id="cw-cited">2021</mark></td><td><mark>12 in all</mark></td><td></td></tr>'
        "<tr><td></td><td><mark>140</mark></td><td>7</td></tr></table></div>"
        '<p class="cw-code">x = 1</p>'
    )


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ("| | |\n|-|-|\n| a | b |", "<table><tr><td>a</td><td>b</td></tr></table>"),
        ("| a | b |\n|-|-|", "<table><tr><th>a</th><th>b</th></tr></table>"),
        ("| a |\n|-|\n| b\\|c |", "<table><tr><th>a</th></tr><tr><td>b|c</td></tr></table>"),
        ("| a | b |\n|-|-|\n| c \\| d | e |", '<p class="cw-row">a | b</p><p class="cw-row">c | d | e</p>'),
        (
            "| a |\n|-|\n\n| b | c |\n|-|-|",
            "<table><tr><th>a</th></tr></table><table><tr><th>b</th><th>c</th></tr></table>",
        ),
    ],
)
def test_tables_with_gaps_and_bars(rows: str, shown: str) -> None:
    article = read_markdown(f"Text.\n\n{rows}", "a.md")
    assert article is not None
    assert body(article).replace('<div class="cw-wide">', "").replace("</div>", "") == f"<p>Text.</p>{shown}"


LAYOUTS = st.text("hpqclmiTt x", max_size=8)


@given(st.text(st.sampled_from('ab<|& \n"é'), min_size=1), LAYOUTS, st.data())
def test_whatever_the_layout_all_words_are_shown_and_the_stretch_is_marked(
    text: str, layout: str, data: st.DataObject
) -> None:
    lines = text.count("\n") + 1
    article = Article(title="T", text=text, layout=(layout * lines)[:lines])
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        return
    shown = article_html(article, start, end)
    seen = Seen(shown)

    def words(piece: str) -> str:
        return re.sub(r"[\s|]", "", piece)

    assert words(seen.text) == words(f"T{text}")
    assert words("".join(seen.marked)) == words(text[start:end])
    assert shown.count('id="cw-cited"') <= 1


def test_without_a_layout_headings_are_guessed() -> None:
    shown = article_html(APOPHIS)
    assert '<p class="cw-heading">The mission</p>' in shown
    assert "<p>It ends</p>" in shown


def test_short_lines_in_a_row_and_at_the_end_are_no_headings() -> None:
    shown = body(Article(title="T", text="Fruit\n\nIt grows here.\n\nApples\n\nPears\n\nPlums\n\nIt is sold.\n\nEnd"))
    assert re.findall(r'class="cw-heading">([^<]+)<', shown) == ["Fruit"]


def test_a_layout_that_does_not_fit_is_as_good_as_none() -> None:
    assert body(Article(title="T", text="One\n\nTwo.", layout="ll")) == '<p class="cw-heading">One</p><p>Two.</p>'


def test_items_with_dashes_of_their_own_get_no_second_bullet() -> None:
    shown = body(Article(title="T", text="It covers:\n\n- patrols\n\n- gritting\n\nIt is capped."))
    items = "".join(f'<li class="cw-bulleted">- {item}</li>' for item in ("patrols", "gritting"))
    assert shown == f"<p>It covers:</p><ul>{items}</ul><p>It is capped.</p>"
