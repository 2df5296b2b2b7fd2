"""Programs ask over HTTP: what they get, what they are refused, and that nobody waits or works in vain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fakes.programs import ASKS, events_of, small_app
from fakes.service import APOPHIS, HARBOUR, FakeService
from starlette.testclient import TestClient

from assistant.answering import Assistant
from assistant.service import BROKEN, UNVERIFIED, Catalogue
from assistant.types import Answer, Turn
from assistant.web.api import NO_ARTICLE, UNEXPECTED
from assistant.web.api_models import ArticleText, Health, answer_model
from index.types import Article

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def ask(api: TestClient, question: str, **more: Any) -> Any:
    return api.post("/api/ask", json={"question": question, **more})


def test_an_answer_comes_whole_and_as_it_is_described(api: TestClient, shared: FakeService) -> None:
    answer = ask(api, "When will the asteroid pass?")
    assert answer.status_code == 200
    found = answer.json()
    answer_model().model_validate(found)
    assert found["status"] == "answered"
    assert found["text"].startswith("The asteroid will pass Earth in 2029. [1]")
    texts = {article.id: article.text for article in shared.articles}
    for citation in found["citations"]:
        assert texts[citation["article_id"]][citation["start"] : citation["end"]] == citation["quote"]


def test_the_description_covers_every_kind_of_answer(service: FakeService) -> None:
    for question in ("Which year?", "unknown", "too long"):
        for answer in service.stream(question, ()):
            answer_model().model_validate(answer.to_dict())
    described = answer_model().model_json_schema()
    assert set(described["properties"]) == set(described["required"])
    assert "probability" in described["properties"]["confidence"]["description"]
    assert "``" not in json.dumps(described)
    assert ":data:" not in json.dumps(described)


def test_the_history_goes_along_and_only_its_last_ten_turns(api: TestClient, shared: FakeService) -> None:
    shared.asked.clear()
    turns = [{"question": f"Question {number}?", "answer": f"Answer {number}."} for number in range(12)]
    ask(api, "And then?", history=turns)
    ask(api, "Why?", history=[{"question": "What?"}])
    assert shared.asked == [
        ("And then?", tuple(Turn(f"Question {number}?", f"Answer {number}.") for number in range(2, 12))),
        ("Why?", (Turn("What?"),)),
    ]


@pytest.mark.parametrize("how", ["field", "header"])
def test_a_stream_grows_and_ends_with_the_answer(api: TestClient, how: str) -> None:
    body: dict[str, Any] = {"question": "Which year?\nOr which day?"}
    headers = {"Accept": "text/event-stream"} if how == "header" else {}
    answer = api.post("/api/ask", json=body | ({"stream": True} if how == "field" else {}), headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.text)
    assert [name for name, _ in events] == ["working", "working", "answer"]
    assert [event["reason"] for _, event in events[:2]] == ["Searching 2 articles", "Reading 2 passages"]
    assert all("hits" not in event for name, event in events if name == "working")
    assert events[-1][1] == ask(api, "Which year?\nOr which day?").json()


def test_nothing_in_a_text_ends_an_event(service: FakeService) -> None:
    question = "a\n\nevent: answer\ndata: {}\r\n\r\n\u2028b\u0085c\x0bd"
    api = TestClient(small_app(service))
    body = ask(api, question, stream=True)
    assert [event["question"] for _, event in events_of(body.text)] == [question] * 3
    assert body.text.isascii()
    assert len(body.text.splitlines()) == 9, "three lines for each event, however lines are split"


def test_what_goes_wrong_is_a_sentence(api: TestClient) -> None:
    for question, sentence in (("explode", BROKEN), ("lie", UNVERIFIED)):
        answer = ask(api, question)
        assert (answer.status_code, answer.json()) == (500, {"error": sentence})
        streamed = ask(api, question, stream=True)
        assert streamed.status_code == 200, "it had begun"
        name, problem = events_of(streamed.text)[-1]
        assert (name, problem) == ("error", {"error": sentence})
    assert ask(api, "unknown").json()["status"] == "abstained"


def test_without_an_index_there_is_no_abstention_but_a_failure() -> None:
    class Broken(FakeService):
        def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
            yield Answer(question=question, standalone=question, status="abstained", reason="There is no index.")

    api = TestClient(small_app(Broken(state="failed", failure="There is no index.")))
    for more in ({}, {"stream": True}):
        answer = ask(api, "Why?", **more)
        assert (answer.status_code, answer.json()) == (503, {"error": "There is no index."})
    said = api.post(ASKS[1], json={"messages": [{"role": "user", "content": "Why?"}]})
    assert (said.status_code, said.json()["error"]["message"]) == (503, "There is no index.")


def test_an_answer_that_never_ends_is_a_failure() -> None:
    class Unfinished(FakeService):
        def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
            yield next(super().stream(question, history))

    answer = ask(TestClient(small_app(Unfinished())), "Why?")
    assert (answer.status_code, answer.json()) == (500, {"error": BROKEN})


def test_the_list_of_articles(api: TestClient) -> None:
    found = api.get("/api/articles").json()
    assert (found["generation"], found["passages"], found["notice"]) == ("000007", 12, "")
    assert found["articles"][0] == {
        "id": APOPHIS.id, "title": APOPHIS.title, "publisher": "Orbit Weekly", "author": "Ada Example",
        "published": "2024-11-22", "language": "en", "url": "https://example.org/asteroid",
        "characters": len(APOPHIS.text),
    }  # fmt: skip
    assert [entry["id"] for entry in found["articles"]] == [APOPHIS.id, HARBOUR.id]


def test_an_article_comes_with_the_text_that_offsets_count_in(api: TestClient) -> None:
    found = api.get(f"/api/articles/{APOPHIS.id}").json()
    ArticleText.model_validate(found)
    assert found["text"] == APOPHIS.text
    answer = api.get("/api/articles/0123456789abcdef")
    assert (answer.status_code, answer.json()) == (404, {"error": NO_ARTICLE})


def test_health_is_as_it_is_described(api: TestClient) -> None:
    Health.model_validate(api.get("/api/health").json())


class Exploding(FakeService):
    def catalogue(self) -> Catalogue:
        raise RuntimeError("a <secret> with a path")

    def article(self, article_id: str) -> Article | None:
        raise RuntimeError("a <secret> with a path")


@pytest.mark.parametrize("path", ["/api/articles", "/api/articles/x"])
def test_a_defect_is_a_sentence_and_a_line_in_the_log(path: str, caplog: pytest.LogCaptureFixture) -> None:
    api = TestClient(small_app(Exploding()), raise_server_exceptions=False)
    answer = api.get(path)
    assert (answer.status_code, answer.json()) == (500, {"error": UNEXPECTED})
    # Not the path: one that names a conversation must not be written down.
    assert "A request failed: RuntimeError" in caplog.text
    assert path not in caplog.text


def test_every_error_of_every_route_has_one_shape(api: TestClient, shared: FakeService) -> None:
    described = api.get("/api/openapi.json").json()["paths"]
    for path, methods in described.items():
        for method in methods:
            filled = path.replace("{article_id}", "x")
            for wrong in ({"content": b"{", "headers": JSON}, {"headers": {"Host": "evil.example"}}, {"content": b"x"}):
                answer = api.request(method.upper(), filled, **wrong)
                if answer.status_code != 200:
                    problem = answer.json()["error"]
                    assert list(answer.json()) == ["error"]
                    assert isinstance(problem["message"] if path.startswith("/v1/") else problem, str)
    for method, path in (("PUT", "/api/ask"), ("GET", "/api/nothing"), ("POST", "/api/articles")):
        assert list(api.request(method, path, headers=JSON).json()) == ["error"]
    # What other routes refuse, too: FastAPI's own shape would have a list of objects.
    assert list(api.post("/api/library/add", headers=JSON, content=b"[]").json()) == ["error"]
    assert api.head("/api/ask").status_code == 404


def test_the_description_names_all_public_routes_and_no_other(api: TestClient) -> None:
    found = api.get("/api/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert found["info"]["title"] == "Citewell"
    assert {f"{method} {path}" for path, methods in found["paths"].items() for method in methods} == {
        "post /api/ask", "get /api/articles", "get /api/articles/{article_id}", "get /api/health",
        "get /api/ready",        "post /v1/chat/completions", "get /v1/models",
    }  # fmt: skip
    named = set(references(found))
    assert named == set(found["components"]["schemas"]), "everything that is referred to is there, and nothing else"
    assert not [name for name in named if "ValidationError" in name], "FastAPI's own shape of errors is not ours"
    for methods in found["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert "200" in operation["responses"]
    assert found["components"]["schemas"]["Question"]["examples"]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].removeprefix("#/components/schemas/")
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_a_real_answer_and_its_follow_up(assistant: Assistant) -> None:
    class Real(FakeService):
        def stream(self, question: str, history: Sequence[Turn]) -> Iterator[Answer]:
            return assistant.stream(question, history)

        def article(self, article_id: str) -> Article | None:
            return assistant.index.articles.get(article_id)

    api = TestClient(small_app(Real()))
    first = ask(api, "Who founded cross U?").json()
    answer_model().model_validate(first)
    assert "Mitsui Fudosan" in first["text"]
    (citation,) = first["citations"]
    text = api.get(f"/api/articles/{citation['article_id']}").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    history = [{"question": first["standalone"], "answer": first["text"]}]
    assert "cross U" in ask(api, "Where is it based?", history=history).json()["standalone"]
    refused = ask(api, "x" * 2001).json()
    assert (refused["status"], "2,001 characters" in refused["reason"]) == ("abstained", True)
