"""Answers and articles as text, Markdown and HTML; whatever they hold, it stays text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fakes.markup import Seen
from fakes.service import APOPHIS, HARBOUR, abstained, quoting, stretch, working
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answers.citations import cite
from assistant.library.articles import article_html
from assistant.page.markup import esc, human_date, mark_pill, text_html
from assistant.page.rendering import problem_html, to_html, to_markdown, to_plain, to_text
from assistant.types import Answer, Segment, TakenBack
from index.types import Article

ANSWER = quoting("When?", (APOPHIS, HARBOUR))
REFUSAL = abstained("Why?", "The sources do not say.", (APOPHIS, HARBOUR))
MARKUP = st.text(st.sampled_from("<>&\"'`/=!-[]()*_#~|\\$@:. \nabscriptimg1\r\u2028")) | st.text()


def article_of(text: str) -> Article:
    return Article(title=text or "x", publisher=text, author=text, published=text, url=text, restates=text, text=text)


def answer_of(text: str) -> Answer:
    article = article_of(text)
    citation = cite(1, article, 0, len(text))
    segment = Segment(text=text, marks=(1,), emphasis=(0, len(text) // 2), heading=text)
    return replace(ANSWER, question=text, standalone=text, reason=text, segments=(segment,), citations=(citation,))


def test_text_has_marks_and_no_other_bracketed_numbers() -> None:
    assert to_text(ANSWER) == (
        "The asteroid will pass Earth in 2029. [1] The mission (7) is paid for by two agencies. [2] "
        "It ends\nin the year 2031. [3] The harbour lies in the north of the bay. [4]"
    )


def test_plain_text_numbers_the_quotes_as_they_are() -> None:
    source = "Two agencies plan a visit to an asteroid · Orbit Weekly · 22 Nov 2024"
    assert to_plain(ANSWER).split("\n")[1:4] == [
        "",
        f'[1] "The asteroid will pass Earth in 2029." — {source}',
        f'[2] "The mission [7] is paid for by two agencies." — {source}',
    ]


def test_what_several_articles_say_stands_below_their_titles() -> None:
    first, *_, last = ANSWER.segments
    item = replace(first, is_line=True, heading="Fares [7]")
    answer = replace(ANSWER, segments=(item, first, replace(last, heading="A harbour"), first))
    sentence = "The asteroid will pass Earth in 2029. [1]"
    lines = ["Fares (7):", sentence, sentence, "A harbour: The harbour lies in the north of the bay. [4] " + sentence]
    assert to_text(answer).split("\n") == to_plain(answer).split("\n")[:4] == lines
    assert to_markdown(answer).startswith("Fares \\(7\\):  \nThe asteroid")
    shown = to_html(answer)
    assert '<span class="cw-heading">Fares (7):</span><br><span class="cw-sentence">The' in shown
    assert '<br><span class="cw-heading">A harbour:</span> <span class="cw-sentence">The harbour' in shown


def test_plain_text_of_an_abstention_names_what_is_near() -> None:
    assert to_plain(REFUSAL) == (
        "The sources do not say.\n\nNearest articles: Two agencies plan a visit to an asteroid · Orbit Weekly · "
        "22 Nov 2024; A harbour for ships without crews · Coast and Sea · May 2023"
    )
    assert to_plain(working("?", "Searching")) == "Searching"


def test_plain_text_cannot_steer_a_terminal() -> None:
    article = Article(title="\x1b]0;owned\x07T", text="red \x1b[31m text\rover")
    answer = replace(ANSWER, citations=(cite(1, article, 0, len(article.text)),), segments=(Segment(text="\x1b[2J"),))
    assert to_plain(answer) == '[2J\n\n[1] "red [31m text over" — ]0;ownedT'


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2024-11-22", "22 Nov 2024"), ("2024-11-02", "2 Nov 2024"), ("2023-05", "May 2023"), ("2021", "2021"),
        ("soon", "soon"), ("2024-13-01", "2024-13-01"), (None, ""),
    ],
)  # fmt: skip
def test_dates_are_written_for_people(published: str | None, shown: str) -> None:
    assert human_date(published) == shown


WRITTEN = replace(
    ANSWER,
    mode="model",
    reason="Written by <m>; 2 sentences checked against the quotes, 1 sentence taken back.",
    segments=(
        Segment(text="It passes in 2029.", marks=(1,)),
        Segment(text="Two agencies pay [7] for <it>.", marks=(2,), state="weak", reason="Paying is <loose>."),
    ),
    citations=ANSWER.citations[:2],
    taken_back=(TakenBack(text="It costs <b>9</b> euros.", reason="“9” is not in the cited passages."),),
)


def test_what_a_model_wrote_shows_who_wrote_it_what_is_weak_and_what_was_taken_back() -> None:
    shown = to_html(WRITTEN)
    assert "Written by &lt;m&gt;; 2 sentences" in shown
    assert "only in part borne out: Paying is &lt;loose&gt;." in shown
    assert "Two agencies pay (7) for &lt;it&gt;." in re.sub(r"<[^>]+>", "", shown)
    gone = shown[shown.index("<details") : shown.index("</details>")]
    assert "1 sentence was taken back" in gone
    assert "<s>It costs &lt;b&gt;9&lt;/b&gt; euros.</s>" in gone
    assert "cw-mark" not in gone
    assert to_plain(WRITTEN).split("\n")[:4] == [
        "It passes in 2029. [1] Two agencies pay (7) for <it>. [2]",
        "",
        WRITTEN.reason,
        "Only in part borne out: Two agencies pay [7] for <it>.",
    ]
    assert "Written by \\<m\\>" in to_markdown(WRITTEN)


def test_what_the_article_says_instead_can_be_opened_beside_what_was_taken_back() -> None:
    gone = replace(WRITTEN.taken_back[0], instead=2)
    shown = to_html(replace(WRITTEN, taken_back=(gone,)))
    details = shown[shown.index("<details") : shown.index("</details>")]
    assert "The article says:" in details
    assert mark_pill(WRITTEN.citations[1]) in details


def test_what_is_being_written_has_marks_only_behind_what_was_checked() -> None:
    growing = replace(
        WRITTEN,
        status="working",
        reason="M is writing",
        segments=(WRITTEN.segments[0], Segment(text="And <then", state="unchecked")),
    )
    shown = to_html(growing)
    assert "M is writing…" in shown
    assert shown.count("cw-mark") == to_html(replace(growing, segments=growing.segments[:1])).count("cw-mark") > 0
    assert 'cw-is-unchecked">And &lt;then' in shown.replace('<span class="cw-nobreak">', "")
    assert "<s>It costs &lt;b&gt;9&lt;/b&gt; euros.</s>" in shown


def test_html_of_an_answer_has_marks_with_their_quotes_and_one_line_for_each_article() -> None:
    shown = to_html(ANSWER)
    assert shown.count('class="cw-mark"') == 4
    assert re.findall(r'class="cw-numbers">([^<]+)<', shown) == ["[1] [2] [3]", "[4]"]
    start, end = stretch(APOPHIS, "The asteroid will pass Earth in 2029.")
    assert f'class="cw-mark" value="{APOPHIS.id}:{start}-{end}"' in shown
    assert "<strong>2029</strong>" in shown
    assert "Citation </span>1<span" in shown


def test_emphasis_may_lie_anywhere_in_a_sentence() -> None:
    for emphasis in ((0, 3), (4, 12), (4, 37), (0, 37), (12, 12)):
        segment = replace(ANSWER.segments[0], emphasis=emphasis)
        shown = to_html(replace(ANSWER, segments=(segment,)))
        bold = "".join(re.findall("<strong>(.*?)</strong>", shown))
        assert bold == segment.text[slice(*emphasis)]
        assert segment.text in Seen(shown).text


def test_html_of_an_abstention_has_no_marks() -> None:
    shown = to_html(REFUSAL)
    assert "cw-refusal" in shown
    assert "cw-mark" not in shown
    assert f'value="{HARBOUR.id}:"' in shown
    assert "cw-how" not in to_html(abstained("?", "Too long.", ()))


def test_html_while_working_says_what_is_going_on() -> None:
    assert Seen(to_html(working("?", "Reading 5 passages"))).text == "Reading 5 passages…"


def test_html_says_how_the_answer_was_found() -> None:
    text = Seen(to_html(ANSWER)).text
    for part in ("When? (as searched)", "93%", "search 12 ms", "total 1.2 s", "000007", "0.90", "0.70", "4.2"):
        assert part in text


ALLOWED_TAGS = {
    "div", "p", "span", "strong", "button", "ul", "li", "pre", "details", "summary", "dl", "dt", "dd", "br",
    "table", "thead", "tbody", "tr", "th", "td", "article", "header", "h2", "mark",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {"class", "type", "value", "hidden", "scope", "id", "tabindex", "role"}


@given(MARKUP.filter(lambda text: bool(text.strip())))
def test_nothing_that_is_shown_becomes_markup(text: str) -> None:
    article = article_of(text)
    pieces = [to_html(answer_of(text)), to_html(abstained(text, text, (article,))), problem_html(text),
              to_html(working(text, text)), article_html(article, 0, len(text))]  # fmt: skip
    for piece in pieces:
        seen = Seen(piece)
        assert seen.tags <= ALLOWED_TAGS
        assert seen.attributes <= ALLOWED_ATTRIBUTES
        assert not re.search("[\n\r\v\f\x85\u2028\u2029]", piece), "one line, so that Markdown finds nothing in it"


@given(MARKUP)
def test_escaped_text_reads_as_the_text(text: str) -> None:
    plain = re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)
    assert Seen(esc(plain)).text == plain
    assert "<" not in esc(text)
    assert '"' not in esc(text)
    assert "'" not in esc(text)
    assert text_html("a\r\nb", "|") == "a|b"


def test_markdown_numbers_the_quotes() -> None:
    shown = to_markdown(ANSWER)
    assert shown.startswith("The asteroid will pass Earth in **2029**\\. [1] The mission \\(7\\)")
    assert "\n\n1. “The asteroid will pass Earth in 2029\\.” — Two agencies" in shown
    assert "\n\nNearest articles:\n\n- Two agencies" in to_markdown(REFUSAL)


@given(MARKUP.filter(lambda text: bool(text.strip())))
def test_markdown_holds_only_our_own_structure(text: str) -> None:
    for options in ("commonmark", "gfm-like"):
        reader = MarkdownIt(options, {"linkify": False}) if options == "gfm-like" else MarkdownIt(options)
        seen = Seen(reader.render(to_markdown(answer_of(text))) + reader.render(to_markdown(abstained("", text, ()))))
        assert seen.tags <= {"p", "strong", "ol", "li", "ul"}
