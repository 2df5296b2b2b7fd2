"""A conversation as a file: everything is in it, and whatever it holds, it stays text."""

from __future__ import annotations

import copy
import gc
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fakes.markup import Seen
from fakes.service import APOPHIS, HARBOUR, FakeService, abstained, quoting
from fakes.talking import talked
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from assistant.answers.citations import cite
from assistant.desk.desk import Desk
from assistant.desk.talk import MAX_SHOWN, Talk, Talks
from assistant.desk.talker import Talker
from assistant.keeping.export import SCHEMA_VERSION, file_name, to_html, to_json, to_markdown
from assistant.keeping.transcript import Conversation, Entry, Source
from assistant.types import Answer, Segment, TakenBack
from assistant.web import app as web
from assistant.web.talk_routes import GONE
from index.types import Article

ASKED = datetime(2026, 11, 21, 14, 3, 59, tzinfo=timezone(timedelta(hours=1)))
MARKUP = st.text(st.sampled_from("<>&\"'`/=!-[]()*_#~|\\$@:. \nabscriptimg1\r\u2028")) | st.text()


def entry(answer: Answer, *articles: Article, number: int = 1) -> Entry:
    return Entry(number=number, asked=ASKED, answer=answer, sources=tuple(map(Source.of, articles)))


def conversation(*entries: Entry, left_out: int = 0) -> Conversation:
    return Conversation(entries=entries, left_out=left_out, exported=ASKED, version="1.2.3")


ANSWERED = entry(quoting("When?", (APOPHIS, HARBOUR)), APOPHIS, HARBOUR)
REFUSED = entry(abstained("Why?", "The sources do not say.", (APOPHIS,)), number=3)
BOTH = conversation(ANSWERED, REFUSED)


def test_the_json_holds_the_answers_the_articles_and_what_it_was_made_with() -> None:
    found = json.loads(to_json(BOTH))
    assert found["schema_version"] == SCHEMA_VERSION
    assert found["product"] == {"name": "Citewell", "version": "1.2.3"}
    assert found["exported"] == "2026-11-21T14:03:59+01:00"
    first, second = found["turns"]
    assert (first["number"], second["number"]) == (1, 3)
    assert first.items() >= json.loads(json.dumps(ANSWERED.answer.to_dict())).items()
    assert first["generation"] == "000007"
    assert found["articles"][0] == {
        "article_id": APOPHIS.id, "title": APOPHIS.title, "publisher": "Orbit Weekly", "published": "2024-11-22",
        "url": "https://example.org/asteroid", "sha256": hashlib.sha256(APOPHIS.text.encode()).hexdigest(),
    }  # fmt: skip
    assert first["articles"] == [APOPHIS.id, HARBOUR.id]
    for citation in first["citations"]:
        article = APOPHIS if citation["article_id"] == APOPHIS.id else HARBOUR
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]


def test_markdown_says_where_each_quote_stands() -> None:
    shown = to_markdown(BOTH)
    start = APOPHIS.text.index("The asteroid will pass")
    lines = shown.split("\n")
    assert lines[0] == "# Conversation of 21 Nov 2026"
    assert lines[2] == "Citewell 1.2.3 · 2 questions · index generation 000007"
    assert "## 1\\. When\\?" in lines
    assert f"22 Nov 2024 · characters {start}–{start + 37} of `{APOPHIS.id}`" in shown
    assert "## 3\\. Why\\?\n\nThe sources do not say\\.\n\nNo passage answers" in shown
    assert "Asked 2026-11-21 14:03+01:00 · searched as “When\\? \\(as searched\\)” · confidence 93%" in shown
    assert f"sha256 of its text `{hashlib.sha256(HARBOUR.text.encode()).hexdigest()}`" in shown


