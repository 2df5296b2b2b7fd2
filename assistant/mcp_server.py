"""The tools ``ask`` and ``search`` for programs that speak the Model Context Protocol; the only home of ``mcp``.

Over standard input and output, which belong to the protocol: whatever else is said goes to standard error.
"""

from __future__ import annotations

import logging
import threading
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from assistant.errors import AssistantError
from assistant.page.rendering import to_plain
from assistant.questions import clean_question, problem_with
from assistant.settings import MAX_HISTORY
from assistant.web.api_models import PastTurn  # noqa: TC001 - read by what describes the tools
from assistant.web.chat import to_details
from index.errors import IndexingError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from assistant.answering import Assistant
    from assistant.settings import Settings
    from index.types import Hit

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Calls that are worked on at once; others wait."""
INSTRUCTIONS = (
    "Citewell answers questions from the user's own articles. Every sentence of an answer points to the exact words it "
    "came from. When it says that the sources do not say, do not fill in: tell the user so."
)
UNEXPECTED = "The assistant could not be started. The log says more; try: assistant doctor"
_ASK = (
    "Ask the user's own articles a question in plain language. The answer has a mark [n] behind each sentence, and "
    "each mark stands for an exact quote with its article and offsets; or it says that the sources do not say."
)
_SEARCH = "Find the passages of the user's own articles that are nearest to a question or to words; best first."
_READS_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def serve(settings: Settings) -> None:
    """Serves over standard input and output until the client goes.

    Args:
        settings: Of everything.
    """

    def open_assistant() -> Assistant:
        from assistant.answering import Assistant  # noqa: PLC0415 - takes seconds, and the client waits for a greeting

        return Assistant.open(settings=settings)

    create_server(open_assistant).run("stdio")


def create_server(open_assistant: Callable[[], Assistant]) -> MCPServer[None]:
    """The server with its tools.

    Args:
        open_assistant: Opens what answers. Called once a client is there, beside the first exchange with it, and again
            at the next call if it failed.
    """
    opening = _Opening(open_assistant)
    slots = threading.BoundedSemaphore(AT_ONCE)

    @asynccontextmanager
    async def warming(_: MCPServer[None]) -> AsyncGenerator[None]:
        threading.Thread(target=opening.warm_up, name="warm-up", daemon=True).start()
        yield

    server: MCPServer[None] = MCPServer(
        "citewell",
        title="Citewell",
        instructions=INSTRUCTIONS,
        version=version("citewell"),
        lifespan=warming,
        log_level="WARNING",
    )

    @server.tool(title="Ask the articles", description=_ASK, annotations=_READS_ONLY)
    def ask(
        question: Annotated[str, Field(description="In the language of the articles; at most 2,000 characters.")],
        history: Annotated[
            list[PastTurn] | None, Field(description="Earlier turns that the question may refer to, oldest first.")
        ] = None,
    ) -> CallToolResult:
        assistant = opening.get()
        turns = [turn.to_turn() for turn in history or ()][-MAX_HISTORY:]
        with slots:
            answer = assistant.ask(question, turns)
        return _result(to_plain(answer), to_details(answer))

    @server.tool(title="Search the articles", description=_SEARCH, annotations=_READS_ONLY)
    def search(
        query: Annotated[str, Field(description="A question or words; at most 2,000 characters.")],
        limit: Annotated[int, Field(ge=1, le=50, description="Passages at most.")] = 5,
    ) -> CallToolResult:
        asked = clean_question(query)
        if problem := problem_with(asked, len(query.strip()), frozenset()):
            raise ToolError(problem)
        index = opening.get().index
        with slots:
            searched = index.mended(asked)
            hits = index.search(searched, limit)
        passages = [_passage(hit) for hit in hits]
        text = "\n\n".join(f"{hit.passage.heading()}\n{hit.passage.text}" for hit in hits)
        return _result(
            text or "No passage was found.",
            {"query": searched, "generation": index.generation, "passages": passages},
        )

    return server


class _Opening:
    """Opens the assistant when it is first needed; whoever asks meanwhile waits."""

    def __init__(self, open_assistant: Callable[[], Assistant]) -> None:
        self._open = open_assistant
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None

    def get(self) -> Assistant:
        """The assistant.

        Raises:
            ToolError: If it cannot be opened.
        """
        with self._lock:
            if self._assistant is None:
                try:
                    self._assistant = self._open()
                except (AssistantError, IndexingError) as error:
                    raise ToolError(str(error)) from error
                except Exception as error:
                    log.exception("The assistant could not be started.")
                    raise ToolError(UNEXPECTED) from error
            return self._assistant

    def warm_up(self) -> None:
        """Opens it, and uses its models once: the first use is slower than the next ones."""
        try:
            self.get().ask("What are the articles about?")
        except ToolError as error:
            log.warning("%s", error)  # whoever asks is told, too
        except Exception:
            log.exception("The first question, which nobody asked, could not be answered.")


def _result(text: str, content: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content)


def _passage(hit: Hit) -> dict[str, Any]:
    passage = asdict(hit.passage)
    return {
        **{name: passage[name] for name in ("article_id", "title", "published", "start", "end", "text")},
        "publisher": hit.article.publisher,
        "url": hit.article.url,
        "score": hit.score,
    }
