"""The tools for MCP clients, tried with the protocol's own client: in this process, and over a real command's pipes."""

from __future__ import annotations

import asyncio
import builtins
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from assistant import cli
from assistant.answering import Assistant
from assistant.errors import AssistantError
from assistant.mcp_server import UNEXPECTED, create_server


def call(server: Any, *calls: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
    async def calling() -> list[CallToolResult]:
        async with Client(server) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(calling())


def text_of(result: CallToolResult) -> str:
    (part,) = result.content
    assert part.type == "text"
    return part.text


def content_of(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error
    assert result.structured_content is not None
    return dict(result.structured_content)


@pytest.fixture
def server(assistant: Assistant) -> Any:
    return create_server(lambda: assistant)


def test_a_client_finds_two_tools_and_how_to_use_them(server: Any) -> None:
    async def listing() -> tuple[Any, str | None]:
        async with Client(server) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = asyncio.run(listing())
    found = {tool.name: tool for tool in tools}
    assert set(found) == {"ask", "search"}
    assert found["ask"].input_schema["required"] == ["question"]
    assert set(found["ask"].input_schema["properties"]) == {"question", "history"}
    assert found["search"].input_schema["properties"]["limit"]["maximum"] == 50
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert instructions
    assert "sources do not say" in instructions


def test_ask_gives_text_with_marks_and_exact_citations(server: Any, assistant: Assistant) -> None:
    (result,) = call(server, ("ask", {"question": "When will Apophis pass Earth?"}))
    assert "2029" in text_of(result)
    assert "[1]" in text_of(result)
    content = content_of(result)
    assert (content["status"], content["generation"]) == ("answered", assistant.index.generation)
    assert content["citations"]
    for citation in content["citations"]:
        article = assistant.index.articles[citation["article_id"]]
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_takes_a_history(server: Any) -> None:
    history = [{"question": "Who founded cross U?", "answer": "Mitsui Fudosan."}]
    (result,) = call(server, ("ask", {"question": "Where is it based?", "history": history}))
    assert "cross U" in content_of(result)["standalone"]


def test_what_the_articles_do_not_answer_is_no_error(server: Any) -> None:
    unknown, long = call(server, ("ask", {"question": "Who won the World Cup?"}), ("ask", {"question": "x" * 2001}))
    assert content_of(unknown)["status"] == content_of(long)["status"] == "abstained"
    assert "2,001 characters" in text_of(long)


def test_search_gives_passages_best_first(server: Any, assistant: Assistant) -> None:
    found, fewer = call(
        server,
        ("search", {"query": "asteroid passing Earth"}),
        ("search", {"query": "asteroid passing Earth", "limit": 1}),
    )
    passages = content_of(found)["passages"]
    assert [passage["score"] for passage in passages] == sorted((item["score"] for item in passages), reverse=True)
    assert 1 < len(passages) <= 5
    assert content_of(fewer)["passages"] == passages[:1]
    for passage in passages:
        article = assistant.index.articles[passage["article_id"]]
        assert article.text[passage["start"] : passage["end"]] == passage["text"]
        assert (passage["title"], passage["publisher"]) == (article.title, article.publisher)
    assert passages[0]["text"] in text_of(found)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search", {"query": ""}, "The question is empty."),
        ("search", {"query": "x" * 2001}, "2,001 characters"),
        ("search", {"query": "x", "limit": 0}, "limit"),
        ("search", {"query": "x", "limit": 51}, "limit"),
        ("search", {}, "query"),
        ("ask", {"question": 7}, "question"),
        ("ask", {"question": "x", "history": [{"q": "x"}]}, "history"),
        ("ask", {"question": "x", "history": "x"}, "history"),
    ],
)
def test_wrong_arguments_are_told_to_the_caller(server: Any, tool: str, arguments: dict[str, Any], said: str) -> None:
    (result,) = call(server, (tool, arguments))
    assert result.is_error
    assert said in text_of(result)
    assert "Traceback" not in text_of(result)


def test_an_index_that_cannot_be_opened_is_told_and_tried_again(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    is_there = False

    def opened() -> Assistant:
        if not is_there:
            raise AssistantError("There is no index.")
        return assistant

    async def calling() -> tuple[CallToolResult, CallToolResult]:
        nonlocal is_there
        async with Client(create_server(opened)) as client:
            before = await client.call_tool("ask", {"question": "When will Apophis pass Earth?"})
            is_there = True
            return before, await client.call_tool("search", {"query": "Apophis"})

    before, after = asyncio.run(calling())
    assert before.is_error
    assert "There is no index." in text_of(before)
    assert content_of(after)["passages"]


def test_a_defect_is_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    def defect() -> Assistant:
        raise RuntimeError("a <secret>")

    (result,) = call(create_server(defect), ("ask", {"question": "Why?"}))
    assert result.is_error
    assert text_of(result).endswith(UNEXPECTED)
    assert "a <secret>" in caplog.text


def test_a_warm_up_that_fails_leaves_the_tools_to_say_so(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def ask(self, *_: Any) -> None:
            raise RuntimeError("a <secret>")

    (result,) = call(create_server(Broken), ("ask", {"question": "Why?"}))  # type: ignore[arg-type]
    assert result.is_error
    assert "secret" not in text_of(result)


@pytest.mark.slow
def test_over_a_commands_pipes_where_nothing_else_is_said(seeds_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    command = Path(sys.executable).with_name("assistant")
    server = StdioServerParameters(command=str(command), args=["mcp", "--home", str(seeds_home)])
    (result,) = call(server, ("ask", {"question": "When will Apophis pass Earth?"}))
    assert "2029" in text_of(result)
    assert content_of(result)["citations"]
    # The client would have failed on a line that is no message; nor is anything said where the user might see it.
    assert capfd.readouterr().err == ""


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["assistant", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return int(stop.value.code or 0)


def test_without_the_package_one_line_says_what_to_install(
    seeds_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "assistant.mcp_server")
    for name in [name for name in sys.modules if name.partition(".")[0] in ("mcp", "mcp_types")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without("mcp", builtins.__import__))
    assert run(monkeypatch, "mcp", "--home", str(seeds_home)) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "", "assistant: This needs a package that is not installed: pip install 'mcp>=2.3,<3'\n",
    )  # fmt: skip


def without(package: str, importing: Callable[..., Any]) -> Callable[..., Any]:
    def imported(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return importing(name, *more, **named)

    return imported


def test_a_home_without_an_index_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "mcp", "--home", str(tmp_path)) != 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("assistant: No index in ")
    assert said.err.count("\n") == 1