def test_the_page_stands_alone() -> None:
    shown = to_html(BOTH)
    seen = Seen(shown)
    assert not seen.tags & {"script", "link", "img", "iframe", "base"}
    assert not re.search(r"url\(|@import", shown)
    assert "default-src 'none'" in shown
    assert "prefers-color-scheme: dark" in shown
    assert "@media print" in shown
    assert re.findall('href="([^"]+)"', shown) == ["#q1-1", "#q1-2", "#q1-3", "#q1-4"]
    assert set(re.findall('id="(q[^"]+)"', shown)) == {"q1-1", "q1-2", "q1-3", "q1-4"}
    assert "The mission (7) is paid for" in seen.text
    assert "“The mission [7] is paid for by two agencies.” — Two agencies" in seen.text
    assert f"sha256 of its text {hashlib.sha256(APOPHIS.text.encode()).hexdigest()}" in seen.text


def test_what_a_model_wrote_says_so_and_what_is_weak() -> None:
    written = replace(
        ANSWERED.answer,
        mode="model",
        reason="Written by M, checked.",
        note="Two articles differ.",
        segments=(Segment(text="It passes [9].", marks=(1,), state="weak", reason="Passing is loose."),),
        taken_back=(TakenBack(text="It costs nine.", reason="No."),),
    )
    told = conversation(entry(written, APOPHIS), left_out=4)
    plain = Seen(to_html(told)).text
    marked = Seen(MarkdownIt().render(to_markdown(told))).text
    for shown in (plain, marked):
        assert "Written by M, checked." in shown
        assert "Only in part borne out: “It passes [9].” Passing is loose." in shown
        assert "Two articles differ." in shown
        assert "The 4 turns before these are no longer kept" in shown
        assert "It passes (9)." in shown
        assert "It costs nine." not in shown
    assert json.loads(to_json(told))["turns"][0]["taken_back"][0]["text"] == "It costs nine."
    assert json.loads(to_json(told))["turns_left_out"] == 4


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("When will it pass?", "when-will-it-pass"),
        ("../../etc/passwd\r\nX-Evil: 1", "etc-passwd-x-evil-1"),
        ('Où est "Noël"; filename=x?', "ou-est-noel-filename-x"),
        ("one two three four five six seven", "one-two-three-four-five-six"),
        ("宇宙はどこ？", ""),
        ("x" * 2000, "x" * 48),
    ],
)
def test_the_name_of_the_file_is_plain(question: str, name: str) -> None:
    told = conversation(entry(replace(ANSWERED.answer, question=question)))
    assert file_name(told, "md") == "-".join(part for part in ("citewell-2026-11-21", name) if part) + ".md"


