"""The wire: a real client of each protocol against a real server that behaves well, slowly, badly, or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import model_server
from fakes.exchange import Exchange, Play
from fakes.model_server import KEYS, ModelServer, breaks_off, fails, reports, says
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.errors import ModelModeError
from assistant.generation import access
from assistant.generation.access import ChatModel
from assistant.generation.failures import Target
from assistant.prompting import load

OpenModel = Callable[..., ChatModel]
SOON = 15.0
"""Seconds: far less than any server here would make one wait, and time enough for a busy machine."""
PROMPT = [("system", "You are brief."), ("human", "When? {braces} \u2014 ünï")]


def failing(model: ChatModel) -> tuple[ModelModeError, str, float]:
    """The error of an answer, the text before it, and how long it took."""
    started, text = time.monotonic(), ""
    try:
        for piece in model.stream(PROMPT):
            text += piece
    except ModelModeError as error:
        return error, text, time.monotonic() - started
    pytest.fail(f"no error, but {text!r}")


def test_an_answer_comes_in_pieces(provider: str, open_model: OpenModel) -> None:
    with ModelServer(says("In ", "2029", ".\n", "Äpfel [1]")) as server:
        assert list(open_model(server, provider).stream(PROMPT)) == ["In ", "2029", ".\n", "Äpfel [1]"]
    assert server.requests[0].texts == [text for _, text in PROMPT]


def test_a_piece_is_handed_on_before_the_next_is_there(provider: str, open_model: OpenModel) -> None:
    may_go_on = threading.Event()

    def play(exchange: Exchange) -> None:
        exchange.begin()
        exchange.piece("first")
        assert may_go_on.wait(SOON)
        exchange.piece(" second")
        exchange.end()

    with ModelServer(play) as server:
        pieces = open_model(server, provider).stream(PROMPT)
        assert next(pieces) == "first"
        may_go_on.set()
        assert list(pieces) == [" second"]


def test_the_key_is_in_its_header_and_nowhere_else(provider: str, open_model: OpenModel) -> None:
    with ModelServer() as server:
        list(open_model(server, provider).stream(PROMPT))
    request = server.requests[0]
    holding = {name for name, value in request.headers.items() if KEYS[provider] in value}
    assert holding <= {"authorization", "x-api-key"}
    assert holding
    assert "k3y" not in str(request.body) + request.path
    assert not [
        value for value in request.headers.values() for key in set(KEYS.values()) - {KEYS[provider]} if key in value
    ]


def test_a_prompt_reaches_the_server_in_two_parts(open_model: OpenModel) -> None:
    prompt = load("answer")
    with ModelServer() as server:
        list(open_model(server).stream(prompt.fill(question="Q {passages}", passages="P {question}")))
    assert [message["role"] for message in server.requests[0].body["messages"]] == ["system", "user"]
    system, user = server.requests[0].texts
    assert system == prompt.system
    assert "Q {passages}" in user
    assert "P {question}" in user


def test_a_slow_answer_in_time_is_whole(provider: str, open_model: OpenModel) -> None:
    with ModelServer(says("a", "b", "c", pause=0.1)) as server:
        assert "".join(open_model(server, provider).stream(PROMPT)) == "abc"


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
        error, written, seconds = failing(open_model(server, provider, 0.6))
        assert server.hung_up.wait(SOON), "the connection must be closed, or the server goes on working"
    assert error.kind == "slow"
    assert "ASSISTANT_MODEL_TIMEOUT" in str(error)
    assert written.startswith(text)
    assert 0.6 * share <= seconds < SOON


def test_less_time_than_the_settings_allow_can_be_given(open_model: OpenModel) -> None:
    with ModelServer(model_server.drips) as server:
        started = time.monotonic()
        with pytest.raises(ModelModeError, match=r"within 0\.(2|15) seconds"):
            list(open_model(server, seconds=60).stream(PROMPT, seconds=0.2))
        assert time.monotonic() - started < SOON


def test_closing_the_iterator_closes_the_connection(provider: str, open_model: OpenModel) -> None:
    with ModelServer(model_server.stops_in_the_middle) as server:
        pieces = open_model(server, provider).stream(PROMPT)
        next(pieces)
        pieces.close()
        assert server.hung_up.wait(SOON)


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


def test_several_questions_at_once(provider: str, open_model: OpenModel) -> None:
    def repeat(exchange: Exchange) -> None:
        exchange.begin()
        for word in exchange.request.texts[-1].split():
            exchange.piece(word + " ")
            exchange.wait(0.01)
        exchange.end()

    with ModelServer(repeat) as server:
        model = open_model(server, provider)
        questions = [" ".join(f"{n}-{word}" for word in range(20)) for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda question: "".join(model.stream([("human", question)])).strip(), questions))
    assert answers == questions


def test_one_answer_that_is_left_does_not_end_another(provider: str, open_model: OpenModel) -> None:
    with ModelServer(model_server.drips, says("a", "b", "c", pause=0.1)) as server:
        model = open_model(server, provider)
        left, kept = model.stream(PROMPT), model.stream(PROMPT)
        next(left)
        assert next(kept) == "a"
        left.close()
        assert list(kept) == ["b", "c"]


def test_the_probe(provider: str, open_model: OpenModel) -> None:
    with ModelServer(says("Yes", pause=0.1)) as server:
        assert 0.1 <= open_model(server, provider).probe() < 10
    with ModelServer(fails(404, "no such model")) as server, pytest.raises(ModelModeError, match="does not have"):
        open_model(server, provider).probe()


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
