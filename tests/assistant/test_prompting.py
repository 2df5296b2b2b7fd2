from __future__ import annotations

from importlib.resources import files

import pytest

from assistant.errors import PromptError
from assistant.prompting import load, parse

GOOD = '+++\ndescription = "d"\nvariables = ["a", "b"]\n+++\n\n# System\n\nSay {a}.\n\n# User\n\n{b} {{}}\n'
NAMES = sorted(path.name.removesuffix(".md") for path in files("prompts").iterdir() if path.name.endswith(".md"))


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_loads(name: str) -> None:
    prompt = load(name)
    assert prompt.system
    assert prompt.user
    assert prompt.description


def test_the_prompts_are_those_we_know() -> None:
    assert NAMES == ["answer", "standalone"]


def test_values_are_put_in_as_they_are() -> None:
    prompt = parse("x", GOOD)
    assert prompt.fill(a="{b}", b="{a.__class__} {0} %s $a") == [
        ("system", "Say {b}."),
        ("human", "{a.__class__} {0} %s $a {}"),
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("{b}", "{c}"), "declares"),
        (('"a", "b"', '"a"'), "declares"),
        (('"a", "b"', '"a", "b", "b"'), "declares"),
        (("{b}", "{b} {"), "brace"),
        (("{b}", "{b.__class__}"), "plain name"),
        (("{b}", "{}"), "plain name"),
        (("# User", "# Uzer"), "# User"),
        (('"d"', "d"), "front matter"),
        (("variables", "names"), "front matter"),
    ],
)
def test_a_broken_prompt_is_named(change: tuple[str, str], why: str) -> None:
    with pytest.raises(PromptError, match=why):
        parse("x", GOOD.replace(*change))


@pytest.mark.parametrize("values", [{"a": "1"}, {"a": "1", "b": "2", "c": "3"}])
def test_missing_and_unknown_values_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(PromptError, match="takes a, b"):
        parse("x", GOOD).fill(**values)


@pytest.mark.parametrize("name", ["nothing", "../README", "answer.md", ""])
def test_an_unknown_prompt_is_named(name: str) -> None:
    with pytest.raises(PromptError, match="no prompt"):
        load(name)
