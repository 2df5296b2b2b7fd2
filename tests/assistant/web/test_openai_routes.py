"""The routes that speak OpenAI's protocol, tried with OpenAI's own client, and what is made of messages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from fakes.programs import events_of
from fakes.service import APOPHIS, FakeService, quoting
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openai import APIError, BadRequestError, InternalServerError, NotFoundError, OpenAI, PermissionDeniedError
from starlette.testclient import TestClient

from assistant.answers.citations import cite
from assistant.service import BROKEN
from assistant.types import Answer, NearestArticle, Segment, TakenBack, Turn
from assistant.web.app import create_app
from assistant.web.chat import inert, read_messages, to_content
from assistant.web.problems import ProblemError
from index.types import Article

QUESTION = [{"role": "user", "content": "When will it pass?"}]


@pytest.fixture(scope="module")
def service() -> FakeService:
    return FakeService()


@pytest.fixture(scope="module")
def http(service: FakeService) -> TestClient:
    return TestClient(create_app(service), base_url="http://localhost")


@pytest.fixture(scope="module")
def client(http: TestClient) -> OpenAI:
    return OpenAI(base_url="http://localhost/v1", api_key="none", http_client=http, max_retries=0)


def ask(client: OpenAI, messages: list[Any], **more: Any) -> Any:
    return client.chat.completions.create(model="citewell", messages=messages, **more)


def test_there_is_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["citewell"]


def test_an_answer_has_marks_quotes_and_citations(client: OpenAI, service: FakeService) -> None:
    done = ask(client, QUESTION)
    (choice,) = done.choices
    assert (choice.finish_reason, choice.message.role, done.model, done.object) == (
        "stop", "assistant", "citewell", "chat.completion",
    )  # fmt: skip
    assert choice.message.content.startswith("The asteroid will pass Earth in 2029. [1] The mission (7) is paid")
    assert "\n\nSources:\n\n1. “The asteroid will pass Earth in 2029.” — Two agencies plan" in choice.message.content
    for citation in choice.message.citations:
        article = service.article(citation["article_id"])
        assert article
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]
    assert choice.message.citewell["status"] == "answered"
    assert choice.message.citewell["generation"] == "000007"
    assert choice.message.citewell["confidence"] == 0.93
    assert choice.message.citewell["standalone"] == "When will it pass? (as searched)"
    assert "hits" not in choice.message.citewell
    assert done.usage.model_dump(exclude_none=True) == {
        "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0,
    }  # fmt: skip


def test_a_stream_adds_up_to_the_same(client: OpenAI) -> None:
    whole = ask(client, QUESTION).choices[0].message
    chunks = list(ask(client, QUESTION, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1].choices[0].delta.citations == whole.citations
    assert chunks[-1].choices[0].delta.citewell == whole.citewell
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_is_streamed_if_it_is_asked_for(client: OpenAI) -> None:
    chunks = list(ask(client, QUESTION, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 0


def test_a_stream_ends_as_the_protocol_says(http: TestClient) -> None:
    body = {"model": "citewell", "messages": QUESTION, "stream": True}
    events = events_of(http.post("/v1/chat/completions", json=body).text)
    assert events[-1] == ("", "[DONE]")
    assert {name for name, _ in events} == {""}


def test_an_abstention_is_an_answer_without_citations(client: OpenAI) -> None:
    message = ask(client, [{"role": "user", "content": "unknown"}]).choices[0].message
    assert message.content.startswith("The sources do not say.\n\nNearest articles:\n\n- Two agencies plan")
    assert (message.citations, message.citewell["status"]) == ([], "abstained")
    assert message.citewell["nearest"][0]["article_id"] == APOPHIS.id


def test_earlier_messages_are_the_history_without_marks_and_instructions(client: OpenAI, service: FakeService) -> None:
    first = ask(client, QUESTION).choices[0].message.content
    service.asked.clear()
    ask(
        client,
        [
            {"role": "system", "content": "You are a pirate."},
            {"role": "assistant", "content": "Ahoy! Ask me."},
            *QUESTION,
            {"role": "assistant", "content": first},
            {"role": "user", "content": "x" * 2001},
            {"role": "assistant", "content": "The question has 2,001 characters."},
            {"role": "user", "content": "Hello?"},
            {"role": "assistant", "content": None},
            {"role": "user", "content": [{"type": "text", "text": "And who"}, {"type": "text", "text": "pays?"}]},
        ],
        temperature=0.2,
        max_tokens=5,
        seed=7,
        user="me",
    )
    (asked,) = service.asked
    assert asked[0] == "And who\npays?"
    assert [turn.question for turn in asked[1]] == ["When will it pass?", "Hello?"]
    assert asked[1][0].answer == (
        "The asteroid will pass Earth in 2029. The mission (7) is paid for by two agencies. It ends in the year 2031. "
        "The harbour lies in the north of the bay."
    )


def test_only_the_last_ten_turns_are_read(client: OpenAI, service: FakeService) -> None:
    service.asked.clear()
    pair = [*QUESTION, {"role": "assistant", "content": "2029."}]
    ask(client, [*(pair * 12), *QUESTION])
    assert service.asked[0][1] == (Turn("When will it pass?", "2029."),) * 10


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("n", {"n": 2}),
    ("tools", {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}),
    ("functions", {"functions": [{"name": "f", "parameters": {}}]}),
    ("response_format", {"response_format": {"type": "json_object"}}),
    ("modalities", {"modalities": ["text", "audio"]}),
    ("messages", {"messages": []}),
    ("messages", {"messages": [{"role": "system", "content": "Hello"}]}),
    ("messages", {"messages": [*QUESTION, {"role": "assistant", "content": "2029."}]}),
    ("messages[0].role", {"messages": [{"role": "tool", "content": "x", "tool_call_id": "1"}, *QUESTION]}),
    ("messages[0]", {"messages": ["When?"]}),
    ("messages[0]", {"messages": [{"content": "When?"}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": None}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": 7}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": {"text": "x"}}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": ["x"]}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "http://x/y.png"}}]}]}),
    ("stream_options", {"stream_options": 7}),
]  # fmt: skip


@pytest.mark.parametrize(("param", "more"), REFUSED)
def test_what_cannot_be_had_is_refused_with_the_field(
    client: OpenAI, service: FakeService, param: str, more: dict[str, Any]
) -> None:
    service.asked.clear()
    with pytest.raises(BadRequestError) as refusal:
        ask(client, more.pop("messages", QUESTION), **more)
    assert (refusal.value.param, refusal.value.type) == (param, "invalid_request_error")
    assert re.fullmatch(r"[“A-Z].*\.", refusal.value.body["message"])  # type: ignore[index]
    assert not service.asked


def test_tools_that_may_not_be_called_do_no_harm(client: OpenAI) -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    assert ask(client, QUESTION, tools=tools, tool_choice="none", n=1, response_format={"type": "text"}).choices


def test_another_model_is_not_pretended_to_be(client: OpenAI) -> None:
    with pytest.raises(NotFoundError) as refusal:
        client.chat.completions.create(model="gpt-5", messages=QUESTION)  # type: ignore[arg-type]
    assert refusal.value.code == "model_not_found"
    assert "only “citewell”" in str(refusal.value)


def test_trouble_is_told_as_the_client_expects(client: OpenAI, http: TestClient) -> None:
    explode: list[Any] = [{"role": "user", "content": "explode"}]
    with pytest.raises(InternalServerError) as failure:
        ask(client, explode)
    assert failure.value.body["message"] == BROKEN  # type: ignore[index]
    with pytest.raises(APIError, match="Something went wrong inside"):
        list(ask(client, explode, stream=True))
    foreign = OpenAI(
        base_url="http://localhost/v1", api_key="none", http_client=http, max_retries=0,
        default_headers={"Origin": "http://evil.example"},
    )  # fmt: skip
    with pytest.raises(PermissionDeniedError, match="Another page may not use this one"):
        ask(foreign, QUESTION)


def test_json_that_is_broken_or_holds_half_a_character_is_refused(http: TestClient) -> None:
    for body in (b"{", b"[]", b'{"messages": "x"}', b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
                 b'{"model": "\\ud800", "messages": []}', b'{"model": 1, "messages": []}'):  # fmt: skip
        answer = http.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 404)
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_a_languages_models_answer_says_so_and_names_what_is_weak() -> None:
    article = Article(title="T", text="One. Two.")
    quoted = quoting("Why?", (article,))
    answer = Answer(
        question="Why?", standalone="Why?", status="answered", mode="model", reason="Written by a model; checked.",
        note="A note.", citations=quoted.citations, taken_back=(TakenBack(text="Wrong.", reason="Not there."),),
        segments=(Segment(text="One.", marks=(1,)), Segment(text="Perhaps.", marks=(1,), state="weak", reason="So.")),
    )  # fmt: skip
    assert to_content(answer).split("\n\n") == [
        "One. [1] Perhaps. [1]", "Written by a model; checked.", "Only in part borne out: Perhaps.", "A note.",
        "Sources:", "1. “One. Two.” — T",
    ]  # fmt: skip


HOSTILE = [
    "![x](http://evil.example/track.png)", "[x](http://evil.example)", "<img src=http://evil.example/x>", "**bold**",
    "<http://evil.example>", "# heading", "- item", "+ item", "1. item", "12) item", "> quote", "`code`", "~~x~~",
    "_x_", "&lt;script&gt; &#33;", "[7]: http://evil.example", "[x][7]", "\\[x](http://evil.example)", "---", "===",
    "| a | b |", "    code", "```\ncode\n```", "$x$", "a\n\n[1]: http://evil.example\n\nb", "<!-- x -->", "* * *",
]  # fmt: skip


def answer_of(text: str) -> Answer:
    """Says a text in every place where an article can say something."""
    article = Article(title=text, text=text, publisher=text, published=text)
    return Answer(
        question=text, standalone=text, status="answered", reason=text, note=text, mode="model",
        segments=(Segment(text=text, marks=(1,), state="weak"), Segment(text=text, marks=(1,))),
        citations=(cite(1, article, 0, len(text)),),
        nearest=(NearestArticle(article_id=article.id, title=text, publisher=text, published=text),),
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_an_article_means_anything_in_markdown(text: str) -> None:
    shown(text)


@given(st.text(alphabet=st.sampled_from("ab1 [](){}<>!*_`~#+-=.:/\\&;$|\"'\n@"), min_size=1, max_size=30))
def test_nor_does_any_text(text: str) -> None:
    if text.strip():
        shown(text)


def shown(text: str) -> None:
    """Reads an answer full of a text as Markdown: paragraphs, our two lists, and the text itself."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(to_content(answer_of(text)))
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {
        "paragraph_open", "paragraph_close", "inline", "text", "softbreak", "ordered_list_open", "ordered_list_close",
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "text_special",
    }  # fmt: skip
    said = "".join(child.content for token in tokens for child in token.children or ())
    assert " ".join(text.split()) in said


