"""A real OpenAI-compatible server with a tiny model of random weights: what it says is noise, but the wire is real.

Needs a package that nothing else here does: ``pip install accelerate``, then ``pytest -m slow`` on this file.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelModeError
from assistant.generation.access import MAX_CHARACTERS, ChatModel
from assistant.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("accelerate") is None, reason="transformers serves only with accelerate installed"),
]

TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant: "


def make_model(folder: Path) -> None:
    """A Llama of 160,000 random weights whose tokens are letters, so that it writes something."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {word: number for number, word in enumerate(["<s>", "</s>", "<pad>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=words, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}
    make: Any = PreTrainedTokenizerFast  # has no annotations
    fast = make(tokenizer_object=tokenizer, **special)
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=8192, bos_token_id=0, eos_token_id=1, pad_token_id=2,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Model and address."""
    folder = tmp_path_factory.mktemp("tiny")
    make_model(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = Path(sys.executable).with_name("transformers")
    options = ["--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([command, "serve", folder, *options], stdout=log, stderr=log)
    try:
        for _ in range(120):
            time.sleep(0.5)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, (folder / "log").read_text()
        yield f"openai:{folder}", f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(20)


def test_text_comes_as_it_is_written(served: tuple[str, str]) -> None:
    model = ChatModel.open(Settings(model=served[0], model_url=served[1]))
    assert model.probe() < 30
    pieces = model.stream([("system", "You are brief."), ("human", "Hello?")])
    assert [len(next(pieces)) for _ in range(20)] != [0] * 20
    pieces.close()


def test_a_model_that_does_not_end_is_ended(served: tuple[str, str]) -> None:
    model = ChatModel.open(Settings(model=served[0], model_url=served[1]))
    written: list[str] = []
    with pytest.raises(ModelModeError, match="did not come to an end"):
        written.extend(model.stream([("human", "Hello?")]))
    assert 0 < sum(map(len, written)) <= MAX_CHARACTERS


def test_another_model_and_another_path_are_told(served: tuple[str, str]) -> None:
    for model, url in ((f"{served[0]}-x", served[1]), (served[0], served[1].removesuffix("/v1"))):
        with pytest.raises(ModelModeError) as caught:
            list(ChatModel.open(Settings(model=model, model_url=url)).stream([("human", "Hello?")]))
        assert caught.value.kind in ("model", "refused")
