from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Failure, ModelModeError
from assistant.generation.failures import MAX_EXCERPT, Target, excerpt, explained, failure

TARGET = Target("openai:x", "127.0.0.1:1", "OPENAI_API_KEY", 60, ("sk-1234", "p w"))
KINDS: tuple[Failure, ...] = get_args(Failure)


class GoogleDeadlineTimeout(Exception):  # noqa: N818 - as libraries name theirs
    pass


class ResourceExhausted(Exception):  # noqa: N818
    pass


class StatusInCodeError(Exception):
    code = 404


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_one_line_that_names_the_model(kind: Failure) -> None:
    error = failure(kind, TARGET, "status 400")
    assert isinstance(error, ModelModeError)
    assert str(error).isprintable()
    assert "openai:x" in str(error)
    assert error.exit_code in (69, 75, 78)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (GoogleDeadlineTimeout("504"), "slow"),
        (ResourceExhausted("quota"), "rate"),
        (StatusInCodeError("gone"), "model"),
        (ConnectionRefusedError(111, "refused"), "away"),
        (KeyError("choices"), "broken"),
    ],
)
def test_errors_of_unknown_libraries_are_told_apart_by_status_and_name(error: Exception, kind: Failure) -> None:
    assert explained(error, TARGET).kind == kind


def test_a_chain_of_errors_in_a_circle_is_no_trap() -> None:
    one, two = KeyError("1"), KeyError("2")
    one.__cause__, two.__cause__ = two, one
    assert explained(one, TARGET).kind == "broken"


@given(st.text(max_size=3000), st.text(max_size=300))
def test_an_excerpt_is_short_printable_and_without_secrets(before: str, behind: str) -> None:
    said = excerpt(f"{before}sk-1234{behind} p w", TARGET)
    assert len(said) <= MAX_EXCERPT
    assert said.isprintable()
    assert "sk-1234" not in said
    assert "p w" not in said


def test_a_long_word_may_be_a_part_of_a_key() -> None:
    assert excerpt("Incorrect key: sk-proj-AAAABBBBCCCCDDDDEEEE.", TARGET) == "Incorrect key: …"
    assert excerpt("<html><title>502</title>", TARGET) == ""