def test_ordinary_text_is_left_as_it_is() -> None:
    text = "It cost 5,000 euros (about 2 %) in 2029; “cross-U” said: no, it’s Mitsui's & Co. #1!"
    assert inert(text) == text
    assert inert("In 12. May - so") == "In 12. May - so"


@given(st.lists(st.sampled_from(["One.", "a_b", "cost $5", "x * y", "[n]", "Sources: none"]), min_size=1))
def test_what_was_sent_is_read_back_without_marks_and_sources(sentences: Sequence[str]) -> None:
    answer = Answer(
        question="", standalone="", status="answered", reason="",
        segments=tuple(Segment(text=text, marks=(place,)) for place, text in enumerate(sentences, 1)),
        citations=quoting("Why?", (APOPHIS,)).citations,
    )  # fmt: skip
    messages = [*QUESTION, {"role": "assistant", "content": to_content(answer)}, *QUESTION]
    assert read_messages(messages)[1] == (Turn("When will it pass?", " ".join(sentences)),)


@pytest.mark.parametrize(
    "message",
    [None, 1, "x", [], {}, {"role": 1}, {"role": "user"}, {"role": "assistant", "content": [None]}],
    ids=json.dumps,
)
def test_no_shape_of_messages_is_a_defect(message: Any) -> None:
    with pytest.raises(ProblemError) as problem:
        read_messages([message])
    assert problem.value.status == 400
