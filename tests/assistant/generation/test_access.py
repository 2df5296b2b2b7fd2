"""The wire: a real client of each protocol against a real server that behaves well."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import model_server
from fakes.exchange import Exchange
from fakes.model_server import KEYS, PROMPT, SOON, ModelServer, OpenModel, fails, says

from assistant.errors import ModelModeError
from assistant.prompting import load


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


def test_closing_the_iterator_closes_the_connection(provider: str, open_model: OpenModel) -> None:
    with ModelServer(model_server.stops_in_the_middle) as server:
        pieces = open_model(server, provider).stream(PROMPT)
        next(pieces)
        pieces.close()
        assert server.hung_up.wait(SOON)


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
