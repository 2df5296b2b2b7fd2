"""Any question after anything that was said: what stands for it is bounded, keeps its words and costs little."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.standalone import MAX_QUESTION, standalone
from assistant.types import Turn
from index.keywords import words

PIECES = """Who what Which when Why how is are did does will it its they that those one ones there he her the a of and
about second first former ESA JAXA cross U agreement mission symptoms sign signed launch treatable ? . , 's ( ) - İ ſ ß
誰 gründete 12 to for in with other"""
SENTENCES = st.lists(st.sampled_from(PIECES.split()), max_size=14).map(" ".join)
TEXTS = st.one_of(SENTENCES, SENTENCES, st.text(max_size=60))
HISTORIES = st.lists(st.builds(Turn, TEXTS, TEXTS), max_size=9)
# What is replaced by what it means, or by the sentence before.
REPLACED = set(
    words("it its they them their he him his she her this that these those one ones first second former what about ")
)


@given(TEXTS)
def test_a_first_question_is_never_changed(question: str) -> None:
    assert standalone(question, []) == question


@given(TEXTS, HISTORIES)
def test_whatever_was_said_before_the_form_is_bounded_and_final(question: str, history: list[Turn]) -> None:
    made = standalone(question, history)
    assert len(made) <= max(len(question), MAX_QUESTION + 200)
    if re.fullmatch(re.escape(question) + r" \([^()]*\)", made):  # nothing is added to brackets that were added
        assert standalone(made, history) == made


@given(
    st.sampled_from(
        ["Is it big?", "What about JAXA?", "Why did they sign it?", "How old is that asteroid?", "And where?"]
    ),
    HISTORIES,
)
def test_the_words_of_the_question_are_kept(question: str, history: list[Turn]) -> None:
    assert set(words(question)) - REPLACED <= set(words(standalone(question, history)))


@pytest.mark.parametrize(
    "text",
    [
        "a " * 100_000,
        "A" * 100_000,
        "the first " * 30_000,
        "of A of " * 40,
        "A and " * 60,
        "(" * 390,
        "it take a " * 39,
        "What is " + "'s " * 120,
        " " * 390 + "it",
        "the most x " * 35,
    ],
)
def test_hostile_texts_cost_little(text: str) -> None:
    history = [Turn(text, text)] * 1000
    started = time.thread_time()
    for question in ("Who leads it?", "And the second one?", "What about JAXA?", text):
        standalone(question, history)
    assert time.thread_time() - started < 1