@given(MARKUP.filter(lambda text: bool(text.strip())))
def test_nothing_that_a_file_holds_becomes_markup(text: str) -> None:
    article = Article(title=text, publisher=text, author=text, published=text, url=text, restates=text, text=text)
    answer = replace(
        ANSWERED.answer, question=text, standalone=f"{text}!", reason=text, note=text, generation="7", mode="model",
        segments=(Segment(text=text, marks=(1,), emphasis=(0, len(text) // 2), state="weak", reason=text),),
        citations=(cite(1, article, 0, len(text)),),
    )  # fmt: skip
    told = conversation(entry(answer, article), entry(abstained(text, text, (article,))))
    seen = Seen(to_html(told))
    assert seen.tags <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "section", "p", "span",
        "strong", "a", "ol", "ul", "li", "small", "code", "footer", "br",
    }  # fmt: skip
    assert seen.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "id", "value", "href"}
    assert len(re.findall("<a ", to_html(told))) == 1
    reader = MarkdownIt("gfm-like", {"linkify": False})
    assert Seen(reader.render(to_markdown(told))).tags <= {"h1", "h2", "p", "strong", "ol", "ul", "li", "code", "br"}
    assert json.loads(to_json(told))["turns"][0]["question"] == text


def asked(talks: Talks, *questions: str, service: FakeService | None = None) -> Talk:
    talk = Talk(talks)
    talker = Talker(Desk(service or FakeService()))
    for question in questions:
        talker.take(question, talk)
        talked(talker, talk)
    return talk


def test_a_talk_keeps_what_was_answered_and_nothing_else() -> None:
    talk = asked(Talks(), "When?", "explode", "lie", "unknown?", "And then?")
    assert [(item.number, item.answer.question) for item in talk.entries] == [
        (1, "When?"), (4, "unknown?"), (5, "And then?"),
    ]  # fmt: skip
    first, _, last = talk.entries
    assert [source.article_id for source in first.sources] == [APOPHIS.id, HARBOUR.id]
    assert [turn.question for turn in last.history] == ["When? (as searched)", "unknown?"]
    assert abs(first.asked - datetime.now(UTC)) < timedelta(minutes=5)
    assert first.asked.tzinfo is not None
    talk.clear()
    assert talk.entries == ()


def test_a_source_is_kept_as_it_was_though_the_index_has_changed() -> None:
    service = FakeService()
    talk = asked(Talks(), "When?", service=service)
    service.articles = ()
    assert talk.entries[0].sources[0].sha256 == hashlib.sha256(APOPHIS.text.encode()).hexdigest()


def test_a_token_is_of_one_tab_and_goes_with_it() -> None:
    talks = Talks()
    first = Talk(talks)
    second = copy.deepcopy(first)
    assert first.token != second.token
    assert len(first.token) >= 43
    assert (talks.get(first.token), talks.get(second.token)) == (first, second)
    token = second.token
    del second
    gc.collect()
    assert talks.get(token) is None


def test_the_token_is_shown_once_it_opens_something() -> None:
    talks = Talks()
    talk = Talk(talks)
    talk.add("When?")
    assert talk.token not in talk.current_html()
    talked(Talker(Desk(FakeService())), talk)
    assert f'value="{talk.token}"' in talk.current_html()
    talk.add("And?")
    assert talk.token in talk.current_html()
    assert talk.token not in talk.earlier_html()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> tuple[TestClient, Talks]:
    """The application, and the conversations that it knows."""
    talks = Talks()
    monkeypatch.setattr(web, "Talks", lambda *_: talks)
    return TestClient(web.create_app(FakeService()), base_url="http://localhost"), talks


def test_a_conversation_is_saved_by_its_token_only(opened: tuple[TestClient, Talks]) -> None:
    client, talks = opened
    mine, other = asked(talks, "When will it pass?"), asked(talks, "Something unknown?")
    kinds = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
    for ending, kind in kinds.items():
        answer = client.get(f"/conversation/{mine.token}.{ending}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        disposition = answer.headers["content-disposition"]
        assert re.fullmatch(rf'attachment; filename="citewell-[\d-]+-when-will-it-pass\.{ending}"', disposition)
        assert answer.headers["cache-control"] == "no-store"
        assert "unknown" not in answer.text
    assert "Something unknown" in client.get(f"/conversation/{other.token}.md").text
    empty = Talk(talks)
    for name in (f"{mine.token}.txt", mine.token, "x.md", f"{mine.token[:-1]}.md", f"{empty.token}.json"):
        answer = client.get(f"/conversation/{name}")
        assert (answer.status_code, answer.json()) == (404, {"error": GONE})
    token = other.token
    del other
    gc.collect()
    assert client.get(f"/conversation/{token}.md").status_code == 404


def test_a_hostile_page_cannot_read_a_conversation(opened: tuple[TestClient, Talks]) -> None:
    client, talks = opened
    talk = asked(talks, "When?")
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}):
        assert client.get(f"/conversation/{talk.token}.json", headers=headers).status_code == 403


def test_turns_that_are_no_longer_kept_are_told_of(opened: tuple[TestClient, Talks]) -> None:
    client, talks = opened
    talk = asked(talks, *(f"number {number}" for number in range(MAX_SHOWN + 3)))
    found = client.get(f"/conversation/{talk.token}.json").json()
    assert found["turns_left_out"] == 2
    assert found["turns"][0]["question"] == "number 2"
