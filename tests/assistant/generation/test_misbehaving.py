"""The wire: a real client of each protocol against a real server that behaves slowly, badly, or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest
from fakes import model_server
from fakes.exchange import Exchange, Play
from fakes.model_server import PROMPT, SOON, ModelServer, OpenModel, breaks_off, fails, reports, says
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.errors import ModelModeError
from assistant.generation import access
from assistant.generation.access import ChatModel
from assistant.generation.failures import Target


def failing(model: ChatModel) -> tuple[ModelModeError, str, float]:
    """The error of an answer, the text before it, and how long it took."""
    started, text = time.monotonic(), ""
    try:
        for piece in model.stream(PROMPT):
            text += piece
    except ModelModeError as error:
        return error, text, time.monotonic() - started
    pytest.fail(f"no error, but {text!r}")


@pytest.mark.parametrize(
    ("play", "text", "share"),
    [
        (model_server.silent, "", access.FIRST_SHARE),
        (model_server.drips_nothing, "", access.FIRST_SHARE),
        (model_server.stops_in_the_middle, "The answer ", 1),
        (model_server.drips, "and ", 1),
    ],
)
def test_a_server_that_does_not_end_is_left_at_the_deadline(
    provider: str, open_model: OpenModel, play: Play, text: str, share: float
) -> None:
    with ModelServer(play) as server:
        error, written, seconds = failing(open_model(server, provider, 1.0))
        assert server.hung_up.wait(SOON), "the connection must be closed, or the server goes on working"
    assert error.kind == "slow"
    assert "ASSISTANT_MODEL_TIMEOUT" in str(error)
    assert written.startswith(text)
    assert 1.0 * share <= seconds < SOON


def test_less_time_than_the_settings_allow_can_be_given(open_model: OpenModel) -> None:
    with ModelServer(model_server.drips) as server:
        started = time.monotonic()
        with pytest.raises(ModelModeError, match=r"within 0\.(2|15) seconds"):
            list(open_model(server, seconds=60).stream(PROMPT, seconds=0.2))
        assert time.monotonic() - started < SOON


@pytest.mark.parametrize("goes_on", [model_server.drips, model_server.drips_nothing, model_server.silent])
def test_an_answer_that_nobody_reads_ends_at_the_deadline_all_the_same(
    provider: str, open_model: OpenModel, goes_on: Play
) -> None:
    """By the worker alone, since nobody waits for it."""

    def play(exchange: Exchange) -> None:
        exchange.begin()
        exchange.piece("first")
        exchange.wait(0.4)
        exchange.piece("second")
        goes_on(exchange)

    with ModelServer(play) as server:
        started = time.monotonic()
        pieces = open_model(server, provider, 0.6).stream(PROMPT)
        next(pieces)
        assert server.hung_up.wait(SOON)
        assert time.monotonic() - started < SOON
        pieces.close()


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        (breaks_off("In 2029"), "broken"),
        (breaks_off("In 2029", is_chunked=False), "broken"),
        (breaks_off(), "broken"),
        (says("In 2029", why="length"), "long"),
        (says(), "empty"),
        (says(" ", "\n"), "empty"),
        (reports("CUDA out of memory", "In 2029"), "server"),
        (reports("the request exceeds the available context size"), "context"),
        (model_server.sends_rubbish, "broken"),
        (model_server.sends_wrong_json, "broken"),
        (model_server.sends_other_json, "broken"),
        (model_server.sends_a_page, "broken"),
        (model_server.floods, "long"),
        (model_server.writes_a_book, "long"),
        (fails(401, "Incorrect API key provided"), "key"),
        (fails(403, "no access"), "key"),
        (fails(404, "model 'x' not found"), "model"),
        (fails(400, "'x' is not a valid model ID"), "model"),
        (fails(400, "This model's maximum context length is 4096 tokens"), "context"),
        (fails(413, "too large"), "context"),
        (fails(400, "max_tokens must be positive"), "refused"),
        (fails(402, "pay first"), "rate"),
        (fails(429, "You exceeded your current quota"), "rate"),
        (fails(418, "short and stout"), "refused"),
    ],
)
def test_what_went_wrong_is_told_in_one_line(provider: str, open_model: OpenModel, play: Play, kind: str) -> None:
    with ModelServer(play) as server:
        model = open_model(server, provider)
        error, _, seconds = failing(model)
    text = str(error)
    assert error.kind == kind, text
    assert model.name in text
    assert text.isprintable()
    assert len(text) < 500
    assert seconds < SOON
    assert len(server.requests) == 1, "not asked again: it would be the same"
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize(("status", "kind"), [(429, "rate"), (500, "server"), (503, "server")])
def test_a_busy_server_is_asked_again(provider: str, open_model: OpenModel, status: int, kind: str) -> None:
    with ModelServer(fails(status, "busy"), fails(status, "busy"), says("Ready.")) as server:
        assert list(open_model(server, provider).stream(PROMPT)) == ["Ready."]
        assert len(server.requests) == 3
    with ModelServer(fails(status, "busy")) as server:
        error, _, _ = failing(open_model(server, provider))
        assert error.kind == kind
        assert "busy" in str(error)
        assert len(server.requests) == 1 + access.RETRIES


def test_nothing_is_asked_again_once_there_is_text(provider: str, open_model: OpenModel) -> None:
    with ModelServer(breaks_off("In 2029"), says("Ready.")) as server:
        assert failing(open_model(server, provider))[1] == "In 2029"
        assert len(server.requests) == 1


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_the_wait_that_a_server_asks_for(open_model: OpenModel, provider: str) -> None:
    with ModelServer(fails(429, "busy", Retry_After="0.3"), says("Ready.")) as server:
        started = time.monotonic()
        assert list(open_model(server, provider).stream(PROMPT)) == ["Ready."]
        assert time.monotonic() - started >= 0.3
    with ModelServer(fails(429, "busy", Retry_After="30")) as server:
        error, _, seconds = failing(open_model(server, provider, 25))
        assert error.kind == "rate"
        assert "30 seconds" in str(error)
        assert seconds < SOON, "a wait beyond the deadline is told at once"


def test_a_server_that_is_away(provider: str, open_model: OpenModel) -> None:
    with ModelServer() as server:
        pass
    error, _, seconds = failing(open_model(server, provider))
    assert error.kind == "away"
    assert "is it running?" in str(error)
    assert "ASSISTANT_MODEL_URL" in str(error)
    assert seconds < SOON


def test_thoughts_are_not_part_of_the_answer(provider: str, open_model: OpenModel) -> None:
    with ModelServer(says("<th", "ink>\nLet me", " see</thi", "nk>\n\n", "In ", "2029.")) as server:
        assert "".join(open_model(server, provider).stream(PROMPT)) == "In 2029."
    with ModelServer(says("<think>", "and so on")) as server:
        assert failing(open_model(server, provider))[0].kind == "empty"


def test_a_model_of_another_provider_is_held_to_the_deadline_too() -> None:
    """Its client is not ours, and it need not say why it ended."""

    class Stuck(GenericFakeChatModel):
        def _stream(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            released.wait(60)
            return super()._stream(*args, **kwargs)  # type: ignore[arg-type]

    released = threading.Event()
    target = Target("other:x", "", "its key", 0.3)
    quick = ChatModel(GenericFakeChatModel(messages=iter([AIMessage("Well then")])), target, tells_its_end=False)
    assert "".join(quick.stream(PROMPT)) == "Well then"
    stuck = ChatModel(Stuck(messages=iter([AIMessage("late")])), target, tells_its_end=False)
    error, _, seconds = failing(stuck)
    released.set()
    assert error.kind == "slow"
    assert seconds < SOON


@pytest.mark.slow
def test_a_server_that_never_ends_does_not_keep_the_process_alive() -> None:
    program = """
import sys
from assistant.generation.access import ChatModel
from assistant.settings import Settings
pieces = ChatModel.open(Settings(model="openai:x", model_url=sys.argv[1], model_timeout=600)).stream([("human", "?")])
print(next(pieces))
"""
    with ModelServer(model_server.stops_in_the_middle) as server:
        done = subprocess.run(
            [sys.executable, "-c", program, f"{server.url}/v1"], capture_output=True, text=True, timeout=20, check=False
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "The answer \n", "")
